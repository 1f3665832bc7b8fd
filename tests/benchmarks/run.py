"""Runs a benchmark: ``python -m tests.benchmarks.run NAME [SCALE=0.1]``.

A benchmark is a module ``bench_NAME.py`` with ``measure(scale) -> {key: number}``, the unit in the
name of each key, and a docstring that says what is measured. The numbers are printed and written
to ``.bench/NAME.json``, with ``scale`` among them. SCALE (argument or environment) makes a run
smaller; ratios are taken within one run.
"""

import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / ".bench"


def main(arguments: Sequence[str], environment_scale: str | None) -> int:
    """Run the named benchmark; 2 with a sentence when it cannot be run."""
    given = [word.removeprefix("SCALE=") for word in arguments if word.startswith("SCALE=")]
    names = [word for word in arguments if not word.startswith("SCALE=")]
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if len(names) != 1 or names[0] not in known:
        return _complain(f"name one benchmark of: {', '.join(known)}")
    scale = read_scale([*given, environment_scale or "1"][0])
    if scale is None:
        return _complain("SCALE must be a number above 0, such as 0.1")
    module = importlib.import_module(f"tests.benchmarks.bench_{names[0]}")
    numbers = {"scale": scale} | module.measure(scale)
    show(names[0], (module.__doc__ or "").strip().splitlines()[0], numbers)
    keep(names[0], numbers)
    return 0


def read_scale(text: str) -> float | None:
    """Scale of a run, None when the text is not a number above 0."""
    try:
        scale = float(text)
    except ValueError:
        return None
    return scale if 0 < scale < float("inf") else None


def show(name: str, about: str, numbers: dict[str, float]) -> None:
    """Print the numbers as a table."""
    Console().print(f"{name}: {about}")
    table = Table("key", "value")
    table.columns[1].justify = "right"
    for key, value in numbers.items():
        table.add_row(key, f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}")
    Console().print(table)


def keep(name: str, numbers: dict[str, float]) -> None:
    """Write the numbers to ``.bench/NAME.json``."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(numbers, indent=2) + "\n")


def _complain(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("SCALE")))
