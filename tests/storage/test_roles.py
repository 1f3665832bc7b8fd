"""What each role may do is tried by doing it, and so is what it must not do."""

import io
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import numpy as np
import psycopg
import pytest
from psycopg import errors

from lokaalmeten.anchor import Anchor
from lokaalmeten.errors import StorageError
from lokaalmeten.forecasts import HORIZON_H
from lokaalmeten.rejected import Rejected
from storage import people, reader
from storage.calibrations import add_calibration, read_calibrations
from storage.chance_scores import read_day_scores
from storage.downloads.answer import prepare, write_download
from storage.downloads.selection import Selection
from storage.logins import give_login, read_logins, read_state
from storage.migrate import MIGRATIONS, migrate
from storage.outlook import read_chances, read_index
from storage.pool import connect
from storage.registry import add_node
from storage.rejected import rejected_messages
from storage.removal import begin_removal, find_nodes, finish_removal
from storage.retention import retain
from storage.roles import ROLES, make_roles
from storage.rollups import roll_up
from storage.stations import (
    Hours,
    Station,
    read_hours,
    read_stations,
    write_hours,
    write_stations,
)
from storage.store import Store
from storage.writer import write
from storage.zones import add_zone, remove_zone
from tests.services.issued import issue_outlook
from tests.services.outlines import box
from tests.services.samples import START, make_samples

