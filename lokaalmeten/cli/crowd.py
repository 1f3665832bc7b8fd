"""`meten crowd`: how full places are, how full they will be, and when to act."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.errors import FormatError, SettingsError
from lokaalmeten.logs import start_logging
from lokaalmeten.settings import read_settings, to_address
from lokaalmeten.threads import use_one_thread

from .crowd_event import event
from .crowd_notify import notify
from .saying import example, out
from .stopping import until_told

crowd = typer.Typer(help="Crowd safety: how full it is and will be.", no_args_is_help=True)
crowd.add_typer(notify, name="notify")
crowd.add_typer(event, name="event")
plan = typer.Typer(help="Versions of the plan of a place.", no_args_is_help=True)
crowd.add_typer(plan, name="plan")

Name = Annotated[str, typer.Argument(help="Name of the place.")]
DAY_MIN = 1440


@crowd.command(
    "add",
    epilog=example("meten crowd add boulevard.geojson --name boulevard --interval 5"),
)
def crowd_add(
    file: Annotated[
        Path, typer.Argument(help="The plan: zones, passages, counters (docs/crowd.md).")
    ],
    name: Annotated[str, typer.Option(help="Name of the place: a-z, 0-9 and -.")],
    interval: Annotated[
        int, typer.Option(min=1, max=60, help="Minutes that counts are added up to.")
    ] = 15,
    empty_at: Annotated[
        int, typer.Option(min=0, max=23, help="Hour of the day at which zones are empty.")
    ] = 5,
    public: Annotated[bool, typer.Option(help="Everybody may see how full it is.")] = False,
) -> None:
    """Register a place with its plan, or bring it up to date."""
    dsn = read_settings().need_dsn()
    if DAY_MIN % interval:
        raise FormatError(f"--interval divides a day: {interval} minutes do not; 5, 10 or 15 do")
    from predict.crowd.counts import read_sources
    from predict.crowd.plan import check_plan
    from storage.crowd import Registered, add_place
    from storage.pool import connect

    drawn = read_plan(file)
    try:
        place = check_plan(drawn)
        read_sources(drawn)
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from error
    with connect(dsn) as connection:
        add_place(connection, Registered(name, drawn, interval * 60, empty_at, public))
    zones, passages = len(place.zones.ids), len(place.passages.ids)
    counters = len(place.counters.ids)
    out.print(f"{name}: {zones} zones, {passages} passages, {counters} counters", highlight=False)


def read_plan(file: Path) -> dict:
    """JSON of a file; FormatError that names it."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(f"{file}: {error}") from error
    if not isinstance(found, dict):
        raise FormatError(f"{file}: a plan is a GeoJSON FeatureCollection")
    return found


@plan.command("history", epilog=example("meten crowd plan history boulevard"))
def plan_history(name: Name) -> None:
    """List the versions of the plan of a place: when, who, and what changed."""
    dsn = read_settings().need_dsn()
    from .keys import show_history

    show_history(dsn, name, out)


@crowd.command("list", epilog=example("meten crowd list"))
def crowd_list() -> None:
    """List the places and when each was last updated."""
    dsn = read_settings().need_read_dsn()
    from .crowd_tables import show_places

    show_places(dsn, out)


@crowd.command("show", epilog=example("meten crowd show boulevard"))
def crowd_show(name: Name) -> None:
    """Show how full a place is, what is expected, alerts, and what happened."""
    dsn = read_settings().need_read_dsn()
    from .crowd_tables import show_place

    show_place(dsn, name, out)


@crowd.command(
    "watch", epilog=example("meten crowd watch boulevard", "meten crowd watch boulevard --once")
)
def crowd_watch(
    name: Name,
    once: Annotated[bool, typer.Option(help="One update, and end.")] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Store nothing, tell nobody, print what would go out to whom.")
    ] = False,
) -> None:
    """Update a place after each interval and tell of alerts, until stopped."""
    found = read_settings()
    dsn = found.need_dsn()
    use_one_thread()
    from .crowd_ahead import DaysAhead
    from .crowd_post import open_post, rehearse
    from .crowd_rounds import watch

    start_logging(found.log, found.log_level)
    with until_told() as stop:
        if dry_run:
            rehearse(dsn, name, stop, out, once=once)
            return
        with ExitStack() as stack:
            stack.enter_context(open_post(dsn, name, found))
            if not once:
                stack.enter_context(DaysAhead(dsn, name))
            watch(dsn, name, stop, once=once)


@crowd.command("ahead", epilog=example("meten crowd ahead boulevard --days 3"))
def crowd_ahead(
    name: Name,
    days: Annotated[int, typer.Option(min=1, max=14, help="Days from this hour on.")] = 14,
) -> None:
    """Forecast the hours of the days ahead, with what is planned; stores and shows them."""
    dsn = read_settings().need_dsn()
    use_one_thread()
    from .crowd_ahead import show_ahead

    show_ahead(dsn, name, days, out)


