"""Dutch stations: chances against what came, weather against none, and the map left out.

Times of the file are one hour ahead of UTC, those of its weather are UTC.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from predict.air.field import fit_field, leave_out
from predict.air.forecast import fit_air, issue_air
from predict.air.values import mean_known, to_known
from predict.air.weather import Weather
from predict.backtest.dataset import read_kinds
from predict.calendar import to_local_hours
from tests.predict.air.conftest import loss

ZONE = "Europe/Amsterdam"
HOUR = 3600
LEVELS = np.arange(0.05, 0.96, 0.05).round(2)
TRAINED = 3 * 365 * 24  # 2016 to 2018; forecasts are of 2019
MEMORY_H = 80 * 168
NAMES = {  # columns of the file, factor
    "wind_speed": ("wspd", 1),
    "wind_direction": ("wdir", 1),
    "temperature": ("temp", 1),
    "humidity": ("rh", 1),
    "pressure": ("pres", 100),
    "rain": ("rain", 1),
    "radiation": ("rad", 1),
}


@pytest.fixture(scope="module")
def folder(shared_data):
    path = shared_data / "forecasting/aq_luchtmeetnet_A_2016_2019"
    if not path.is_dir():
        pytest.skip(f"hours of Dutch stations are not here: expected in {path}")
    return path


@pytest.fixture(scope="module")
def kinds(folder):
    return {kind.name: kind for kind in read_kinds(folder / "series.parquet")}


@pytest.fixture(scope="module")
def weather(folder):
    rows = pd.read_parquet(folder / "cov.parquet").drop_duplicates("ds").set_index("ds")
    rows = rows.reindex(pd.date_range(rows.index.min(), rows.index.max(), freq="h"))
    table = np.stack([rows[name].to_numpy(float) * per for name, per in NAMES.values()], axis=1)
    start = int(rows.index[0].timestamp()) + HOUR  # on the clock of the series
    return Weather(start, tuple(NAMES), table)


def learn(kind, quantity, weather, *, places=8, years=2):
    """Table of the places with most known hours, and what was learned of its years before 2019."""
    best = np.sort(np.argsort(-np.isfinite(kind.table).sum(axis=0), kind="stable")[:places])
    table, first = kind.table[:, best], TRAINED - years * 365 * 24
    start = kind.start + HOUR * first
    return table, fit_air(table[first:TRAINED], start, quantity=quantity, weather=weather)


def forecast_often(kind, table, model, weather, *, origins=16):
    """Pinball loss, share in the 80 % interval, and (chance, came) of whole days ahead."""
    days = to_local_hours(kind.start, len(table), ZONE) // 24
    total, size, inside, chances, came = 0.0, 0.0, [], [], []
    for at in np.linspace(TRAINED, len(table) - 96, origins).astype(int):
        first = at - MEMORY_H
        found = issue_air(
            model, table[first:at], kind.start + HOUR * first, LEVELS, weather=weather
        )
        truth = table[at : at + 72]
        total += loss(found.table, truth, LEVELS)
        size += np.nansum(np.abs(truth))
        known = np.isfinite(truth)
        inside.append(
            ((truth >= found.table[..., 1]) & (truth <= found.table[..., -2]))[known].mean()
        )
        for day in found.days[:-1]:  # the last one ends after the forecast
            number = (day.date - date(1970, 1, 1)).days
            hours = to_known(table[days == number])
            enough = np.isfinite(hours).sum(axis=0) >= 18
            mean = mean_known(hours, axis=0)
            for limit, chance in zip(day.limits, day.chance, strict=True):
                chances.append(chance[enough])
                came.append((mean > limit.value)[enough])
    return (
        2 * total / len(LEVELS) / size,
        np.mean(inside),
        np.concatenate(chances),
        np.concatenate(came),
    )


@pytest.mark.parametrize(("name", "quantity"), [("PM25", "pm25"), ("NO2", "no2")])
def test_chances_of_days_are_kept_and_weather_makes_them_sharper(kinds, weather, name, quantity):
    table, model = learn(kinds[name], quantity, weather)  # with the weather and without it
    plain, informed = (
        forecast_often(kinds[name], table, model, known) for known in (None, weather)
    )
    for what, (wql, inside, chance, came) in (("plain", plain), ("weather", informed)):
        brier, usual = ((chance - came) ** 2).mean(), came.mean() * (1 - came.mean())
        print(
            f"{name} {what}: wQL {wql:.3f}, 80 % holds {inside:.3f}, Brier {brier:.3f}/{usual:.3f}"
        )
    assert informed[0] < 0.92 * plain[0]  # wQL over 72 hours
    for wql, inside, chance, came in (plain, informed):
        assert 0.7 < inside < 0.9
        assert wql < 0.5
        brier = ((chance - came) ** 2).mean()
        assert brier < 0.8 * came.mean() * (1 - came.mean())  # of always telling the usual chance
        # reliability: of days told a chance, about so many came
        assert chance.mean() == pytest.approx(came.mean(), abs=0.06)
        for low, high in ((0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 1)):
            told = (chance >= low) & (chance < high)
            if told.sum() >= 60:
                assert chance[told].mean() == pytest.approx(came[told].mean(), abs=0.2)
    brier = [((chance - came) ** 2).mean() for _, _, chance, came in (plain, informed)]
    assert brier[1] < brier[0]


@pytest.mark.parametrize(("name", "better", "idw"), [("NO2", 0.85, 0.96), ("PM25", 0.82, 0.97)])
def test_a_station_left_out_is_told_better_by_the_map_than_by_means(
    kinds, folder, name, better, idw
):
    kind = kinds[name]
    static = pd.read_csv(folder / "static.csv").set_index("station")
    places = static.loc[[series.partition("|")[0] for series in kind.series], "Latitude,Longitude"]
    lat, lon = np.array([[float(x) for x in place.strip("()").split(",")] for place in places]).T
    hours = np.sort(np.random.default_rng(0).choice(np.arange(TRAINED, len(kind.table)), 500))
    truth = to_known(kind.table[hours])
    field = fit_field(kind.table[TRAINED - 365 * 24 : TRAINED], lat, lon)
    found = leave_out(field, truth)
    known, filled = np.isfinite(truth), np.nan_to_num(truth)
    number = known.sum(axis=1, keepdims=True)
    mean = (filled.sum(axis=1, keepdims=True) - filled) / (number - 1)
    apart = np.hypot((lat[:, None] - lat) * 111, (lon[:, None] - lon) * 69) + 1e-6
    weight = np.where(np.eye(len(lat)) > 0, 0, 1 / apart)
    inverse = (filled @ weight) / (known @ weight)
    errors = {
        "map": np.abs(found.read(0.5) - truth)[known].mean(),
        "mean": np.abs(mean - truth)[known].mean(),
        "distance": np.abs(inverse - truth)[known].mean(),
    }
    inside = ((truth >= found.read(0.1)) & (truth <= found.read(0.9)))[known].mean()
    print(f"{name} left out: {errors}, 80 % holds {inside:.3f}, nugget {field.nugget_share:.2f}")
    assert errors["map"] < better * errors["mean"]
    assert errors["map"] < idw * errors["distance"]
    assert 0.76 < inside < 0.86
