"""A round from rows in memory; with a database see tests/lokaalmeten/cli/test_forecast.py."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.air_map import Spot
from lokaalmeten.forecasts import HORIZON_H, LEVELS, SILENT, SILENT_H, YOUNG, Series
from predict.job import run
from predict.series import SeriesError
from tests.predict.rounds.desk import Desk, to_rows

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST = CUTOFF - HOUR
RNG = np.random.default_rng(5)
WAVE = 10 + 5 * np.sin(np.arange(240) / 24 * 2 * np.pi) + RNG.normal(0, 1, 240)


def make_desk(*rows, **more):
    return Desk({("node", "pm25"): pd.concat(rows)}, **more)


def test_a_round_is_of_all_nodes_and_of_what_they_make_up():
    members = [("cell", "87", "box-1"), ("cell", "87", "box-2"), ("zone", "town", "box-2")]
    members += [("cell", "88", "box-9"), ("zone", "nowhere", "box-9")]
    desk = make_desk(
        to_rows("box-1", WAVE, LAST), to_rows("box-2", WAVE + 4, LAST), members=members
    )
    told = run(desk, NOW, "pm25")
    (issued,) = desk.rounds
    assert list(desk.numbers) == [
        Series("node", "box-1", "pm25"),
        Series("node", "box-2", "pm25"),
        Series("cell", "87", "pm25"),
        Series("zone", "town", "pm25"),
    ]
    assert (told.cutoff, told.newest, told.issued) == (CUTOFF, LAST, 4)
    assert issued.quantiles.shape == (HORIZON_H, 4, len(LEVELS))
    assert (np.diff(issued.quantiles, axis=-1) >= 0).all()
    median = issued.quantiles[:, :, LEVELS.index(0.5)].mean(axis=0)
    assert median == pytest.approx([10, 14, 12, 14], abs=1.5)
    assert issued.known.tolist() == [1] * 4
    assert issued.history.tolist() == [240] * 4


def test_the_hour_under_way_and_later_are_not_used():
    later = to_rows("box-1", [1e6] * 5, CUTOFF + 4 * HOUR)
    with_later, without = (make_desk(to_rows("box-1", WAVE, LAST), *more) for more in ([later], []))
    run(with_later, NOW, "pm25")
    run(without, NOW, "pm25")
    assert np.array_equal(with_later.rounds[0].quantiles, without.rounds[0].quantiles)
    assert with_later.rounds[0].seen == without.rounds[0].seen


def test_an_hour_with_few_measurements_is_not_used():
    thin = to_rows("box-1", WAVE, LAST)
    thin.loc[thin.index[-1], ["mean", "count"]] = [500.0, 2]
    desk = make_desk(thin)
    told = run(desk, NOW, "pm25")
    assert told.newest == LAST - HOUR
    assert desk.rounds[0].quantiles[0, 0, LEVELS.index(0.5)] < 30


def test_who_is_silent_or_young_is_refused_and_the_others_are_not():
    silent = to_rows("box-1", WAVE, CUTOFF - (SILENT_H + 1) * HOUR)
    desk = make_desk(silent, to_rows("box-2", WAVE, LAST), to_rows("box-3", WAVE[:23], LAST))
    told = run(desk, NOW, "pm25")
    (issued,) = desk.rounds
    assert issued.reasons == (SILENT, "", YOUNG)
    assert (told.issued, told.silent, told.young) == (1, 1, 1)
    assert np.isfinite(issued.quantiles).all(axis=(0, 2)).tolist() == [False, True, False]


def test_when_all_are_young_nothing_is_learned():
    desk = make_desk(to_rows("box-1", WAVE[:47], LAST))
    told = run(desk, NOW, "pm25")
    assert (told.issued, told.young, told.learned, desk.fits) == (0, 1, {}, {})
    assert desk.rounds[0].reasons == (YOUNG,)


def test_a_place_that_goes_meanwhile_is_left_out():
    desk = make_desk(to_rows("box-1", WAVE, LAST), to_rows("box-2", WAVE, LAST))
    desk.gone = {"box-1"}
    assert run(desk, NOW, "pm25").issued == 1


def test_time_of_another_zone_is_the_same_moment():
    desk = make_desk(to_rows("box-1", WAVE, LAST))
    here = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert run(desk, here, "pm25").cutoff == CUTOFF


def test_nothing_measured_is_no_round_and_no_error():
    desk = Desk()
    told = run(desk, NOW, "o3")
    assert (told.written, told.newest, desk.rounds) == (False, None, [])


def test_hours_that_are_there_twice_stop_the_round_before_anything_is_written():
    desk = make_desk(to_rows("box-1", WAVE, LAST), to_rows("box-1", [7.0], LAST))
    with pytest.raises(SeriesError, match=r"box-1.*2026-03-14T08:00:00Z is there twice"):
        run(desk, NOW, "pm25")
    assert desk.rounds == []


def test_a_round_draws_a_map_of_the_latest_hour_when_there_are_sensors_enough():
    rows = [to_rows(f"box-{i}", WAVE + i, LAST) for i in range(6)]
    desk = make_desk(*rows)
    desk.spots = [Spot("node", f"box-{i}", 52 + i / 100, 5.1) for i in range(6)]
    told = run(desk, NOW, "pm25")
    (drawn,) = desk.maps
    assert (drawn.quantity, drawn.hour, drawn.sensors) == ("pm25", LAST, 6)
    assert told.mapped == len(drawn.cells) > 0
    assert run(desk, NOW, "pm25").mapped == 0  # nothing new
    assert len(desk.maps) == 1
