"""What a run found, for people and as numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.benchmarks.run import RESULTS
from tests.soak.count import Count

Happened = Mapping[str, list[float | None]]  # seconds to recover by kind of fault, None: never

out = Console()


@dataclass(frozen=True)
class Run:
    """A soak that is over."""

    minutes: float
    boxes: int
    happened: Happened
    memory_mb: Sequence[float]  # of the ingest, in the course of it
    left: int  # pages that the fleet still keeps
    full: int  # times that the ingest met a full disk
    ended: Mapping[str, int]  # who ended though nobody killed it, and how often
    found: Count

    @property
    def failed(self) -> bool:
        """Tell whether anything was lost, doubled or changed, or did not come back."""
        vain = any(took is None for kind in self.happened.values() for took in kind)
        return bool(self.found.wrong or self.left or vain)

    def to_faults(self) -> dict[str, dict[str, float]]:
        """Each kind: how often, and seconds until more was stored."""
        return {kind: summarise(took) for kind, took in sorted(self.happened.items())}

    def to_numbers(self) -> dict[str, float]:
        """Everything else by its name."""
        return {
            "minutes": self.minutes,
            "boxes": self.boxes,
            "faults": sum(map(len, self.happened.values())),
            **self.found.to_numbers(),
            "pages still kept": self.left,
            "full disks that the ingest met": self.full,
            "memory of the ingest at first, MB": self.memory_mb[0],
            "memory of the ingest at last, MB": self.memory_mb[-1],
            "memory of the ingest at most, MB": max(self.memory_mb),
            **{f"ended by itself: {who}": times for who, times in self.ended.items()},
        }


def summarise(took: Sequence[float | None]) -> dict[str, float]:
    """Times, median and most seconds; infinite where nothing came back.

    >>> summarise([1.0, 3.0, None])
    {'times': 3, 'median_s': 3.0, 'most_s': inf}
    """
    seconds = [float("inf") if one is None else one for one in took]
    return {
        "times": len(took),
        "median_s": round(median(seconds), 1),
        "most_s": round(max(seconds), 1),
    }


def show(run: Run) -> None:
    """Print it as two tables and a verdict."""
    faults = Table("what went wrong", "times", "more was stored after s: median", "most")
    for kind, row in run.to_faults().items():
        faults.add_row(kind, *(f"{value:g}" for value in row.values()))
    numbers = Table("what was counted", "number")
    for name, value in run.to_numbers().items():
        numbers.add_row(name, f"{value:,.0f}")
    numbers.columns[1].justify = "right"
    out.print(faults, numbers)
    verdict = f"WRONG: {run.found.wrong}" if run.failed else "nothing was lost, doubled or changed"
    out.print(verdict)


def keep(run: Run) -> None:
    """Write it to ``.bench/soak.json``."""
    RESULTS.mkdir(exist_ok=True)
    everything = {"faults": run.to_faults(), "numbers": run.to_numbers()}
    (RESULTS / "soak.json").write_text(json.dumps(everything, indent=2) + "\n")
