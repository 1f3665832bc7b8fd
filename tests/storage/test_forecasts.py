from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.forecasts import HORIZON_H, LEVELS, SILENT, YOUNG, Kept, Last, Series
from lokaalmeten.geo import to_cells
from lokaalmeten.stations import Station
from storage import reader
from storage.fits import note_drift, read_fit, write_fit
from storage.forecasts import (
    number_series,
    read_forecast,
    read_issues,
    read_last,
    read_members,
    read_rounds,
    write_round,
)
from storage.registry import add_node
from storage.stations import write_stations
from storage.zones import add_zone
from tests.services.issued import HOUR, issue, make_round
from tests.services.outlines import box as outline

CUTOFF = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ["q2.5", "q10", "q25", "q50", "q75", "q90", "q97.5"]
RNG = np.random.default_rng(3)
TABLE = np.sort(RNG.gamma(4, 3, (HORIZON_H, 1, len(LEVELS))), axis=-1).astype(np.float32)


@pytest.fixture
def box(connection):
    return add_node(connection, "box-1", "box", lat=52.09, lon=5.12).name


def count(connection, table):
    return connection.execute(f"SELECT count(*) FROM private.{table}".encode()).fetchone()[0]


def test_a_forecast_comes_back_with_its_quantiles_issue_and_model(connection, box):
    issued = issue(connection, [box], CUTOFF, TABLE)
    found = reader.forecast(connection, box, "pm25")
    assert list(found.columns) == ["time", *NAMES, "issue_time", "cutoff", "model"]
    assert found["time"].tolist() == [CUTOFF + hour * HOUR for hour in range(HORIZON_H)]
    assert np.array_equal(found[NAMES].to_numpy(np.float32), TABLE[:, 0])
    assert set(found["issue_time"]) == {issued.issue_time}
    assert set(found["cutoff"]) == {CUTOFF}
    assert set(found["model"]) == {"test 1"}


def test_the_public_view_says_the_same_hour_by_hour(connection, box):
    issue(connection, [box], CUTOFF, TABLE)
    rows = connection.execute(
        "SELECT time, levels, quantiles FROM public.forecast WHERE place = 'box-1' ORDER BY time"
    ).fetchall()
    assert [row[0] for row in rows] == [CUTOFF + hour * HOUR for hour in range(HORIZON_H)]
    assert rows[0][1] == list(LEVELS)
    assert np.array_equal(np.array([row[2] for row in rows], np.float32), TABLE[:, 0])


def test_the_latest_cutoff_is_read_whatever_was_written_last(connection, box):
    issue(connection, [box], CUTOFF, 100)
    issue(connection, [box], CUTOFF - HOUR, 1)
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 100
    assert read_last(connection, "pm25").cutoff == CUTOFF


def test_a_round_from_the_same_cutoff_takes_the_place_of_the_earlier_one_whole(connection, box):
    other = add_node(connection, "box-2", "box").name
    issue(connection, [box], CUTOFF - HOUR)
    issue(connection, [box, other], CUTOFF)
    issue(connection, [box], CUTOFF, 9)
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 9
    assert reader.forecast(connection, other, "pm25").empty
    assert (count(connection, "forecast_round"), count(connection, "forecast")) == (2, 2)


def test_other_quantities_are_left_alone(connection, box):
    issue(connection, [box], CUTOFF)
    issue(connection, [box], CUTOFF, 50, quantity="pm10")
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 2
    assert reader.forecast(connection, box, "pm10")["q10"].iloc[0] == 50
    assert reader.forecast(connection, box, "no2").empty


def test_places_that_are_refused_say_why_and_have_no_hours(connection):
    for name in ("box-1", "box-2", "box-3"):
        add_node(connection, name, "box")
    reasons, known = ["", SILENT, YOUNG], np.array([0.5, 0, 1], np.float32)
    issue(connection, ["box-1", "box-2", "box-3"], CUTOFF, reasons=reasons, known=known)
    said, found = read_forecast(connection, "node", "box-2", "pm25")
    assert (said["reason"], said["known"], len(found)) == (SILENT, 0.0, 0)
    assert said["newest"] == CUTOFF - HOUR
    said, found = read_forecast(connection, "node", "box-1", "pm25")
    assert (said["reason"], said["known"], said["history"], len(found)) == (None, 0.5, 900, 72)
    issues = read_issues(connection, "pm25")
    assert issues["reason"].tolist() == [None, SILENT, YOUNG]
    rounds = read_rounds(connection)
    assert rounds[["places", "refused"]].to_numpy().tolist() == [[1, 2]]
    assert read_forecast(connection, "node", "box-9", "pm25")[0] == {}


