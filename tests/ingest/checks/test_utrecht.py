"""The review on real hours: broken sensors are found, the real New Year is left alone."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ingest.checks.review import review
from lokaalmeten.findings import to_checks
from lokaalmeten.quality import Flag
from tests.ingest.checks.utrecht import MemoryStore, read_utrecht

NEW_YEAR = 1_672_527_600  # 2022-12-31 23:00 UTC, when the year begins on the clock
HALF_YEAR = (NEW_YEAR, NEW_YEAR + 181 * 86_400)


@pytest.fixture(scope="module")
def town(shared_data):
    return read_utrecht(shared_data / "samenmeten_utrecht")


@pytest.fixture(scope="module")
def found(town):
    """(sensor, hour): flag and checks, of all that was found."""
    store = MemoryStore(town)
    review(store, *HALF_YEAR)
    return {
        (town.names[node], hour): (flag, to_checks(checks))
        for one in store.found
        for node, hour, flag, checks in zip(*(c.tolist() for c in one[1:]), strict=True)
    }


def share(town, found, name, flag):
    """Share of the values of a sensor that have a flag."""
    values = (town.hours.node == town.names.index(name)).sum()
    return sum(f == flag for (who, _), (f, _) in found.items() if who == name) / values


@pytest.mark.parametrize("name", ["HLL_zps-10", "USP_pu502"])
def test_a_sensor_that_stays_at_zero_fails(town, found, name):
    zeros = (town.hours.node == town.names.index(name)) & (town.hours.total == 0)
    assert zeros.sum() > 2900
    failed = {hour for (who, hour), (flag, _) in found.items() if (who, flag) == (name, Flag.FAIL)}
    assert np.isin(town.hours.hour[zeros], list(failed)).mean() > 0.85


def test_a_sensor_that_is_ten_times_too_high_all_the_time_fails(town, found):
    assert share(town, found, "LTD_6874", Flag.FAIL) > 0.8


def test_a_sensor_that_hardly_moves_fails(town, found):
    assert share(town, found, "UTR_bu011", Flag.FAIL) > 0.6


def test_sound_sensors_are_left_alone(town, found):
    for name in ("AMF_pm012", "HLL_zps-09", "LTD_10414", "LTD_57198", "LTD_62035", "OZK_1813"):
        assert share(town, found, name, Flag.FAIL) == 0
        assert share(town, found, name, Flag.SUSPECT) < 0.005


def test_the_new_year_stays_good_at_sensors_that_agree_with_their_neighbours(town, found):
    hours = town.hours
    peak = hours.hour == NEW_YEAR
    values = dict(zip(hours.node[peak].tolist(), (hours.total[peak] / 100).tolist(), strict=True))
    placed = set(town.places.node.tolist())
    typical = np.median([value for node, value in values.items() if node in placed])
    assert typical > 50
    alike = {n for n, v in values.items() if n in placed and typical / 3 < v < typical * 3}
    assert len(alike) > 20
    assert max(values[node] for node in alike) > 150
    assert not {town.names[node] for node in alike} & {who for who, h in found if h == NEW_YEAR}


def test_the_document_tells_how_many_hours_each_check_finds(town, found):
    text = (Path(__file__).parents[3] / "docs/checks.md").read_text()
    said = re.findall(r"^\| (\w+) \| ([\d,]+) \|", text.partition("## On real data")[2], re.M)
    counts = Counter(name for _, checks in found.values() for name in checks)
    assert said == [(name, f"{count:,}") for name, count in counts.most_common()]
    flags = Counter(flag for flag, _ in found.values())
    assert (
        f"Together {flags[Flag.FAIL]:,} hours fail and {flags[Flag.SUSPECT]:,} are suspect" in text
    )
    assert f"{len(town.hours.node):,} hours within the span" in text
