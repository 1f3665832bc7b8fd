"""The web server of the ingest: the door of the devices, its metrics and its health.

    POST /v1/push-sensor-data/   what airRohr devices send: `door.py`
    GET  /metrics                for Prometheus
    GET  /healthz                200 or 503, with one sentence

waitress keeps slow and large requests away from the threads that answer.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from prometheus_client import make_wsgi_app
from waitress.server import create_server
from waitress.wasyncore import close_all

from lokaalmeten.errors import ServiceError

from .door import MOST, PATHS, Door
from .metrics import Metrics

THREADS = MOST + 8  # who waits at the door never keeps /healthz from answering
CUT_OFF = 256 << 10  # bytes of a body: larger ones are answered 413 before they have arrived
HEADERS = 64 << 10  # bytes of them
TEXT = ("Content-Type", "text/plain; charset=utf-8")

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]  # PEP 3333


def to_application(metrics: Metrics, door: Door | None = None) -> Application:
    """WSGI application of all routes; without ``door`` nobody can post."""
    routes: dict[str, tuple[str, Application]] = {
        "/metrics": ("GET", make_wsgi_app(metrics.registry)),
        "/healthz": ("GET", to_health(metrics)),
    }
    if door is not None:
        routes |= dict.fromkeys(PATHS, ("POST", door))
    return to_router(routes)


def to_health(metrics: Metrics) -> Application:
    """WSGI application that says whether all is well."""

    def answer_health(_environ: dict[str, Any], start: Callable) -> list[bytes]:
        well, sentence = metrics.read_health()
        return say(start, "200 OK" if well else "503 Service Unavailable", sentence)

    return answer_health


def to_router(routes: Mapping[str, tuple[str, Application]]) -> Application:
    """WSGI application that hands a request on by its path; each path knows one method."""

    def answer(environ: dict[str, Any], start: Callable) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in routes:
            return say(start, "404 Not Found", f"there is {', '.join(routes)}")
        method, application = routes[environ["PATH_INFO"]]
        if environ["REQUEST_METHOD"] != method:
            allow = ("Allow", method)
            return say(start, "405 Method Not Allowed", f"{method} is the way to ask", allow)
        return application(environ, start)

    return answer


def say(start: Callable, status: str, sentence: str, *more: tuple[str, str]) -> list[bytes]:
    """Answer in one sentence."""
    start(status, [TEXT, *more])
    return [f"{sentence}\n".encode()]


class Web:
    """Serves a WSGI application in threads of its own, from the start to `close`.

    ``port`` 0 takes a free one; the attribute says which. Raises ServiceError when nobody can
    listen there.
    """

    def __init__(self, application: Application, host: str, port: int) -> None:
        listener = listen(host, port)
        self.port: int = listener.getsockname()[1]
        self._connections: dict[int, Any] = {}
        self._server: Any = create_server(
            application,
            self._connections,
            sockets=[listener],
            threads=THREADS,
            max_request_body_size=CUT_OFF,
            max_request_header_size=HEADERS,
            connection_limit=500,
            channel_timeout=30,
            asyncore_use_poll=True,  # select() knows no more than 1,024 files
            log_socket_errors=False,  # a device that hangs up is no event worth a line
            ident="",
        )
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the answers that are under way, then let go of the port."""
        self._server.task_dispatcher.shutdown()
        # in the thread of the connections, which ends when there are none
        self._server.trigger.pull_trigger(lambda: close_all(self._connections))
        self._thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Socket that listens on ``host``:``port``; ServiceError when that cannot be."""
    try:
        if not 0 <= port < 1 << 16:
            raise OverflowError("a port is a number up to 65535")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        raise ServiceError(
            f"the ingest cannot listen on port {port} of {host} "
            f"({getattr(error, 'strerror', None) or error}); "
            "set LOKAALMETEN_INGEST_HOST and LOKAALMETEN_INGEST_PORT"
        ) from error
