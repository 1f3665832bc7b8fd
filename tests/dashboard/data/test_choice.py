"""What an address chooses, and the same for the API."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.data.choice import Choice, read_choice, to_moment, to_query
from dashboard.problems import QueryError

EXTENT = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 4, 18, tzinfo=UTC)


def read(*pairs):
    return read_choice(pairs, ["pm25", "no2"], EXTENT)


def test_without_a_choice_it_is_the_last_week_of_the_first_quantity():
    choice = read()
    assert (choice.quantity, choice.first, choice.last) == (("pm25",), "2026-04-28", "2026-05-04")


def test_a_form_without_a_tick_is_all_quantities():
    assert read(("of", "observations")).quantity == ()


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2026-01-10", "2026-01-09T23:00:00Z"),  # winter: one hour before
        ("2026-07-10", "2026-07-09T22:00:00Z"),
        ("2026-03-29", "2026-03-28T23:00:00Z"),  # on which summer begins
        ("", ""),
    ],
)
def test_a_day_begins_at_midnight_here(day, moment):
    assert to_moment(day) == moment


def test_the_last_day_is_in():
    choice = read(("first", "2026-05-03"), ("last", "2026-05-03"))
    pairs = dict(choice.to_pairs())
    assert (pairs["start"], pairs["end"]) == ("2026-05-02T22:00:00Z", "2026-05-03T22:00:00Z")


def test_names_may_have_commas_or_come_again():
    choice = read(("node", "box-1, box-2"), ("node", "box-1"), ("node", ""))
    assert choice.node == ("box-1", "box-2")


def test_the_address_of_the_file_is_what_the_api_takes():
    choice = read(("quantity", "pm25"), ("quality", "good"), ("format", "parquet"))
    told = urlsplit(choice.to_address())
    assert told.path == "/v1/downloads/observations"
    query = dict(parse_qsl(told.query))
    assert query.pop("format") == "parquet"
    assert query == {
        "quantity": "pm25",
        "quality": "1",
        "start": "2026-04-27T22:00:00Z",
        "end": "2026-05-04T22:00:00Z",
    }
    asked = to_query(choice)
    assert (asked.quantity, asked.quality, asked.format) == (["pm25"], [1], "parquet")


def test_rides_have_no_node_and_no_municipality():
    choice = Choice(of="rides", node=("bike-1",), municipality="utrecht")
    assert not {"node", "municipality"} & dict(choice.to_pairs()).keys()


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("first", "yesterday"), "A day is written as"),
        (("last", "9999-12-31"), "A day is written as"),
        (("of", "everything"), "observations or rides"),
        (("quality", "bad"), "'quality' is good"),
        (("quantity", "x'; DROP"), "no such quantity"),
        (("bbox", "5,52"), "west,south,east,north"),
        (("format", "xls"), "format"),
        (("processing", "smoothed"), "processing"),
        (("first", "2026-06-01"), "start must be before end"),
        (("columns", "secret"), "'columns' is not known here"),
    ],
)
def test_what_cannot_be_is_said(pair, told):
    with pytest.raises(QueryError) as refused:
        to_query(read(pair))
    assert told in str(refused.value)


def test_what_there_is_one_of_comes_once():
    with pytest.raises(QueryError, match="comes twice"):
        read(("first", "2026-05-01"), ("first", "2026-05-02"))
