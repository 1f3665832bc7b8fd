"""The true environment of Meetstad at any place and time: what a perfect instrument would read.

Plausible, not exact. What hangs together in nature does here: still and high-pressure weather
collects particles, cold evenings light stoves, warm air is drier, traffic is heard and smelt.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .city import STATION, STOVES, City, district_centre, to_metres
from .local import DAY, HOUR, Local, to_local
from .noise import to_key, wave

Float = NDArray[np.float64]

BACKGROUND = 7.5  # ug/m3 PM2.5, about the Dutch yearly mean
KERB = 4.0  # ug/m3 PM2.5 that rush hour adds beside a main road (some 2 on cycle routes: RIVM 2021)
KERB_M = 70.0  # distance at which that has fallen to a third
STOVE = 16.0  # ug/m3 PM2.5 in the middle of the stove district on a cold evening
STOVE_M = 280.0


@dataclass(frozen=True)
class Weather:
    """The sky over the whole town, of the shape of the times asked for."""

    stillness: Float  # standard normal: high = no wind, high pressure, air that stays
    dilution: Float  # factor on every local source, about 1
    temperature: Float  # Cel, outside the town
    dew_point: Float  # Cel
    pressure: Float  # Pa


@dataclass(frozen=True)
class Truth:
    """True values; all of one shape, in the units of ``lokaalmeten.quantities``."""

    pm1: Float
    pm25: Float
    pm4: Float
    pm10: Float
    temperature: Float
    humidity: Float
    pressure: Float
    voc_raw: Float
    nox_raw: Float
    co2: Float
    sound_laeq: Float
    people: Float  # people passing a line a minute


@dataclass(frozen=True)
class Field:
    """The environment of one city."""

    city: City

    @cached_property
    def _keys(self) -> dict[str, int]:
        names = ("season", "front", "shower", "gust", "warm", "dry", "street", "coarse")
        return {name: to_key(self.city.seed, "field", name) for name in names}

    def truth(self, lat: ArrayLike, lon: ArrayLike, time: ArrayLike) -> Truth:
        """True values at places (degrees) and Unix seconds; the three broadcast."""
        seconds = np.asarray(time, np.int64)
        local, weather = to_local(seconds), self.weather(seconds)
        x, y = to_metres(lat, lon)
        road = np.exp(-self.city.streets.away_m(x, y, main=True) / KERB_M)
        traffic = (
            road * traffic_of_day(local) * np.exp(0.25 * wave(self._keys["street"], seconds, 420))
        )
        smoke = _near(x, y, district_centre(STOVES), STOVE_M) * stoves_of_day(local, weather)
        streets = self.city.streets
        station = (float(streets.x[STATION]), float(streets.y[STATION]))
        people = people_passing(x, y, local, station)
        warmth = 1.5 * np.exp(-np.hypot(x, y) / 900) * (1 - 0.5 * sun(local))  # heat of the town
        temperature = weather.temperature + warmth
        pm1, pm25, pm4, pm10 = self._particles(seconds, local, weather, traffic, smoke)
        return Truth(
            *np.broadcast_arrays(
                *(pm1, pm25, pm4, pm10),
                temperature,
                100 * np.minimum(vapour(weather.dew_point) / vapour(temperature), 1),
                weather.pressure,
                30500 - 900 * traffic * weather.dilution - 60 * smoke,
                15400 + 700 * traffic * weather.dilution,
                423 + 9 * weather.dilution * (1 - sun(local)) + 14 * traffic * weather.dilution,
                _loudness(local, traffic, people),
                people,
            )
        )

    def weather(self, time: ArrayLike) -> Weather:
        """Weather at Unix seconds: fronts of two to six days on the run of day and year."""
        local, keys = to_local(time), self._keys
        stillness = (
            wave(keys["season"], time, 6 * DAY)
            + 0.8 * wave(keys["front"], time, 2.3 * DAY)
            + 0.3 * wave(keys["shower"], time, 7 * HOUR)
        ) / 1.1
        gust = wave(keys["gust"], time, 1.5 * HOUR)
        mean = 10.5 + 7.3 * local.season + 2.6 * wave(keys["warm"], time, 3.5 * DAY)  # De Bilt
        swing = (3.2 + 1.6 * local.season) * (1 + 0.3 * stillness)
        temperature = mean + swing * np.cos(2 * np.pi * (local.hour - 15) / 24)
        spread = 3.4 + 1.4 * local.season + 1.2 * wave(keys["dry"], time, 1.8 * DAY)
        return Weather(
            stillness=stillness,
            dilution=np.exp(0.35 * stillness + 0.15 * gust),
            temperature=temperature + 0.3 * gust,
            dew_point=np.minimum(mean - spread, temperature + 0.3 * gust),
            pressure=101500 + 950 * stillness,
        )

    def _particles(
        self, time: NDArray[np.int64], local: Local, weather: Weather, traffic: Float, smoke: Float
    ) -> tuple[Float, Float, Float, Float]:
        """PM1, PM2.5, PM4 and PM10 in ug/m3; each holds the smaller ones."""
        mixing = 1 - 0.14 * np.cos(2 * np.pi * (local.hour - 15) / 24)  # high air at three o'clock
        winter = 1 - 0.2 * local.season
        background = BACKGROUND * winter * mixing * np.exp(0.5 * weather.stillness)
        pm25 = background + weather.dilution * (KERB * traffic + STOVE * smoke)
        pm1 = 0.62 * background + weather.dilution * (0.8 * KERB * traffic + 0.9 * STOVE * smoke)
        dust = 1.3 + 0.4 * wave(self._keys["coarse"], time, 9 * HOUR)
        coarse = dust * (3.2 + 5 * traffic) * (0.9 + 0.25 * sun(local))
        return pm1, pm25, pm25 + 0.3 * coarse, pm25 + coarse


def traffic_of_day(local: Local) -> Float:
    """Traffic on a main road, 1 at the height of the morning rush."""
    workday = local.weekday < 5
    morning = np.where(workday, 1.0, 0.12) * bump(local.hour, 8.2, 0.9)
    evening = np.where(workday, 0.9, 0.15) * bump(local.hour, 17.3, 1.3)
    midday = np.where(workday, 0.35, 0.5) * bump(local.hour, 13.5, 4.0)
    return 0.04 + morning + evening + midday


def stoves_of_day(local: Local, weather: Weather) -> Float:
    """Share of stoves that burn: evenings, more at weekends, none in warm weather."""
    cold = np.clip((15 - weather.temperature) / 12, 0, 1.2)
    cosy = np.where(local.weekday >= 4, 1.25, 0.85)
    return cold * cosy * (bump(local.hour, 20.6, 1.7) + 0.15 * bump(local.hour, 0.5, 1.5))


def people_passing(x: ArrayLike, y: ArrayLike, local: Local, station: tuple[float, float]) -> Float:
    """People a minute: shops, station, Saturday market (9-17 h), evenings out."""
    market = (0.0, 0.0)
    open_week = np.array([0.55, 0.8, 0.85, 1.1, 1.15, 1.6, 0.6])[local.weekday]
    shops = 9 * open_week * bump(local.hour, 14.2, 2.6)
    commuters = np.where(local.weekday < 5, 16.0, 4.0) * (
        bump(local.hour, 7.9, 0.8) + 0.9 * bump(local.hour, 17.4, 1.1)
    )
    stalls = np.where(local.weekday == 5, 34.0, 0.0) * bump(local.hour, 12.7, 1.9)
    out = np.where((local.weekday == 4) | (local.weekday == 5), 7.0, 2.0)
    return (
        0.05
        + _near(x, y, market, 330) * (shops + out * bump(local.hour, 21.5, 1.8))
        + _near(x, y, market, 130) * stalls
        + _near(x, y, station, 140) * commuters
    )


def sun(local: Local) -> Float:
    """Daylight from 0 to 1, longer in summer."""
    return np.clip(np.cos(2 * np.pi * (local.hour - 13.5) / 24) + 0.35 * local.season, 0, 1)


def vapour(temperature: Float) -> Float:
    """Saturation vapour pressure in hPa over water (Magnus, WMO-No. 8: 6.112, 17.62, 243.12)."""
    return 6.112 * np.exp(17.62 * temperature / (243.12 + temperature))


def bump(hour: Float, centre: float, width: float) -> Float:
    """A Gaussian on the clock face of 24 hours."""
    away = (hour - centre + 12) % 24 - 12
    return np.exp(-0.5 * (away / width) ** 2)


def _loudness(local: Local, traffic: Float, people: Float) -> Float:
    """LAeq in dB(A): quiet town, traffic and voices added as energy."""
    quiet = 36 + 8 * np.clip(np.sin(np.pi * (local.hour - 5) / 18), 0, 1)
    energy = 10 ** (quiet / 10) + 10**6.9 * traffic + 10**4.6 * people
    return 10 * np.log10(energy)


def _near(x: ArrayLike, y: ArrayLike, place: tuple[float, float], reach_m: float) -> Float:
    """1 at the place, a Gaussian around it."""
    squared = (np.asarray(x) - place[0]) ** 2 + (np.asarray(y) - place[1]) ** 2
    return np.exp(-0.5 * squared / reach_m**2)
