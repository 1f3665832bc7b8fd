"""What a query asks of a collection, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.features.options import MOST, read_cursor, read_options, to_cursor
from dashboard.features.table import Asked
from dashboard.problems import QueryError

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_nothing_asked_is_the_first_thousand():
    assert read_options({}) == Asked(1000)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-05-04T12:00:00Z", (NOON, NOON)),
        ("2026-05-04T14:00:00+02:00", (NOON, NOON)),
        ("2026-05-04T12:00:00Z/..", (NOON, None)),
        ("2026-05-04T12:00:00Z/", (NOON, None)),
        ("../2026-05-04T12:00:00Z", (None, NOON)),
        ("/2026-05-04T12:00:00Z", (None, NOON)),
        ("../..", (None, None)),
    ],
)
def test_a_period_is_read(text, period):
    asked = read_options({"datetime": text})
    assert (asked.start, asked.stop) == period


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("5,52,6,53", (5, 52, 6, 53)),
        ("5,52,-10,6,53,100", (5, 52, 6, 53)),
        ("170,-10,-170,10", (170, -10, -170, 10)),
        ("-180,-90,180,90", (-180, -90, 180, 90)),
        ("5,52,5,52", (5, 52, 5, 52)),
    ],
)
def test_a_box_is_read(text, box):
    assert read_options({"bbox": text}).box == box


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("10000", 10_000), ("999999999", MOST)])
def test_a_limit_is_read_and_too_high_a_one_lowered(text, limit):
    assert read_options({"limit": text}).limit == limit


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("limit", text) for text in ("0", "-1", "ten", "1.5", "", "\u0663")),
        *(("bbox", text) for text in ("", "5,52,6", "5,52,6,53,7", "5,53,6,52", "5,52,6,91")),
        *(("bbox", text) for text in ("nan,52,6,53", "5,52,inf,53", "181,0,5,1", "a,b,c,d")),
        *(("datetime", text) for text in ("", "yesterday", "2026-05-04", "2026-05-04T12:00:00")),
        ("datetime", "2026-05-05T00:00:00Z/2026-05-04T00:00:00Z"),
        ("datetime", "1900-01-01T00:00:00Z"),
        ("datetime", "2026-05-04T12:00:00Z/../.."),
        *(("cursor", text) for text in ("\u00e9", "!", "_w", "abcde")),
        ("f", "html"),
        ("kind", "x" * 501),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, text):
    with pytest.raises(QueryError, match=f"'{name}'"):
        read_options({name: text})


@given(st.text(st.characters(codec="utf-8")))
def test_a_cursor_is_read_back(name):
    assert read_cursor(to_cursor(name)) == name
