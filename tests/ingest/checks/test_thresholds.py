"""The table of thresholds: whole, and the same in the documents."""

import re
from pathlib import Path

import pytest

from ingest.checks.hours import QUANTITIES, REVIEWED
from ingest.checks.thresholds import PM, THRESHOLDS, find, number, numbers
from lokaalmeten.findings import CHECKS, to_checks
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

DOCUMENT = (Path(__file__).parents[3] / "docs/checks.md").read_text()


def to_line(row):
    """One row as docs/checks.md has it."""
    value = row.value if isinstance(row.value, tuple) else (row.value,)
    keys = "PM" if row.quantities == PM else ", ".join(row.quantities).replace(", ".join(PM), "PM")
    said = ", ".join(f"{one:,.10g}" for one in value)
    return f"| {row.key} | {keys} | {said} | {row.unit} | {row.flag.name.lower()} | {row.source} |"


def test_the_document_says_what_the_table_says():
    _, _, rest = DOCUMENT.partition(
        "| key | of | value | unit | flag | source |\n|---|---|---|---|---|---|\n"
    )
    assert rest.splitlines()[: len(THRESHOLDS)] == [to_line(row) for row in THRESHOLDS]
    assert not rest.splitlines()[len(THRESHOLDS)].startswith("|")


def test_every_row_has_unit_source_and_quantities_that_exist():
    for row in THRESHOLDS:
        assert row.unit
        assert row.source
        assert row.flag in (Flag.SUSPECT, Flag.FAIL)
        assert set(row.quantities) <= set(BY_KEY)


def test_a_range_lies_within_the_span_and_has_its_unit():
    for row in THRESHOLDS:
        if row.key == "range":
            (key,) = row.quantities
            low, high = numbers("range", key)
            assert BY_KEY[key].low <= low < high <= BY_KEY[key].high
            assert row.unit == BY_KEY[key].unit


def test_a_threshold_is_found_by_key_and_quantity():
    assert number("neighbour_floor", "no2") == 10
    assert number("neighbour_floor", "pm10") == 1
    assert numbers("range", "temperature") == (-20, 45)
    with pytest.raises(KeyError, match="'range' of shock"):
        find("range", "shock")


def test_every_stored_bit_has_a_check_and_a_word_in_the_comment_of_the_column():
    (file,) = (Path(__file__).parents[3] / "storage/migrations").glob("*_findings.sql")
    sql = file.read_text()
    said = re.search(r"one bit each: (.*?)'", sql)[1]
    assert said == ", ".join(f"{1 << place} {name}" for place, name in enumerate(CHECKS))
    assert set(QUANTITIES) == set(CHECKS)
    assert to_checks((1 << len(CHECKS)) - 1) == CHECKS
    assert set(REVIEWED) >= set(PM)
