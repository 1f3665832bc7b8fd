"""The list of public rides."""

from datetime import UTC, datetime
from typing import Any

from dash import html

from storage import reader

from ..mine.addresses import to_base
from ..source import Source
from ..words import Words
from .parts import NothingYetError, notice, table

SHOWN = 200
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC))


async def layout(source: Source, words: Words, _name: str, _query: dict[str, str]) -> Any:
    """Newest rides first, with what is left out of them and why."""
    rides = await source.ask(reader.rides, *EVER, SHOWN)
    own = html.A(words("rides.mine"), href=to_base(words))
    route = html.A(words("route.link"), href=f"/{words.language}/route")
    links = html.P([own, " · ", route])
    privacy = html.Div([html.P(words("rides.privacy"), className="lead"), links])
    if rides.empty:
        raise NothingYetError([privacy, notice(words("rides.none"), words("rides.none.why"))])
    more = words("rides.more", count=SHOWN) if len(rides) == SHOWN else ""
    return html.Div([privacy, _table(words, rides), html.P(more)])


def _table(words: Words, rides: Any) -> Any:
    rows = [
        (
            html.A(words.time(start), href=f"/{words.language}/ride/{ride}", className="moment"),
            words.value("pm25", pm25),
            words.duration(duration),
            words.distance(distance),
            words.number(samples),
        )
        for ride, start, duration, distance, samples, pm25 in zip(
            *(rides[column] for column in COLUMNS), strict=True
        )
    ]
    head = (
        words("ride.hour"),
        f"{words.quantity('pm25')}, {words('mean').lower()}",
        words("ride.duration"),
        words("ride.distance"),
        words("count"),
    )
    return table(head, rows, words("rides.caption"), numbers=(1, 2, 3, 4))


COLUMNS = ("public_id", "start", "duration_s", "distance_m", "samples", "pm25")
