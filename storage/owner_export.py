"""What the database holds of an owner, to be handed over: articles 15 and 20 of the GDPR.

1. find the owner and the nodes, and look at all tables at one moment
2. read what is small as tables and JSON here, samples, hours and days in pieces (owner_lines.py)
3. note in the log that it was handed over

Which table is in which file is said below, and which are left out and why. A table that a later
version adds must be named in one of the two: the tests ask the database.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from .deletion import Named
from .events import note
from .failures import Connection, say_failures
from .frame import read_frame
from .people import find_number
from .queries import read_queries
from .removal import find_nodes

if TYPE_CHECKING:
    import pandas as pd

QUERIES = read_queries(Path(__file__).with_suffix(".sql"))
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

SHEETS = (  # files NAME.csv, each the query of its name
    *("nodes", "placements", "sensors", "privacy_zones", "rides", "ride_cells", "calibrations"),
    *("corrections", "findings", "boots", "deliveries", "notices", "log", "rejected"),
)
EXPORTED: Mapping[str, str] = MappingProxyType(  # table: file
    {
        "access_key": "owner.json",
        "agreement": "owner.json",
        "anchor": "boots.csv",
        "broker_login": "nodes.csv",
        "calibration": "calibrations.csv",
        "consent": "owner.json",
        "correction": "corrections.csv",
        "delivery": "deliveries.csv",
        "event": "log.csv",
        "finding": "findings.csv",
        "node": "nodes.csv",
        "node_log": "log.csv",
        "node_notice": "notices.csv",
        "node_quantity": "nodes.csv",
        "node_status": "status.json",
        "node_told": "notices.csv",
        "observation": "observations/",
        "owner": "owner.json",
        "placement": "placements.csv",
        "privacy_zone": "privacy_zones.csv",
        "rejected": "rejected.csv",
        "ride": "rides.csv",
        "ride_cell": "ride_cells.csv",
        "rollup_day": "days/",
        "rollup_hour": "hours/",
        "sensor": "sensors.csv",
        "session": "owner.json",
        "trouble": "notices.csv",
    }
)


class Reason(NamedTuple):
    """Why a table is not handed over."""

    dutch: str
    english: str


_WAITING = Reason(
    "aantekening van wat nog opgeteld moet worden, weg binnen seconden",
    "a note of what waits to be added up, gone within seconds",
)
_FORECAST = Reason(
    "verwachting van de lucht op een plek, berekend en openbaar onder de naam van de node",
    "a forecast of the air at a place, computed, and public under the name of the node",
)
LEFT_OUT: Mapping[str, Reason] = MappingProxyType(
    {
        "added": _WAITING,
        "touched": _WAITING,
        "touched_day": _WAITING,
        **dict.fromkeys(
            (
                *("forecast", "forecast_brier", "forecast_chance", "forecast_day"),
                *("forecast_index", "forecast_score", "forecast_series"),
            ),
            _FORECAST,
        ),
        "crowd_plan": Reason(
            "plannen van drukke plekken; met een sleutel van een eigenaar zijn die niet te maken",
            "plans of crowd places; a key of an owner cannot save any",
        ),
    }
)


class Whose(NamedTuple):
    """An owner and its nodes."""

    owner: int
    nodes: Sequence[Named]

    @property
    def values(self) -> dict[str, Any]:
        """What the queries ask by."""
        return {"owner": self.owner, "nodes": [node.id for node in self.nodes]}


@contextmanager
def at_one_moment(connection: Connection) -> Iterator[None]:
    """A transaction that sees all files of an export at the same moment, and writes nothing."""
    with say_failures(connection), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def find_whose(connection: Connection, owner: str) -> Whose:
    """The owner of a name with all its nodes; StorageError when there is no such."""
    with say_failures(connection):
        number = find_number(connection, "owner", owner)
    return Whose(number, find_nodes(connection, owner=owner))


def read_sheet(connection: Connection, whose: Whose, name: str) -> "pd.DataFrame":
    """The table of a file of SHEETS; places in degrees (WGS84), times in UTC."""
    return read_frame(connection, QUERIES[name], whose.values)


def read_owner(connection: Connection, whose: Whose) -> dict[str, Any]:
    """Who the owner is, with consents and keys, of which nothing secret is told."""
    return _read_json(connection, whose, "owner")


def read_status(connection: Connection, whose: Whose) -> dict[str, Any]:
    """How each node said last that it is, by its name."""
    return _read_json(connection, whose, "status")


def read_payloads(connection: Connection, whose: Whose) -> Iterator[tuple[str, bytes]]:
    """File and bytes of each message that was kept aside, one in memory at a time."""
    kept = read_sheet(connection, whose, "rejected")
    query = "SELECT payload FROM private.rejected WHERE id = %s"
    for number, file in zip(kept["id"].tolist(), kept["file"], strict=True):
        with say_failures(connection):
            (payload,) = connection.execute(query, [number]).fetchone() or (b"",)
        yield file, bytes(payload)


def note_export(connection: Connection, whose: Whose, samples: int) -> None:
    """Note in the log that all of an owner was handed over; the name is not in it."""
    with say_failures(connection), connection.transaction():
        nodes = len(whose.nodes)
        note(connection, "owner exported", owner=whose.owner, nodes=nodes, samples=samples)


def to_csv(sheet: "pd.DataFrame") -> bytes:
    """A sheet as CSV: UTF-8, one line of header, times as 2026-01-31T23:59:00.000000Z."""
    return sheet.to_csv(index=False, date_format=TIME, lineterminator="\r\n").encode()


def to_json(found: Mapping[str, Any]) -> bytes:
    """What was read as JSON that a person can read."""
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"


def _read_json(connection: Connection, whose: Whose, name: str) -> dict[str, Any]:
    with say_failures(connection):
        (found,) = connection.execute(QUERIES[name].encode(), whose.values).fetchone() or ({},)
    return found
