"""A year against slow answers over the rows of the table, one by one."""

import math
from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.reports import year_facts
from dashboard.reports.reading import silently
from dashboard.reports.year_facts import read_year
from lokaalmeten.errors import StorageError
from lokaalmeten.limits import find_limits
from lokaalmeten.lki import EDGES, GROUPS
from storage import reader
from tests.dashboard.reports.conftest import TODAY
from tests.services.observed import read_values

KEYS = year_facts.QUANTITIES
BOXES = {"box-0", "box-1", "box-2", "box-3", "box-new"}


@pytest.fixture(scope="session")
def slow(town):
    """Of each quantity and node: days as (mean, good values, whether it counts, hours)."""
    found = {}
    for key in KEYS:
        for (node, day), own in read_values(town, key).groupby(["node", "day"]):
            if node in BOXES and own["good"].any() and day.year == 2025:
                found[key, node, day] = slow_day(own)
    return found


def slow_day(own):
    good = own["steps"][own["good"]].astype(int)
    hours = slow_hours(own)
    return int(good.sum()) / len(good) / 100, len(good), len(hours) >= 18, hours


def slow_hours(own):
    """Mean of each hour that counts, by its start."""
    hours = dict(iter(own.groupby("hour")))
    expected = max(int(part["value"].notna().sum()) for part in hours.values())
    good = {hour: part["steps"][part["good"]].astype(int) for hour, part in hours.items()}
    return {
        hour: int(steps.sum()) / len(steps) / 100
        for hour, steps in good.items()
        if len(steps) and len(steps) >= 0.75 * expected
    }


def pick(slow, key):
    return {(node, day): facts for (k, node, day), facts in slow.items() if k == key}


def test_a_corrected_year_is_that_of_the_nodes_with_corrected_values(town, year):
    better = read_year(town, 2025, [], TODAY, silently, corrected=True)
    assert better.nodes["name"].tolist() == ["box-1"]
    assert all(better.days[key].empty for key in ("pm10", "no2"))
    raw = year.days["pm25"][year.days["pm25"]["node"] == "box-1"]
    assert better.days["pm25"]["day"].tolist() == raw["day"].tolist()
    assert better.days["pm25"]["mean"].tolist() == pytest.approx(
        (0.75 * raw["mean"]).tolist(),
        abs=0.005,  # each value is a whole step
    )
    zone = next(zone for zone, key in better.zone_days if len(better.zone_days[zone, "pm25"]))
    assert better.zone_days[zone, "pm25"]["nodes"].unique().tolist() == [1]
    assert better.groups["hours"].sum() > 0


def test_the_nodes_are_those_that_measured(year):
    assert set(year.nodes["name"]) == BOXES
    labels = dict(zip(year.nodes["name"], year.nodes["label"], strict=True))
    assert labels["box-1"] == "Marktplein"
    assert labels["box-2"] == "box-2"


@pytest.mark.parametrize("key", KEYS)
def test_means_are_of_the_days_that_count_and_said_to_be_thin(year, slow, key):
    by_node = defaultdict(list)
    for (node, _), (mean, _, counts, _) in pick(slow, key).items():
        by_node[node].append((mean, counts))
    found = year_facts.to_means(year, key)
    assert set(found["node"]) == set(by_node)
    for row in found.to_dict("records"):
        counted = [mean for mean, counts in by_node[row["node"]] if counts]
        assert row["mean"] == pytest.approx(sum(counted) / len(counted))
        assert row["capture"] == pytest.approx(len(counted) / 365)
        assert not row["firm"]
    assert found["mean"].is_monotonic_decreasing


@pytest.mark.parametrize("key", KEYS)
def test_each_day_has_the_median_of_its_nodes_or_nothing(year, slow, key):
    by_day = defaultdict(list)
    for (node, day), (mean, _, counts, _) in pick(slow, key).items():
        by_day[day].append((mean, node, counts))
    found = year_facts.to_daily(year, key)
    assert len(found) == 365
    assert found["day"].iloc[0] == pd.Timestamp(2025, 1, 1)
    for row in found.to_dict("records"):
        own = by_day.get(row["day"].date(), [])
        counted = [entry for entry in own if entry[2]]
        shown = counted or own
        assert row["counts"] == bool(counted)
        assert row["nodes"] == len(shown)
        if shown:
            assert row["median"] == pytest.approx(np.median([mean for mean, _, _ in shown]))
            assert row["highest"] == pytest.approx(max(shown)[0])
            assert row["node"] == max(shown)[1]
        else:
            assert math.isnan(row["median"])
    measured = found["nodes"].to_numpy() > 0
    assert 40 < measured.sum() < 70


@pytest.mark.parametrize("key", KEYS)
def test_the_worst_days_are_the_highest_medians_that_count(year, key):
    daily = year_facts.to_daily(year, key)
    medians = sorted(daily.loc[daily["counts"], "median"], reverse=True)[:10]
    worst = year_facts.to_worst(year, key)
    assert worst["median"].tolist() == medians
    assert len(medians) == 10


