"""The commands of `meten`, each a few lines that hand one part what the others offer.

A command imports its part only after the settings were found in order: a missing one is told
at once, and `meten --help` does not wait for numpy.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.logs import start_logging
from lokaalmeten.settings import Settings, read_settings

from .people import owner, project
from .saying import example, out

app = typer.Typer(
    help="Measure locally: sensor boxes and bikes, from a page over MQTT to a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="Prepare and look at the database.", no_args_is_help=True)
node = typer.Typer(help="Register nodes, list and remove them.", no_args_is_help=True)
forecast = typer.Typer(help="Forecast from hourly values.", no_args_is_help=True)
rejected = typer.Typer(help="What was kept aside, and why.", no_args_is_help=True)
report = typer.Typer(help="What the measurements say.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(rejected, name="rejected")
app.add_typer(node, name="node")
app.add_typer(owner, name="owner")
app.add_typer(project, name="project")
app.add_typer(forecast, name="forecast")
app.add_typer(report, name="report")

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """Event that Ctrl-C or a termination sets, so that a service ends in order."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    yield stop


@app.command(epilog=example("make demo", "meten demo --import rides.csv", "meten demo --clean"))
def demo(
    files: Annotated[
        list[Path] | None,
        typer.Option("--import", help="Show this Snuffelfiets file instead of virtual nodes."),
    ] = None,
    clean: Annotated[bool, typer.Option(help="Forget the data of earlier runs first.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard.")] = None,
) -> None:
    """Show everything at once: own database and broker, virtual nodes, ingest and map."""
    from .demo import run_demo

    with until_told() as stop:
        run_demo(settings(port=port), stop, out, files=files or [], clean=clean)


def settings(*, port: int | None = None) -> Settings:
    """Settings of the environment, with what the command line says on top."""
    found = read_settings()
    return found if port is None else found.model_copy(update={"port": port})


@app.command("import", epilog=example("meten import snuffelfiets --dry-run 2024-*.csv"))
def import_files(
    kind: Annotated[str, typer.Argument(help="What the files are: snuffelfiets.")],
    files: Annotated[list[Path], typer.Argument(help="Files to read.")],
    dry_run: Annotated[
        bool, typer.Option(help="Only account for every row; needs no database.")
    ] = False,
) -> None:
    """Import measured files; goes on where it stopped, and twice is as good as once."""
    dsn = None if dry_run else read_settings().need_dsn()
    from .imports import run_import

    run_import(kind, files, dsn, out)


@app.command(epilog=example("meten ingest", "meten ingest --status"))
def ingest(
    status: Annotated[
        bool, typer.Option("--status", help="Say how the running ingest does, and end.")
    ] = False,
) -> None:
    """Take pages from the broker and keep them, until stopped."""
    found = read_settings()
    if status:
        from .status import show_ingest

        raise typer.Exit(0 if show_ingest(found, out) else 1)
    found.need_dsn()
    from .ingest import run_ingest

    start_logging(found.log, found.log_level)
    with until_told() as stop:
        run_ingest(found, stop)


@app.command(epilog=example("meten virtual --history 24"))
def virtual(
    history: Annotated[int, typer.Option(help="Hours that the nodes deliver late at first.")] = 24,
    seed: Annotated[int, typer.Option(help="Another number is another city.")] = 1,
) -> None:
    """Publish as a small virtual city of boxes, bikes and crowd counters, until stopped."""
    found = read_settings()
    from .city import run_city

    start_logging(found.log, found.log_level)
    with until_told() as stop:
        run_city(found, stop, history_h=history, seed=seed)


