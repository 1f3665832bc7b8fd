"""From standardised history to all that features are made of, on rows of local hours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .calendar import Calendar, Int64, make_calendar, to_local_hours, to_local_rows
from .profile import Profile, make_profile, year_before
from .states import FORGET_H, make_states, trailing_mean

Float32 = NDArray[np.float32]

BACK_H = (1, 24)  # covariates only known back: the last hour and the last day


@dataclass(frozen=True)
class Known:
    """Rows of history (t), and after them rows of the future (a); origins lie before a row."""

    deviation: Float32  # (t, s) of history from its profile, NaN where unknown
    states: Float32  # (origins, s, STATES), the last one at the end of history
    profile: Profile  # (t + a, s)
    year: Float32  # (t + a, s) deviation a year before
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


def gather(
    values: Float32,
    start: int,
    zone: str,
    holidays: Collection[date],
    ahead: Float32,
    back: Float32,
    *,
    last_only: bool = False,
) -> Known:
    """Everything known of standardised values (t, s); ``ahead`` has the rows of the future too.

    ``last_only`` leaves out the states of all origins but the last, which cost most.
    """
    hours = to_local_hours(start, len(ahead), zone)
    calendar = make_calendar(hours, holidays)
    history = to_local_rows(values, hours[: len(values)])
    full = np.full((calendar.rows, values.shape[1]), np.nan, np.float32)
    full[: len(history)] = history
    profile = make_profile(full, calendar)
    deviation = full - profile.slow
    recent = slice(-FORGET_H if last_only else None, None)
    origins = slice(-1 if last_only else None, None)
    known_back = to_local_rows(back, hours[: len(values)])[recent]
    return Known(
        deviation[: len(history)],
        make_states(deviation[: len(history)][recent])[origins],
        profile,
        year_before(deviation),
        calendar,
        np.nan_to_num(to_local_rows(ahead, hours)).astype(np.float32),
        np.concatenate([trailing_mean(known_back, h) for h in BACK_H], axis=-1)[origins],
        # in autumn the first row may have the name of the last one known
        np.maximum(hours[len(values) :] - hours[0], len(history)),
    )
