from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage import reader
from storage.forecasts import write_forecasts
from storage.registry import add_node

ISSUED = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CUTOFF = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEVELS = [0.1, 0.5, 0.975]


@pytest.fixture
def box(connection):
    return add_node(connection, "box-1", "box").name


def issue(connection, node, *, later=0, shift=0.0, hours=24):
    """Issue a forecast ``later`` hours after the first."""
    cutoff, issued = (moment + timedelta(hours=later) for moment in (CUTOFF, ISSUED))
    times = [cutoff + timedelta(hours=1 + hour) for hour in range(hours)]
    table = shift + np.arange(3 * hours).reshape(hours, 3) / 10
    write_forecasts(
        connection, node, "pm25", issued, cutoff, "seasonal-naive 1", times, LEVELS, table
    )
    return times, table


def test_a_forecast_comes_back_with_its_quantiles_issue_and_model(connection, box):
    times, table = issue(connection, box)
    found = reader.forecast(connection, box, "pm25")
    names = ["q10", "q50", "q97.5"]
    assert list(found.columns) == ["time", *names, "issue_time", "cutoff", "model"]
    assert found["time"].tolist() == times
    assert found[names].to_numpy().tolist() == table.tolist()
    assert set(found["issue_time"]) == {ISSUED}
    assert set(found["cutoff"]) == {CUTOFF}
    assert set(found["model"]) == {"seasonal-naive 1"}


def test_the_latest_issue_is_read_whatever_was_written_last(connection, box):
    issue(connection, box, shift=100)
    issue(connection, box, later=-1, shift=-100)
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 100


def test_a_forecast_from_the_same_cutoff_replaces_the_earlier_whole(connection, box):
    issue(connection, box, later=-1)
    issue(connection, box, hours=24)
    issue(connection, box, hours=6, shift=1)
    found = reader.forecast(connection, box, "pm25")
    assert len(found) == 6
    assert found["q10"].iloc[0] == 1
    assert connection.execute("SELECT count(*) FROM private.forecast").fetchone() == (30,)


def test_other_nodes_and_quantities_are_left_alone(connection, box):
    other = add_node(connection, "box-2", "box").name
    issue(connection, box)
    issue(connection, other, shift=50)
    assert reader.forecast(connection, box, "pm25")["q10"].iloc[0] == 0
    assert reader.forecast(connection, box, "pm10").empty


@pytest.mark.parametrize("node", ["bike-1", "nobody"])
def test_only_fixed_nodes_that_exist_have_forecasts(connection, node):
    add_node(connection, "bike-1", "bike")
    with pytest.raises(StorageError, match=f"no fixed node '{node}' to forecast for"):
        issue(connection, node)
    assert reader.forecast(connection, node, "pm25").empty


def test_a_forecast_that_fails_leaves_the_earlier_one(connection, box):
    issue(connection, box)
    with pytest.raises(StorageError):
        write_forecasts(
            connection, box, "pm25", ISSUED, CUTOFF, "m", [CUTOFF, CUTOFF], [0.5], [[1], [2]]
        )
    assert len(reader.forecast(connection, box, "pm25")) == 24
