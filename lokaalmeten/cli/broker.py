"""`meten broker`: Mosquitto in which each node has a password and topics of its own."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.errors import SettingsError
from lokaalmeten.processes import LOOPBACK
from lokaalmeten.settings import read_settings, to_address

from .saying import example, out

broker = typer.Typer(help="Set Mosquitto up, and tell it who may log in.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of its configuration.")]


@broker.command(
    "setup",
    epilog=example(
        "meten broker setup /var/lib/lokaalmeten/broker --tls ca/meet.example.nl",
        "meten broker setup broker --port 1884 --local-port 1883",
    ),
)
def broker_setup(
    folder: Folder,
    port: Annotated[int, typer.Option(help="Port for nodes, on all addresses.")] = 8883,
    local_port: Annotated[
        int, typer.Option(help="Port for the services, on this machine alone.")
    ] = 1883,
    tls: Annotated[
        Path | None,
        typer.Option(help="Certificate and key without .pem and .key; see meten ca issue."),
    ] = None,
    local_address: Annotated[
        str, typer.Option(help="Address of that port; in a container 0.0.0.0, of its network.")
    ] = LOOPBACK,
    known: Annotated[
        bool,
        typer.Option("--known", help="Take the password that LOKAALMETEN_BROKER has, show none."),
    ] = False,
) -> None:
    """Write mosquitto.conf, who may do what, and a password for the services, shown once."""
    from .broker_files import Doors, set_up

    password = to_address(read_settings().broker.get_secret_value()).password if known else ""
    if password is None:
        raise SettingsError("--known takes the password of LOKAALMETEN_BROKER, which has none")
    set_up(folder, Doors(port, local_port, local_address=local_address), tls, out, password)


@broker.command("logins", epilog=example("meten broker logins /var/lib/lokaalmeten/broker"))
def broker_logins(folder: Folder) -> None:
    """Write once who may log in; for Mosquitto that somebody else restarts."""
    dsn = read_settings().need_dsn()
    from storage.pool import connect

    from .broker_files import PASSWORDS
    from .broker_logins import write_logins

    with connect(dsn, reading=True) as connection:
        count, changed = write_logins(connection, folder / PASSWORDS)
    said = "changed: send Mosquitto a SIGHUP" if changed else "not changed"
    out.print(f"{folder / PASSWORDS}: {count:,} nodes, {said}", markup=False, soft_wrap=True)


@broker.command("follow", epilog=example("meten broker follow /var/lib/lokaalmeten/broker"))
def broker_follow(folder: Folder) -> None:
    """Have Mosquitto know within two seconds who got a password and who lost it, until stopped."""
    settings = read_settings()
    from lokaalmeten.logs import start_logging

    from .broker_logins import follow
    from .stopping import until_told

    start_logging(settings.log, settings.log_level)
    with until_told() as stop:
        follow(settings.need_dsn(), folder, stop)
