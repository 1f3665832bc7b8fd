"""Serve the dashboard until it is told to stop."""

import gc
import socket
import sys
from contextlib import suppress

import uvicorn

from lokaalmeten.errors import ServiceError

from .app import create_app
from .setup import USUAL, Setup

# Objects before the collector looks for cycles, and again after how many looks: an answer of
# thousands of entities is all made and then all dropped, and looking cost a seventh of its time.
SELDOM = (50_000, 20, 50)
# Seconds until a thread that computes lets others have their turn: with six of them at work, the
# one that answers would wait for tens of milliseconds at the usual 5 ms.
TURN_S = 0.001
PATIENCE_S = 3  # for requests that are still running when it stops


def serve(
    dsn: str,
    host: str = "127.0.0.1",
    port: int = 8050,
    changes_dsn: str = "",
    setup: Setup = USUAL,
) -> None:
    """Run API and pages on ``host:port``; returns after SIGINT, SIGTERM ends the process.

    Databases and ``setup`` are those of ``create_app``.

    Raises:
        ServiceError: the port is taken, or the host is not an address of this machine.

    """
    check_port(host, port)
    app = create_app(dsn, changes_dsn, setup=setup)
    # What is there now stays: the collector need not walk through Dash for every large answer.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    sys.setswitchinterval(TURN_S)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=PATIENCE_S,
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises it again after it has closed
        uvicorn.Server(config).run()


def check_port(host: str, port: int) -> None:
    """Raise ServiceError when nobody can listen on ``host:port``; uvicorn would only log it."""
    try:
        if not 0 < port < 65536:
            raise OverflowError("a port is a number from 1 to 65535")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        raise ServiceError(
            f"The dashboard cannot listen on {host} port {port} "
            f"({getattr(error, 'strerror', None) or error}). "
            "Stop what uses it, or choose another port or host."
        ) from error
