"""`meten crowd event`: what is planned at a place, so that days ahead are forecast with it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import read_settings

from .saying import example, out

event = typer.Typer(help="Events that are planned at a place.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the place.")]
ZONE = ZoneInfo("Europe/Amsterdam")
KIND = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST = timedelta(days=31)
MOST_PEOPLE = 10_000_000
AGO, AHEAD = timedelta(days=30), timedelta(days=400)  # that are listed


@event.command(
    "add",
    epilog=example(
        'meten crowd event add boulevard "Fireworks" --from 2026-08-14T21:00'
        " --until 2026-08-14T23:30 --people 40000 --kind fireworks"
    ),
)
def event_add(
    place: Name,
    name: Annotated[str, typer.Argument(help="What the event is called.")],
    start: Annotated[str, typer.Option("--from", help="When it begins, by the Dutch clock.")],
    until: Annotated[str, typer.Option(help="When it is over.")],
    people: Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="Expected attendance.")],
    kind: Annotated[
        str, typer.Option(help="Events of one kind draw people alike: a-z, 0-9 and -.")
    ] = "other",
    beside: Annotated[bool, typer.Option(help="Beside another at the same time.")] = False,
) -> None:
    """Plan an event; also one of the past, from which like ones are learned."""
    dsn = read_settings().need_dsn()
    from storage.crowd_events import Planned, add_planned
    from storage.pool import connect

    starts, ends = to_moment(start, "--from"), to_moment(until, "--until")
    if not starts < ends <= starts + LONGEST:
        raise SettingsError(f"--until is after --from, at most {LONGEST.days} days: not {until}")
    if not KIND.fullmatch(kind):
        raise SettingsError(f"--kind is a-z, 0-9 and -, at most 63 characters, not {kind!r}")
    if not 1 <= len(name.strip()) <= 200:
        raise SettingsError("an event has a name of 1 to 200 characters")
    planned = Planned(0, name.strip(), kind, starts, ends, people)
    with connect(dsn) as connection:
        number = add_planned(connection, place, planned, beside=beside)
    out.print(f"event {number}: {planned.name} at {place}", highlight=False, markup=False)


@event.command("list", epilog=example("meten crowd event list boulevard"))
def event_list(place: Name) -> None:
    """List the events of the last month and those to come."""
    dsn = read_settings().need_read_dsn()
    from storage.crowd import read_place
    from storage.crowd_events import read_planned
    from storage.pool import connect

    now = datetime.now(UTC)
    with connect(dsn, reading=True) as connection:
        read_place(connection, place)  # says so when there is none
        found = read_planned(connection, place, now - AGO, now + AHEAD)
    if not found:
        out.print(f"nothing is planned at {place}; see: meten crowd event add --help")
        return
    table = Table("number", "event", "kind", "from", "until", "people", box=None)
    for each in found:
        span = [f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" for at in (each.starts, each.ends)]
        table.add_row(str(each.number), each.name, each.kind, *span, f"{each.attendance:,}")
    out.print(table)


@event.command("remove", epilog=example("meten crowd event remove boulevard 3"))
def event_remove(
    place: Name, number: Annotated[int, typer.Argument(help="Number of the event.")]
) -> None:
    """Forget an event."""
    dsn = read_settings().need_dsn()
    from storage.crowd_events import remove_planned
    from storage.pool import connect

    with connect(dsn) as connection:
        remove_planned(connection, place, number)
    out.print(f"event {number} of {place} is removed", highlight=False)


def to_moment(text: str, option: str) -> datetime:
    """A moment in ISO 8601, by the Dutch clock where it names no zone; SettingsError for another.

    >>> to_moment("2026-08-14T21:00", "--from").isoformat()
    '2026-08-14T21:00:00+02:00'
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{option} is a moment like 2026-08-14T21:00, not {text!r}") from error
    return found.replace(tzinfo=ZONE) if found.tzinfo is None else found
