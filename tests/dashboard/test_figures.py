import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dashboard import figures
from dashboard.words import Words
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
