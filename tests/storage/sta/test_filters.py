"""Filters: what SQL says of a row is what Python says of it, for filters made at random."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from storage.sta.faults import BadQueryError
from tests.services.slow_filters import filters
from tests.storage.sta.conftest import COUNT, START, STEP_S, make_rows

ROWS = [row | {"time": datetime.fromtimestamp(row["second"], UTC)} for row in make_rows()]


def to_id(row):
    return f"{row['stream']}:{row['second'] * 1000}"


def by_time(rows):
    return [to_id(row) for row in sorted(rows, key=lambda row: (row["second"], row["stream"]))]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=filters(START, COUNT, STEP_S))
def test_a_filter_keeps_what_the_slow_one_keeps(ask, made):
    found = ask("Observations", **{"$filter": made.text, "$top": "1000"})
    kept = [row for row in ROWS if made.value(row) is True]
    assert [row.values["id"] for row in found.rows] == by_time(kept)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=filters(START, COUNT, STEP_S))
def test_pages_laid_behind_each_other_are_the_whole_and_the_count_is_theirs(ask, made):
    options = {"$filter": made.text, "$top": "17", "$count": "true"}
    ids, token = [], None
    while True:
        found = ask("Observations", **(options | ({"$skiptoken": token} if token else {})))
        ids += [row.values["id"] for row in found.rows]
        kept = [row for row in ROWS if made.value(row) is True]
        assert found.count == len(kept)
        if (token := found.token) is None:
            break
    assert ids == by_time(kept)


SQUARE = "POLYGON((5 52.15,6 52.15,6 52.25,5 52.25,5 52.15))"
THINGS = ["bike-a", "box-a", "box-nowhere", "box-silent", "o-box"]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("true", THINGS),
        ("id eq 'box-a'", ["box-a"]),
        ("id in ('box-a','o-box')", ["box-a", "o-box"]),
        ("name ne 'box-a' and properties/moving eq false", ["box-nowhere", "box-silent", "o-box"]),
        ("properties/moving", ["bike-a"]),
        ("properties/project eq null", THINGS),
        ("properties/anyone eq 'x'", []),
        ("description eq ''", ["bike-a", "box-silent"]),
        ("indexof(name,'box') eq 2", ["o-box"]),
        ("substring(name,0,2) eq 'o-'", ["o-box"]),
        ("trim(concat(' ',name)) eq 'o-box'", ["o-box"]),
        ("Locations/name ne ''", ["box-a", "box-silent", "o-box"]),
        ("not (Locations/name ne '')", ["bike-a", "box-nowhere"]),
        ("Datastreams/Observations/result gt 7.2", ["box-nowhere"]),
        ("Datastreams/any(d:d/ObservedProperty/id eq 'pm25')", ["box-a", "box-nowhere", "o-box"]),
        ("Datastreams/all(d:d/ObservedProperty/id eq 'pm25')", ["bike-a", "box-silent"]),
        ("Datastreams/any()", ["box-a", "box-nowhere", "o-box"]),
        ("Datastreams/unitOfMeasurement/symbol eq '°C'", ["box-a", "box-nowhere", "o-box"]),
        ("HistoricalLocations/time lt now()", ["box-a", "o-box"]),
        ("geo.distance(Locations/location,geography'POINT(5.1 52.2)') lt 0.01", ["o-box"]),
        (
            "geo.distance(geography'POINT(5.1 52.2)',Locations/location) gt 0.05",
            ["box-a", "box-silent"],
        ),
        ("geo.length(geography'LINESTRING(0 0,0 2)') eq 2", THINGS),
        ("st_within(Locations/location,geography'SQUARE')", ["o-box"]),
        ("st_contains(geography'SQUARE',Locations/location)", ["o-box"]),
        ("st_disjoint(Locations/location,geography'SQUARE')", ["box-a", "box-silent"]),
        ("st_relate(Locations/location,geography'SQUARE','T*F**F***')", ["o-box"]),
        ("st_touches(Locations/location,geography'LINESTRING(0 0,1 1)')", []),
        ("st_overlaps(Locations/location,geography'POINT(0 0)')", []),
        ("st_crosses(Locations/location,geography'LINESTRING(0 0,1 1)')", []),
        ("st_equals(Locations/location,geography'POINT(0 0)')", []),
        ("st_intersects(Locations/location,geography'POINT(0 0)')", []),
    ],
)
def test_every_function_and_navigation_holds_for_what_it_should(ask, condition, names):
    found = ask("Things", **{"$filter": condition.replace("SQUARE", SQUARE)})
    assert [row.values["id"] for row in found.rows] == names


ONE = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # when clocks in the Netherlands jump from 2 to 3


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("hour(phenomenonTime) eq 0", lambda at: at.hour == 0),
        ("hour(phenomenonTime) eq 1", lambda at: at.hour == 1),
        ("phenomenonTime ge 2026-03-29T03:00:00+02:00", lambda at: at >= ONE),
        ("phenomenonTime ge 2026-03-29T03:00:00 02:00", lambda at: at >= ONE),
        ("phenomenonTime ge 2026-03-29T02:00:00+01:00", lambda at: at >= ONE),
        ("phenomenonTime lt 2026-03-29T01:00:00", lambda at: at < ONE),
        ("phenomenonTime lt '2026-03-29T01:00:00Z'", lambda at: at < ONE),
        ("2026-03-29T01:00:00Z gt phenomenonTime", lambda at: at < ONE),
        ("phenomenonTime le 2026-03-29T01:00:00Z", lambda at: at <= ONE),
        ("phenomenonTime lt 2026-03-29T01:00:00Z/2026-03-29T02:00:00Z", lambda at: at < ONE),
        ("phenomenonTime gt 2026-03-29T00:00:00Z/2026-03-29T01:00:00Z", lambda at: at > ONE),
        ("resultTime ge 2026-03-29T01:00:00Z", lambda at: at >= ONE),
        ("phenomenonTime eq 2026-03-29T01:02:00Z", lambda at: at == ONE + timedelta(minutes=2)),
        ("date(phenomenonTime) eq 2026-03-29", lambda at: at.day == 29),
        ("date(phenomenonTime) eq date('2026-03-28')", lambda at: at.day == 28),
        ("time(phenomenonTime) lt 00:40:00", lambda at: (at.hour, at.minute) < (0, 40)),
        ("year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 3", lambda at: at.month == 3),
        ("day(phenomenonTime) eq 28 or second(phenomenonTime) ne 0", lambda at: at.second != 0),
        ("fractionalseconds(phenomenonTime) gt 0", lambda at: at.microsecond > 0),
        ("totaloffsetminutes(phenomenonTime) eq 0", lambda at: at.utcoffset().seconds == 0),
        (
            "phenomenonTime add duration'PT1H' ge 2026-03-29T02:00:00Z",
            lambda at: at + timedelta(hours=1) >= ONE + timedelta(hours=1),
        ),
        (
            "phenomenonTime sub duration'PT30M' lt 2026-03-29T00:10:00Z",
            lambda at: at - timedelta(minutes=30) < datetime(2026, 3, 29, 0, 10, tzinfo=UTC),
        ),
        (
            "totalseconds(phenomenonTime sub 2026-03-29T01:00:00Z) le 120",
            lambda at: (at - ONE).total_seconds() <= 120,
        ),
        ("phenomenonTime lt mindatetime() or phenomenonTime gt maxdatetime()", lambda at: False),
        ("minute(phenomenonTime) mod 10 eq 0", lambda at: at.minute % 10 == 0),
    ],
)
def test_times_are_told_in_utc_over_the_hour_that_clocks_jump(ask, condition, holds):
    found = ask(
        "Datastreams('box-a:temperature')/Observations",
        **{"$filter": condition, "$top": "100", "$count": "true"},
    )
    rows = [row for row in ROWS if row["stream"] == "box-a:temperature" and holds(row["time"])]
    assert [row.values["id"] for row in found.rows] == by_time(rows)
    assert found.count == len(rows)


@pytest.mark.parametrize(
    "condition",
    [
        "name",
        "name eq",
        "eq 5",
        "name gt null",
        "name eq 5 and",
        "nothing(name)",
        "length()",
        "length(name,name)",
        "length(5) eq 1",
        "Nothing/name eq 'x'",
        "Locations eq 'x'",
        "Locations/any(l:m/name eq 'x')",
        "geo.distance(name,geography'POINT(5 52)') lt 1",
        "st_within(Locations/location,geography'POLYGON((')",
        "st_within(Locations/location,'POINT(5 52)')",
        "st_nothing(Locations/location,geography'POINT(5 52)')",
        "st_relate(Locations/location,geography'POINT(5 52)','nonsense')",
        "properties/kind add 'x' eq 5",
        "name in 'x'",
        "name eq true",
        "length(name) eq 1e999",
        "name eq 'x",
        "name eq 'x'; DROP TABLE private.node",
        "name eq 'x' -- comment",
        "name eq $1",
        "name eq %(v0)s",
        "not " * 200 + "true",
    ],
)
def test_what_says_nothing_is_refused(ask, condition):
    with pytest.raises(BadQueryError):
        ask("Things", **{"$filter": condition})


def test_long_chains_are_taken(ask):
    condition = " or ".join(["name eq 'box-a'"] * 300)
    assert len(ask("Things", **{"$filter": condition}).rows) == 1


def test_a_number_that_the_server_cannot_calculate_is_the_fault_of_the_asker(ask):
    with pytest.raises(BadQueryError, match="calculated"):
        ask("Observations", **{"$filter": "result mul 1e308 mul 1e308 gt 1"})
