"""The page that nodes send: its layout as the code draws it, its records, bits and refusals."""

import inspect
import re

from lokaalmeten import wire
from lokaalmeten.quantities import BY_KEY

from ..markdown import code, to_table
from .letters import LETTERS

CONSTANT = re.compile(r"^((?:BIT|FLAG)_\w+) = (\d+)  # (.+)$", re.MULTILINE)
ABOUT = """\
# The page

One block of samples, as a node sends it; [the protocol](../protocol.md) tells how it travels. The
drawing is that of `lokaalmeten/wire.py`.
"""
FIXED = {  # of a record, before its quantities: what it is, unit, whether it can be missing
    "offset": ("seconds after the time of the page", "s", False),
    "bits": ("device bits, see below", "", False),
    "lat": ("latitude, WGS 84", "1e-7 degree", True),
    "lon": ("longitude, WGS 84", "1e-7 degree", True),
    "accuracy": ("horizontal accuracy", "cm", True),
    "ticks": ("the clock before it was set", "s", True),
}


def describe_page() -> str:
    """Drawing, records of each schema, bits, and why a page is refused."""
    drawing = inspect.cleandoc(wire.__doc__ or "").partition("\n\n")[2]
    parts = [ABOUT, "## Layout", f"```text\n{drawing}\n```", describe_types()]
    parts += [describe_schema(schema) for schema in wire.SCHEMAS]
    return "\n\n".join([*parts, describe_bits(), describe_refusals()]) + "\n"


def describe_types() -> str:
    """The kinds of whole numbers, and what stands for a missing one."""
    rows = [
        (code(each.name), each.bytes, each.span, each.missing or "is always there")
        for each in LETTERS.values()
    ]
    return f"## Types\n\n{to_table(('type', 'bytes', 'span', 'missing'), rows)}"


def describe_schema(schema: int) -> str:
    """Fields of a record of one schema, in their order."""
    name, moving, _ = wire.SCHEMAS[schema]
    kind = {True: "that moves", False: "at a fixed place", None: "of any node, one record a page"}
    rows, begin = [], 0
    for field, letter in wire.record_fields(schema):
        kept = LETTERS[letter]
        about, unit, missing = FIXED[field] if field in FIXED else of_quantity(field)
        rows.append((begin, code(field), code(kept.name), unit, kept.missing * missing, about))
        begin += kept.bytes
    table = to_table(("byte", "field", "type", "unit of a step", "missing", "meaning"), rows)
    size = wire.RECORD_BYTES[schema]
    about = f"A node {kind[moving]}; a record has {size} bytes."
    return f"## Schema {schema}: {name}\n\n{about}\n\n{table}"


def of_quantity(key: str) -> tuple[str, str, bool]:
    """Meaning, unit of a step, and that it can be missing."""
    quantity = BY_KEY[key]
    unit = f"{1 / quantity.per:g} {quantity.unit}" if quantity.per != 1 else quantity.unit
    return quantity.en, code(unit), True


def describe_bits() -> str:
    """Device bits of a record and flags of a page, with what the code says of each."""
    found = CONSTANT.findall(inspect.getsource(wire))
    rows = [(code(name), number, meaning) for name, number, meaning in found]
    table = to_table(("name", "value", "meaning"), rows)
    return f"## Bits of a record and flags of a page\n\n{table}"


def describe_refusals() -> str:
    """Reasons to refuse a page, in the order in which they are looked at."""
    listed = "\n".join(f"1. {code(reason)}" for reason in wire.REASONS)
    return f"## Why a page is refused\n\nIn the order in which it is looked at:\n\n{listed}"
