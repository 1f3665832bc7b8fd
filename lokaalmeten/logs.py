"""Logs: for people on a terminal, and elsewhere one JSON object a line.

    {"time": "2025-10-09T08:53:20.123Z", "level": "warning", "event": "refused: crc",
     "node": "box-1", "reason": "crc", "times": 3}

`event` is a sentence; `node` the name of the node that it is about, null when it is about none;
the rest are its numbers. They come from ``extra=`` of the standard logging, and a terminal shows
the sentence only. Where standard error is the journal of systemd, a line has its level before it as
the journal reads it, so that ``journalctl -p warning`` finds it; the journal takes that away.
"""

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.logging import RichHandler

OURS = "lokaalmeten"  # the logger of all our parts
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
FIRST = frozenset({"time", "level", "event"})  # of the line, whatever a part calls its numbers


class JsonFormatter(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object: time, level, event and node, then the fields of ``extra``."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "node": None,
        }
        own = {name: value for name, value in vars(record).items() if name not in STANDARD}
        said |= {name: value for name, value in own.items() if name not in FIRST}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


class JournalFormatter(JsonFormatter):
    """The same for the journal of systemd."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, and before it the level that syslog has for it."""
        return to_journal(super().format(record), record.levelno)


def to_journal(line: str, level: int) -> str:
    """Return a line with its level before it; sd-daemon(3) has them from 2, critical, to 7, debug.

    >>> to_journal("refused: crc", logging.WARNING)
    '<4>refused: crc'
    """
    steps = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
    return f"<{next((number for least, number in steps if level >= least), 7)}>{line}"


def is_journal(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream leads to the journal of systemd: its device and inode, systemd.exec(5)."""
    told = environment.get("JOURNAL_STREAM")
    try:
        about = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file at all
        return False
    return told == f"{about.st_dev}:{about.st_ino}"


def start_logging(form: str, level: str) -> None:
    """Log to standard error: JSON unless it is a terminal, or when ``form`` is "json".

    ``level`` is that of our own parts; of libraries only what is from ``info`` on is logged.
    """
    if form == "json" or not sys.stderr.isatty():
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(JournalFormatter() if is_journal(sys.stderr) else JsonFormatter())
    else:
        handler = RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(level="INFO", handlers=[handler])
    logging.getLogger(OURS).setLevel(level.upper())
