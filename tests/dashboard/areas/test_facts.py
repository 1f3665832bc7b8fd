"""What is told of a zone, from days worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.areas.facts import (
    MONTH_D,
    Zone,
    choose_kind,
    find_changes,
    holds,
    keep_inside,
    sort_areas,
    to_area,
)
from lokaalmeten.limits import find_limits
from tests.services.outlines import box

STOP = datetime(2026, 5, 4, 18, tzinfo=UTC)
TODAY = date(2026, 5, 4)
LIMITS = [limit for limit in find_limits("pm25") if limit.period == "day"]
NO_HOURS = pd.DataFrame({"time": pd.DatetimeIndex([], tz="UTC"), "mean": [], "count": []})


def make(label, means, nodes=1):
    """An area of which the last days before today have these means; NaN is a day without."""
    days = [TODAY - timedelta(days=len(means) - n) for n in range(len(means))]
    rows = pd.DataFrame({"day": pd.to_datetime(days), "mean": means, "counts": True})
    rows = rows[np.isfinite(rows["mean"])]
    zone = Zone(label.lower(), "neighbourhood", label, nodes)
    return to_area(zone, NO_HOURS, rows, LIMITS, STOP)


def test_a_month_is_compared_with_the_month_before():
    area = make("A", [10.0] * MONTH_D + [12.0] * MONTH_D)
    assert (area.before.mean, area.month.mean) == (10, 12)
    assert area.change == pytest.approx(0.2)


@pytest.mark.parametrize(("silent", "is_known"), [(7, True), (8, False)])
def test_a_trend_takes_three_quarters_of_the_days_of_both_months(silent, is_known):
    for place in (0, MONTH_D):
        means = np.array([10.0] * MONTH_D + [12.0] * MONTH_D)
        means[place : place + silent] = np.nan
        assert (make("A", means).change is not None) == is_known


def test_the_year_begins_in_january_and_days_above_are_of_this_year():
    january = (TODAY - date(2026, 1, 1)).days
    area = make("A", [99.0] * 5 + [16.0] * 3 + [30.0] * 2 + [15.0] * (january - 5))
    assert (area.year.measured, area.year.possible) == (january, january)
    assert [(limit.value, count) for limit, count in area.above] == [(15, 5), (25, 2)]


def test_areas_are_sorted_with_what_is_unknown_last():
    areas = [make("b", [5.0] * 30), make("A", [np.nan]), make("c", [9.0] * 30, nodes=4)]
    assert [area.zone.label for area in sort_areas(areas, "name")] == ["A", "b", "c"]
    assert [area.zone.label for area in sort_areas(areas, "year")] == ["c", "b", "A"]
    assert [area.zone.label for area in sort_areas(areas, "nodes")] == ["c", "A", "b"]
    assert [area.zone.label for area in sort_areas(areas, "trend")] == ["A", "b", "c"]


def test_the_largest_changes_are_named_where_there_are_any():
    def changed(label, share):
        return make(label, [10.0] * MONTH_D + [10.0 * share] * MONTH_D)

    areas = [changed("a", 1.3), changed("b", 1.04), changed("c", 0.6), make("d", [9.0])]
    rise, fall = find_changes(areas)
    assert (rise.zone.label, fall.zone.label) == ("a", "c")
    assert find_changes([changed("b", 1.04), changed("e", 0.96)]) == (None, None)
    assert find_changes([]) == (None, None)


def test_a_point_is_in_a_ring_or_not():
    ring = np.array([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4), (0, 0)], float)
    assert holds([ring], 1, 1)
    assert not holds([ring], 2, 3)  # in the notch
    assert not holds([ring], 5, 1)
    assert holds([ring + 10, ring], 3.5, 2)


def test_neighbourhoods_are_those_with_their_middle_in_the_municipality():
    outlines = {"town": box(5, 52, 5.2, 52.2), "in": box(5.1, 52.1, 5.15, 52.15)}
    outlines["over"] = box(5.19, 52.1, 5.4, 52.2)
    zones = [Zone(name, "neighbourhood", name, 0) for name in ("in", "over")]
    assert [zone.name for zone in keep_inside(zones, outlines, "town")] == ["in"]


def test_neighbourhoods_come_before_municipalities_unless_asked_for():
    zones = [Zone("a", "municipality", "A", 1), Zone("b", "neighbourhood", "B", 1)]
    assert choose_kind(zones, None) == "neighbourhood"
    assert choose_kind(zones, "municipality") == "municipality"
    assert choose_kind(zones[:1], None) == "municipality"
