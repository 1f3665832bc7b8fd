"""Private things that can be told apart in any answer, planted in a database of the tests' city."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Log, Status
from storage import access, agreements, licences, notices, people, sessions
from storage.calibrations import add_calibration
from storage.crowd_events import Planned, add_planned
from storage.node_status import write_words
from storage.pool import connect
from storage.privacy import add_privacy_zone
from storage.registry import add_node
from storage.rides import write_rides
from storage.store import Store
from storage.writer import write
from tests.dashboard import city
from tests.dashboard.crowd import town
from tests.services.samples import make_samples

MARK = "geheim"  # in every text that is planted
HOME = (52.0917358, 5.1193746)  # of a box, and of a privacy zone beside it
ZONE = (52.1013579, 5.0924681)
CLOSED = f"{MARK}-terrein"
BIKE = "fiets-onbekend"  # its name is public, as those of all nodes
BOX = "box-thuis"
WITHDRAWN = f"{MARK}-ingetrokken"  # a box of which nothing is public any more


@dataclass(frozen=True)
class Secrets:
    """What may be in no answer, and names of private things to ask by."""

    marks: frozenset[str]
    rides: list[str]  # public ids of rides that are not public
    closed: str  # a place that is not open


def plant(dsn: str) -> Secrets:
    """Write private things of every kind; the city and its town are there."""
    with Store(dsn) as store:
        refused = Rejected(f"{MARK}-apparaat", f"lm/1/{MARK}", MARK, f"{MARK}-bytes".encode(), 0)
        store.write([], [refused], {}, [])
    with connect(dsn) as connection:
        box = add_node(connection, BOX, "box", lat=HOME[0], lon=HOME[1])
        connection.execute(
            "UPDATE private.node SET hardware = %s WHERE id = %s", [f"{MARK}-hw", box.id]
        )
        write(connection, [make_samples(box.id, 60, start=city.STOP - 3600, cell=box.cell)])
        plant_people(connection, box.id)
        plant_rides(connection)
        plant_withdrawn(connection)
        plant_access(connection)
        plant_crowd(connection, dsn)
        said = json.dumps({"version": f"{MARK}-versie", "ssid": f"{MARK}-wifi"})
        words = [Status(BOX, city.STOP, True, said)], [Log(BOX, city.STOP, f"{MARK}-traceback")]
        write_words(connection, *words)
    return find_secrets(dsn)


def plant_people(connection, node):
    """An owner with a zone, the serial number of a sensor, the inside of a calibration."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    owner = f"{MARK}-eigenaar"
    people.add_owner(connection, owner, label=f"Jansje {MARK}", email=f"jansje@{MARK}.example")
    connection.execute("UPDATE private.owner SET key_hash = %s", [f"scrypt${MARK}$hash"])
    people.place_node(connection, node, owner=owner)
    people.add_sensor(connection, node, "sps30", since, serial=f"{MARK}-serie")
    add_privacy_zone(connection, owner, f"{MARK}-thuis", [ZONE], 150)
    parameters = {f"{MARK}-parameter": 1.5}
    add_calibration(connection, "pm10", "line", parameters, since, node=node, applied=True)


def plant_rides(connection):
    """A bike whose rides are hidden, and one ride that is not due yet."""
    bike = add_node(connection, BIKE, "bike")
    for back in (1, 2):
        start = city.STOP - back * 7200 - 17
        made = make_samples(bike.id, 100, start=start, step=10, schema=2, moving=True)
        write(connection, [made])
        hidden = Ride(start, start + 990)
        write_rides(connection, bike.id, start, start + 990, [hidden])


def plant_withdrawn(connection):
    """A box that was public with all it measured, until its owner withdrew that."""
    node = add_node(connection, WITHDRAWN, "box", lat=52.0951, lon=5.1101, label=f"{MARK}-kast")
    write(connection, [make_samples(node.id, 600, start=city.STOP - 36_000, cell=node.cell)])
    licences.add_consent(connection, licences.CC_BY, node=WITHDRAWN, party=f"{MARK}-naam")
    agreements.say_agreement(connection, WITHDRAWN, "publish", given=False)


@dataclass(frozen=True)
class Ride:
    """A ride without a public part."""

    start: int
    stop: int
    public_start: int | None = None
    public_stop: int | None = None
    samples: int = 100
    distance_m: float = 4321.125
    due: int | None = None


def plant_access(connection):
    """A key, and who is signed in with it."""
    key = access.add_key(connection, "operator", f"{MARK} team", timedelta(days=9))
    sessions.sign_in(connection, key)


def plant_crowd(connection, dsn):
    """A place that is not open, who is told of an open one, and a note among colleagues."""
    town.copy(dsn, CLOSED, timedelta(0), is_open=False)
    notices.subscribe(connection, town.NAME, "email", f"{MARK}@melding.example", 1, "nl")
    at = datetime.fromtimestamp(city.STOP, UTC)
    event = Planned(0, f"{MARK} feest", "fair", at, at + timedelta(hours=4), 500)
    add_planned(connection, CLOSED, event, beside=False)


_TEXTS = """
SELECT secret::text FROM private.node
UNION ALL SELECT public_id::text FROM private.ride WHERE public_start IS NULL
UNION ALL SELECT prefix FROM private.access_key
UNION ALL SELECT encode(hash, 'hex') FROM private.access_key
UNION ALL SELECT encode(hash, 'base64') FROM private.access_key
UNION ALL SELECT encode(hash, 'hex') FROM private.session
"""
_HIDDEN = "SELECT public_id::text FROM private.ride WHERE public_start IS NULL"
_MOMENTS = "SELECT start, stop, public_start, public_stop FROM private.ride"
_PLACES = "SELECT lat, lon FROM private.node WHERE lat IS NOT NULL"


def find_secrets(dsn: str) -> Secrets:
    """All that may be in no answer, as text."""
    with connect(dsn) as connection:
        texts = {text for (text,) in connection.execute(_TEXTS).fetchall()}
        hidden = [name for (name,) in connection.execute(_HIDDEN).fetchall()]
        moments = np.array(connection.execute(_MOMENTS).fetchall(), object).ravel()
        places = connection.execute(_PLACES).fetchall()
    exact = {value for place in (HOME, ZONE) for value in place}
    exact |= {number / 1e7 for place in places for number in place}
    odd = {at for at in moments if at is not None and at.second}  # whole minutes are of anything
    marks = {MARK, *texts, town.SEEN, "4321.125"}
    # six decimals: with five, some corner of some cell of the city has the same
    marks |= {form for value in exact for form in (f"{value:.6f}", f"{value * 1e7:.0f}")}
    marks |= {f"{at:%Y-%m-%dT%H:%M:%S}" for at in odd} | {f"{at.timestamp():.0f}" for at in odd}
    return Secrets(frozenset(marks), hidden, CLOSED)
