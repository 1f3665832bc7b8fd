"""The commands of `meten`, each a few lines that hand one part what the others offer.

A command imports its part only after the settings were found in order: a missing one is told
at once, and `meten --help` does not wait for numpy.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.logs import start_logging
from lokaalmeten.settings import Settings, read_settings

from .calibrate import calibrate
from .db import db
from .node import node
from .people import owner, project
from .saying import example, out
from .zone import zone

app = typer.Typer(
    help="Measure locally: sensor boxes and bikes, from a page over MQTT to a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
forecast = typer.Typer(help="Forecast from hourly values.", no_args_is_help=True)
rejected = typer.Typer(help="What was kept aside, and why.", no_args_is_help=True)
report = typer.Typer(help="What the measurements say.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(calibrate, name="calibrate")
app.add_typer(rejected, name="rejected")
app.add_typer(node, name="node")
app.add_typer(owner, name="owner")
app.add_typer(project, name="project")
app.add_typer(zone, name="zone")
app.add_typer(forecast, name="forecast")
app.add_typer(report, name="report")


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
