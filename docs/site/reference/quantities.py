"""Quantities: the one table of what is measured, and the spans that sensors can report."""

from lokaalmeten.quantities import CORRECTED, QUANTITIES

from ..markdown import code, to_table
from .letters import LETTERS

ABOUT = """\
# Quantities

What is measured, under which name, in which unit and in which steps. A value travels and is
stored as a whole number of steps: `value = count / steps`. Units are UCUM codes. The span is what
the sensor can report: a value outside it fails its [check](../checks.md). Of those marked
*corrected*, a corrected value stands beside the raw one as `KEY_corrected`, once there is a
[calibration](../calibration.md).
"""


def describe_quantities() -> str:
    """A table of all quantities, in their order."""
    head = ("key", "Dutch", "English", "unit", "steps a unit", "type", "span", "of", "corrected")
    rows = [
        (
            code(each.key),
            each.nl,
            each.en,
            code(each.unit),
            each.per,
            LETTERS[each.code].name,
            f"{each.low} to {each.high}",
            each.source,
            "yes" if each.key in CORRECTED else "",
        )
        for each in QUANTITIES
    ]
    return f"{ABOUT}\n{to_table(head, rows)}\n"
