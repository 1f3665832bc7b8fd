"""Counts the instructions of a MicroPython script; the same on every run, however busy the machine.

Valgrind is Debian's, unpacked as the other programs are: the machine's own may count otherwise.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from tests.services.debian import valgrind
from tests.services.node import REPOSITORY, MicroPython


def count_instructions(micropython: MicroPython, script: Path, *arguments: object) -> int:
    """Instructions from start to end, reading of the script included."""
    program, tools = valgrind()
    command = [program, "--tool=callgrind", "--callgrind-out-file=/dev/null", micropython]
    command += ["-X", "heapsize=160K", script.relative_to(REPOSITORY), *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command,
            # names of files are names to MicroPython, and where names lie decides what its cache
            # of lookups finds: the same tree elsewhere took 8 % more for a page
            cwd=REPOSITORY,
            env={
                "MICROPYPATH": ".:.frozen",
                "HOME": folder,
                "VALGRIND_LIB": str(tools),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(done.stdout[-1000:] + done.stderr[-2000:])
    return int(found[1])


def count_per_turn(micropython: MicroPython, script: Path, what: str, turns: int) -> float:
    """Instructions of one turn: what so many turns take more than none."""
    none = count_instructions(micropython, script, what, 0)
    return (count_instructions(micropython, script, what, turns) - none) / turns
