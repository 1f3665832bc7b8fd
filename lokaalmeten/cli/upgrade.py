"""`meten upgrade`: another version beside this one, and back to this one when it is not well."""

import os
from pathlib import Path
from typing import Annotated

import typer

from .saying import example, out

UPGRADE_EXAMPLE = example(
    "meten upgrade v1.2.0 --env /etc/lokaalmeten/common.env --env /etc/lokaalmeten/owner.env",
    "meten upgrade v1.2.0 --stop 'rc-service meten stop' --start 'rc-service meten start'",
)


def upgrade(
    version: Annotated[str, typer.Argument(help="Tag of the version, as git has it.")],
    home: Annotated[
        Path, typer.Option(help="Folder with `versions` and the link `current`.")
    ] = Path("/opt/lokaalmeten"),
    source: Annotated[
        str, typer.Option(help="Repository to fetch from; that of this version without.")
    ] = "",
    saves: Annotated[Path, typer.Option(help="Where the database is saved first.")] = Path(
        "/var/backups/lokaalmeten"
    ),
    env: Annotated[
        list[Path] | None,
        typer.Option(help="File with settings, NAME=value a line; may be repeated."),
    ] = None,
    stop: Annotated[
        str, typer.Option(help="Stops all but the broker and the database, for the shell.")
    ] = "systemctl stop lokaalmeten.target",
    start: Annotated[
        str, typer.Option(help="Starts what is behind the link `current`.")
    ] = "systemctl start lokaalmeten.target",
    build: Annotated[
        str, typer.Option(help="Makes an environment in the folder of the version.")
    ] = "uv sync --frozen --no-dev --compile-bytecode && .venv/bin/python -m dashboard.vendor",
    patience: Annotated[int, typer.Option(min=1, help="Seconds in which it must be well.")] = 120,
) -> None:
    """Install a version beside this one, save the database, migrate, switch and look.

    When it is not, this version runs again, on its own tables and with every row: also with those
    that the other version took in. LOKAALMETEN_DSN is the owner of the tables. Ends with 0 when
    the other version runs, with 1 when this one runs again, with 2 when nothing was begun.
    """
    from lokaalmeten.settings import build_settings, read_file, read_given

    from .upgrading import Way, run_upgrade

    environment = dict(os.environ)
    for file in env or []:
        environment = read_file(file) | environment
    settings = build_settings(read_given(environment))
    way = Way(home.absolute(), source, saves.absolute(), stop, start, build, patience)
    raise typer.Exit(0 if run_upgrade(way, version, settings, environment, out) else 1)
