"""The command line `meten`: where the parts meet. It hands each part what the others offer."""

import sys
import tempfile
import traceback

from lokaalmeten.errors import LokaalmetenError

USAGE = 2  # exit code of wrong use and of everything a person can mend


def main() -> None:
    """Run one command; what a person can mend ends in one sentence and exit code 2."""
    from .commands import app  # noqa: PLC0415 - so that a failing import is reported below

    try:
        app()
    except LokaalmetenError as error:
        print(f"meten: {error}", file=sys.stderr)  # noqa: T201 - the last word of a command
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        with tempfile.NamedTemporaryFile("w", prefix="meten-", suffix=".log", delete=False) as log:
            traceback.print_exc(file=log)
        said = f"meten: a defect in meten itself: {error!r}; please report it with {log.name}"
        print(said, file=sys.stderr)  # noqa: T201
        sys.exit(1)
