"""From standardised history to all that features are made of, on rows of local hours.

Series meet only in two means of their network, so blocks of series can be gathered apart: each
gives its sums, and takes the means back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .alike import ENOUGH_D, Alike, make_alike
from .calendar import DAY_H, Calendar, Int64, make_calendar, to_local_hours, to_local_rows
from .profile import Profile, drop_holidays, make_profile, network_sums, to_mean, year_before
from .states import FORGET_H, make_states, trailing_mean

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

BACK_H = (1, 24)  # covariates only known back: the last hour and the last day


@dataclass(frozen=True)
class Rows:
    """Standardised values of a block of series by the local clock, and its covariates."""

    values: Float32  # (t + a, s) NaN where unknown and after the origin
    origin: int  # t: row of the first hour that is not history
    calendar: Calendar  # t + a rows
    ahead: Float32  # (t + a, s or 1, c) covariates known ahead, 0 where unknown
    back: Float32  # (t, s or 1, c) covariates only known back
    targets: Int64  # (h,) rows that a forecast is asked for


@dataclass(frozen=True)
class Known:
    """Rows of history (t), and after them rows of the future (a); origins lie before a row."""

    deviation: Float32  # (t, s) of history from its profile, NaN where unknown
    states: Float32  # (origins, s, STATES), the last one at the end of history
    profile: Profile  # (t + a, s)
    year: Float32  # (t + a, s) deviation a year before
    alike: Alike  # (t + a, s) deviations of hours like them
    calendar: Calendar  # t + a rows
    ahead: Float32  # (t + a, s or 1, c) covariates known ahead, 0 where unknown
    back: Float32  # (origins, s or 1, b) covariates only known back
    targets: Int64  # (h,) rows that a forecast is asked for

    @property
    def origin(self) -> int:
        """Row of the first hour that is not history."""
        return len(self.deviation)

    def place(self, origins: Int64) -> Int64:
        """Rows of ``states`` and ``back`` that belong to origins."""
        return origins - (len(self.deviation) + 1 - len(self.states))


def to_rows(
    values: Float32,
    start: int,
    zone: str,
    holidays: Collection[date],
    ahead: Float32,
    back: Float32,
) -> Rows:
    """Standardised values (t, s) and covariates by the local clock; ``ahead`` goes on after."""
    hours = to_local_hours(start, len(ahead), zone)
    calendar = make_calendar(hours, holidays)
    history = to_local_rows(values, hours[: len(values)])
    full = np.full((calendar.rows, values.shape[1]), np.nan, np.float32)
    full[: len(history)] = history
    return Rows(
        full,
        len(history),
        calendar,
        np.nan_to_num(to_local_rows(ahead, hours)).astype(np.float32),
        to_local_rows(back, hours[: len(values)]),
        # in autumn the first row may have the name of the last one known
        np.maximum(hours[len(values) :] - hours[0], len(history)),
    )


def sum_usual(rows: Rows) -> Float:
    """Sums (2, t + a) of a block for the mean of its network on days that are no holidays."""
    return network_sums(drop_holidays(rows.values, rows.calendar))


def to_profile(rows: Rows, sums: Float) -> Profile:
    """Profile of a block, ``sums`` being those of all blocks together."""
    return make_profile(rows.values, rows.calendar, to_mean(sums))


def sum_deviations(rows: Rows, profile: Profile) -> Float:
    """Sums (2, t) of a block for the mean deviation of its network."""
    return network_sums((rows.values - profile.slow)[: rows.origin])


def to_known(rows: Rows, profile: Profile, sums: Float, *, last_only: bool = False) -> Known:
    """All that is known of a block, ``sums`` being those of all blocks together.

    ``last_only`` leaves out the states of all origins but the last, which cost most.
    """
    deviation = rows.values - profile.slow
    history = deviation[: rows.origin]
    recent = slice(-FORGET_H if last_only else None, None)
    origins = slice(-1 if last_only else None, None)
    alike = max(rows.origin - ENOUGH_D * DAY_H, 0) if last_only else 0
    back = [trailing_mean(rows.back[recent], hours) for hours in BACK_H]
    return Known(
        history,
        make_states(history[recent], to_mean(sums)[recent])[origins],
        profile,
        year_before(deviation),
        make_alike(deviation, rows.calendar, alike),
        rows.calendar,
        rows.ahead,
        np.concatenate(back, axis=-1)[origins],
        rows.targets,
    )
