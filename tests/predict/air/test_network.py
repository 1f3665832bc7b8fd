"""Rows of a whole network, as a database gives them: any order, holes, wrong clocks."""

import numpy as np
import pytest

from predict.air.forecast import fit_air, issue_air
from predict.air.network import LEVELS, Hours, find_index, forecast
from predict.calendar import ForecastError
from predict.series import SeriesError
from tests.predict.air.conftest import START, make_air

HOUR = 3600
ROWS = 24 * 30
CUTOFF = START + HOUR * ROWS
PLACES = (("node", "box-1"), ("node", "box-2"), ("cell", "box-1"), ("station", "NL10636"))


def to_rows(tables):
    """Rows of tables {quantity: (t, places)} in a random order, NaN left out."""
    columns = {name: [] for name in ("kind", "name", "quantity", "time", "mean", "count")}
    for quantity, table in tables.items():
        for at, (kind, name) in enumerate(PLACES[: table.shape[1]]):
            known = np.flatnonzero(np.isfinite(table[:, at]))
            columns["kind"] += [kind] * len(known)
            columns["name"] += [name] * len(known)
            columns["quantity"] += [quantity] * len(known)
            columns["time"] += (START + HOUR * known).tolist()
            columns["mean"] += table[known, at].tolist()
            columns["count"] += [60] * len(known)
    order = np.random.default_rng(0).permutation(len(columns["time"]))
    return {name: np.array(column, object)[order] for name, column in columns.items()}


def run(rows, **more):
    return forecast(Hours(**rows), CUTOFF, horizon=24, **more)


@pytest.fixture(scope="module")
def tables():
    return {"pm25": make_air(30, 4), "no2": make_air(30, 2, seed=1)}


@pytest.fixture(scope="module")
def found(tables):
    return run(to_rows(tables))


def test_every_quantity_is_forecast_at_every_place_that_has_it(found, tables):
    assert set(found) == {"pm25", "no2"}
    pm25 = found["pm25"]
    assert pm25.places == tuple(sorted(PLACES))
    assert found["no2"].places == (("node", "box-1"), ("node", "box-2"))
    assert pm25.forecast.table.shape == (24, 4, len(LEVELS))
    assert pm25.forecast.start == CUTOFF
    assert pm25.heard.all()
    order = [PLACES.index(place) for place in pm25.places]
    table = tables["pm25"][:, order]
    model = fit_air(table, START, quantity="pm25", horizon=24)
    alone = issue_air(model, table, START, LEVELS, 24)
    np.testing.assert_allclose(pm25.forecast.table, alone.table, rtol=1e-6)


def test_the_index_is_of_what_each_place_has(found):
    places, index = find_index(found)
    assert places == found["pm25"].places
    assert set(index.substances) == {"pm25", "no2"}
    assert index.middle.min() >= 1
    np.testing.assert_allclose(index.classes.sum(axis=-1), 1)
    only = find_index({"pm25": found["pm25"]})[1]
    np.testing.assert_array_equal(index.middle[:, 3], only.middle[:, 3])  # a station without NO2
    assert (index.middle >= only.middle).all()


def test_rows_from_the_cutoff_on_are_not_used(found, tables):
    rows = to_rows(tables)
    ahead = {name: column[:50].copy() for name, column in rows.items()}
    ahead["time"] = np.array([CUTOFF + HOUR * each for each in range(50)], object)
    ahead["mean"][:] = 900.0
    both = {name: np.concatenate([rows[name], ahead[name]]) for name in rows}
    np.testing.assert_array_equal(run(both)["pm25"].forecast.table, found["pm25"].forecast.table)


def test_thin_hours_and_infinite_means_are_unknown(tables):
    rows, holes = to_rows(tables), to_rows(tables)
    bad = np.arange(len(rows["time"])) % 37 == 0
    rows["count"][bad], holes["mean"][bad] = 5, np.nan
    thin, open_ = (run(each)["pm25"].forecast.table for each in (rows, holes))
    np.testing.assert_array_equal(thin, open_)
    rows["count"][bad], rows["mean"][bad] = 60, np.inf
    np.testing.assert_array_equal(run(rows)["pm25"].forecast.table, thin)


def test_a_place_that_fell_silent_is_told_apart(tables):
    silent = {"pm25": tables["pm25"].copy()}
    silent["pm25"][-80:, 1] = np.nan
    part = run(to_rows(silent))["pm25"]
    assert [place for place, heard in zip(part.places, part.heard, strict=True) if not heard] == [
        PLACES[1]
    ]
    assert np.isfinite(part.forecast.table).all()


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        ("twice", SeriesError, r"'node\|box-1': the row of .* is there twice"),
        ("half past", SeriesError, "whole number of 3600 s"),
        ("kind", ForecastError, "a place is a node, cell, area, station, not a 'bike'"),
        ("length", ForecastError, "of one length"),
        ("old", ForecastError, "none of .* rows lies in the two years before"),
        ("unknown", ForecastError, "nothing is known"),
        ("none", ForecastError, "none of 0 rows"),
    ],
)
def test_rows_that_cannot_be_are_refused_with_the_reason(tables, fault, error, message):
    rows = to_rows({"pm25": tables["pm25"][:, :1]})
    if fault == "twice":
        rows = {name: np.append(column, column[0]) for name, column in rows.items()}
    elif fault == "half past":
        rows["time"][3] += 1800
    elif fault == "kind":
        rows["kind"][0] = "bike"
    elif fault == "length":
        rows["mean"] = rows["mean"][1:]
    elif fault == "old":
        rows["time"] -= 5 * 365 * 86_400
    elif fault == "unknown":
        rows["mean"][:] = np.nan
    else:
        rows = {name: column[:0] for name, column in rows.items()}
    with pytest.raises(error, match=message):
        run(rows)


def test_five_rows_are_enough_for_an_answer(tables):
    rows = to_rows({"pm25": np.vstack([np.full((ROWS - 5, 1), np.nan), tables["pm25"][-5:, :1]])})
    table = run(rows)["pm25"].forecast.table
    assert np.isfinite(table).all()
    assert (table >= 0).all()
