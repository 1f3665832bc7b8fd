"""Blocks of series on many cores or many machines: the steps of ``blocks.py`` as a Dask graph.

Threads of this process do the work, or a cluster whose scheduler is named (``tcp://host:8786``)
and whose workers have this package (``lokaalmeten/graphs.py``).

    from predict.blocks import Block
    from predict.graph import fit_apart, predict_apart

    blocks = [Block(table) for table in tables]          # hours x series each
    fitted = fit_apart(blocks, start, cluster="tcp://scheduler:8786", zone="Europe/Amsterdam")
    found = predict_apart(fitted, blocks, start, [0.1, 0.5, 0.9], cluster="tcp://scheduler:8786")

Who calls ``core.fit`` and ``core.predict`` is served by an ``Apart`` likewise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lokaalmeten.graphs import compute, note

from . import core
from .blocks import Block, fit_blocks, predict_blocks
from .core import Core, Fitted, Quantiles

THREADS = "threads"  # instead of an address
WIDTH = 64  # series of a block: some 50 MB of states a year


@dataclass(frozen=True)
class Apart:
    """``core.fit`` and ``core.predict``, in blocks of ``width`` series.

    On threads without ``cluster``. The same forecast as the core's, within 1e-6 of its value.
    """

    cluster: str | None = None
    width: int = WIDTH

    def fit(
        self,
        history: ArrayLike,
        start: int,
        *,
        ahead: ArrayLike | None = None,
        back: ArrayLike | None = None,
        **known: Any,
    ) -> Fitted:
        """Learn as ``core.fit`` does; raises ClusterError as well."""
        blocks = split(history, self.width, ahead, back)
        return fit_apart(blocks, start, cluster=self.cluster, **known)

    def predict(
        self,
        fitted: Fitted,
        history: ArrayLike,
        start: int,
        levels: ArrayLike,
        *,
        ahead: ArrayLike | None = None,
        back: ArrayLike | None = None,
        horizon: int | None = None,
    ) -> Quantiles:
        """Quantiles as ``core.predict`` gives them; raises ClusterError as well."""
        blocks = split(history, self.width, ahead, back)
        return predict_apart(fitted, blocks, start, levels, cluster=self.cluster, horizon=horizon)


def choose_core(cluster: str) -> Core:
    """Who learns and predicts: at once when empty, in blocks on THREADS or at an address."""
    if not cluster:
        return core
    return Apart(None if cluster == THREADS else cluster)


def fit_apart(
    blocks: Sequence[Block], start: int, *, cluster: str | None = None, **known: Any
) -> Fitted:
    """Learn from blocks of series as ``core.fit`` does of all at once, on threads or a cluster.

    ``known`` as in ``blocks.fit_blocks``. Raises what that raises, and ClusterError when nobody
    answers at ``cluster``.
    """
    return compute(fit_blocks(blocks, start, call=note, **known), cluster)


def predict_apart(
    fitted: Fitted,
    blocks: Sequence[Block],
    start: int,
    levels: ArrayLike,
    *,
    cluster: str | None = None,
    horizon: int | None = None,
) -> Quantiles:
    """Quantiles of blocks of series as ``core.predict`` gives those of all, likewise."""
    noted = predict_blocks(fitted, blocks, start, levels, horizon=horizon, call=note)
    return compute(noted, cluster)


def split(
    history: ArrayLike,
    width: int = WIDTH,
    ahead: ArrayLike | None = None,
    back: ArrayLike | None = None,
) -> list[Block]:
    """History (t, s) as blocks of so many series, each with its covariates as in ``core.fit``.

    >>> [np.shape(block.history) for block in split(np.ones((5, 3)), 2)]
    [(5, 2), (5, 1)]
    """
    table = np.asarray(history, np.float64)
    places = [slice(at, at + width) for at in range(0, table.shape[1], width)]
    return [Block(table[:, at], take(ahead, at), take(back, at)) for at in places]


def take(covariates: ArrayLike | None, at: slice) -> ArrayLike | None:
    """Covariates of some series: their part of (t, s, c), all of (t, c)."""
    table = None if covariates is None else np.asarray(covariates, np.float64)
    return table if table is None or table.ndim == 2 else table[:, at]
