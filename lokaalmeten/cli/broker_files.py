"""`meten broker setup`: the files of a Mosquitto that is open to nobody.

mosquitto.conf  two listeners: nodes from anywhere, services from this machine
acl             a node writes and reads its own topics, the services what they need
passwords       one line each, as hashes: the services, then the nodes
"""

import os
import pwd
import secrets
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ingest.broker import MOSQUITTO
from ingest.payloads.topics import FILTERS, OWN
from lokaalmeten.errors import SettingsError
from lokaalmeten.processes import LOOPBACK
from storage.logins import SALT_BYTES, make_password, to_login

CONFIGURATION, ACL, PASSWORDS, PID = "mosquitto.conf", "acl", "passwords", "mosquitto.pid"
USER = "mosquitto"  # mosquitto.conf(5), "user"
SERVICES = "lokaalmeten"  # as whom ingest, publisher and commands log in

# mosquitto.conf(5), "Access control": %u is the name with which a client logged in.
OF_NODES = (
    *(f"pattern write lm/1/%u/{form}" for form in (*OWN, "status", "log")),
    *(f"pattern read lm/1/%u/{form}" for form in ("ack", "cmd")),
)
OF_SERVICES = (
    "topic readwrite lm/1/#",
    *(f"topic read {each}" for each in FILTERS if not each.startswith("lm/")),
    "topic write v1.1/#",  # SensorThings
    "topic write homeassistant/#",
)
HEAD = "# Written by meten broker setup; docs/broker.md says what it is for.\n"
OURS = ("allow_anonymous", "log_dest", "log_type")  # said otherwise than for the demo


@dataclass(frozen=True)
class Doors:
    """Where nodes and services come in: ports, and addresses of this machine; "" is all of them."""

    port: int
    local_port: int
    address: str = ""
    local_address: str = LOOPBACK


def set_up(folder: Path, doors: Doors, tls: Path | None, out: Console, password: str = "") -> None:
    """Write all three, and say how to start what they are for; show a password made here."""
    folder = folder.absolute()
    url = write_broker(folder, doors, tls, password)
    out.print(f"mosquitto -c {folder / CONFIGURATION}", soft_wrap=True, highlight=False)
    out.print(f"meten broker follow {folder}", soft_wrap=True, highlight=False)
    if not password:
        out.print(f"for the services, shown this once: LOKAALMETEN_BROKER={url}", soft_wrap=True,
                  highlight=False)  # fmt: skip
    if tls is None:
        out.print(
            f"without --tls passwords go over port {doors.port} as they are: only within a network"
            " of your own"
        )


def write_broker(folder: Path, doors: Doors, tls: Path | None, password: str = "") -> str:
    """Write all three; the address for services of this machine, with the password: keep it secret.

    Without a ``password`` one is made. Raises SettingsError when the files are there, or a
    certificate is not.
    """
    file = folder / CONFIGURATION
    if file.exists():
        raise SettingsError(f"{file} is there already: move it away to have it written anew")
    text = to_configuration(folder, doors, find_certificate(tls))
    password = password or make_password()
    login = to_login(password, secrets.token_bytes(SALT_BYTES))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_private(folder / PASSWORDS, f"{SERVICES}:{login}\n")
        write_private(folder / ACL, to_acl())
        file.write_text(text)
        hand_over(folder)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error.strerror}") from error
    return f"mqtt://{SERVICES}:{password}@{LOOPBACK}:{doors.local_port}"


def find_certificate(tls: Path | None) -> tuple[Path, Path] | None:
    """Certificate and key, None without TLS; SettingsError for one that is not there."""
    if tls is None:
        return None
    tls = tls.absolute()
    certificate, key = tls.with_name(f"{tls.name}.pem"), tls.with_name(f"{tls.name}.key")
    for path in (certificate, key):
        if not path.is_file():
            raise SettingsError(f"there is no {path}: make it with meten ca issue")
    return certificate, key


def to_configuration(folder: Path, doors: Doors, certificate: tuple[Path, Path] | None) -> str:
    """Text of mosquitto.conf."""
    usual = {name: value for name, value in MOSQUITTO.items() if name not in OURS}
    lines = {
        "allow_anonymous": "false",
        "password_file": folder / PASSWORDS,
        "acl_file": folder / ACL,
        "pid_file": folder / PID,
        "persistence_location": f"{folder}/",
        "log_dest": "stderr",
        "log_timestamp_format": "%Y-%m-%dT%H:%M:%S",
        **usual,
        **({"user": "root"} if os.geteuid() == 0 and find_user() is None else {}),
    }
    # the settings of a listener are those below it
    lines |= {"listener": f"{doors.local_port} {doors.local_address}"}
    text = HEAD + "".join(f"{name} {value}\n" for name, value in lines.items())
    text += f"listener {doors.port} {doors.address}".rstrip() + "\n"
    if certificate:
        text += f"certfile {certificate[0]}\nkeyfile {certificate[1]}\n"
        text += "tls_version tlsv1.2\n"  # and newer; what MicroPython's mbedTLS has
    return text


def to_acl() -> str:
    """Text of the access control list: what is not said is not allowed."""
    return HEAD + "\n".join((f"user {SERVICES}", *OF_SERVICES, "", *OF_NODES, ""))


def find_user() -> tuple[int, int] | None:
    """User that Mosquitto becomes when root starts it, with its group; None where there is none."""
    try:
        found = pwd.getpwnam(USER)
        return found.pw_uid, found.pw_gid
    except KeyError:
        return None


def hand_over(folder: Path) -> None:
    """Give the folder to Mosquitto's user and group, who write there what waits; only root can.

    Of files that are not of its group Mosquitto 2.0 warns that later versions refuse them.
    """
    user = find_user()
    if os.geteuid() == 0 and user is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, *user)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; one that is there is replaced."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
