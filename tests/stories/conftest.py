"""A real city: Utrecht as it was measured, SAIL as it was counted, imported as its operator would.

Bikes of two days in November 2024, fixed kits and official stations of the first half of 2023, and
the last hours of SAIL 2025 that were counted, moved to now.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from psycopg import sql

from predict.crowd.keeping import name_gauges, to_kept
from predict.crowd.plan import read_place
from predict.crowd.situation import look
from predict.crowd.warning import Rules, no_alerts, update_alerts
from storage import crowd, people
from storage.migrate import migrate
from storage.pool import connect
from storage.reader import nodes
from tests.benchmarks.sail import add_up, read_plan
from tests.dashboard.conftest import contexts, running, vendored, visit
from tests.services.meten import meten
from tests.services.outlines import box

__all__ = ["contexts", "vendored", "visit"]

SAIL = "sail"
OWNER = "bewoner"
LOT = UUID(int=1)
STEP_S, SHOWN = 900, 16  # counts of three minutes are added up; so many situations are kept
ZONES = {  # name: label, kind, outline
    "utrecht": ("Utrecht", "municipality", box(4.97, 52.02, 5.20, 52.15)),
    "oost": ("Oost", "neighbourhood", box(5.125, 52.06, 5.16, 52.10)),
    "west": ("West", "neighbourhood", box(5.03, 52.06, 5.10, 52.11)),
    "noord": ("Noord", "neighbourhood", box(5.10, 52.10, 5.16, 52.13)),
}


@dataclass(frozen=True)
class City:
    """A database with it, and its dashboard."""

    dsn: str
    address: str


@pytest.fixture(scope="session")
def real_city(timescale_databases, shared_data, tmp_path_factory):
    """Utrecht and SAIL, served; what tests add to it is of their own."""
    folder = tmp_path_factory.mktemp("utrecht")
    with timescale_databases.migrated(migrate) as dsn:
        fix_lots(dsn)
        bring_zones(dsn, folder)
        bring_air(dsn, shared_data)
        bring_owner(dsn)
        bring_crowd(dsn)
        with running(dsn) as address:
            yield City(dsn, address)


def fix_lots(dsn):
    """Cut the rides each time at the same places: what is left of few depends on the lot."""
    with connect(dsn) as connection:
        for table in ("node", "owner"):
            change = sql.SQL("ALTER TABLE private.{} ALTER secret SET DEFAULT {}")
            connection.execute(change.format(sql.Identifier(table), str(LOT)))


def bring_zones(dsn, folder):
    """Register made-up neighbourhoods of the real city."""
    for name, (label, kind, outline) in ZONES.items():
        file = folder / f"{name}.geojson"
        file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": outline}))
        run(dsn, "zone", "add", file, "--name", name, "--label", label, "--kind", kind)


def bring_air(dsn, folder):
    """Import kits, stations and bikes, and add them up."""
    kits = folder / "samenmeten_utrecht"
    stations = sorted((kits / "luchtmeetnet").glob("*PM25.csv"))
    run(dsn, "import", "samenmeten", kits / "things_locations.csv", kits / "pm25_2023h1.csv")
    run(dsn, "import", "luchtmeetnet", *stations)
    run(dsn, "import", "snuffelfiets", folder / "snuffelfiets/utrecht_2024-11-11_12.csv")


def bring_owner(dsn):
    """Give a kit and the bike of most rides to somebody; its rides are cut anew for that."""
    with connect(dsn) as connection:
        known = nodes(connection)
        kit = known["name"].to_list()[known["last"].notna().to_list().index(True)]
        ridden = "SELECT node_id FROM private.ride GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        owned = "SELECT id FROM private.node WHERE name = %s"
        found = [connection.execute(ridden).fetchone(), connection.execute(owned, [kit]).fetchone()]
        people.add_owner(connection, OWNER)
        for (node,) in found:
            people.place_node(connection, node, owner=OWNER)
    run(dsn, "privacy", "settle")
    run(dsn, "db", "roll-up")


def bring_crowd(dsn):
    """Register SAIL, and look at its last counts as `meten crowd watch` would."""
    plan, table = read_plan()
    place = read_place(plan)
    counts = add_up(table[list(place.counters.ids)].to_numpy(float), STEP_S // 180)
    gauges, alerts = name_gauges(place), no_alerts(len(name_gauges(place)))
    now = datetime.now(UTC)
    end = now - timedelta(seconds=now.timestamp() % STEP_S)
    empty = np.zeros(len(counts), bool)
    with connect(dsn) as connection:
        crowd.add_place(connection, crowd.Registered(SAIL, plan, STEP_S, 5, True))
        for row in range(len(counts) - SHOWN, len(counts)):
            at = end - timedelta(seconds=(len(counts) - 1 - row) * STEP_S)
            found = look(place, counts[: row + 1], STEP_S, empty[: row + 1])
            alerts, events = update_alerts(
                alerts, int(at.timestamp()), found.chance, found.signal, Rules()
            )
            told = [crowd.Happened(at, e.what, gauges[e.gauge], e.level) for e in events]
            crowd.write_situation(connection, SAIL, at, to_kept(place, found, alerts), told)


def run(dsn, *words):
    """One command, which must end well."""
    done = meten(*words, dsn=dsn)
    assert done.returncode == 0, done.stdout + done.stderr
