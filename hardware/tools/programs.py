"""Programs that are run, each with the environment it needs; an error has their last words."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class ProgramError(Exception):
    """A program refused; the message has its last words."""


@dataclass(frozen=True)
class Program:
    """Where a program is; ``env`` goes on top of the environment."""

    path: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str | Path, cwd: Path | None = None, fail: bool = True) -> str:
        """Return what it prints; raise `ProgramError` when it fails and ``fail`` is not False."""
        command: Sequence[str | Path] = [self.path, *arguments]
        done = subprocess.run(
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            env={**os.environ, **self.env},
            check=False,
        )
        said = done.stdout + done.stderr
        if done.returncode and fail:
            last = " ".join(str(argument) for argument in arguments[-1:])
            raise ProgramError(f"{self.path.name} ... {last}: {done.returncode}: {said[-2000:]}")
        return said


@dataclass(frozen=True)
class Programs:
    """What makes the artefacts. WireViz finds `dot` in the folder of ``dot``."""

    wireviz: Program
    dot: Program
    openscad: Program
    kicad: Program
