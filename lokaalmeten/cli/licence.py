"""`meten licence`: under which licence samples are public, and who is named for them."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

licence = typer.Typer(help="Licences, and what contributors consented to.", no_args_is_help=True)


@licence.command(
    "set",
    epilog=example(
        'meten licence set CC-BY-4.0 --owner library --name "Library of our town" --institution',
        "meten licence set CC0-1.0 --node box-7 --since 2026-01-01",
        'meten licence set CC-BY-4.0 --project street --name "Our street"',
    ),
)
def licence_set(
    license_: Annotated[str, typer.Argument(metavar="LICENCE", help="CC0-1.0 or CC-BY-4.0.")],
    node: Annotated[str | None, typer.Option(help="Of this fixed node.")] = None,
    owner: Annotated[str | None, typer.Option(help="Of all fixed nodes of this owner.")] = None,
    project: Annotated[
        str | None, typer.Option(help="Of nodes of this project of which nobody else said one.")
    ] = None,
    name: Annotated[str, typer.Option(help="Who is named for it, as they want it: PUBLIC.")] = "",
    institution: Annotated[
        bool, typer.Option("--institution", help="Who is named is a body, not a person.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Samples from this day (UTC) on; else from now."),
    ] = None,
) -> None:
    """Note what a contributor consented to; the last word counts, and all are kept.

    What others have under CC0 stays CC0: a licence that was given cannot be called back.
    """
    dsn = read_settings().need_dsn()
    from storage.licences import add_consent
    from storage.pool import connect

    about = {"node": node, "owner": owner, "project": project}
    with connect(dsn) as connection:
        riding = add_consent(
            connection,
            license_,
            **about,
            party=name,
            role="institutional" if institution else "individual",
            since=since and since.replace(tzinfo=UTC),
        )
    named = f", naming {name}" if name else ""
    out.print(f"samples are {license_}{named}", highlight=False, markup=False)
    if riding:
        out.print(f"not of {riding} moving: rides have no name in public, so they are CC0")


@licence.command("list", epilog=example("meten licence list"))
def licence_list() -> None:
    """List all that was said, the present and the past."""
    dsn = read_settings().need_dsn()
    from .licences import show_licences

    show_licences(dsn, out)
