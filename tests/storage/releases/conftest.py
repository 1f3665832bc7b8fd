"""What the tests of releases share: an autumn, with a month that is over."""

from datetime import UTC, datetime

import pytest

from storage import people
from storage.registry import add_node
from storage.releases.publishing import Publisher
from storage.rides import write_rides
from storage.writer import write
from tests.services.samples import make_samples
from tests.storage.town import Ride

FIRST = int(datetime(2025, 10, 1, 2, tzinfo=UTC).timestamp())
NOW = datetime(2025, 11, 2, 3, 4, 5, tzinfo=UTC)
WHO = Publisher("City of measuring", "https://data.example.org/releases/")


@pytest.fixture
def autumn(connection):
    """Two boxes, one of Ann, and a bike with a public ride in October; two samples later."""
    people.add_owner(connection, "ann", label="Ann from number 7")
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(node.id, 240, cell=node.cell, start=FIRST)])
        write(connection, [make_samples(node.id, 1, cell=node.cell, start=FIRST + 40 * 86_400)])
    people.place_node(connection, 2, owner="ann")
    bike = add_node(connection, "bike-1", "bike")
    write(connection, [make_samples(bike.id, 100, start=FIRST, step=10, schema=2, moving=True)])
    ride = Ride(FIRST, FIRST + 990, FIRST + 300, FIRST + 690)
    write_rides(connection, bike.id, FIRST, FIRST + 990, [ride])
    return connection


@pytest.fixture(scope="session")
def store():
    """Address of an object store that speaks S3, as `s3fs` wants it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
