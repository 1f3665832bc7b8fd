"""The city with owners: what is theirs, keys to it, and the dashboard that serves it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.mine.adding import Broker
from storage import people, sessions
from storage.access import add_key
from storage.migrate import migrate
from storage.pool import connect
from storage.zones import add_zone
from tests.dashboard import city
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.outlines import box

YEAR = timedelta(days=365)
ANN = ("box-school", "box-nieuw", "fiets-1")  # nodes of ann; box-markt and fiets-2 are bob's
BOB = ("box-markt", "fiets-2")


@dataclass
class Home:
    """The city whose nodes have owners, its site, and who is signed in."""

    dsn: str
    address: str

    def __post_init__(self):
        self.client = Client(self.address)
        self.tokens = {}

    def enter(self, who):
        """Token of ann or bob, of an operator, or of the municipality of the centre."""
        if who not in self.tokens:
            about = {"owner": who} if who in ("ann", "bob") else {}
            about |= {"area": "centre"} if who == "municipality" else {}
            role = "owner" if "owner" in about else who
            with connect(self.dsn) as connection:
                key = add_key(connection, role, f"{who} of the city", YEAR, **about)
                self.tokens[who] = sessions.sign_in(connection, key).token
        return self.tokens[who]

    def get(self, path, who=None, **query):
        """What a browser of somebody gets."""
        return self.client.get(path, self.headers(who), **query)

    def post(self, path, who=None, headers=None, **form):
        """What a form of our own pages sends, unless headers say otherwise."""
        own = {"Origin": self.address, "Content-Type": "application/x-www-form-urlencoded"}
        given = self.headers(who) | own | (headers or {})
        body = urlencode(form).encode()
        return self.client.get(path, given, "POST", content=body)

    def headers(self, who):
        return {"Cookie": f"{COOKIE}={self.enter(who)}"} if who else {}

    def find_rides(self, who):
        """Numbers of the rides that somebody's list links to."""
        page = self.get("/en/my", who).text
        return [int(number) for number in re.findall(r"/en/my/-/ride/(\d+)\"", page)]

    def run(self, query, *values):
        """Change the database behind everybody's back."""
        with connect(self.dsn) as connection:
            return connection.execute(query.encode(), values)


@pytest.fixture(scope="session")
def home(timescale_databases):
    """The city on TimescaleDB with two owners; a test leaves what it changes as it was."""
    with timescale_databases.migrated(migrate) as dsn:
        city.build(dsn)
        with connect(dsn) as connection:
            add_zone(
                connection, "centre", "municipality", "Centre", box(5.115, 52.085, 5.13, 52.092)
            )
            nodes = dict(connection.execute("SELECT name, id FROM private.node").fetchall())
            for owner, names in (("ann", ANN), ("bob", BOB)):
                people.add_owner(connection, owner)
                for name in names:
                    people.place_node(connection, nodes[name], owner=owner)
            settle(connection)
        with running(dsn, broker=Broker("127.0.0.1", 1883, tls=False)) as address:
            yield Home(dsn, address)


def settle(connection):
    """Rides are public again as they were before they got an owner: some of them."""
    connection.execute(
        "UPDATE private.ride SET due = NULL, public_start = start + interval '10 min',"
        " public_stop = stop - interval '10 min' WHERE id % 3 <> 0"
    )


def now():
    return datetime.now(UTC)