@crowd.command(
    "whatif",
    epilog=example(
        "meten crowd whatif boulevard --close pier-stairs",
        "meten crowd whatif boulevard --delay 30 --add 500@pier",
    ),
)
def crowd_whatif(
    name: Name,
    close: Annotated[list[str] | None, typer.Option(help="A passage that is closed.")] = None,
    delay: Annotated[
        int, typer.Option(min=0, max=180, help="Minutes that arrivals come later.")
    ] = 0,
    add: Annotated[list[str] | None, typer.Option(help="People at a zone: 500@pier.")] = None,
) -> None:
    """Show a scenario beside what is expected; it is not kept and raises no alert."""
    dsn = read_settings().need_read_dsn()
    use_one_thread()
    from .crowd_whatif import now_s, show_whatif

    show_whatif(dsn, name, close or [], delay, add or [], now_s(), out)


@crowd.command(
    "seen",
    epilog=example('meten crowd seen boulevard pier --note "two stewards on their way"'),
)
def crowd_seen(
    name: Name,
    gauge: Annotated[str, typer.Argument(help="The zone or passage with an alert.")],
    note: Annotated[str, typer.Option(help="What is worth knowing later.")] = "",
) -> None:
    """Acknowledge an alert, so that it does not escalate."""
    write_event(name, "seen", gauge, note)


@crowd.command(
    "measure",
    epilog=example('meten crowd measure boulevard "entrance closed" --at pier'),
)
def crowd_measure(
    name: Name,
    note: Annotated[str, typer.Argument(help="What was done.")],
    at: Annotated[str | None, typer.Option(help="The zone or passage that it was about.")] = None,
) -> None:
    """Log a measure that was taken, to see afterwards what it did."""
    write_event(name, "measure", at, note)


def write_event(name: str, what: str, gauge: str | None, note: str) -> None:
    """Note an event of now."""
    dsn = read_settings().need_dsn()
    from predict.crowd.keeping import name_gauges
    from predict.crowd.plan import read_place as to_place
    from storage import crowd as stored
    from storage.pool import connect

    from .crowd_tables import check_gauge

    with connect(dsn) as connection:
        gauges = name_gauges(to_place(stored.read_place(connection, name).plan))
        full = None if gauge is None else check_gauge(gauges, gauge)
        now = datetime.now(UTC)
        stored.note(connection, name, stored.Happened(now, what, full, None, note))
    out.print(f"noted: {full or name} {what}", highlight=False)


@crowd.command("remove", epilog=example("meten crowd remove boulevard"))
def crowd_remove(name: Name) -> None:
    """Forget a place, its situations and events; what its nodes counted stays."""
    dsn = read_settings().need_dsn()
    from storage.crowd import remove_place
    from storage.pool import connect

    with connect(dsn) as connection:
        remove_place(connection, name)
    out.print(f"place {name} is removed", highlight=False)


@crowd.command(
    "replay",
    epilog=example(
        "meten crowd replay event.csv --place boulevard --speed 60",
        "meten crowd replay --made-up",
        "meten crowd replay --made-up --live",
    ),
)
def crowd_replay(
    file: Annotated[
        Path | None, typer.Argument(help="CSV: times, and a column for each counter.")
    ] = None,
    place: Annotated[str, typer.Option(help="Name of the place that it is played at.")] = "",
    made_up: Annotated[
        bool, typer.Option("--made-up", help="A made-up evening that ends now, without a file.")
    ] = False,
    speed: Annotated[float, typer.Option(min=1, help="So many times as fast as it was.")] = 60,
    live: Annotated[
        bool, typer.Option("--live", help="Of a made-up evening: begin half-way, go on for hours.")
    ] = False,
) -> None:
    """Play an event of the past through broker, ingest and alerts; `meten ingest` has to run."""
    found = read_settings()
    dsn, broker = found.need_dsn(), to_address(found.broker.get_secret_value())
    if made_up == (file is not None):
        raise SettingsError("replay plays a file, or --made-up")
    if live and not made_up:
        raise SettingsError("only an evening that is --made-up can be played --live")
    if file and not place:
        raise SettingsError("--place says where the file is played; see: meten crowd list")
    from ingest.virtual.gathering import NAME

    from .crowd_replay import replay, replay_made_up

    start_logging(found.log, found.log_level)
    with until_told() as stop:
        if file:
            replay(dsn, broker, place, file, speed, stop, out)
        else:
            replay_made_up(dsn, broker, place or NAME, speed, stop, out, live=live)
