"""A small web server of a part that runs on: its metrics, its health, and what it lets in.

waitress keeps slow and large requests away from the threads that answer.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from prometheus_client import CollectorRegistry, make_wsgi_app
from waitress.server import create_server
from waitress.wasyncore import close_all

from lokaalmeten.errors import ServiceError

CUT_OFF = 256 << 10  # bytes of a body: larger ones are answered 413 before they have arrived
HEADERS = 64 << 10  # bytes of them
TEXT = ("Content-Type", "text/plain; charset=utf-8")

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]  # PEP 3333
Health = Callable[[], tuple[bool, str]]  # whether all is well, and a sentence
Routes = dict[str, tuple[str, Application]]  # method and answer, by path


def to_routes(registry: CollectorRegistry, read_health: Health) -> Routes:
    """What every part answers: /metrics for Prometheus, /healthz with 200 or 503."""
    return {
        "/metrics": ("GET", make_wsgi_app(registry)),
        "/healthz": ("GET", to_health(read_health)),
    }


def to_health(read_health: Health) -> Application:
    """WSGI application that says whether all is well."""

    def answer_health(_environ: dict[str, Any], start: Callable) -> list[bytes]:
        well, sentence = read_health()
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

    ``port`` 0 takes a free one; the attribute says which. ``part`` is whose it is, as its settings
    call it. Raises ServiceError when nobody can listen there.
    """

    def __init__(
        self, application: Application, host: str, port: int, part: str = "ingest", threads: int = 8
    ) -> None:
        listener = listen(host, port, part)
        self.port: int = listener.getsockname()[1]
        self._connections: dict[int, Any] = {}
        self._server: Any = create_server(
            application,
            self._connections,
            sockets=[listener],
            threads=threads,
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


def listen(host: str, port: int, part: str) -> socket.socket:
    """Socket that listens on ``host``:``port``; ServiceError when that cannot be."""
    try:
        if not 0 <= port < 1 << 16:
            raise OverflowError("a port is a number up to 65535")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        raise ServiceError(
            f"the {part} cannot listen on port {port} of {host} "
            f"({getattr(error, 'strerror', None) or error}); "
            f"set LOKAALMETEN_{part.upper()}_HOST and LOKAALMETEN_{part.upper()}_PORT"
        ) from error
