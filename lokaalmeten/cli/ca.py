"""`meten ca`: an own certificate authority, for the TLS of the broker."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lokaalmeten.errors import CertificateError

from .saying import example, out

if TYPE_CHECKING:
    from lokaalmeten.certificates import Holder

ca = typer.Typer(help="Certificates of one's own, for the TLS of the broker.", no_args_is_help=True)

Folder = Annotated[
    Path,  # unreadable: what we say of it is one sentence
    typer.Argument(help="Where the CA and what it issues are kept.", readable=False),
]


@ca.command(
    "init",
    epilog=example("meten ca init /etc/mosquitto/ca", 'meten ca init ca --name "Our street"'),
)
def ca_init(
    folder: Folder,
    name: Annotated[str, typer.Option(help="What the CA is called.")] = "lokaalmeten",
    years: Annotated[int, typer.Option(min=1, max=50, help="How long it is valid.")] = 10,
) -> None:
    """Make a certificate authority: ca.pem for all who shall trust it, ca.key for nobody."""
    from .ca_files import make

    made = make(folder, name, years, now())
    until = made.certificate.not_valid_after_utc
    say(f"{folder / 'ca.pem'}: for nodes and programs to trust, until {until:%Y-%m-%d}")
    say(f"{folder / 'ca.key'}: whoever has it can pretend to be the broker; keep a copy elsewhere")


@ca.command(
    "issue",
    epilog=example(
        "meten ca issue /etc/mosquitto/ca meet.example.nl --also 192.0.2.7",
        "meten ca issue /etc/mosquitto/ca box-7 --client",
    ),
)
def ca_issue(
    folder: Folder,
    name: Annotated[
        str, typer.Argument(help="Host name or address of a server; name of the node of a client.")
    ],
    client: Annotated[
        bool, typer.Option("--client", help="For one who connects, instead of the broker.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(help="Another name or address of the server; may be repeated."),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=36500, help="How long it is valid; never longer than the CA.")
    ] = 397,
) -> None:
    """Issue a certificate, NAME.pem, with its private key, NAME.key."""
    from .ca_files import issue

    holder = to_holder(name, also or [], client=client)
    made = issue(folder, holder, days, now())
    what = ", ".join(holder.hosts or [holder.name])
    path = folder / f"{holder.name}.pem"
    say(f"{path}: {holder.kind} certificate of {what}, until {made.not_valid_after_utc:%Y-%m-%d}")
    say(f"{path.with_suffix('.key')}: its private key, which only this user can read")


@ca.command(
    "renew",
    epilog=example(
        "meten ca renew /etc/mosquitto/ca && kill -HUP $(pidof mosquitto)   # every day",
        "meten ca renew /etc/mosquitto/ca meet.example.nl",
    ),
)
def ca_renew(
    folder: Folder,
    names: Annotated[list[str] | None, typer.Argument(help="Renew these at once.")] = None,
    days_left: Annotated[
        int, typer.Option(min=0, help="Without names: those that end within so many days.")
    ] = 30,
) -> None:
    """Renew certificates, with the same key and names; twice is as good as once."""
    from .ca_files import renew

    changed = False
    for name, certificate, is_new in renew(folder, names or [], days_left, now()):
        changed |= is_new
        done = "renewed" if is_new else "not changed"
        until = certificate.not_valid_after_utc
        say(f"{folder / f'{name}.pem'}: {done}, valid until {until:%Y-%m-%d}")
    say("send Mosquitto a SIGHUP, so that it reads them" if changed else "nothing was renewed")


@ca.command("list", epilog=example("meten ca list /etc/mosquitto/ca"))
def ca_list(folder: Folder) -> None:
    """List the certificates and how long each is valid; exit code 1 when one has expired."""
    from .ca_table import show_certificates

    if show_certificates(folder, now(), out):
        raise typer.Exit(1)


def to_holder(name: str, also: list[str], *, client: bool) -> "Holder":
    """Return whom a certificate is for; a client is called as a node is."""
    from lokaalmeten.certificates import Holder, to_server

    if not client:
        return to_server(name, also)
    if also:
        raise CertificateError("a client has its name alone: leave --also out, it is for servers")
    from storage.people import check_name

    check_name("client", name)
    return Holder(name, "client")


def now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Print a line as it is, however long."""
    out.print(text, highlight=False, soft_wrap=True, markup=False)
