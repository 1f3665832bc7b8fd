import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dashboard import figures
from dashboard.words import Words
from lokaalmeten.limits import find_limits
from lokaalmeten.quality import Flag

NL = Words("nl")
START = datetime(2026, 5, 4, tzinfo=UTC)


def frame(minutes, values, flags=None):
    times = pd.to_datetime([START + timedelta(minutes=m) for m in minutes], utc=True)
    columns = {"time": times, "pm25": np.array(values, float)}
    return pd.DataFrame(columns | ({} if flags is None else {"pm25_flag": flags}))


@given(st.lists(st.integers(1, 500), min_size=2, max_size=60))
def test_a_line_is_broken_exactly_where_steps_are_missing(steps):
    times = np.datetime64("2026-05-04", "s") + np.cumsum([0, *steps]).astype("timedelta64[s]")
    values = np.arange(len(times), dtype=float)
    broken_times, broken = figures.break_gaps(times, values, width_s=60)
    expected = []
    for place, value in enumerate(values):
        expected.append(value)
        if place < len(steps) and steps[place] > figures.GAP * 60:
            expected.append(None)
    assert [None if np.isnan(v) else v for v in broken] == expected
    assert (np.diff(broken_times) >= np.timedelta64(0, "s")).all()


def test_samples_that_failed_are_marked_and_not_on_the_line():
    flags = [Flag.GOOD, Flag.FAIL, Flag.SUSPECT, Flag.GOOD]
    line, marks = figures.series_figure(NL, "pm25", frame(range(4), [1, 90, 80, 2], flags), 0)[
        "data"
    ]
    assert line["y"] == [1, None, None, 2]
    assert marks["y"] == [90, 80]
    assert marks["mode"] == "markers"


def test_what_is_corrected_is_the_line_that_one_sees_first():
    flags = [Flag.GOOD, Flag.FAIL, Flag.GOOD]
    told = frame(range(3), [10, 90, 12], flags).assign(pm25_corrected=[5.0, 45.0, np.nan])
    raw, corrected, marks = figures.series_figure(NL, "pm25", told, 0)["data"]
    assert (raw["y"], raw["name"]) == ([10, None, 12], "Ruw")
    assert (corrected["y"], corrected["name"]) == ([5, None, None], "Gecorrigeerd")
    assert corrected["line"]["color"] == figures.LINE != raw["line"]["color"]
    assert marks["y"] == [90]


def test_without_a_corrected_value_there_is_one_line():
    told = frame(range(2), [10, 12]).assign(pm25_corrected=[np.nan, np.nan])
    (line,) = figures.series_figure(NL, "pm25", told, 3600)["data"]
    assert line["line"]["color"] == figures.LINE


def test_times_are_dutch_wall_clock():
    line = figures.series_figure(NL, "pm25", frame([0, 60], [1, 2]), 3600)["data"][0]
    assert line["x"] == ["2026-05-04T02:00:00", "2026-05-04T03:00:00"]


def test_the_interval_of_a_forecast_goes_forth_along_the_top_and_back_along_the_bottom():
    forecast = frame([60, 120], [0, 0]).assign(q10=[1.0, 2.0], q50=[5.0, 6.0], q90=[9.0, 10.0])
    measured = frame([0], [4])
    interval, past, median = figures.forecast_figure(
        NL, "pm25", measured, forecast, ["q10", "q50", "q90"]
    )["data"]
    assert interval["y"] == [9, 10, 2, 1]
    assert past["y"] == [4]
    assert median["y"] == [5, 6]


def test_an_empty_series_is_an_empty_chart():
    figure = figures.series_figure(NL, "pm25", frame([], []), 60)
    assert figure["data"][0]["y"] == []


def test_figures_are_json_without_nan_and_speak_the_language():
    figure = figures.profile_figure(NL, "pm25", np.array([0, 30, 60]), np.array([1, np.nan, 3.0]))
    assert "NaN" not in json.dumps(figure)
    assert figure["layout"]["separators"] == ",."
    assert figures.config(NL)["locale"] == "nl"
    assert figures.config(NL)["showSendToCloud"] is False


def test_limits_that_are_near_are_drawn_and_named_and_the_axis_reaches_them():
    rows = frame(range(4), [20, 22, 19, 20]).rename(columns={"pm25": "pm10"})
    drawn = figures.series_figure(NL, "pm10", rows, 60)
    limits = [limit for limit in find_limits("pm10") if limit.period == "day"]
    layout = figures.add_limits(drawn, NL, "pm10", limits)["layout"]
    told = {shape["y0"]: shape["label"]["text"] for shape in layout["shapes"]}
    assert told == {
        45: "WHO 2021, EU 2024/2881: 45,0\N{NO-BREAK SPACE}µg/m³",
        50: "EU 2008/50/EC: 50,0\N{NO-BREAK SPACE}µg/m³",
    }
    assert layout["yaxis"]["autorangeoptions"]["include"][0] > 50


def test_limits_far_above_the_values_would_flatten_them_and_are_left_out():
    limits = [limit for limit in find_limits("no2") if limit.period == "hour"]
    for values in ([20, 30], [None, None], []):
        drawn = figures.series_figure(NL, "no2", frame([], []).rename(columns={"pm25": "no2"}), 60)
        layout = figures.add_limits({**drawn, "data": [{"y": values}]}, NL, "no2", limits)["layout"]
        assert layout["shapes"] == []
        assert "autorangeoptions" not in layout["yaxis"]


def test_hours_of_a_week_that_were_not_measured_are_open():
    table = np.full((7, 24), np.nan)
    table[6, 23] = 12.5
    (trace,) = figures.heat_figure(NL, "pm25", table, list("mdwdvzz"))["data"]
    assert trace["z"][6][23] == 12.5
    assert sum(value is None for row in trace["z"] for value in row) == 7 * 24 - 1
    json.dumps(trace)  # NaN is not JSON


def test_lines_side_by_side_differ_in_more_than_colour():
    lines = [(f"place {n}", np.arange(3), np.arange(3.0) + n) for n in range(6)]
    traces = figures.side_figure(NL, "pm25", lines, aligned=True)["data"]
    for kind in ("dash", "color"):
        assert len({trace["line"][kind] for trace in traces}) == 6
    assert len({trace["marker"]["symbol"] for trace in traces}) == 6
