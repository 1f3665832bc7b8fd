"""Forecast many series at once: history in, quantiles out; no database, no clock, no domain.

The story: turn values to one scale, take off what is usual at that hour, learn how deviations go
on from what is known at an origin, learn how large errors are, and turn quantiles back. It is
told in ``blocks.py``, over blocks of series; here is one block.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Protocol

from numpy.typing import ArrayLike

from .blocks import Block, fit_blocks, predict_blocks
from .fitted import HORIZON_H, LONGEST_H, VERSION, Fitted, Quantiles

__all__ = ["HORIZON_H", "LONGEST_H", "VERSION", "Core", "Fitted", "Quantiles", "fit", "predict"]


class Core(Protocol):
    """Who fits and predicts: this module at once, ``graph.Apart`` in blocks."""

    @property
    def fit(self) -> Any:
        """As ``fit`` below."""
        ...

    @property
    def predict(self) -> Any:
        """As ``predict`` below."""
        ...


def fit(
    history: ArrayLike,
    start: int,
    *,
    zone: str = "UTC",
    holidays: Collection[date] = (),
    ahead: ArrayLike | None = None,
    back: ArrayLike | None = None,
    bounded: bool = True,
    horizon: int = HORIZON_H,
    trees: bool = False,
) -> Fitted:
    """Learn from the history of s series of one kind at t hours.

    ``history`` (t, s) float, NaN where unknown, any unit; the first row is the hour that begins at
    ``start`` (Unix seconds, UTC). ``zone`` is the clock that people live by there, ``holidays``
    are local days like a Sunday. Covariates are (t, c), or (t, s, c) when each series has its
    own: ``ahead`` will be known for the rows to forecast (a weather forecast, an event), ``back``
    only for rows of the past. ``bounded`` series are never below 0 (counts, concentrations);
    values below count as unknown. ``trees`` tries LightGBM on what the regression leaves (the extra
    ``boost``), and keeps it for horizons where it helps on blocks left out; ``Fitted.trees`` says
    what was chosen and why.

    Raises ForecastError for another shape, a horizon outside 1-165, an unknown zone, or nothing
    known at all; ValueError when ``start`` is not a whole hour.

    >>> hours = np.arange(24 * 60)
    >>> counts = np.random.default_rng(1).poisson(20 + 15 * np.sin(hours / 24 * 2 * np.pi))
    >>> fitted = fit(counts[:, None], 1_767_225_600, horizon=24)
    >>> found = predict(fitted, counts[:, None], 1_767_225_600, [0.1, 0.5, 0.9], horizon=24)
    >>> found.table.shape, bool((found.table >= 0).all())
    ((24, 1, 3), True)
    """
    blocks = [Block(history, ahead, back)]
    return fit_blocks(
        blocks,
        start,
        zone=zone,
        holidays=holidays,
        bounded=bounded,
        horizon=horizon,
        trees=trees,
    )


def predict(
    fitted: Fitted,
    history: ArrayLike,
    start: int,
    levels: ArrayLike,
    *,
    ahead: ArrayLike | None = None,
    back: ArrayLike | None = None,
    horizon: int | None = None,
) -> Quantiles:
    """Quantiles of the ``horizon`` hours that follow the history, at ``levels`` (l,).

    ``history`` (t, s) has the series that were fitted, in their order, up to the origin; a year
    and a half is as good as more. ``ahead`` (t + horizon, c) or (t + horizon, s, c) and ``back``
    (t, ...) as in ``fit``. A series of which little or nothing is known gets what the others say,
    and is wide.

    Raises ForecastError when series, covariates or horizon are not those of the fit, and
    ValueError for levels that are no probabilities.
    """
    return predict_blocks(fitted, [Block(history, ahead, back)], start, levels, horizon=horizon)
