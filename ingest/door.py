"""The door: what devices post over HTTP, answered when it is committed.

    read the request -> let the message in, wake the main loop -> wait for its ticket
    -> 201 when it is committed; 503 when that takes too long, the door is full or closed

The request comes in a thread of the web server and waits there; `take` and `acknowledge` belong
to the main loop. The route and the answers are those of sensor.community, to which the airRohr
firmware posts: it takes any status from 200 to 208 for success, and waits 20 s for it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .decode import Message
from .payloads.airrohr import read_name, to_message
from .payloads.topics import to_node_name

PATHS = ("/v1/push-sensor-data", "/v1/push-sensor-data/")
MOST = 32  # visitors at once: each holds a thread of the web server, which has more
LARGEST = 64 << 10  # bytes of a body; that of an airRohr has some 1,500
PATIENCE_S = 10.0  # for the commit; the firmware hangs up after 20
RETRY_AFTER_S = 60

Start = Callable[[str, list[tuple[str, str]]], Any]  # start_response of PEP 3333


@dataclass(eq=False)
class Visit:
    """The ticket of a message that came through a door, and what became of it."""

    door: "Door"
    ended: threading.Event = field(default_factory=threading.Event)
    committed: bool = False


class Door:
    """A WSGI application for PATHS on one side, a source of messages on the other.

    ``wake`` has the main loop look for messages, from any thread; ``clock`` gives Unix seconds.
    At most ``most`` requests wait at a time; each for ``patience_s``.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        clock: Callable[[], float] = time.time,
        patience_s: float = PATIENCE_S,
        most: int = MOST,
    ) -> None:
        self._wake = wake
        self._clock = clock
        self._patience_s = patience_s
        self._most = most
        self._lock = threading.Lock()
        self._queue: dict[Visit, Message] = {}  # not yet taken, in the order of arrival
        self._visits: set[Visit] = set()  # not yet answered
        self._open = True

    def __call__(self, environ: dict[str, Any], start: Start) -> list[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read()
        x_sensor = environ.get("HTTP_X_SENSOR", "")
        if not body:
            return refuse(start, "the body is empty: send JSON with sensordatavalues")
        if len(body) > LARGEST:
            said = {"detail": f"the body has more than {LARGEST >> 10} kB"}
            return answer(start, "413 Content Too Large", said)
        if not read_name(body, x_sensor):
            return refuse(
                start, "no node is named: send it in the header X-Sensor, like esp8266-1234567"
            )
        visit = Visit(self)
        message = to_message(body, x_sensor, int(self._clock()), visit)
        if not self._let_in(visit, message):
            return turn_away(start, "too many wait, or the ingest stops: send it again later")
        self._wake()
        visit.ended.wait(self._patience_s)
        if not self._let_out(visit):
            return turn_away(start, "it could not be stored in time: send it again later")
        said = {"sensor": to_node_name(message.topic), "timestamp": to_iso(message.received)}
        return answer(start, "201 Created", said)

    def take(self) -> list[Message]:
        """All messages that wait, in the order of arrival."""
        with self._lock:
            messages, self._queue = list(self._queue.values()), {}
        return messages

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Answer those that came through this door: they are committed."""
        for message in messages:
            visit = message.ticket
            if isinstance(visit, Visit) and visit.door is self:
                visit.committed = True
                visit.ended.set()

    def close(self) -> None:
        """Turn away who waits and who still comes."""
        with self._lock:
            self._open = False
            self._queue.clear()
            for visit in self._visits:
                visit.ended.set()

    def _let_in(self, visit: Visit, message: Message) -> bool:
        with self._lock:
            if not self._open or len(self._visits) >= self._most:
                return False
            self._visits.add(visit)
            self._queue[visit] = message
            return True

    def _let_out(self, visit: Visit) -> bool:
        """Tell whether the message is committed; one that nobody took leaves with its visitor."""
        with self._lock:
            self._visits.discard(visit)
            self._queue.pop(visit, None)
        return visit.committed


def refuse(start: Start, sentence: str) -> list[bytes]:
    """Answer what can never be stored."""
    return answer(start, "400 Bad Request", {"detail": sentence})


def turn_away(start: Start, sentence: str) -> list[bytes]:
    """Answer what may be stored another time."""
    later = ("Retry-After", str(RETRY_AFTER_S))
    return answer(start, "503 Service Unavailable", {"detail": sentence}, later)


def answer(start: Start, status: str, said: dict[str, str], *more: tuple[str, str]) -> list[bytes]:
    """Answer in JSON."""
    body = json.dumps(said).encode()
    size = ("Content-Length", str(len(body)))
    start(status, [("Content-Type", "application/json"), size, *more])
    return [body]


def to_iso(seconds: int) -> str:
    """Moment in UTC as ISO 8601.

    >>> to_iso(1_760_000_000)
    '2025-10-09T08:53:20Z'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
