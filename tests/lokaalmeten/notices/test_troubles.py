"""When a trouble begins and when it is over: nothing at the mark is told of twice."""

from datetime import timedelta

from lokaalmeten.node_health import Rules
from lokaalmeten.notices.troubles import Found, Trouble, compare
from tests.lokaalmeten.test_node_health import NOON, ago, bike, health

RULES = Rules()


def lasting(kind="silent", about="", **facts):
    since = facts.pop("since", ago(days=2))
    known = {"noted_at": since, "back_at": None, "over_at": None} | facts
    return Trouble(7, 1, "box-1", "", kind, about, since, **known)


def look(node, troubles=(), limits=None, now=NOON):
    return compare([node], limits, troubles, RULES, now)


def test_silence_begins_once_with_the_last_sample():
    quiet = health(last=ago(hours=30))
    (begun,) = look(quiet).begun
    assert (begun.kind, begun.since) == ("silent", ago(hours=30))
    assert look(quiet, [lasting()]).begun == []


def test_a_silent_node_is_back_only_when_it_goes_on_for_an_hour():
    silent = lasting(since=ago(days=2))
    first = look(health(last=ago(minutes=1)), [silent])
    assert (first.back, first.over) == ([7], [])
    back = lasting(since=ago(days=2), back_at=NOON)
    soon, later = NOON + timedelta(minutes=59), NOON + timedelta(hours=1)
    assert look(health(last=soon), [back], now=soon).over == []
    assert look(health(last=later), [back], now=later).over == [7]
    # one page, and nothing since
    assert look(health(last=ago(minutes=1)), [back], now=later).over == []


def test_one_that_falls_silent_again_before_it_was_back_goes_on_as_the_same():
    back = lasting(since=ago(days=5), back_at=ago(hours=26))
    changes = look(health(last=ago(hours=25)), [back])
    assert (changes.gone, changes.over, changes.begun) == ([7], [], [])


def test_a_low_battery_is_over_when_it_was_charged_and_not_when_it_rested():
    low = lasting("battery")
    (begun,) = look(health(battery_mv=3700.0)).begun
    assert (begun.kind, begun.facts) == ("battery", {"millivolt": 3700.0})
    for millivolt, over in ((3760.0, []), (3849.0, []), (3850.0, [7]), (None, [])):
        assert look(health(battery_mv=millivolt), [low]).over == over
    assert look(health(battery_mv=4100.0, said_at=ago(days=5)), [low]).over == []


def test_a_bike_at_rest_is_no_trouble():
    assert look(bike(last=ago(days=200))).begun == []


def test_limits_begin_and_end_only_when_somebody_looked():
    passed = Found(1, "limit", "2026 WHO 2021 pm25 day", NOON, {"year": 2026})
    known = lasting("limit", passed.about)
    assert look(health(), (), [passed]).begun == [passed]
    assert look(health(), [known], [passed]) == ([], [], [], [])
    assert look(health(), [known], []).over == [7]
    assert look(health(), [known], None) == ([], [], [], [])
