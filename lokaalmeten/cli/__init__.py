"""The command line `meten`: where the parts meet. It hands each part what the others offer."""

import logging
import sys
import tempfile
import traceback

from lokaalmeten.errors import LokaalmetenError
from lokaalmeten.logs import is_journal, to_journal

USAGE = 2  # exit code of wrong use and of everything a person can mend


def main() -> None:
    """Run one command; what a person can mend ends in one sentence and exit code 2."""
    from .commands import app  # noqa: PLC0415 - so that a failing import is reported below

    try:
        app()
    except LokaalmetenError as error:
        say_last(f"meten: {error}")
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        said = f"meten: a defect in meten itself: {error!r}; please report it with"
        if is_journal(sys.stderr):  # a unit's /tmp goes with it
            say_last(f"{said} the lines below\n{traceback.format_exc()}".rstrip())
        else:
            say_last(f"{said} {keep_traceback()}")
        sys.exit(1)


def keep_traceback() -> str:
    """Write where the error of now came from into a file, and return its name."""
    with tempfile.NamedTemporaryFile("w", prefix="meten-", suffix=".log", delete=False) as log:
        traceback.print_exc(file=log)
    return log.name


def say_last(said: str) -> None:
    """Print the last word of a command; as an error where it is the journal that reads it."""
    lines = said.splitlines()
    if is_journal(sys.stderr):
        lines = [to_journal(line, logging.ERROR) for line in lines]
    print("\n".join(lines), file=sys.stderr)  # noqa: T201
