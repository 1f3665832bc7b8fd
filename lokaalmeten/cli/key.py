"""`meten key`: who may change something on the pages."""

from datetime import timedelta
from typing import Annotated

import typer

from lokaalmeten.errors import FormatError
from lokaalmeten.settings import read_settings

from .saying import example, out

key = typer.Typer(help="Keys with which people may change something.", no_args_is_help=True)


@key.command(
    "add",
    epilog=example(
        'meten key add --role municipality --for "Crowd team" --area gm0344 --expires 365d',
        'meten key add --role owner --owner ann --for "Ann, by mail"',
    ),
)
def key_add(
    role: Annotated[
        str,
        typer.Option(
            help="operator or municipality: changes crowd places, sees how nodes are; owner: sees"
            " and changes the own nodes; project: nothing yet."
        ),
    ],
    label: Annotated[str, typer.Option("--for", help="Who has it; never public.")],
    area: Annotated[
        str | None, typer.Option(help="Zone in which it may change something; everywhere without.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Of role owner: whose nodes and rides; see meten owner list.")
    ] = None,
    expires: Annotated[str, typer.Option(help="How long it opens anything: 365d.")] = "365d",
) -> None:
    """Make a key and show it, once: it is kept as a hash, nobody can look it up again."""
    dsn = read_settings().need_dsn()
    lasts = read_days(expires)
    if (role == "owner") != (owner is not None):
        raise typer.BadParameter("--role owner and --owner NAME belong together")
    from storage.access import add_key
    from storage.pool import connect

    with connect(dsn) as connection:
        made = add_key(connection, role, label, lasts, area and area.lower(), owner)
    out.print(made, highlight=False, soft_wrap=True, markup=False)
    out.print("This is the only time that it is shown. Sign in with it on the page /en/sign-in.")


def read_days(text: str) -> timedelta:
    """Days of a text like 365d; FormatError for anything else.

    >>> read_days("30d").days
    30
    """
    number = text.removesuffix("d")
    if not (text.endswith("d") and number.isascii() and number.isdigit() and len(number) <= 5):
        raise FormatError(f"--expires is a number of days such as 365d, not {text!r}")
    return timedelta(days=int(number))


@key.command("list", epilog=example("meten key list"))
def key_list() -> None:
    """List the keys: whose, for what, until when, and when each was last used."""
    dsn = read_settings().need_dsn()
    from .keys import show_keys

    show_keys(dsn, out)


@key.command("revoke", epilog=example("meten key revoke k3v9x1ab"))
def key_revoke(
    prefix: Annotated[str, typer.Argument(help="The part after lm_, as `meten key list` has it.")],
) -> None:
    """Take a key back at once; who is signed in with it is signed out."""
    dsn = read_settings().need_dsn()
    from storage.access import revoke_key
    from storage.pool import connect

    with connect(dsn) as connection:
        revoke_key(connection, prefix)
    out.print("the key is revoked, and who was signed in with it is signed out")
