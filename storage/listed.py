"""What a catalogue and a feed tell of everything together, from public views."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lokaalmeten.quantities import BY_KEY

from .failures import Connection, say_failures
from .queries import read_queries

LISTED = read_queries(Path(__file__).with_name("listed.sql"))


@dataclass(frozen=True)
class Incident:
    """An alert of an open place that was raised, lowered or escalated, or a measure taken there."""

    number: int
    place: str
    title: str  # of the place, for people; may be empty
    time: datetime
    what: str  # raised, lowered, escalated, measure
    gauge: str | None  # zone/ID or passage/ID; None is the whole place
    level: int | None  # 0 green to 3 red after it
    note: str  # what was done, of a measure


def read_measured(connection: Connection) -> list[str]:
    """Keys of the quantities that fixed nodes ever measured, in the order of the table."""
    with say_failures(connection):
        rows = connection.execute(LISTED["measured"].encode()).fetchall()
    found = {key.removesuffix("_corrected") for (key,) in rows}
    return [key for key in BY_KEY if key in found]


def read_ridden(connection: Connection, start: datetime, stop: datetime) -> list[str]:
    """Keys of the quantities that rides measured in a period, in the order of the table."""
    with say_failures(connection):
        values = {"start": start, "stop": stop}
        rows = connection.execute(LISTED["ridden"].encode(), values).fetchall()
    found = {key.removesuffix("_corrected") for (key,) in rows}
    return [key for key in BY_KEY if key in found]


def read_incidents(
    connection: Connection, since: datetime, until: datetime, most: int
) -> list[Incident]:
    """At most ``most`` incidents after ``since``, up to ``until``, the latest first."""
    values = {"since": since, "until": until, "most": most}
    with say_failures(connection):
        rows = connection.execute(LISTED["incidents"].encode(), values).fetchall()
    return [Incident(*row) for row in rows]
