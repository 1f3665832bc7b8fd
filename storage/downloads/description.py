"""What a download is, for people and programs: a Data Package (datapackage.org) of one file."""

import json
from collections.abc import Sequence
from typing import Any

from ..export import read_corrections
from ..failures import Connection
from ..package import TIME
from .formats.form import Form
from .selection import Selection, Stretch
from .table import Field

LICENCE = {
    "name": "CC0-1.0",
    "title": "CC0 1.0 Universal",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
}
TITLE = "Lokaal meten: samples of fixed nodes"
WORDS = (
    "Samples of sensors of citizens and municipalities, checked, not smoothed; indicative, not an"
    " official measurement. A place is the centre of an H3 cell of resolution 9, some 350 m wide."
)


def describe(
    form: Form,
    selection: Selection,
    stretches: Sequence[Stretch],
    fields: Sequence[Field],
    corrections: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The `datapackage.json` of a download; the same for the same data."""
    missing = {"missingValues": [""]} if form.media.startswith("text/csv") else {}
    schema = {"fields": [column.describe() for column in fields], **missing}
    resource = {
        "name": "observations",
        "title": "Samples by node and time",
        "path": name_file(form, selection),
        "profile": "tabular-data-resource",
        **form.facts,
        "schema": schema | {"primaryKey": ["node", "time"]},
    }
    return {
        "profile": "tabular-data-package",
        "name": "lokaalmeten-observations",
        "title": TITLE,
        "description": WORDS,
        "licenses": [LICENCE],
        "citation": cite(selection, stretches),
        "selection": to_facts(selection),
        "resources": [resource],
        "corrections": list(corrections),
    }


def find_corrections(connection: Connection, selection: Selection) -> list[dict[str, Any]]:
    """What is behind the numbers of column ``correction``, of the selected quantities."""
    if not selection.corrected:
        return []
    found = read_corrections(connection)
    return [each for each in found if each["quantity"] in selection.corrected]


def name_file(form: Form, selection: Selection) -> str:
    """Name that tells what is in it, such as ``observations-pm25-2026-01-01-2026-02-01.csv``."""
    what = selection.keys if len(selection.keys) <= 2 else (f"{len(selection.keys)}-quantities",)
    where = [part for part in (selection.zone, *selection.nodes[:1]) if part]
    if len(selection.nodes) > 1:
        where[-1] = f"{len(selection.nodes)}-nodes"
    days = [f"{moment:%Y-%m-%d}" for moment in (selection.start, selection.stop)]
    return "-".join(["observations", *where, *what, *days]) + form.suffix


def cite(selection: Selection, stretches: Sequence[Stretch]) -> str:
    """One sentence to quote it by."""
    nodes = len({stretch.node for stretch in stretches})
    what = ", ".join(selection.keys) or "nothing"
    start, stop = (f"{moment:{TIME}}" for moment in (selection.start, selection.stop))
    return f"Lokaal meten, {what} of {nodes} nodes from {start} to {stop}. {LICENCE['title']}."


def to_facts(selection: Selection) -> dict[str, Any]:
    """What was asked for, under the names of the parameters."""
    return {
        "start": f"{selection.start:{TIME}}",
        "end": f"{selection.stop:{TIME}}",
        "quantity": list(selection.keys),
        "node": list(selection.nodes),
        "municipality": selection.zone,
        "bbox": selection.box and list(selection.box),
        "processing": selection.processing,
        "quality": sorted(selection.flags),
    }


def to_json(package: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    return json.dumps(package, indent=2, ensure_ascii=False).encode() + b"\n"
