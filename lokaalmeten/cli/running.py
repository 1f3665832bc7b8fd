"""The parts that run until they are stopped, and the demo with all of them at once."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.logs import start_logging
from lokaalmeten.settings import Settings, read_settings

from .saying import example, out
from .stopping import until_told

running = typer.Typer()


@running.command(epilog=example("make demo", "meten demo --import rides.csv", "meten demo --clean"))
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


@running.command(epilog=example("meten ingest", "meten ingest --status"))
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


@running.command(epilog=example("meten virtual --history 24"))
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


@running.command(epilog=example("meten publish", "meten publish --home-assistant --every 30"))
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


@running.command(epilog=example("meten dashboard --port 8080", "meten dashboard --rate 0"))
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
