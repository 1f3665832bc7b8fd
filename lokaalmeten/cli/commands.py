"""The commands of `meten`, each a few lines that hand one part what the others offer.

A command imports its part only after the settings were found in order: a missing one is told
at once, and `meten --help` does not wait for numpy.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.logs import start_logging
from lokaalmeten.settings import Settings, read_settings

from .audit import AUDIT_EXAMPLE, audit
from .broker import broker
from .ca import ca
from .calibrate import calibrate
from .config import config
from .crowd import crowd
from .db import db
from .doctor import DOCTOR_EXAMPLE, doctor
from .flash import FLASH_EXAMPLE, flash
from .forecast import forecast
from .key import key
from .licence import licence
from .node import node
from .notify import notify
from .people import owner, project
from .privacy import privacy
from .release import release
from .report import report
from .saying import Cluster, example, out
from .stopping import until_told
from .up import UP_EXAMPLE, up
from .upgrade import UPGRADE_EXAMPLE, upgrade
from .zone import zone

DAYS = ["%Y-%m-%d"]

app = typer.Typer(
    help="Measure locally: sensor boxes and bikes, from a page over MQTT to a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rejected = typer.Typer(help="What was kept aside, and why.", no_args_is_help=True)
check = typer.Typer(help="Look at stored values again.", no_args_is_help=True)
app.command("up", epilog=UP_EXAMPLE)(up)
app.command("upgrade", epilog=UPGRADE_EXAMPLE)(upgrade)
app.command("flash", epilog=FLASH_EXAMPLE)(flash)
app.command("doctor", epilog=DOCTOR_EXAMPLE)(doctor)
app.command("audit", epilog=AUDIT_EXAMPLE)(audit)
app.add_typer(config, name="config")
app.add_typer(db, name="db")
app.add_typer(calibrate, name="calibrate")
app.add_typer(rejected, name="rejected")
app.add_typer(node, name="node")
app.add_typer(broker, name="broker")
app.add_typer(owner, name="owner")
app.add_typer(project, name="project")
app.add_typer(zone, name="zone")
app.add_typer(key, name="key")
app.add_typer(ca, name="ca")
app.add_typer(licence, name="licence")
app.add_typer(release, name="release")
app.add_typer(privacy, name="privacy")
app.add_typer(forecast, name="forecast")
app.add_typer(crowd, name="crowd")
app.add_typer(notify, name="notify")
app.add_typer(report, name="report")
app.add_typer(check, name="check")


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


@app.command(
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


@app.command(epilog=example("meten publish", "meten publish --home-assistant --every 30"))
def publish(
    every: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 10,
    home_assistant: Annotated[
        bool, typer.Option("--home-assistant", help="Have Home Assistant find the nodes too.")
    ] = False,
) -> None:
    """Tell new values of fixed nodes to the broker, as SensorThings does, until stopped."""
    found = read_settings()
    dsn = found.need_read_dsn()
    from lokaalmeten.settings import to_address

    from .publish import publish as run

    start_logging(found.log, found.log_level)
    with until_told() as stop:
        run(dsn, to_address(found.broker.get_secret_value()), every, stop, home=home_assistant)


@app.command(epilog=example("meten dashboard --port 8080", "meten dashboard --rate 0"))
def dashboard(
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    rate: Annotated[
        int | None,
        typer.Option(min=0, help="Requests a minute of one address to the APIs; 0 is no limit."),
    ] = None,
) -> None:
    """Serve the map, the pages and the API, until stopped."""
    found = settings(port=port)
    limit = found.rate if rate is None else rate
    dsn = found.need_read_dsn()
    from storage.pool import connect

    connect(dsn).close()  # say now what is wrong with it; later it may come and go
    from dashboard.access.oidc.login import Login
    from dashboard.mine.adding import Broker
    from dashboard.publisher import Publisher
    from dashboard.serve import serve
    from dashboard.setup import Setup
    from lokaalmeten.node_health import to_rules
    from lokaalmeten.settings import to_address

    url = found.publisher_url or found.site
    publisher = Publisher(
        found.publisher, url, found.publisher_email, found.publisher_is_government
    )
    nodes = to_address(found.broker.get_secret_value())
    login = None
    if found.oidc_issuer:
        accounts = (found.oidc_issuer, found.oidc_client, found.read_oidc_secret())
        login = Login(*accounts, found.oidc_name, found.site)
    setup = Setup(
        publisher=publisher,
        rate=limit,
        releases=found.releases,
        showcase=found.showcase,
        basemap=found.basemap,
        theme=found.theme,
        firmware=found.firmware,
        broker=Broker(nodes.host, nodes.port, nodes.tls),
        login=login,
        rules=to_rules(found.silent_hours, found.silent_bike_hours, found.battery_low_mv),
    )
    serve(dsn, found.host, found.port, found.dsn.get_secret_value(), setup)


@app.command(
    epilog=example(
        "meten route school.csv --since 2026-01-01 --picture school.html",
        "meten route school.csv --since 2026-01-01 --quantity pm10 --corridor 15 --out school.csv",
    )
)
def route(
    file: Annotated[Path, typer.Argument(help="CSV with the columns latitude and longitude.")],
    since: Annotated[datetime, typer.Option(formats=DAYS, help="First day.")],
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="Last day; today without.")
    ] = None,
    quantity: Annotated[str, typer.Option(help="What was measured.")] = "pm25",
    corridor: Annotated[float, typer.Option(help="Metres on both sides of the route.")] = 25,
    direction: Annotated[str, typer.Option(help="Rides along it, against it, or both.")] = "both",
    corrected: Annotated[bool, typer.Option(help="Of corrected values instead of raw.")] = False,
    csv: Annotated[Path | None, typer.Option("--out", help="Also write a CSV.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw a page of HTML.")] = None,
) -> None:
    """Average what bikes measured along a route, per 50 m, with an honest standard error.

    Only of what is public of rides, and only where several nodes have passed: it may be published.
    """
    dsn = read_settings().need_dsn()
    from .routes import Asked, run_route

    asked = Asked(file, *to_span(since, until), quantity, corridor, direction, corrected)
    run_route(dsn, asked, csv, picture, out)


@app.command(
    epilog=example(
        "meten rides --since 2026-11-01 --node bike-4",
        "meten rides --since 2026-11-01 --out my.csv",
    )
)
def rides(
    since: Annotated[datetime, typer.Option(formats=DAYS, help="First day.")],
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="Last day; today without.")
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only of this moving node; may be repeated.")
    ] = None,
    quantity: Annotated[str, typer.Option(help="What was breathed.")] = "pm25",
    every: Annotated[
        bool, typer.Option("--all", help="Also what is too short, long, slow or fast for a ride.")
    ] = False,
    csv: Annotated[Path | None, typer.Option("--out", help="Write a CSV instead.")] = None,
) -> None:
    """List whole rides: way, time, speed, mean and dose. Private: for the owner of the nodes."""
    dsn = read_settings().need_dsn()
    from .rides import show_rides

    show_rides(dsn, *to_span(since, until), node or [], quantity, csv, out, every=every)


def to_span(since: datetime, until: datetime | None) -> tuple[date, date]:
    """First day and the day after the last, which is today when it is not said."""
    last = date.today() if until is None else until.date()
    return since.date(), last + timedelta(days=1)


@check.command(
    "review",
    epilog=example(
        "meten check review --since 2026-11-01", "meten check review --node box-7 --node box-8"
    ),
)
def check_review(
    since: Annotated[
        datetime | None, typer.Option(help="First day, UTC; its week is done whole.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(help="Day after the last, UTC.")] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only flags of this fixed node; may be repeated.")
    ] = None,
    cluster: Cluster = None,
) -> None:
    """Flag hours that stand still, jump out, or are unlike those of the neighbours.

    Values stay as they are. Twice is as good as once; without a period everything is looked at.
    Threads do it, or the workers of a cluster, each with LOKAALMETEN_DSN of its own.
    """
    dsn = read_settings().need_dsn()
    from .checks import run_review

    run_review(dsn, since, until, node or [], out, cluster)


@forecast.command(
    "backtest",
    epilog=example(
        "meten forecast backtest no2.parquet --holidays nl",
        "meten forecast backtest counts.csv --zone Europe/Amsterdam --page backtest.html",
        "meten forecast backtest counts.csv --baselines",
        "meten forecast backtest no2.parquet --cluster tcp://scheduler:8786",
    ),
)
def forecast_backtest(
    data: Annotated[Path, typer.Argument(help="Parquet or CSV with unique_id, ds (UTC) and y.")],
    origins: Annotated[int, typer.Option(min=1, help="Forecasts over the last year.")] = 24,
    zone: Annotated[str, typer.Option(help="Clock that people live by there.")] = "UTC",
    holidays: Annotated[
        str, typer.Option(help="nl, or a text file with a day like 2026-04-27 a line.")
    ] = "",
    page: Annotated[Path | None, typer.Option(help="Also draw a page of HTML.")] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Forecast libraries too, beside; takes minutes.")
    ] = False,
    trees: Annotated[
        bool, typer.Option("--trees", help="Try LightGBM on what the regression leaves.")
    ] = False,
    cluster: Annotated[
        str, typer.Option(help="Fit in blocks: on this Dask scheduler, or threads.")
    ] = "",
) -> None:
    """Say how good forecasts of hourly values would have been, beside the usual baselines.

    Hours in local time without a zone are best called UTC. Needs no database.
    """
    from .backtest import Learner, run_backtest

    run_backtest(data, origins, zone, holidays, page, baselines, Learner(cluster, trees), out)


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