def test_a_round_that_fails_leaves_the_earlier_one_and_nothing_of_itself(connection, box):
    (known,) = number_series(connection, [Series("node", box, "pm25")]).tolist()
    issue(connection, [box], CUTOFF)
    with pytest.raises(StorageError):
        write_round(connection, make_round([known, 4711], CUTOFF, 3))
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 2
    assert (count(connection, "forecast_round"), count(connection, "forecast")) == (1, 1)


def test_every_kind_of_place_has_one_number_and_moving_nodes_have_none(connection, box):
    add_node(connection, "bike-1", "bike")
    add_zone(connection, "town", "municipality", "Town", outline(5.0, 52.0, 5.2, 52.2))
    write_stations(connection, [Station("NL1", "Street", "traffic", 52.0, 5.0)])
    cell = int(to_cells(np.array([520_900_000], np.int32), np.array([51_200_000], np.int32), 7)[0])
    asked = [
        Series("node", box, "pm25"),
        Series("node", box, "pm25_corrected"),
        Series("node", "bike-1", "pm25"),
        Series("station", "NL1", "pm25"),
        Series("zone", "town", "pm25"),
        Series("cell", f"{cell:x}", "pm25"),
        Series("zone", "nowhere", "pm25"),
    ]
    first = number_series(connection, asked)
    assert first[[2, 6]].tolist() == [0, 0]
    assert len(set(first.tolist())) == 6
    assert number_series(connection, asked[::-1]).tolist() == first[::-1].tolist()
    write_round(connection, make_round(first[[0, 3, 4, 5]], CUTOFF, 3))
    for kind, place in (("node", box), ("station", "NL1"), ("zone", "town"), ("cell", f"{cell:x}")):
        assert len(read_forecast(connection, kind, place, "pm25")[1]) == HORIZON_H
    members = read_members(connection, CUTOFF).to_numpy().tolist()
    assert members == [["cell", f"{cell:x}", box], ["zone", "town", box]]


def test_corrected_values_are_another_series_of_the_same_quantity(connection, box):
    (number,) = number_series(connection, [Series("node", box, "pm25_corrected")]).tolist()
    write_round(connection, make_round([number], CUTOFF, 3))
    said, found = read_forecast(connection, "node", box, "pm25")
    assert (said["corrected"], len(found)) == (True, HORIZON_H)


def test_what_a_round_used_is_known_to_the_next(connection, box):
    assert read_last(connection, "pm25") is None
    issued = issue(connection, [box], CUTOFF)
    assert read_last(connection, "pm25") == Last(CUTOFF, CUTOFF - HOUR, issued.seen)


def test_what_was_learned_comes_back_and_is_replaced(connection):
    series = np.array([3, 1, 2], np.int32)
    for state in (b"\0\1", b"more"):
        write_fit(connection, "pm25", "node", Kept(CUTOFF, None, "m 1", series, state), "first")
    found = read_fit(connection, "pm25", "node")
    assert (found.fitted_at, found.drifted_at, found.model) == (CUTOFF, None, "m 1")
    assert (found.series.tolist(), found.state) == ([3, 1, 2], b"more")
    assert read_fit(connection, "pm25", "station") is None


def test_drift_is_noted_once_until_it_is_learned_anew(connection):
    learned = Kept(CUTOFF, None, "m 1", np.array([1], np.int32), b"")
    later = CUTOFF + timedelta(days=9)
    assert not note_drift(connection, "pm25", "node", later, 0.5, 0.7, 0.9)  # nothing was learned
    write_fit(connection, "pm25", "node", learned, "first")
    noted = [note_drift(connection, "pm25", "node", later, 0.5, 0.7, 0.9) for _ in range(3)]
    assert noted == [True, False, False]
    assert read_fit(connection, "pm25", "node").drifted_at == later
    events = connection.execute(
        "SELECT detail FROM private.event WHERE what = 'forecasts drifted'"
    ).fetchall()
    facts = {"quantity": "pm25", "share": "node", "inside": 0.5, "low": 0.7, "high": 0.9}
    assert events == [(facts,)]
    write_fit(connection, "pm25", "node", learned, "drift")
    assert read_fit(connection, "pm25", "node").drifted_at is None
