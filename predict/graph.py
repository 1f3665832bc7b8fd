"""Blocks of series on many cores or many machines: the steps of ``blocks.py`` as a Dask graph.

Needs the extra ``scale``. Threads of this process do the work, or a cluster whose scheduler is
named (``tcp://host:8786``) and whose workers have this package.

    from predict.blocks import Block
    from predict.graph import fit_apart, predict_apart

    blocks = [Block(table) for table in tables]          # hours x series each
    fitted = fit_apart(blocks, start, cluster="tcp://scheduler:8786", zone="Europe/Amsterdam")
    found = predict_apart(fitted, blocks, start, [0.1, 0.5, 0.9], cluster="tcp://scheduler:8786")
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .blocks import Block, fit_blocks, predict_blocks
from .calendar import ForecastError
from .fitted import Fitted, Quantiles

WIDTH = 64  # series of a block: some 50 MB of states a year
WAIT_S = 10  # for a scheduler to answer


def fit_apart(
    blocks: Sequence[Block], start: int, *, cluster: str | None = None, **known: Any
) -> Fitted:
    """Learn from blocks of series as ``core.fit`` does of all at once, on threads or a cluster.

    ``known`` as in ``blocks.fit_blocks``. Raises what that raises, and ForecastError when Dask is
    not installed or nobody answers at ``cluster``.
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


def split(history: ArrayLike, width: int = WIDTH) -> list[Block]:
    """History (t, s) as blocks of so many series.

    >>> [np.shape(block.history) for block in split(np.ones((5, 3)), 2)]
    [(5, 2), (5, 1)]
    """
    table = np.asarray(history, np.float64)
    return [Block(table[:, at : at + width]) for at in range(0, table.shape[1], width)]


def note(function: Any, *given: Any, **named: Any) -> Any:
    """A step of the graph, done when its result is asked for."""
    return read_dask().delayed(function, pure=False)(*given, **named)


def compute(noted: Any, cluster: str | None) -> Any:
    """Result of a graph."""
    if cluster is None:
        return noted.compute(scheduler="threads")
    from distributed import Client

    try:
        client = Client(cluster, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ForecastError(f"no Dask scheduler answers at {cluster}: {error}") from error
    with client:
        return client.compute(noted, sync=True)


def read_dask() -> Any:
    """The library; ForecastError without it."""
    try:
        import dask
        import dask.delayed
        import distributed  # noqa: F401 - what --cluster needs is told now, not after an hour
    except ImportError as error:
        raise ForecastError(
            "forecasts in blocks need Dask: uv sync --extra scale, or pip install dask distributed"
        ) from error
    return dask
