"""What owners see and change, as the dashboard's own role meets it; and nobody else does."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Log, Status
from storage import mine, people, privacy, sessions
from storage.access import add_key, revoke_key
from storage.logins import SALT_BYTES, make_password, read_logins, to_login
from storage.migrate import migrate
from storage.node_status import write_words
from storage.pool import connect
from storage.registry import add_node, read_nodes
from storage.rides import write_rides
from storage.roles import make_roles
from storage.store import Store
from storage.writer import write
from storage.zones import add_zone
from tests.services.outlines import box
from tests.services.samples import START, make_samples

YEAR = timedelta(days=365)
SINCE = datetime.fromtimestamp(START, UTC) - timedelta(days=30)
HOME = (52.0917358, 5.1193746)
LOGIN = to_login("secret", bytes(SALT_BYTES))


class Ride:
    start, stop, public_start, public_stop = START, START + 990, None, None
    samples, distance_m, due = 100, 4321.0, None


@pytest.fixture
def database(timescale_databases):
    """A migrated database; rights are the same on every edition."""
    with timescale_databases.migrated(migrate) as dsn:
        yield dsn


@pytest.fixture
def connection(database):
    with connect(database) as connection:
        yield connection


@pytest.fixture
def reader(database):
    """A connection with the rights of the dashboard and no others."""
    with connect(database) as connection:
        make_roles(connection)
    with connect(f"{database}?options={quote('-c role=lokaalmeten_reader')}") as connection:
        yield connection


@pytest.fixture
def keys(connection, database, reader):
    """Tokens of ann, who has a box, a bike and a ride, of bob, who has a box, and of others."""
    add_zone(connection, "town", "municipality", "Town", box(5.0, 52.0, 5.2, 52.2))
    for name in ("ann", "bob"):
        people.add_owner(connection, name)
    for name, owner, kind, place in (
        ("box-ann", "ann", "box", HOME),
        ("bike-ann", "ann", "bike", (None, None)),
        ("box-bob", "bob", "box", (53.0, 6.0)),
    ):
        node = add_node(connection, name, kind, lat=place[0], lon=place[1])
        people.place_node(connection, node.id, owner=owner)
    nodes = read_nodes(connection)
    write(connection, [make_samples(nodes["box-ann"].id, 60, cell=nodes["box-ann"].cell)])
    bike = nodes["bike-ann"].id
    write(connection, [make_samples(bike, 100, step=10, schema=2, moving=True)])
    write_rides(connection, bike, START, START + 990, [Ride()])
    said = Status("box-ann", START, True, '{"version": "1.2.3", "ssid": "at home"}')
    write_words(connection, [said], [Log("box-ann", START, "fell over")])
    refused = Rejected("box-ann", "lm/1/box-ann/page", "crc", b"\1", START)
    with Store(database) as store:
        store.write([], [refused, refused], {}, [])

    def enter(role, **about):
        return sessions.sign_in(reader, add_key(connection, role, "team", YEAR, **about)).token

    return {
        "ann": enter("owner", owner="ann"),
        "bob": enter("owner", owner="bob"),
        "town": enter("municipality", area="town"),
        "operator": enter("operator"),
        "project": enter("project"),
        "alone": enter("owner"),
        "nobody": "x" * 43,
    }


def names(reader, token):
    return [node.name for node in mine.read_nodes(reader, token)]


def test_each_sees_what_is_in_reach_and_no_more(keys, reader):
    assert names(reader, keys["ann"]) == ["bike-ann", "box-ann"]
    assert names(reader, keys["bob"]) == ["box-bob"]
    assert names(reader, keys["town"]) == ["box-ann"]
    assert names(reader, keys["operator"]) == ["bike-ann", "box-ann", "box-bob"]
    for who in ("project", "alone", "nobody"):
        assert names(reader, keys[who]) == []
    assert mine.read_nodes(reader, None) == []
    # who has no node learns no place and no word of it
    (own,) = mine.read_nodes(reader, keys["ann"], "box-ann")
    assert (own.lat, own.lon) == HOME
    assert (own.said["ssid"], own.online, own.heard) == ("at home", True, own.said_at)
    assert own.last == datetime.fromtimestamp(START + 59 * 60, UTC)
    for who in ("town", "operator"):
        (other,) = mine.read_nodes(reader, keys[who], "box-ann")
        assert (other.own, other.lat, other.lon, other.said) == (False, None, None, {})
        assert (other.online, other.last) == (True, own.last)
    (bike,) = mine.read_nodes(reader, keys["operator"], "bike-ann")
    assert (bike.first, bike.last) == (None, None)


def test_nobody_else_reads_or_changes_anything_of_an_owner(keys, reader, connection):
    (ride,) = mine.read_rides(reader, keys["ann"])
    privacy.add_privacy_zone(connection, "ann", "home", [HOME], 200)
    before = connection.execute("SELECT n::text FROM private.node n ORDER BY id").fetchall()
    for who in ("bob", "town", "operator", "project", "alone", "nobody"):
        check_shut(reader, keys[who], who, ride.ride)
    assert len(privacy.read_privacy_zones(connection, "ann")) == 1
    assert connection.execute("SELECT count(*) FROM private.consent").fetchone() == (0,)
    assert read_logins(connection) == {}
    after = connection.execute("SELECT n::text FROM private.node n ORDER BY id").fetchall()
    assert after == before


def check_shut(reader, token, who, ride):
    node = "box-ann"
    assert mine.read_rides(reader, token) == []
    assert mine.read_track(reader, token, ride).empty
    assert mine.read_days(reader, token, node, SINCE) == []
    assert mine.read_logs(reader, token, node, 9) == []
    assert mine.read_rejected(reader, token, node) == []
    assert mine.read_findings(reader, token, node, SINCE) == []
    assert mine.read_zones(reader, token) == []
    refused = "signed out" if who == "nobody" else "not own"
    assert mine.change_node(reader, token, node, label="mine", place=(52.0, 5.0)) == refused
    assert mine.say_licence(reader, token, node, "CC0-1.0", "", "individual") == refused
    assert mine.renew_login(reader, token, node, LOGIN) == refused
    assert mine.erase_zone(reader, token, "home") != "saved"
    if who != "bob":
        assert mine.draw_zone(reader, token, "home", [HOME], 200) == "signed out"
        assert mine.add_node(reader, token, "new", "box", "", None, LOGIN) == "signed out"


def test_a_session_ends_with_its_key_and_with_its_time(keys, reader, connection):
    for (prefix,) in connection.execute("SELECT prefix FROM private.access_key LIMIT 1"):
        revoke_key(connection, prefix)  # that of ann
    assert names(reader, keys["ann"]) == []
    assert mine.change_node(reader, keys["ann"], "box-ann", label="mine") == "signed out"
    connection.execute("UPDATE private.session SET expires_at = now() - interval '1 s'")
    assert names(reader, keys["bob"]) == []
    assert mine.draw_zone(reader, keys["bob"], "home", [HOME], 200) == "signed out"
    connection.execute("UPDATE private.session SET expires_at = now() + interval '1 h'")
    assert names(reader, keys["bob"]) == ["box-bob"]
    connection.execute("UPDATE private.node SET owner_id = NULL")
    connection.execute("DELETE FROM private.owner WHERE name = 'bob'")  # the key opens nothing
    assert names(reader, keys["bob"]) == []
    assert mine.add_node(reader, keys["bob"], "new", "box", "", None, LOGIN) == "signed out"


def test_an_owner_sees_days_logs_refusals_and_whole_rides(keys, reader):
    token = keys["ann"]
    assert sum(day.samples for day in mine.read_days(reader, token, "box-ann", SINCE)) == 60
    ((_, said),) = mine.read_logs(reader, token, "box-ann", 9)
    assert said == "fell over"
    (refusal,) = mine.read_rejected(reader, token, "box-ann")
    assert (refusal.reason, refusal.messages) == ("crc", 2)
    (ride,) = mine.read_rides(reader, token)
    assert (ride.node, ride.samples, ride.distance_m) == ("bike-ann", 100, 4321.0)
    assert ride.public_name is None
    track = mine.read_track(reader, token, ride.ride)
    made = make_samples(2, 100, step=10, schema=2, moving=True)
    cells = to_cells(made.lat, made.lon)
    known = cells != 0
    assert len(track) == 100
    assert np.array_equal(track["lat"].to_numpy()[known], made.lat[known] / PER_DEGREE)
    assert np.isnan(track["lat"].to_numpy()[~known]).all()
    assert "pm25_flag" in track


def test_what_an_owner_changes_is_there_and_noted(keys, reader, connection):
    token = keys["ann"]
    assert mine.change_node(reader, token, "box-ann", label="At the school") == "saved"
    assert mine.change_node(reader, token, "box-ann", place=(52.1, 5.12)) == "saved"
    (node,) = mine.read_nodes(reader, token, "box-ann")
    assert (node.label, node.lat, node.lon) == ("At the school", 52.1, 5.12)
    assert read_nodes(connection)["box-ann"].cell == int(
        to_cells(np.array([521000000], np.int32), np.array([51200000], np.int32))[0]
    )
    assert mine.say_licence(reader, token, "box-ann", "CC-BY-4.0", "Ann", "individual") == "saved"
    (node,) = mine.read_nodes(reader, token, "box-ann")
    assert (node.license, node.party, node.party_role) == ("CC-BY-4.0", "Ann", "individual")
    assert mine.say_licence(reader, token, "bike-ann", "CC0-1.0", "", "individual") == "moving"
    with pytest.raises(StorageError):
        mine.change_node(reader, token, "bike-ann", place=(52.1, 5.12))  # it moves
    said = [row[0] for row in connection.execute("SELECT what FROM private.event ORDER BY id")]
    assert said[-3:] == ["node changed by its owner"] * 2 + ["licence said"]


def test_a_zone_hides_all_rides_of_its_owner_at_once(keys, reader, connection):
    shown = "UPDATE private.ride SET public_start = start, public_stop = stop"
    connection.execute(shown)
    assert mine.draw_zone(reader, keys["ann"], "home", [HOME], 200) == "saved"
    (ride,) = mine.read_rides(reader, keys["ann"])
    assert ride.public_start is None
    assert ride.due is not None
    (zone,) = mine.read_zones(reader, keys["ann"])
    assert (zone.name, tuple(zone.ring), zone.radius_m) == ("home", HOME, 200)
    connection.execute(shown)
    assert mine.erase_zone(reader, keys["ann"], "home") == "saved"
    assert mine.read_zones(reader, keys["ann"]) == []
    assert mine.read_rides(reader, keys["ann"])[0].public_start is None
    for number in range(50):
        assert mine.draw_zone(reader, keys["ann"], f"zone-{number}", [HOME], 200) == "saved"
    assert mine.draw_zone(reader, keys["ann"], "one-more", [HOME], 200) == "many"
    assert mine.draw_zone(reader, keys["ann"], "zone-7", [HOME], 300) == "saved"


def test_a_node_that_an_owner_adds_is_own_and_has_a_login(keys, reader, connection, database):
    token = keys["bob"]
    assert mine.add_node(reader, token, "box-new", "box", "New", HOME, LOGIN) == "saved"
    assert names(reader, token) == ["box-bob", "box-new"]
    assert read_logins(connection) == {"box-new": LOGIN}
    assert mine.add_node(reader, token, "box-ann", "box", "", None, LOGIN) == "taken"
    other = to_login("another", bytes(SALT_BYTES))
    assert mine.renew_login(reader, token, "box-new", other) == "saved"
    assert read_logins(connection) == {"box-new": other}
    sent = Rejected("bike-far", "lm/1/bike-far/page", "unknown node", b"\1", START)
    with Store(database) as store:
        store.write([], [sent], {}, [])
    assert mine.add_node(reader, token, "bike-far", "bike", "", None, LOGIN) == "taken"
    for name, kind, place in (("Box", "box", None), ("box-2", "car", None), ("b-2", "bike", HOME)):
        with pytest.raises(StorageError):
            mine.add_node(reader, token, name, kind, "", place, LOGIN)


def test_a_key_of_an_owner_names_one_who_is_there(connection):
    with pytest.raises(StorageError, match="no owner"):
        add_key(connection, "owner", "team", YEAR, owner="nobody")
    people.add_owner(connection, "ann")
    with pytest.raises(StorageError, match="role owner"):
        add_key(connection, "operator", "team", YEAR, owner="ann")


def test_a_login_is_as_mosquitto_keeps_it():
    assert LOGIN.startswith("$7$101$AAAAAAAAAAAAAAAA$")
    assert len(LOGIN.split("$")[-1]) == 88  # 64 bytes
    assert len({make_password() for _ in range(50)}) == 50