@app.command(epilog=example("meten dashboard --port 8080"))
def dashboard(
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the map, the pages and the API, until stopped."""
    found = settings(port=port)
    dsn = found.need_read_dsn()
    from storage.pool import connect

    connect(dsn).close()  # say now what is wrong with it; later it may come and go
    from dashboard.serve import serve

    serve(dsn, found.host, found.port)


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
) -> None:
    """Write public data as CSV or Parquet, a file per month, with a description of every column.

    A month that is there already is written again: late pages may have come.
    """
    dsn = read_settings().need_read_dsn()
    from .exports import run_export

    chosen = {"nodes": node or [], "quantities": quantity or []}
    run_export(dsn, folder, start, stop, out, **chosen, kind=kind, zipped=gzip)


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


@report.command(
    "exceedances",
    epilog=example(
        "meten report exceedances --year 2026",
        "meten report exceedances --year 2026 --quantity pm25 --node box-7 --json",
    ),
)
def report_exceedances(
    year: Annotated[int, typer.Option(help="Year, by the clock of Europe/Amsterdam.")],
    quantity: Annotated[
        list[str] | None, typer.Option(help="Only this quantity; may be repeated.")
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only this fixed node; may be repeated.")
    ] = None,
    raw: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Say how often a year was above the limits of the EU and the WHO, and if it counts."""
    dsn = read_settings().need_dsn()
    from .reports import show_exceedances

    show_exceedances(dsn, year, quantity or [], node or [], out, raw=raw)


@node.command(
    "add",
    epilog=example(
        "meten node add box-7 --lat 52.0907 --lon 5.1214",
        "meten node add box-7 --owner library --project street --sensor sps30:pm1,pm25",
    ),
)
def node_add(
    name: Annotated[str, typer.Argument(help="Name in the topic: a-z, 0-9 and -.")],
    kind: Annotated[str, typer.Option(help="box, bike or counter.")] = "box",
    lat: Annotated[float | None, typer.Option(help="Latitude of a fixed node, degrees.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude of a fixed node, degrees.")] = None,
    label: Annotated[str, typer.Option(help="Name for people.")] = "",
    owner: Annotated[str | None, typer.Option(help="Whose it is; see meten owner.")] = None,
    project: Annotated[str | None, typer.Option(help="Which it is in; see meten project.")] = None,
    sensor: Annotated[
        list[str] | None,
        typer.Option(help="MODEL or MODEL:QUANTITY,... that is in it now; may be repeated."),
    ] = None,
) -> None:
    """Register a node, or change what is given; pages of unknown nodes are kept aside."""
    dsn = read_settings().need_dsn()
    from .nodes import add_to_registry

    place = {"lat": lat, "lon": lon, "label": label}
    added = add_to_registry(dsn, name, kind, place, owner, project, sensor or [])
    out.print(f"node {added.name} ({added.kind}) may publish on lm/1/{added.name}/page")


@node.command("remove", epilog=example("meten node remove box-7", "meten node remove box-7 --yes"))
def node_remove(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a node with everything it measured, for good; says what goes, and asks.

    Switch it off first: what an unknown node sends is kept aside.
    """
    dsn = read_settings().need_dsn()
    from .removals import run_removal

    run_removal(dsn, out, node=name, yes=yes)


@node.command("list", epilog=example("meten node list"))
def node_list() -> None:
    """List the registered nodes and when each was last heard."""
    dsn = read_settings().need_read_dsn()
    from .tables import show_nodes

    show_nodes(dsn, out)


@forecast.command("run", epilog=example("meten forecast run", "meten forecast run --every 3600"))
def forecast_run(
    every: Annotated[
        int | None, typer.Option(help="Repeat after so many seconds; once without.")
    ] = None,
) -> None:
    """Forecast the coming hours of every box (seasonal naive) and store it."""
    found = read_settings()
    dsn = found.need_dsn()
    from .forecasts import run_forecasts

    start_logging(found.log, found.log_level)
    pause = None if every is None else timedelta(seconds=every)
    with until_told() as stop:
        run_forecasts(dsn, stop, pause)


@rejected.command("list", epilog=example("meten rejected list --reason crc"))
def rejected_list(
    reason: Annotated[str | None, typer.Option(help="Only what was refused for this.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the latest.")] = 50,
) -> None:
    """List the messages that were kept aside, the latest first."""
    dsn = read_settings().need_dsn()
    from .rejects import show_list

    show_list(dsn, reason, limit, out)


@rejected.command("show", epilog=example("meten rejected show 17"))
def rejected_show(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Show one message: where it came from, why it was refused, its bytes."""
    dsn = read_settings().need_dsn()
    from .rejects import show_one

    show_one(dsn, number, out)


@rejected.command(
    "replay", epilog=example("meten rejected replay", 'meten rejected replay --reason "no time"')
)
def rejected_replay(
    reason: Annotated[str | None, typer.Option(help="Only what was refused for this.")] = None,
    node: Annotated[str | None, typer.Option(help="Only what this node sent.")] = None,
) -> None:
    """Try again what was kept aside; what can be used now is stored and leaves the list.

    Pages that wait for their time are moved when their boot has an anchor.
    """
    dsn = read_settings().need_dsn()
    from .rejects import replay

    replay(dsn, reason, node, out)
