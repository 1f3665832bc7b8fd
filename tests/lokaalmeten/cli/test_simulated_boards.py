"""`meten node sim` of each build, through a real broker and `meten ingest`, to rows."""

import math
import time

import pytest

from lokaalmeten import wire
from storage.pool import connect
from storage.registry import add_node
from tests.firmware.pages import read_flash
from tests.services.meten import ingesting, running, wait_until

HOME = (52.0907374, 5.1214201)  # where rides begin and end, see firmware/simulated/rides.py
ZONE_M = 300
PERIOD_S, RIDE_S = 2400, 900
NODE, BIKE = "unit-7", 2  # its schema


def metres_from_home(lat, lon):
    """On a ball; exact to half a percent."""
    north = math.radians(lat - HOME[0]) * 6_371_000
    east = math.radians(lon - HOME[1]) * 6_371_000 * math.cos(math.radians(HOME[0]))
    return math.hypot(north, east)


@pytest.fixture
def simulated(postgres_database, mosquitto, micropython, tmp_path):
    """`simulated(kind, ...)` is a node of that kind and an ingest, while the block runs."""
    started = []

    def run(kind, *words):
        with connect(postgres_database) as connection:
            add_node(connection, NODE, kind)
        contexts = [
            ingesting(postgres_database, mosquitto, tmp_path / "ingest.log"),
            running(
                "node", "sim", NODE, "--micropython", micropython, *words,
                log=tmp_path / "node.log", broker=f"mqtt://{mosquitto.host}:{mosquitto.port}",
                data=tmp_path / "data",
            ),
        ]  # fmt: skip
        for context in contexts:
            context.__enter__()
            started.append(context)

    yield run
    for context in reversed(started):
        context.__exit__(None, None, None)


def ask(dsn, query):
    with connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_box_measures_what_its_air_is_like(simulated, postgres_database):
    simulated("box", "--interval", 1)
    query = (
        "SELECT pm25, temperature, humidity, pressure FROM private.value"
        " WHERE pm25 IS NOT NULL AND pressure IS NOT NULL ORDER BY time DESC LIMIT 1"
    )
    (row,) = wait_until(lambda: ask(postgres_database, query), seconds=120, step=0.5)
    assert row == pytest.approx((8.2, 21.37, 48.2, 101_325), abs=0.6)


@pytest.mark.parametrize("board", ["b1", "b2"])
def test_ride_of_a_bike_is_stored_with_its_places_and_none_of_them_near_home(
    simulated, postgres_database, tmp_path, board
):
    now = time.time()
    begin = (now - 2 * PERIOD_S) // PERIOD_S * PERIOD_S - 60  # a minute before a ride
    zone = f"{HOME[0]},{HOME[1]},{ZONE_M}"
    simulated("bike", "--board", board, "--hours-ago", (now - begin) / 3600, "--zone", zone)
    query = f"SELECT distance_m FROM private.ride WHERE samples > {RIDE_S / 2}"
    ((distance_m,), *_) = wait_until(lambda: ask(postgres_database, query), seconds=300, step=0.5)
    assert distance_m > 2000

    query = "SELECT pm25, pressure FROM private.value WHERE pm25 IS NOT NULL ORDER BY time"
    rows = ask(postgres_database, query)
    assert rows[-1] == pytest.approx((8.2, 101_325), abs=0.6)
    stored = ask(postgres_database, "SELECT lat, lon FROM private.observation")
    assert all(lat is not None for lat, _ in stored)
    away = [metres_from_home(lat / 1e7, lon / 1e7) for lat, lon in stored]
    assert min(away) > ZONE_M
    assert max(away) > 1300  # the other side of the circle

    # nothing of the zone was ever on the flash of the node, nor kept aside
    names = [name for name, _ in wire.record_fields(BIKE)]
    image = (tmp_path / f"data/nodes/{NODE}.img").read_bytes()
    kept = [
        dict(zip(names, record, strict=True))
        for schema, *_, records in map(wire.read_page, read_flash(image))
        for record in records
        if schema == BIKE
    ]
    places = [metres_from_home(one["lat"] / 1e7, one["lon"] / 1e7) for one in kept]
    assert len(places) > RIDE_S / 3
    assert min(places) > ZONE_M
    assert ask(postgres_database, "SELECT count(*) FROM private.rejected") == [(0,)]
