"""What was learned, and what is said from it."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import ForecastError
from .covariates import Scale
from .stages import Stage
from .transform import Transform
from .trees import Trees

Float = NDArray[np.float64]

HORIZON_H = 72
LONGEST_H = 165  # a profile rests on the week before; an hour in spring is skipped
VERSION = 4  # of what is learned; a forecast is stored with it


@dataclass(frozen=True)
class Fitted:
    """Everything that a forecast needs besides the history; ``store.py`` keeps it."""

    transform: Transform
    stages: tuple[Stage, ...]
    trees: tuple[
        Trees, ...
    ]  # none unless the fit was asked for them; with the choice that was made
    ahead: Scale  # of covariates known ahead
    back: Scale  # of those only known back
    zone: str
    holidays: frozenset[date]
    past: NDArray[np.uint8]  # (n, h, s) ranks of errors at past origins, for ``draw_samples``

    @property
    def horizon(self) -> int:
        """Rows ahead that can be forecast."""
        return self.stages[-1].last

    @property
    def series(self) -> int:
        """Number of series."""
        return len(self.transform.unit)

    def take(self, at: slice) -> "Fitted":
        """What holds for some of the series."""
        stages = tuple(stage.take(at) for stage in self.stages)
        return replace(
            self, transform=self.transform.take(at), stages=stages, past=self.past[..., at]
        )


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of h rows and s series at l levels: finite, rising with the level."""

    levels: Float  # (l,) probabilities, rising
    table: Float  # (h, s, l) in the unit of the series


def check_history(history: ArrayLike) -> Float:
    """History as an array (t, s) of at least one row and series; ForecastError otherwise."""
    values = np.asarray(history, np.float64)
    if values.ndim != 2 or 0 in values.shape:
        raise ForecastError(f"history must be time x series, not of shape {values.shape}")
    return values
