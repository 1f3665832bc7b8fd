"""Programs that are run to their end: what they said, or why they failed, in their last line."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lokaalmeten.errors import ServiceError


def meten(folder: Path, environment: Mapping[str, str], *words: str) -> None:
    """Run a command of a version; ServiceError with its last word when it fails."""
    run([folder / ".venv/bin/meten", *words], environment=environment)


def shell(line: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run a line of the operator's; ServiceError with its last word when it fails."""
    run(["/bin/sh", "-c", line], folder=folder, environment=environment)


def run(
    words: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """What a program said; ServiceError with its last word when it fails."""
    done = call(words, folder=folder, environment=environment)
    if done.returncode:
        raise ServiceError(f"{' '.join(map(str, words))}: {to_last(done)}")
    return done.stdout


def call(
    words: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end; ServiceError when there is none."""
    told = None if environment is None else dict(environment)
    try:
        return subprocess.run(  # noqa: S603
            list(map(str, words)), cwd=folder, env=told, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ServiceError(f"{words[0]} cannot be run: {error.strerror}") from error


def to_last(done: "subprocess.CompletedProcess[str]") -> str:
    """Last line that a program said."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1] if lines else f"it said nothing and ended with {done.returncode}"
