from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from lokaalmeten.forecasts import Series
from predict.rounds.hours import find_newest, mean_of, read_hours
from tests.predict.rounds.desk import Desk, to_rows

CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST = CUTOFF - HOUR
HOLE = np.nan
FOURTEEN = np.arange(24.0 * 14)


def test_a_node_with_corrected_hours_is_known_by_these_alone():
    raw = [to_rows(name, FOURTEEN, LAST) for name in ("box-1", "box-2", "box-3")]
    better = [to_rows("box-1", FOURTEEN / 2, LAST), to_rows("box-2", FOURTEEN[:99] / 2, LAST)]
    rows = {("node", "pm25"): pd.concat(raw), ("node", "pm25_corrected"): pd.concat(better)}
    (nodes,) = read_hours(Desk(rows), "pm25", CUTOFF)
    keys = ["pm25_corrected", "pm25", "pm25"]  # of box-2 less than half is corrected
    assert nodes.series == tuple(Series("node", f"box-{at}", key) for at, key in enumerate(keys, 1))
    assert np.array_equal(nodes.table[-len(FOURTEEN) :, 0], FOURTEEN / 2)
    assert np.array_equal(nodes.table[-len(FOURTEEN) :, 1], FOURTEEN)
    assert np.isnan(nodes.table[: -len(FOURTEEN)]).all()


def test_a_place_is_corrected_when_all_its_nodes_are():
    raw = [to_rows(name, FOURTEEN, LAST) for name in ("box-1", "box-2", "box-3")]
    better = [to_rows(name, FOURTEEN / 2, LAST) for name in ("box-1", "box-2")]
    rows = {("node", "pm25"): pd.concat(raw), ("node", "pm25_corrected"): pd.concat(better)}
    members = [("zone", "a", "box-1"), ("zone", "a", "box-2")]
    members += [("zone", "b", "box-2"), ("zone", "b", "box-3")]
    _, places = read_hours(Desk(rows, members), "pm25", CUTOFF)
    assert [each.quantity for each in places.series] == ["pm25_corrected", "pm25"]
    assert np.array_equal(places.table[-len(FOURTEEN) :, 0], FOURTEEN / 2)
    assert np.array_equal(places.table[-len(FOURTEEN) :, 1], FOURTEEN)


def test_an_hour_of_a_place_counts_when_half_of_its_nodes_are_known():
    values = np.array([[1.0, 3, 8, 8], [1, 3, HOLE, HOLE], [HOLE, 3, HOLE, HOLE]])
    values = np.vstack([values, values[0], values[0]])
    everybody = np.ones((4, 1), bool)
    found = mean_of(values, everybody)[:, 0]
    assert found[:2].tolist() == [5.0, 2.0]
    assert np.isnan(found[2])


def test_stations_stand_beside_nodes_and_only_they_know_ozone():
    rows = {
        ("node", "no2"): to_rows("box-1", FOURTEEN, LAST),
        ("station", "no2"): to_rows("NL1", FOURTEEN, LAST - HOUR, count=1),
        ("station", "o3"): to_rows("NL1", FOURTEEN, LAST, count=1),
    }
    nodes, stations = read_hours(Desk(rows), "no2", CUTOFF)
    assert (nodes.share, stations.share) == ("node", "station")
    assert find_newest([stations]) == LAST - HOUR
    assert find_newest([nodes, stations]) == LAST
    (ozone,) = read_hours(Desk(rows), "o3", CUTOFF)
    assert ozone.series == (Series("station", "NL1", "o3"),)
    assert find_newest([]) is None
