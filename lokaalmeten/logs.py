"""Logs: for people on a terminal, and elsewhere one JSON object a line.

    {"time": "2025-10-09T08:53:20.123Z", "level": "warning", "event": "refused: crc",
     "node": "box-1", "reason": "crc", "times": 3}

`event` is a sentence; `node` the name of the node that it is about, null when it is about none;
the rest are its numbers. They come from ``extra=`` of the standard logging, and a terminal shows
the sentence only.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.logging import RichHandler

OURS = "lokaalmeten"  # the logger of all our parts
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
FIRST = frozenset({"time", "level", "event"})  # of the line itself, whatever a part calls its numbers


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


def start_logging(form: str, level: str) -> None:
    """Log to standard error: JSON unless it is a terminal, or when ``form`` is "json".

    ``level`` is that of our own parts; of libraries only what is from ``info`` on is logged.
    """
    if form == "json" or not sys.stderr.isatty():
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter())
    else:
        handler = RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(level="INFO", handlers=[handler])
    logging.getLogger(OURS).setLevel(level.upper())
