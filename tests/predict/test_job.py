from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from predict.job import HISTORY_DAYS, LEVELS, STALE_H, run
from predict.models import SeasonalNaive
from predict.series import SeriesError

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)
EMPTY = pd.DataFrame({"node": [], "time": pd.to_datetime([], utc=True), "mean": [], "count": []})


class Desk:
    """Rows to read, and what was written."""

    def __init__(self, rows):
        self.rows, self.asked, self.written = rows, [], []

    def read(self, quantity, start, stop):
        self.asked.append((quantity, start, stop))
        return self.rows

    def write(self, *forecast):
        self.written.append(forecast)


def hours(node, values, last=CUTOFF - timedelta(hours=1), count=60):
    times = [last - timedelta(hours=back) for back in range(len(values))][::-1]
    frame = pd.DataFrame({"node": node, "time": times, "mean": values, "count": count})
    return frame.astype({"time": "datetime64[us, UTC]"})


def test_round_reads_whole_hours_and_writes_one_forecast_a_node():
    desk = Desk(pd.concat([hours("box-001", [5.0] * 200), hours("box-002", [9.0] * 200)]))
    issued = run(desk.read, desk.write, NOW, horizon=30)
    assert desk.asked == [("pm25", CUTOFF - timedelta(days=HISTORY_DAYS), CUTOFF)]
    assert [forecast[0] for forecast in desk.written] == ["box-001", "box-002"]
    assert (issued.nodes, issued.silent) == (("box-001", "box-002"), ())
    node, quantity, issue_time, cutoff, model, times, levels, quantiles = desk.written[1]
    assert (node, quantity, issue_time, cutoff) == ("box-002", "pm25", NOW, CUTOFF)
    assert model == "seasonal-naive-24 1"
    assert times == [CUTOFF + timedelta(hours=ahead) for ahead in range(30)]
    assert tuple(levels) == LEVELS
    assert quantiles.shape == (30, 7)
    assert quantiles[:, LEVELS.index(0.5)] == pytest.approx(9.0)


def test_forecast_is_that_of_the_model_for_the_same_hours():
    rng = np.random.default_rng(0)
    values = rng.gamma(4, 2, 24 * HISTORY_DAYS)
    desk = Desk(hours("box-001", values))
    model = SeasonalNaive(24, floor=0)
    model.fit(values[:, None])
    run(desk.read, desk.write, NOW, horizon=72, model=SeasonalNaive(24, floor=0))
    np.testing.assert_allclose(desk.written[0][-1], model.predict(72, LEVELS)[:, 0])


def test_hour_under_way_and_later_are_not_used():
    """Future values replaced by nonsense change nothing."""
    past = hours("box-001", [7.0] * 100)
    later = hours("box-001", [1e9] * 5, last=CUTOFF + timedelta(hours=4))
    with_later, without = Desk(pd.concat([later, past])), Desk(past)
    run(with_later.read, with_later.write, NOW)
    run(without.read, without.write, NOW)
    assert np.array_equal(with_later.written[0][-1], without.written[0][-1])


def test_hour_with_few_measurements_is_not_used():
    rows = hours("box-001", [7.0] * 100)
    rows.loc[rows.index[-1], ["mean", "count"]] = [500.0, 2]
    desk = Desk(rows)
    run(desk.read, desk.write, NOW, horizon=24)
    assert desk.written[0][-1][:, LEVELS.index(0.5)] == pytest.approx(7.0)


def test_node_that_fell_silent_gets_no_forecast_and_is_named():
    old = hours("box-old", [7.0] * 100, last=CUTOFF - timedelta(hours=STALE_H + 1))
    desk = Desk(pd.concat([old, hours("box-new", [3.0])]))
    issued = run(desk.read, desk.write, NOW)
    assert (issued.nodes, issued.silent) == (("box-new",), ("box-old",))
    assert [forecast[0] for forecast in desk.written] == ["box-new"]
    assert np.isfinite(desk.written[0][-1]).all()


@pytest.mark.parametrize(("quantity", "low"), [("pm25", 0), ("count_in", 0), ("temperature", -40)])
def test_forecast_stays_within_what_the_quantity_can_be(quantity, low):
    desk = Desk(hours("box-001", [0.4, 30.0, 0.1]))
    run(desk.read, desk.write, NOW, quantity=quantity)
    assert desk.written[0][-1].min() >= low


def test_time_of_another_zone_is_the_same_moment():
    desk = Desk(hours("box-001", [5.0]))
    here = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert run(desk.read, desk.write, here).cutoff == CUTOFF


def test_nothing_measured_is_no_forecast_and_no_error():
    desk = Desk(EMPTY)
    assert run(desk.read, desk.write, NOW).nodes == ()
    assert desk.written == []


def test_hours_that_are_there_twice_stop_the_round_before_anything_is_written():
    desk = Desk(pd.concat([hours("box-001", [5.0, 6.0]), hours("box-001", [7.0])]))
    with pytest.raises(SeriesError, match=r"box-001.*2026-03-14T08:00:00Z is there twice"):
        run(desk.read, desk.write, NOW)
    assert desk.written == []
