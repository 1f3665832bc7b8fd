"""`meten db`: the database as a whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import Cluster, example, out

db = typer.Typer(help="Prepare and look at the database.", no_args_is_help=True)

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@db.command("migrate", epilog=example("meten db migrate"))
def db_migrate() -> None:
    """Bring the database to this version; safe to repeat."""
    dsn = read_settings().need_dsn()
    from storage.migrate import migrate

    applied = migrate(dsn)
    out.print("\n".join(f"applied {name}" for name in applied) or "nothing to do: up to date")


@db.command("tune", epilog=example("meten db tune"))
def db_tune() -> None:
    """Set up what this server is better with: a columnstore, partitions; safe to repeat.

    `meten db migrate` does so as well, and a running ingest keeps partitions ahead.
    """
    dsn = read_settings().need_dsn()
    from .database import run_tune

    run_tune(dsn, out)


@db.command("roles", epilog=example("meten db roles"))
def db_roles() -> None:
    """Make roles with least rights, and say how a user gets one; safe to repeat."""
    dsn = read_settings().need_dsn()
    from .tables import show_roles

    show_roles(dsn, out)


@db.command("user", epilog=example("meten db user /etc/lokaalmeten/ingest.env lokaalmeten_ingest"))
def db_user(
    file: Annotated[
        Path,
        typer.Argument(
            help="File with the DSN of that user, with a password; NAME.env may have more."
        ),
    ],
    role: Annotated[str, typer.Argument(help="Its role; see: meten db roles.")],
) -> None:
    """Make the user of a DSN, with its password and in a role; safe to repeat."""
    dsn = read_settings().need_dsn()
    from lokaalmeten.settings import read_dsn_of
    from storage.pool import connect
    from storage.users import make_named

    with connect(dsn) as connection:
        name = make_named(connection, read_dsn_of(file), role)
    out.print(f"user {name} is in {role}", markup=False, highlight=False)


@db.command("status", epilog=example("meten db status", "meten db status --json"))
def db_status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object.")] = False,
) -> None:
    """Say what the server is and what the database holds.

    Ends with 0 when the database is of this version, with 1 when it is not.
    """
    dsn = read_settings().need_dsn()
    from .database import show_status

    raise typer.Exit(0 if show_status(dsn, out, as_json=as_json) else 1)


@db.command("roll-up", epilog=example("meten db roll-up"))
def db_roll_up() -> None:
    """Add up all hours that wait for it, as after an import; the ingest does so by itself."""
    dsn = read_settings().need_dsn()
    from .rollups import run_roll_up

    run_roll_up(dsn, out)


@db.command("retain", epilog=example("meten db retain --dry-run", "meten db retain"))
def db_retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Delete what is kept only for a time and is too old; hours and days added up stay."""
    dsn = read_settings().need_dsn()
    from .removals import run_retention

    run_retention(dsn, out, datetime.now(UTC), dry_run=dry_run)


@db.command(
    "export",
    epilog=example(
        "meten db export open-data --from 2026-01-01 --to 2026-04-01 --gzip",
        "meten db export street --node box-7 --node box-8 --quantity pm25",
        "meten db export lake --format parquet",
        "meten db export /shared/lake --format parquet --cluster tcp://scheduler:8786",
    ),
)
def db_export(
    folder: Annotated[Path, typer.Argument(help="Where the files come; made when absent.")],
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC); else all there is."),
    ] = None,
    stop: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="First day (UTC) that is left out."),
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only this fixed node, and no rides; may be repeated.")
    ] = None,
    quantity: Annotated[
        list[str] | None, typer.Option(help="Only this quantity; may be repeated.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--format", help="csv, or parquet: partitions for DuckDB, Dask, Spark.")
    ] = "csv",
    gzip: Annotated[bool, typer.Option("--gzip", help="Pack each file: .csv.gz.")] = False,
    cluster: Cluster = None,
) -> None:
    """Write public data as CSV or Parquet, a file per month, with a description of every column.

    A month that is there already is written again: late pages may have come. Workers of a cluster
    each need LOKAALMETEN_DSN or LOKAALMETEN_READ_DSN, and the folder under the same name.
    """
    dsn = read_settings().need_read_dsn()
    from .exports import run_export

    chosen = {"nodes": node or [], "quantities": quantity or []}
    run_export(dsn, folder, start, stop, out, **chosen, kind=kind, zipped=gzip, cluster=cluster)


@db.command("save", epilog=example("meten db save backup-2026-01-31"))
def db_save(
    folder: Annotated[Path, typer.Argument(help="A new folder, which only you can read.")],
) -> None:
    """Save the whole database, private data too, as Parquet files, while it is in use.

    For a copy elsewhere, or to move to another server: TimescaleDB or plain PostgreSQL.
    """
    dsn = read_settings().need_dsn()
    from .moves import run_save

    run_save(dsn, folder, out)


@db.command("load", epilog=example("meten db migrate", "meten db load backup-2026-01-31"))
def db_load(
    folder: Annotated[Path, typer.Argument(help="A folder of `meten db save`.")],
) -> None:
    """Load a saved database into an empty one of the same version: all of it or nothing."""
    dsn = read_settings().need_dsn()
    from .moves import run_load

    run_load(dsn, folder, out)


@db.command(
    "series",
    epilog=example(
        "meten db series box-7 pm25 --from 2026-01-01 --to 2027-01-01",
        "meten db series box-7 pm25 no2 --from 2026-03-01T08:00 --to 2026-03-01T10:00 --width 0",
    ),
)
def db_series(
    name: Annotated[str, typer.Argument(help="A fixed node.")],
    quantities: Annotated[list[str], typer.Argument(help="What it measures.")],
    start: Annotated[
        datetime,
        typer.Option("--from", formats=MOMENTS, help="First moment (clock of Europe/Amsterdam)."),
    ],
    stop: Annotated[
        datetime, typer.Option("--to", formats=MOMENTS, help="First moment that is left out.")
    ],
    width: Annotated[
        int | None,
        typer.Option(help="Seconds of a step: 0 is every sample, 86400 a day; else what fits."),
    ] = None,
) -> None:
    """Write one fixed node over time as CSV: means of the good values, or samples with flags."""
    dsn = read_settings().need_dsn()
    from .series import write_series

    write_series(dsn, name, quantities, start, stop, width)