HOUR = datetime.fromtimestamp(START // 3600 * 3600, UTC)
DAY = timedelta(days=1)
READER, INGEST, PUBLISHER, BROKER, LOGIN, ADMIN = ROLES
PRIVATE = (
    *("node", "observation", "ride", "rejected", "import_file", "forecast", "delivery", "anchor"),
    *("touched", "rollup_hour", "rollup_day", "migration", "owner", "project", "sensor", "event"),
    *("official_station", "official_hour", "calibration", "removal"),
    *("publication", "privacy_zone", "ride_cell", "shared_cell", "open_cell"),
    *("node_status", "node_log"),
    *("forecast_series", "forecast_round", "forecast_fit", "forecast_score", "forecast_day"),
    *("forecast_chance", "forecast_index", "forecast_brier", "forecast_weather"),
    *("placement", "zone", "zone_cell", "rollup_place", "touched_place", "node_quantity"),
    *("access_key", "session", "crowd_place", "crowd_plan", "consent"),
    "broker_login",
    *("agreement", "agreed", "open_node", "trouble"),
    *("node_subscription", "node_notice", "node_told", "node_receiver"),
)
PEOPLE = (
    *("owner", "project", "sensor", "event", "official_station", "official_hour", "removal"),
    "consent",
)
FORBIDDEN = {
    READER: [
        *(f"SELECT * FROM private.{table}" for table in (*PRIVATE, "value")),
        "INSERT INTO private.node (name, kind) VALUES ('mine', 'box')",
        "CREATE TABLE public.mine (a integer)",
        "SELECT private.make_partition('2030-01-01')",
        "SELECT private.drop_late(1, '2020-01-01', '2030-01-01')",
        "SELECT private.save_crowd_place('mine', '{}', 900, 5, true, NULL)",
        "SELECT private.find_session('')",
        "SELECT private.find_reach('')",
        "SELECT private.find_own('', 'mine')",
        "SELECT public.sign_in_person('https://login.example', '1', NULL, '')",
        "SELECT * FROM private.read_health(now())",
        "SELECT private.say_agreement(1, 'publish', false, 'command')",
    ],
    INGEST: [
        "UPDATE private.observation SET pm25 = 0",
        "DELETE FROM private.observation",
        "TRUNCATE private.observation",
        "DROP TABLE private.observation",
        "DELETE FROM private.delivery",
        "INSERT INTO private.migration (number, name, checksum) VALUES (9999, 'mine', '')",
        "INSERT INTO private.node (name, kind) VALUES ('mine', 'box')",
        "UPDATE private.node SET label = 'mine'",
        "SELECT * FROM private.forecast",
        *(f"SELECT * FROM private.{table}" for table in PEOPLE),
        "SELECT email FROM private.owner",
        "UPDATE private.publication SET fewest_nodes = 1",
        "DELETE FROM private.privacy_zone",
        "INSERT INTO private.shared_cell (cell, nodes) VALUES (1, 9)",
        "SELECT private.hide_rides(ARRAY[2])",
        "SELECT public.sign_in('', '', '')",
        "SELECT public.read_session('')",
        "SELECT public.sign_out('')",
        "SELECT public.read_crowd_plans('', NULL)",
        "SELECT public.change_crowd_plan('', 'mine', 0, '{}', 900, 5, true)",
        "SELECT public.read_my_nodes('', NULL)",
        "SELECT public.read_my_track('', 1)",
        "SELECT public.add_my_node('', 'mine', 'box', '', NULL, NULL, 0, '')",
        "SELECT * FROM private.access_key",
        "SELECT * FROM private.broker_login",
        "INSERT INTO private.event (what) VALUES ('mine')",
        "UPDATE private.calibration SET applied = true",
        "UPDATE private.node SET kept_from = now()",
        "INSERT INTO private.removal (id) VALUES (1)",
        "INSERT INTO private.zone (name, kind, label, outline) VALUES ('a', 'a', 'a', '{}')",
        "DELETE FROM private.zone",
        "INSERT INTO private.zone_cell (cell, zone_id) VALUES (1, 1)",
        "UPDATE private.placement SET places = '{}'",
        "SELECT private.say_agreement(1, 'publish', true, 'command')",
        "UPDATE private.node SET open = true",
        "SELECT public.say_my_agreement('', 'mine', 'publish', true, NULL, 'nl')",
        "SELECT public.read_my_health('')",
        "CREATE TABLE private.mine (a integer)",
    ],
    PUBLISHER: [
        *(f"SELECT * FROM private.{table}" for table in PEOPLE),
        "SELECT * FROM private.calibration",
        "SELECT owner_id FROM private.node",
        "SELECT lat, lon FROM private.node",
        "SELECT secret FROM private.node",
        "SELECT hardware FROM private.node",
        "SELECT * FROM private.observation",
        "SELECT * FROM private.ride",
        "SELECT * FROM private.rejected",
        "UPDATE private.forecast SET reason = 'mine'",
        "UPDATE private.forecast_score SET loss = '{}'",
        "DELETE FROM private.forecast_fit",
        "DELETE FROM private.forecast_series",
        "SELECT outline FROM private.zone",
        "INSERT INTO private.event (what, actor) VALUES ('mine', 'somebody else')",
        "INSERT INTO private.observation (time, cell, flags, node_id) VALUES (now(), 0, 0, 1)",
    ],
    BROKER: [
        *(f"SELECT * FROM private.{table}" for table in PRIVATE if table != "broker_login"),
        "SELECT lat, lon FROM private.node",
        "SELECT * FROM public.node",
        "UPDATE private.broker_login SET login = login",
        "DELETE FROM private.broker_login",
        "SELECT public.sign_in('', '', '')",
    ],
    LOGIN: [
        *(f"SELECT * FROM private.{table}" for table in PRIVATE),
        "SELECT * FROM public.node",
        "SELECT public.sign_in('', '', '')",
        "SELECT public.read_session('')",
        "INSERT INTO private.event (what) VALUES ('mine')",
    ],
    ADMIN: [
        "SELECT public.sign_in_person('https://login.example', '1', NULL, '')",
        "INSERT INTO private.event (what, key_id) VALUES ('mine', 1)",
        "DROP TABLE private.node",
        "ALTER TABLE private.node ADD mine integer",
        "DELETE FROM private.migration",
        "UPDATE private.crowd_plan SET actor = 'somebody else'",
        "UPDATE private.consent SET license = 'CC0-1.0'",
        "INSERT INTO private.agreement (node_id, purpose, given, how)"
        " VALUES (1, 'mail', true, 'page')",
        "UPDATE private.agreement SET given = true",
        "DELETE FROM private.crowd_plan",
        "UPDATE private.event SET what = 'nothing'",
        "DELETE FROM private.event",
        "TRUNCATE private.event",
        "INSERT INTO private.event (what, actor) VALUES ('mine', 'somebody else')",
        "INSERT INTO private.event (what, at) VALUES ('mine', '2020-01-01')",
        "CREATE TABLE private.mine (a integer)",
        "CREATE ROLE mine",
    ],
}


@pytest.fixture
def dsn_as(database):
    """Function from a role to a DSN with its rights and no others."""
    with connect(database) as connection:
        make_roles(connection)
        box = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
        add_node(connection, "bike-1", "bike")
        assert box.id == 1
    return lambda role: f"{database}?options={quote(f'-c role={role}')}"


@pytest.mark.parametrize(
    ("role", "statement"),
    [(role, statement) for role, statements in FORBIDDEN.items() for statement in statements],
)
def test_what_a_role_must_not_do_is_refused(dsn_as, role, statement):
    with connect(dsn_as(role)) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


class Ride:
    start, stop, public_start, public_stop = START, START + 990, START + 300, START + 690
    samples, distance_m = 100, 5000.0
    due = None


def test_the_ingest_does_all_that_it_must(dsn_as):
    refused = Rejected("box-9", "lm/1/box-9/page", "unknown node", b"\1", START)
    with Store(dsn_as(INGEST)) as store:
        assert set(store.read_nodes()) == {"box-1", "bike-1"}
        first = store.write([make_samples(1, 10)], [refused], {(1, 7): [0]})
        assert (first.inserted, first.duplicate) == (10, 0)
        anchor = Anchor(1, 7, START, 100, False)
        again = store.write([make_samples(1, 10)], [refused], {(1, 7): [2]}, [anchor])
        assert (again.inserted, again.duplicate) == (0, 10)
        assert again.acks[0].gaps == ((1, 1),)
        # another month is another piece of the table
        later = store.write([make_samples(1, 10, start=START + 40 * 86_400)], [])
        assert later.inserted == 10
        ride = make_samples(2, 100, step=10, schema=2, moving=True)
        store.write([ride], [])
        assert len(store.read_track(2, START, START + 1000).time) == 100
        assert store.read_privacy(2).secret
        assert store.take_due(START) == []
        for _ in range(2):
            store.write_rides(2, START, START + 990, [Ride()])
        assert store.read_held(10) == []
        assert [ack.high for ack in store.read_delivery()] == [2]
        assert store.roll_up(100) > 0
        assert store.read_waiting().hours >= 0
        store.make_ahead()
        store.check_known()


def test_the_reader_answers_every_question(dsn_as):
    with connect(dsn_as(ADMIN)) as connection:
        add_zone(connection, "town", "municipality", "Town", box(5.0, 52.0, 5.2, 52.2))
    with Store(dsn_as(INGEST)) as store:
        store.write([make_samples(1, 10, cell=0x8B1969CAA6A1FFF)], [])
    stop = datetime.fromtimestamp(START + 3600, UTC)
    with connect(dsn_as(READER)) as connection:
        assert reader.nodes(connection)["name"].tolist() == ["bike-1", "box-1"]
        assert len(reader.latest(connection)) == 1
        assert len(reader.series(connection, "box-1", ["pm25"], HOUR, stop, 0)) == 10
        assert reader.extent(connection) is not None
        reader.hexagons(connection, "pm25", HOUR, stop, 9)
        reader.hourly(connection, "pm25", HOUR, stop)
        reader.rides(connection, HOUR, stop)
        reader.forecast(connection, "box-1", "pm25")
        reader.series(connection, "box-1", ["pm25"], HOUR, stop, 86_400)
        reader.exceedances(connection, 2025, "pm25")
        assert reader.zones(connection)["nodes"].tolist() == [1]
        assert len(reader.zone_days(connection, "town", "pm25", HOUR - DAY, stop)) == 1
        assert reader.cell_days(connection, "pm25", HOUR.date(), stop.date() + DAY, 9).left_out
        assert len(reader.samples_page(connection, "box-1", ["pm25"], HOUR, stop).rows) == 10
        asked = prepare(connection, Selection(HOUR, stop, zone="town", processing="both"), "csv")
        assert write_download(connection, asked, io.BytesIO()) == 10


def test_the_publisher_writes_forecasts_again_and_again(dsn_as):
    with connect(dsn_as(PUBLISHER)) as connection:
        for _ in range(2):
            issue_outlook(connection, "box-1", HOUR)
        assert len(reader.forecast(connection, "box-1", "pm25")) == HORIZON_H
        assert not read_chances(connection, "node", "box-1", "pm25").empty
        assert read_index(connection, "node", "box-1") is not None
        assert not read_day_scores(connection, "pm25", HOUR.date(), HOUR.date() + DAY).empty


def test_the_broker_learns_who_may_log_in(dsn_as):
    with connect(dsn_as(ADMIN)) as connection:
        give_login(connection, "box-1")
    with connect(dsn_as(BROKER), reading=True) as connection:
        assert read_state(connection)[0] == 1
        assert list(read_logins(connection)) == ["box-1"]


def test_the_administrator_registers_looks_and_deletes(dsn_as):
    refused = Rejected("box-9", "lm/1/box-9/page", "unknown node", b"\1", START)
    with connect(dsn_as(ADMIN)) as connection:
        add_node(connection, "box-2", "box", lat=52.0, lon=5.0)
        add_zone(connection, "town", "municipality", "Town", box(4.9, 51.9, 5.2, 52.2))
        with Store(dsn_as(ADMIN)) as store:
            store.write([make_samples(1, 10)], [refused])
        assert len(rejected_messages(connection)) == 1
        while roll_up(connection):
            pass
        remove_zone(connection, "town")
        assert connection.execute("DELETE FROM private.observation").rowcount == 10


def test_the_administrator_registers_people_and_stations_and_removes_a_node(dsn_as, database):
    since = datetime(2026, 1, 1, tzinfo=UTC)
    with connect(dsn_as(ADMIN)) as connection:
        people.add_owner(connection, "library")
        people.add_project(connection, "street")
        people.place_node(connection, 1, owner="library", project="street")
        people.add_sensor(connection, 1, "sps30", since)
        add_calibration(connection, "pm25", "linear", {"a": 1}, since, node=1, applied=True)
        write_stations(connection, [Station("NL1", "Street", "traffic", 52.0, 5.0)])
        columns = np.zeros(1, np.int32), np.zeros(1, np.int64), np.ones(1, np.float32)
        write_hours(connection, Hours([("NL1", "pm25")], *columns, np.ones(1, np.uint8)))
        write(connection, [make_samples(1, 10), make_samples(2, 10, schema=2, moving=True)])
        (calibration,) = read_calibrations(connection, since)
        assert calibration.node_id == 1
        nodes = find_nodes(connection, owner="library")
        begin_removal(connection, nodes, owner="library")
        removed = finish_removal(connection, nodes[0])
        assert removed.rows["observation"] == 10
        events = "SELECT count(*) FROM private.event"
        assert connection.execute(events).fetchone() == (8,)
    with connect(database) as connection:
        retain(connection, since)
    with (
        connect(dsn_as(ADMIN)) as connection,
        pytest.raises(StorageError, match="the owner of the tables"),
    ):
        retain(connection, since)


def test_the_ingest_stores_nothing_of_what_is_not_kept_and_reads_calibrations(dsn_as, database):
    since = datetime(2026, 1, 1, tzinfo=UTC)
    with connect(database) as connection:
        connection.execute("UPDATE private.node SET kept_from = %s WHERE id = 1", [since])
        add_calibration(connection, "pm25", "linear", {"a": 1}, since, applied=True)
    late = [make_samples(1, 10), make_samples(2, 10, schema=2, moving=True)]
    with connect(dsn_as(INGEST)) as connection:
        write(connection, late)
        assert len(read_calibrations(connection, since)) == 2
        nodes = connection.execute("SELECT DISTINCT node_id FROM private.observation").fetchall()
        assert nodes == [(2,)]
        connection.execute("SELECT private.drop_late(2, '2020-01-01', '2030-01-01')")
        count = connection.execute("SELECT count(*) FROM private.observation").fetchone()
        assert count == (10,)


def test_the_reader_sees_stations_projects_and_calibrations(dsn_as, database):
    with connect(database) as connection:
        write_stations(connection, [Station("NL1", "Street", "traffic", 52.0, 5.0)])
        people.add_project(connection, "street")
    with connect(dsn_as(READER)) as connection:
        assert len(read_stations(connection)) == 1
        assert len(read_hours(connection, "pm25", HOUR, HOUR)) == 0
        assert connection.execute("SELECT name FROM project").fetchall() == [("street",)]
        assert connection.execute("SELECT * FROM calibration").fetchall() == []


def test_roles_are_made_once_and_get_their_rights_in_every_database(dsn_as, connection):
    assert make_roles(connection) == []


def test_a_migration_gives_rights_to_what_it_makes(dsn_as, database, tmp_path):
    for file in MIGRATIONS.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "9999_more.sql").write_text("CREATE TABLE private.more (a integer);")
    try:
        assert migrate(database, tmp_path) == ["9999_more"]
        with connect(dsn_as(ADMIN)) as connection:
            assert connection.execute("SELECT * FROM private.more").fetchall() == []
        with connect(dsn_as(READER)) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM private.more")
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS private.more")
            connection.execute("DELETE FROM private.migration WHERE number = 9999")


def test_who_may_not_make_roles_is_told_in_a_sentence(database):
    name = f"nobody_{secrets.token_hex(4)}"
    with connect(database) as owner:
        owner.execute(f"CREATE ROLE {name}".encode())
        try:
            with (
                connect(f"{database}?options={quote(f'-c role={name}')}") as connection,
                pytest.raises(StorageError, match="the owner of the tables can give it a role"),
            ):
                make_roles(connection)
        finally:
            owner.execute(f"DROP ROLE {name}".encode())
