"""Much work in blocks, as a Dask graph: threads of this process do it, or a cluster by its address.

1. note each step (``note``), what all of them need only once (``share``)
2. compute what was noted: on as many threads as there are processors, or on the workers of a
   scheduler (``tcp://host:8786``), which need the extra ``scale`` and this package
3. hear of each result that is there

A worker may die, or be taken for dead, after it did a block and before it told so: the block is
done again elsewhere. So a block must be as good done twice as once, and what it returns small.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import dask
from dask.callbacks import Callback

from lokaalmeten.errors import ClusterError

WAIT_S = 10  # for a scheduler to answer, and for a first worker
RETRIES = 3  # of a block that failed: the database may have ended the one it did not need

Told = Callable[[int, int], object]  # blocks done, of how many


def note(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """A step of the graph, done when its result is asked for."""
    return dask.delayed(function, pure=False)(*given, **named)  # pyright: ignore[reportPrivateImportUsage]


def share(value: Any) -> Any:
    """A value that many steps need: it goes to each worker once."""
    return dask.delayed(value, traverse=False)  # pyright: ignore[reportPrivateImportUsage]


def compute(noted: Any, cluster: str | None) -> Any:
    """Result of one step and all that it needs; raises as ``compute_all``."""
    return compute_all([noted], cluster)[0]


def compute_all(
    noted: Sequence[Any], cluster: str | None, told: Told = lambda _done, _total: None
) -> list[Any]:
    """Results of steps, in their order; ``told`` hears of each that is done.

    Without ``cluster`` threads of this process do them. Raises what a step raises, and
    ClusterError when nobody answers at ``cluster``, nobody works there, or workers die of it.
    """
    return on_cluster(noted, cluster, told) if cluster else on_threads(noted, told)


def on_threads(noted: Sequence[Any], told: Told) -> list[Any]:
    """Results of steps by threads of this process."""
    keys, number = {each.key for each in noted}, count(1)

    def tell(key: Any, *_: Any) -> None:
        if key in keys:
            told(next(number), len(noted))

    with Callback(posttask=tell):
        return list(dask.compute(*noted, scheduler="threads"))  # pyright: ignore[reportPrivateImportUsage]


def on_cluster(noted: Sequence[Any], cluster: str, told: Told) -> list[Any]:
    """Results of steps by the workers of a cluster; each is fetched as soon as it is there."""
    from distributed import as_completed

    found: dict[str, Any] = {}
    with joined(cluster) as client:
        futures = client.compute(list(noted), retries=RETRIES)
        order = [future.key for future in futures]
        waiting = as_completed(futures, loop=client.loop, with_results=True)
        del futures  # what was fetched is forgotten, and not made again when its worker dies
        for future, result in waiting:
            found[future.key] = result
            told(len(found), len(order))
    return [found[key] for key in order]


@contextmanager
def joined(cluster: str) -> Iterator[Any]:
    """A client of a scheduler with at least one worker; what Dask raises becomes ClusterError."""
    try:
        from distributed import CancelledError, Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise ClusterError(
            "a cluster needs the extra scale: uv sync --extra scale, or pip install distributed"
        ) from error
    try:
        client = Client(cluster, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {cluster}: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
        except TimeoutError as error:
            raise ClusterError(
                f"nobody works for the Dask scheduler at {cluster}: start dask worker {cluster}"
            ) from error
        try:
            yield client
        except KilledWorker as error:
            raise ClusterError(
                f"workers of {cluster} died of one block again and again, perhaps for memory: see"
                f" their logs; what other blocks did stays ({error})"
            ) from error
        except (CancelledError, CommClosedError) as error:
            raise ClusterError(
                f"the Dask scheduler at {cluster} went away; what was done stays: start again"
            ) from error
