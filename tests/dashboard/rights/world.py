"""Two of everything, near and far, somebody of each role, and how each action is tried over HTTP.

Near is what is ann's, in the project of the project's key and in the area of the municipality's;
far is what is bob's, and neither. A probe says whether it was let through.
"""

import copy
import json
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from dashboard.access.cookies import NAME as COOKIE
from storage import crowd, people, sessions
from storage.access import add_key
from storage.pool import connect
from storage.rights import NOBODY, WHO
from storage.zones import add_zone
from tests.dashboard.client import Client
from tests.predict.crowd import places
from tests.services.outlines import box, join
from tests.services.owned import add_owned

YEAR = timedelta(days=365)
NEAR, FAR = "near", "far"
OWNER = {NEAR: "ann", FAR: "bob"}
AREA = join(box(4.8, 52.3, 5.0, 52.5), box(5.0, 52.0, 5.2, 52.2))  # of the plan; of ann's box
TABLES = (
    "node",
    "privacy_zone",
    "consent",
    "agreement",
    "broker_login",
    "crowd_place",
    "crowd_plan",
)


@dataclass
class World:
    """A database, its site, and a token of somebody of each role."""

    dsn: str
    address: str
    tokens: dict[str, str] = field(default_factory=dict)
    rides: dict[str, int] = field(default_factory=dict)

    def ask(self, who, path, *, json_=None, **form):
        """What somebody gets; with a form or JSON what a page of ours sends."""
        headers = {} if who == NOBODY else {"Cookie": f"{COOKIE}={self.tokens[who]}"}
        if json_ is None and not form:
            return Client(self.address).get(path, headers)
        kind = "x-www-form-urlencoded" if json_ is None else "json"
        body = urlencode(form) if json_ is None else json.dumps(json_)
        headers |= {"Origin": self.address, "Content-Type": f"application/{kind}"}
        return Client(self.address).get(path, headers, "POST", content=body.encode())

    def run(self, query, *values):
        with connect(self.dsn) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def look(self):
        """All that could be changed, and how many events there are."""
        kept = {table: self.run(f"SELECT t::text FROM private.{table} t ORDER BY 1")
                for table in TABLES}  # fmt: skip
        (events,) = self.run("SELECT coalesce(max(id), 0) FROM private.event")
        return kept, events[0]


def fill(world):
    """Two owners with a box, a bike, a ride and a zone each; four plans; five who ask."""
    with connect(world.dsn) as connection:
        add_zone(connection, "around", "municipality", "Around", AREA)
        people.add_project(connection, "street")
        for where, owner in OWNER.items():
            add_owned(connection, owner, (f"box-{where}", f"bike-{where}"))
            plan = make_plan(where)
            for name, is_open in ((f"open-{where}", True), (f"shut-{where}", False)):
                crowd.add_place(connection, crowd.Registered(name, plan, 900, 5, is_open))
        nodes = dict(connection.execute("SELECT name, id FROM private.node").fetchall())
        for name in ("box-near", "bike-near"):
            people.place_node(connection, nodes[name], project="street")
        rides = "SELECT n.name, r.id FROM private.ride r JOIN private.node n ON n.id = r.node_id"
        found = dict(connection.execute(rides).fetchall())
        world.rides = {where: found[f"bike-{where}"] for where in OWNER}
        reach = {
            "owner": {"owner": "ann"},
            "project": {"project": "street"},
            "municipality": {"area": "around"},
        }
        for who in WHO[1:]:
            key = add_key(connection, who, f"the {who}", YEAR, **reach.get(who, {}))
            world.tokens[who] = sessions.sign_in(connection, key).token


def make_plan(where, capacity=2000):
    """The plan of the town, or the same a degree to the east."""
    plan = copy.deepcopy(places.plan())
    for feature in plan["features"]:
        if where == FAR:
            feature["geometry"]["coordinates"] = _move(feature["geometry"]["coordinates"])
        if feature["properties"]["id"] == "square":
            feature["properties"]["capacity"] = capacity
    return plan


def _move(shape):
    return (
        [shape[0] + 1, shape[1]] if isinstance(shape[0], float) else [_move(one) for one in shape]
    )


def see(path, mark):
    """A probe that looks whether an address shows something."""

    def probe(world, who, where):
        told = world.ask(who, path.format(where=where, ride=world.rides[where], who=OWNER[where]))
        assert told.status in (200, 303, 403, 404)
        shown = mark.format(where=where, who=OWNER[where]) in told.text
        assert not shown or told.status == 200
        return shown

    return probe


def send(path, **form):
    """A probe that sends a form."""

    def probe(world, who, where):
        facts = {name: value.format(where=where, who=OWNER[where]) for name, value in form.items()}
        told = world.ask(who, path.format(where=where), **facts)
        assert told.status in (200, 303, 403, 404), told.text
        return told.status in (200, 303) and "/sign-in" not in told.headers.get("location", "")

    return probe


def save_plan(world, who, where):
    """Change the plan of an open place, from the version that is there."""
    name = f"open-{where}"
    (found,) = world.run("SELECT version FROM private.crowd_place WHERE name = %s", name)
    body = {"version": found[0], "plan": make_plan(where, 2000 + found[0]), "interval": 900}
    body |= {"emptyHour": 5, "open": True}
    told = world.ask(who, f"/v1/crowd/places/{name}/plan", json_=body)
    assert told.status in (200, 403), told.text
    return told.status == 200


BOX = "/en/my/box-{where}"
PROBES = {
    "see node": see("/v1/nodes/box-{where}", "box-{where}"),
    "see plan": see("/v1/crowd/places/open-{where}/plan", "stairs"),
    "see state": see("/en/my", "/en/my/box-{where}"),
    "see bike": see("/en/my", "/en/my/bike-{where}"),
    "see health": see("/en/my/-/health.csv", "box-{where}"),
    "see place": see(BOX, "1234567"),  # of both longitudes
    "see ride": see("/en/my/-/ride/{ride}.csv", "5.1"),
    "see zone": see("/en/my", "home-of-{who}"),
    "name node": send(BOX, do="label", label="another"),
    "place node": send(BOX, do="place", lat="52.01", lon="5.01"),
    "say licence": send(BOX, do="licence", license="CC0-1.0"),
    "agree": send(BOX, do="agree", purpose="mail", given="0"),
    "renew password": send(BOX, do="login"),
    "draw zone": send("/en/my", do="zone", name="new-{where}", lat="52", lon="5", radius="100"),
    "erase zone": send("/en/my", do="erase", name="home-of-{who}"),
    "add node": send("/en/my/-/new", do="new", name="new-{where}", kind="box"),
    "see shut plan": see("/v1/crowd/places/shut-{where}/plan", "stairs"),
    "save plan": save_plan,
}
NEW = ("draw zone", "add node")  # there is no other's to do it with
