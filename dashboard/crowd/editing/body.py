"""A plan as a page sends it, checked as `meten crowd add` checks a file."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lokaalmeten.errors import FormatError
from predict.crowd.counts import read_sources
from predict.crowd.plan import check_plan
from storage.crowd import Registered

from ...problems import QueryError

LARGEST_B = 2_000_000  # of a plan; one of a thousand zones takes half a megabyte
SHORTEST_S, LONGEST_S, DAY_S = 60, 3600, 86_400  # of an interval
FIELDS = {"version", "plan", "interval", "emptyHour", "open"}


@dataclass(frozen=True)
class Change:
    """A place as it is to be, and the version that was changed; 0 of a new place."""

    place: Registered
    based_on: int


async def read_body(parts: AsyncIterable[bytes]) -> bytes:
    """Body of a request; QueryError when it is too large, before all of it has come."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > LARGEST_B:
            raise QueryError(f"A plan is at most {LARGEST_B:,} bytes of JSON.")
    return bytes(body)


def read_change(name: str, body: bytes) -> Change:
    """A change from its JSON; QueryError that names what is wrong with it, or with the plan."""
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise QueryError(f"That is no JSON: {error}.") from error
    if not isinstance(said, dict) or set(said) != FIELDS:
        raise QueryError(f"A change has the fields {', '.join(sorted(FIELDS))}, and no other.")
    version, interval, hour = (said[field] for field in ("version", "interval", "emptyHour"))
    if not is_whole(version, 0, 2**31 - 1):
        raise QueryError("version is the number of the version that was changed, 0 of a new place.")
    if not is_whole(interval, SHORTEST_S, LONGEST_S) or DAY_S % interval or interval % 60:
        raise QueryError("interval is whole minutes, in seconds, up to an hour, and divides a day.")
    if not is_whole(hour, 0, 23):
        raise QueryError("emptyHour is an hour of the day, 0 to 23.")
    if not isinstance(said["open"], bool):
        raise QueryError("open is true or false.")
    plan = read_plan(said["plan"])
    return Change(Registered(name, plan, interval, hour, said["open"]), version)


def read_plan(plan: Any) -> Mapping[str, Any]:
    """A plan that can be watched; QueryError with the sentence of the check that it fails."""
    if not isinstance(plan, dict):
        raise QueryError("plan is a GeoJSON FeatureCollection.")
    if b"\\u0000" in orjson.dumps(plan):
        raise QueryError("A text of the plan has a character that cannot be kept (U+0000).")
    try:
        check_plan(plan)
        read_sources(plan)
    except FormatError as error:
        raise QueryError(f"The plan is not saved: {error}.") from error
    return plan


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether a value of JSON is a whole number within bounds; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
