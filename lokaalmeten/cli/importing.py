"""`meten import`: files that were measured elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

importing = typer.Typer()


@importing.command(
    "import",
    epilog=example(
        "meten import --list",
        "meten import snuffelfiets --dry-run 2024-*.csv",
        "meten import aircasting --zone Europe/Amsterdam session.csv",
    ),
)
def import_files(
    kind: Annotated[str, typer.Argument(help="What the files are; --list names all.")] = "",
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to read: text, .gz or .zip.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option(help="Only account for every row; needs no database.")
    ] = False,
    device: Annotated[
        str | None, typer.Option(help="Lasting name of the device, when its files hold none.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of the clock, when files do not say it.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML that says what the columns of a generic CSV are.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Code of an official station: warn when the clock is off.")
    ] = None,
    kinds: Annotated[
        bool, typer.Option("--list", help="Say what can be read and what its times mean.")
    ] = False,
) -> None:
    """Import measured files; goes on where it stopped, and twice is as good as once."""
    if kinds:
        from .imports import list_sources

        list_sources(out)
        return
    if not kind or not files:
        raise typer.BadParameter("say what the files are, and which: meten import KIND FILE...")
    from ingest.importing import find_source

    source = find_source(kind, device=device, zone=zone, mapping=mapping)
    dsn = None if dry_run else read_settings().need_dsn()
    from .imports import run_import

    run_import(source, files, dsn, out, reference)
