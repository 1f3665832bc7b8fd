"""The broker that `meten up` brings: Mosquitto, open to nobody without a password.

its files, once -> with a name, a certificate -> run -> a certificate that ends soon is renewed

In the folder of the installation lie `broker`, `broker.url` for the services, and `ca`.
"""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from ingest.broker import LocalBroker, find_mosquitto
from lokaalmeten.certificates import to_server
from lokaalmeten.errors import ServiceError
from lokaalmeten.processes import LOOPBACK, free_port
from lokaalmeten.settings import to_address

from . import ca_files
from .broker_files import (
    CONFIGURATION,
    Doors,
    find_certificate,
    find_user,
    to_configuration,
    write_broker,
    write_private,
)

CA_YEARS, DAYS, DAYS_LEFT = 10, 397, 30  # as meten ca does
NAME = "lokaalmeten"


def make_broker(data: Path, name: str, port: int) -> tuple[LocalBroker, str, str]:
    """Broker, not yet started, its address for services (with password), and for nodes.

    With a ``name`` nodes come in from anywhere, by TLS; else from this machine alone. Passwords
    are written once. Raises ServiceError where there is no Mosquitto.
    """
    program, folder, note = find_mosquitto(), data / "broker", data / "broker.url"
    if program is None:
        raise ServiceError(
            "there is no Mosquitto to start: install it (Debian: apt install mosquitto), or set"
            " LOKAALMETEN_BROKER to a broker that runs; one that anybody may use is for the demo"
        )
    tls, address = (make_certificate(data / "ca", name), "") if name else (None, LOOPBACK)
    if not note.exists():
        write_private(note, write_broker(folder, Doors(port, free_port(), address), tls))
    url = note.read_text()
    doors = Doors(port, to_address(url).port, address)
    text = to_configuration(folder, doors, find_certificate(tls))
    (folder / CONFIGURATION).write_text(text)  # the name may be another one now
    broker = LocalBroker(
        folder,
        program=program,
        port=doors.local_port,
        configuration=folder / CONFIGURATION,
    )
    nodes = f"mqtts://{name}:{port}" if name else f"mqtt://{LOOPBACK}:{port}"
    return broker, url, nodes


def make_certificate(folder: Path, name: str) -> Path:
    """Certificate of the broker by an authority of our own; its path without .pem and .key."""
    now = datetime.now(UTC)
    if not (folder / f"{ca_files.CA}.pem").exists():
        ca_files.make(folder, NAME, CA_YEARS, now)
    if not (folder / f"{name}.pem").exists():
        ca_files.issue(folder, to_server(name, []), DAYS, now)
    user = find_user()
    if os.geteuid() == 0 and user is not None:
        os.chown(folder / f"{name}.key", *user)
    return folder / name


def renew_certificate(data: Path, broker: LocalBroker) -> list[str]:
    """Renew what ends within DAYS_LEFT and have the broker read it; the names of what was."""
    if not (data / "ca").exists():
        return []
    now = datetime.now(UTC)
    names = [name for name, _, new in ca_files.renew(data / "ca", [], DAYS_LEFT, now) if new]
    if names and broker.process is not None:
        broker.process.send_signal(signal.SIGHUP)
    return names
