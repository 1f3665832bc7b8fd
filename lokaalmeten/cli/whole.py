"""What `meten up` does, in order; it stops the other way round.

1. read the settings and refuse wrong ones, all at once
2. a database: the one that is named, or an own one; its tables, roles, and a user for each part
3. a broker: the one that is named, or an own one that lets nobody in without a password
4. the parts as processes, and wait until the pages answer
5. keep all of it running; crowd places that are added or removed meanwhile are followed
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Console

from dashboard.vendor import vendor
from ingest.broker import LocalBroker
from lokaalmeten.errors import LokaalmetenError, SettingsError
from lokaalmeten.processes import free_port
from lokaalmeten.settings import Settings, build_settings, read_given, read_names
from storage.crowd import read_places
from storage.migrate import migrate
from storage.pool import connect

from .config_check import find_faults, find_strangers
from .config_table import to_fault_lines
from .installation import (
    DAY_S,
    PARTS,
    WAY_IN,
    Installation,
    Places,
    make_folder,
    open_database,
    write_way_in,
)
from .own_broker import make_broker, renew_certificate
from .supervisor import Supervisor

MINUTE_S = 60.0


@dataclass(frozen=True)
class Own:
    """Of the broker that is brought: the name by which nodes reach it, and their port."""

    name: str
    port: int


def run_up(environment: Mapping[str, str], own: Own, stop: threading.Event, out: Console) -> None:
    """Run until ``stop``; LokaalmetenError when something cannot run here."""
    settings = check_settings(environment, out)
    data = settings.data.absolute()
    free_port(settings.port)
    make_folder(data)
    with Supervisor(lambda line: say(out, line)) as supervisor:
        dsn = settings.dsn.get_secret_value() or open_database(supervisor, data, out)
        migrate(dsn)
        url, nodes, broker = open_broker(supervisor, settings, environment, own, out)
        vendor()
        places = Places(data, dsn, url, nodes)
        installation = Installation(supervisor, places, environment)
        write_way_in(places)
        for part in ("ingest", "dashboard", "forecast", "notify", "retain"):
            installation.start(part, PARTS[part])
        if broker:
            installation.start("logins", PARTS["logins"], str(data / "broker"))
        page = installation.wait_for_page(settings, stop)
        say(out, f"pages     {page}   (Ctrl-C stops)")
        say(out, f"others    . {data / WAY_IN}; meten doctor")
        keep(installation, stop, broker, out)
        say(out, "stopping")
    say(out, "stopped")


def check_settings(environment: Mapping[str, str], out: Console) -> Settings:
    """Settings of an environment; what is wrong is told whole before the SettingsError."""
    given = read_given(environment)
    faults = [*find_faults(given), *find_strangers(read_names(environment))]
    if faults:
        for line in to_fault_lines(faults):
            say(out, line)
        raise SettingsError(f"settings that cannot be used: {len(faults)}; nothing was started")
    return build_settings(given)


def open_broker(
    supervisor: Supervisor,
    settings: Settings,
    environment: Mapping[str, str],
    own: Own,
    out: Console,
) -> tuple[str, str, LocalBroker | None]:
    """Address of the broker for services, and for nodes; the broker itself when it is our own."""
    url = settings.broker.get_secret_value()
    if "broker" in read_given(environment):
        say(out, "broker    as LOKAALMETEN_BROKER says")
        scheme, _, rest = url.partition("://")
        return url, f"{scheme}://{rest.rpartition('@')[2]}", None
    data = settings.data.absolute()
    broker, url, nodes = make_broker(data, own.name, own.port)
    supervisor.start("broker", broker, broker.folder / "mosquitto.log")
    where = f"nodes come in at {nodes}" if own.name else "nodes of this machine alone; see --name"
    say(out, f"broker    Mosquitto in {broker.folder}, {where}")
    return url, nodes, broker


def keep(
    installation: Installation, stop: threading.Event, broker: LocalBroker | None, out: Console
) -> None:
    """Look after all parts until told to stop; places each minute, certificates each day."""
    minute = day = time.monotonic()
    while not stop.is_set():
        now = time.monotonic()
        if now >= minute:
            minute = now + MINUTE_S
            attempt(out, lambda: follow_places(installation))
        if broker and now >= day:
            day = now + DAY_S
            attempt(out, lambda: renew(installation, broker))
        installation.supervisor.watch(stop, lambda until=minute: time.monotonic() >= until)


def attempt(out: Console, step: Callable[[], None]) -> None:
    """Do something that is tried again later; why it could not be done is one line."""
    try:
        step()
    except LokaalmetenError as error:
        say(out, str(error))


def renew(installation: Installation, broker: LocalBroker) -> None:
    """Renew the certificate of our own broker where it ends soon."""
    for name in renew_certificate(installation.places.data, broker):
        installation.supervisor.tell(f"certificate of {name} renewed")


def follow_places(installation: Installation) -> None:
    """Watch the crowd places that there are, and no longer those that are gone."""
    supervisor = installation.supervisor
    with connect(installation.places.dsn, reading=True) as connection:
        wanted = {f"crowd-{name}": name for name in read_places(connection)["name"]}
    for label, name in wanted.items():
        if label not in supervisor.kept:
            installation.start("crowd", PARTS["crowd"], name, label=label)
            supervisor.tell(f"{label} started")
    for label in [each for each in supervisor.kept if each.startswith("crowd-")]:
        if label not in wanted:
            supervisor.drop(label)


def say(out: Console, line: str) -> None:
    """Print a line as it is, at once."""
    out.print(line, soft_wrap=True, markup=False, highlight=False)
