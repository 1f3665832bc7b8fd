"""What `meten up` and `meten demo` have in common: one installation on one machine.

a folder -> a database -> users with least rights -> parts as processes -> pages that answer

Every part has what it needs to reach the others from its environment, and nothing more.
"""

import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from rich.console import Console

from lokaalmeten.errors import ServiceError
from lokaalmeten.settings import FILE, PREFIX, Settings
from storage.pool import connect
from storage.roles import make_roles
from storage.server import LocalServer, embedded_binaries
from storage.users import make_users

from .broker_files import write_private
from .supervisor import Part, Supervisor

READY_S = 180  # for the pages to answer; a part that does not come up is told before
FOLDER = "postgres"  # of a database of our own, in that of the data
WAY_IN = "meten.env"  # in the folder: how other commands reach this installation
DAY_S = 86_400.0
LOGIN = "lokaalmeten_login"
TELLING = frozenset({"SMTP", "MAIL_FROM", "WEBHOOK_SECRET"})  # who tells has these


@dataclass(frozen=True)
class Kind:
    """A part of an installation: the command, and the role of its user; "" is the owner."""

    words: tuple[str, ...]
    role: str = ""
    rest_s: float | None = None  # one that ends by itself begins anew after so many seconds
    tells: bool = False


PARTS = {
    "ingest": Kind(("ingest",), "lokaalmeten_ingest"),
    "dashboard": Kind(("dashboard",), "lokaalmeten_reader"),
    "forecast": Kind(("forecast", "run", "--every", "1h"), "lokaalmeten_publisher"),
    "logins": Kind(("broker", "follow"), "lokaalmeten_broker"),
    "crowd": Kind(("crowd", "watch"), "lokaalmeten_admin", tells=True),
    "notify": Kind(("notify", "watch"), "lokaalmeten_admin", tells=True),
    "retain": Kind(("db", "retain"), rest_s=DAY_S),
}


@dataclass(frozen=True)
class Places:
    """Where things are: folder of data and logs, database, broker for services and for nodes."""

    data: Path
    dsn: str  # of the owner of the tables
    broker: str  # of services, password included
    nodes: str  # what nodes are told of it, without a password


class Installation:
    """Starts parts of one installation; a supervisor keeps them running."""

    def __init__(
        self, supervisor: Supervisor, places: Places, environment: Mapping[str, str]
    ) -> None:
        self.supervisor, self.places = supervisor, places
        self.environment = clear(environment)
        roles = {name: [kind.role] for name, kind in PARTS.items() if kind.role}
        if environment.get(f"{PREFIX}OIDC_ISSUER"):
            roles["dashboard"].append(LOGIN)  # it says who somebody is
        with connect(places.dsn) as connection:
            make_roles(connection)
            self.users = make_users(connection, places.dsn, roles)

    def start(self, name: str, kind: Kind, *more: str, label: str = "") -> None:
        """Start a part; ``more`` are words after those of its kind."""
        environment = self.to_environment(name, tells=kind.tells)
        log = self.places.data / f"{label or name}.log"
        part = Part((*kind.words, *more), log, environment)
        self.supervisor.start(label or name, part, log, kind.rest_s)

    def to_environment(self, name: str, *, tells: bool = False) -> dict[str, str]:
        """What a part may know."""
        places = self.places
        told = places.nodes if name == "dashboard" else places.broker
        left = {PREFIX + each for each in TELLING} if not tells else set()
        replica = self.environment.get(f"{PREFIX}READ_DSN", "") if name == "dashboard" else ""
        kept = {key: value for key, value in self.environment.items() if key not in left}
        return kept | {
            f"{PREFIX}DSN": self.users.get(name, places.dsn),
            f"{PREFIX}READ_DSN": replica,
            f"{PREFIX}BROKER": told,
            f"{PREFIX}DATA": str(places.data),
        }

    def wait_for_page(self, settings: Settings, stop: threading.Event) -> str:
        """Return the address of the pages as soon as they answer; ServiceError when none does."""
        url = f"http://{settings.host}:{settings.port}/"
        until = time.monotonic() + READY_S
        self.supervisor.watch(stop, lambda: answers(url, until))
        return url


def write_way_in(places: Places) -> None:
    """Write for a shell how `meten` reaches this installation, for its owner alone."""
    lines = {"DSN": places.dsn, "BROKER": places.broker, "DATA": str(places.data)}
    text = "".join(f"export {PREFIX}{name}={quote(value)}\n" for name, value in lines.items())
    write_private(places.data / WAY_IN, text)


def answers(url: str, until: float) -> bool:
    """Tell whether the pages answer; ServiceError when they do not at monotonic time ``until``."""
    try:
        with urllib.request.urlopen(url + "healthz", timeout=5):  # noqa: S310 - our own
            return True
    except OSError as error:
        if time.monotonic() > until:
            raise ServiceError(f"the dashboard does not answer at {url}: {error}") from error
        return False


def make_folder(data: Path) -> None:
    """Make the folder of an installation, or say why that is not possible."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / ".writable").touch()
        (data / ".writable").unlink()
    except OSError as error:
        raise ServiceError(
            f"{data} cannot hold the data ({error.strerror}); "
            "name another folder in LOKAALMETEN_DATA"
        ) from error


def open_database(supervisor: Supervisor, data: Path, out: Console) -> str:
    """Start a PostgreSQL of our own in the folder; its DSN."""
    out.print("database  ", end="")
    folder = data / FOLDER
    server = LocalServer(folder, embedded_binaries())
    supervisor.start("database", server, folder / "postgresql.log")
    out.print(f"PostgreSQL in {folder}", soft_wrap=True)
    return server.dsn


def clear(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without the files that hold what each part is told by itself."""
    filed = {f"{PREFIX}{name}{FILE.upper()}" for name in ("DSN", "READ_DSN", "BROKER")}
    return {name: value for name, value in environment.items() if name not in filed}