@pytest.mark.parametrize("key", KEYS)
def test_months_add_up_days_that_count(year, slow, key):
    limit = next(x.value for x in find_limits(key) if x.period == "day")
    days, nodes = pick(slow, key), len({node for node, _ in pick(slow, key)})
    found = year_facts.to_monthly(year, key)
    assert found["month"].tolist() == list(range(1, 13))
    for row in found.to_dict("records"):
        own = [
            m
            for (_, day), (m, _, counts, _) in days.items()
            if counts and day.month == row["month"]
        ]
        length = pd.Timestamp(2025, row["month"], 1).days_in_month
        assert row["share"] == pytest.approx(len(own) / (nodes * length))
        assert row["above"] == sum(mean > limit for mean in own)
        if own:
            assert row["mean"] == pytest.approx(sum(own) / len(own))
            assert row["highest"] == pytest.approx(max(own))
        else:
            assert math.isnan(row["mean"])


def test_captures_are_shares_of_each_month(year, slow):
    found = year_facts.to_captures(year, "pm25")
    assert set(found.index) == BOXES
    for node, own in found.iterrows():
        for month, share in own.items():
            counted = [
                day
                for (name, day), (_, _, counts, _) in pick(slow, "pm25").items()
                if name == node and counts and day.month == month
            ]
            length = pd.Timestamp(2025, int(month), 1).days_in_month
            assert share == pytest.approx(len(counted) / length)


def test_hours_are_classed_by_their_worst_substance(year, slow):
    index = defaultdict(int)
    for (key, node, _), (_, _, _, hours) in slow.items():
        for hour, mean in hours.items():
            number = 1 + sum(edge <= mean for edge in EDGES[key])
            index[node, hour] = max(index[node, hour], number)
    counts = Counter()
    for (node, hour), number in index.items():
        month = hour.tz_convert("Europe/Amsterdam").month
        counts[node, month, GROUPS[number - 1]] += 1
    rows = year.groups.to_dict("records")
    assert {(r["node"], r["month"], r["group"]): r["hours"] for r in rows} == counts
    by_node = year_facts.to_node_groups(year)
    assert by_node.to_numpy().sum() == sum(counts.values())
    shares = year_facts.to_shares(year)
    november = sum(n for (_, month, _), n in counts.items() if month == 11)
    assert shares.loc[11].sum() == pytest.approx(november / (len(BOXES) * 30 * 24))
    october = sum(n for (_, month, group), n in counts.items() if (month, group) == (10, 1))
    assert shares.loc[10, 1] == pytest.approx(october / (len(BOXES) * (31 * 24 + 1)))


@pytest.mark.parametrize("key", KEYS)
def test_zones_are_judged_as_nodes_are(town, year, key):
    found = year_facts.to_zone_rows(year, key)
    zones = {"west", "oost"} if key != "no2" else set(found["node"])
    assert set(found["node"]) == zones
    assert len(zones) >= 1
    for row in found.to_dict("records"):
        days = reader.zone_days(
            town, row["node"], key, *year_facts.to_moments(year.first, year.after)
        )
        counted = [d for d in days.to_dict("records") if d["complete"] >= 1]
        assert row["period"] in {"day", "year"}
        assert row["mean"] == pytest.approx(np.mean([d["mean"] for d in counted]))
        assert row["capture"] == pytest.approx(len(counted) / 365)
        if row["period"] == "day":
            assert row["above"] == sum(d["mean"] > row["value"] for d in counted)
            enough = "above" if row["above"] > row["allowed"] else "unknown"
            assert row["verdict"] == enough
        else:
            assert row["verdict"] == "unknown"


def test_verdicts_are_counted_per_limit(year):
    rows = year.verdicts["pm25"]
    for limit in find_limits("pm25"):
        counts = year_facts.count_verdicts(rows, limit)
        own = [
            r["verdict"]
            for r in rows.to_dict("records")
            if (r["norm"], r["period"]) == (limit.norm, limit.period)
        ]
        assert counts == {v: own.count(v) for v in ("above", "within", "unknown")}
        assert sum(counts.values()) == len(BOXES)


def test_a_zone_has_only_its_own_nodes(town):
    found = read_year(town, 2025, ["west"], TODAY, silently)
    whole = reader.zone_nodes(town, *year_facts.to_moments(found.first, found.after))
    west = set(whole.loc[whole["zone"] == "west", "node"])
    assert set(found.nodes["name"]) == west < BOXES
    assert set(found.days["pm25"]["node"]) == set(found.groups["node"]) == west
    assert dict(found.zones) == {"west": "Westwijk"}
    with pytest.raises(StorageError, match="there is no zone called 'noord'"):
        read_year(town, 2025, ["noord"], TODAY, silently)


def test_a_year_that_runs_has_no_days_to_come(town):
    found = read_year(town, 2025, [], date(2025, 11, 9), silently)
    daily = year_facts.to_daily(found, "pm25")
    assert daily["day"].iloc[-1] == pd.Timestamp(2025, 11, 9)
    assert year_facts.to_monthly(found, "pm25")["month"].iloc[-1] == 11
    assert list(year_facts.to_captures(found, "pm25").columns) == list(range(1, 12))
    assert year_facts.to_shares(found).index.tolist() == list(range(1, 12))


def test_a_year_without_measurements_is_empty(town):
    found = read_year(town, 2024, [], TODAY, silently)
    assert found.nodes.empty
    assert found.groups.empty
