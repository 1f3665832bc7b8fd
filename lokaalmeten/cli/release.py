"""`meten release`: months of public data, whole, numbered and described, for whoever cites them."""

from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

release = typer.Typer(help="Monthly releases of public data.", no_args_is_help=True)

PLACE = "Folder, or an address such as s3://bucket/releases; else LOKAALMETEN_RELEASES."
Target = Annotated[str | None, typer.Option("--to", help=PLACE)]


@release.command(
    "add",
    epilog=example(
        "meten release add --to releases",
        "meten release add --month 2026-09 --month 2026-10 --to s3://open-data/releases"
        " --address https://data.example.org/releases",
    ),
)
def release_add(
    target: Target = None,
    month: Annotated[
        list[str] | None, typer.Option(help="2026-10; else the last whole one. May be repeated.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(help="Who publishes, as is cited; else LOKAALMETEN_PUBLISHER.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Where people find what lies there: https://...")
    ] = "",
) -> None:
    """Release a month (UTC) as Parquet with checksums, licences, changelog and what a DOI asks for.

    Of a month that changed since its last release a new version is made, 2026-10.2; nothing is
    ever written over. Without a change nothing is done, so it can run every night.
    """
    found = read_settings()
    dsn, place = found.need_read_dsn(), found.need_releases(target)
    from .data_releases import run_releases

    by = found.publisher if publisher is None else publisher
    run_releases(dsn, place, month or [""], by, address, out)


@release.command("list", epilog=example("meten release list --from releases"))
def release_list(
    target: Annotated[str | None, typer.Option("--from", help=PLACE)] = None,
) -> None:
    """List the releases that lie somewhere, the newest first; needs no database."""
    from .data_releases import show_releases

    show_releases(read_settings().need_releases(target), out)


@release.command(
    "withdraw",
    epilog=example('meten release withdraw 2026-10.1 --to releases --reason "A contributor left"'),
)
def release_withdraw(
    version: Annotated[str, typer.Argument(help="Such as 2026-10.1.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence that anyone may read.")],
    target: Target = None,
) -> None:
    """Take away the files of a release, for good; that it was there, and why it went, is told."""
    from .data_releases import run_withdrawal

    run_withdrawal(read_settings().need_releases(target), version, reason, out)
