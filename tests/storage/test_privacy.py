"""What a role that may only read schema public can find out, by trying."""

import base64
import json
import secrets
from datetime import UTC, datetime

import psycopg
import pytest

from storage import reader
from storage.pool import connect
from storage.registry import add_node
from storage.rides import write_rides
from storage.rollups import roll_up
from storage.writer import write
from tests.services.samples import START, make_samples
from tests.storage.town import Ride


@pytest.fixture
def public(database, connection):
    """A connection of a new role that may read schema public, beside a bike with two rides.

    The first ride is public from its 30th to its 69th sample, the second is not at all.
    """
    bike = add_node(connection, "bike-1", "bike")
    box = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    for start in (START, START + 86_400):
        ride = make_samples(bike.id, 100, start=start, step=10, schema=2, moving=True)
        write(connection, [ride, make_samples(box.id, 10, start=start, cell=box.cell)])
    shown = Ride(START, START + 990, START + 300, START + 690)
    write_rides(connection, bike.id, START, START + 990, [shown])
    hidden = Ride(START + 86_400, START + 87_390, None, None)
    write_rides(connection, bike.id, START + 86_400, START + 87_390, [hidden])

    role = f"reader_{secrets.token_hex(8)}"
    connection.execute(f"CREATE ROLE {role}")
    connection.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for (view,) in connection.execute(
        "SELECT c.oid::regclass FROM pg_class c"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"
    ).fetchall():
        connection.execute(f"GRANT SELECT ON {view} TO {role}".encode())
    with connect(database) as reading:
        reading.execute(f"SET ROLE {role}".encode())
        yield reading
    connection.execute(f"DROP OWNED BY {role}")
    connection.execute(f"DROP ROLE {role}")


def test_nothing_private_can_be_read(public, connection):
    tables = connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class c"
        " WHERE relnamespace = 'private'::regnamespace AND relkind IN ('r', 'p', 'v')"
    ).fetchall()
    assert len(tables) >= 8
    for (table,) in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(f"SELECT * FROM {table}")


def test_no_function_of_keys_and_plans_is_there_for_everybody(public, connection):
    functions = connection.execute(
        "SELECT p.oid::regprocedure::text, p.oid FROM pg_proc p"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ).fetchall()
    named = {name.partition("(")[0] for name, _ in functions}
    ours = {"sign_in", "read_session", "sign_out", "read_crowd_plans", "change_crowd_plan"}
    assert ours <= named
    for name, number in functions:
        if name.partition("(")[0] in {"read_newest", "read_oldest"}:
            continue  # samples of fixed nodes, which are public
        asked = "SELECT has_function_privilege(%s, 'EXECUTE')"
        assert public.execute(asked, [number]).fetchone() == (False,), name


def test_the_pieces_of_the_observations_cannot_be_read_either(public, connection):
    pieces = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits"
        " WHERE inhparent = 'private.observation'::regclass"
    ).fetchall()
    assert pieces
    for (piece,) in pieces:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(f"SELECT * FROM {piece}")


def test_every_question_of_the_reader_can_be_asked(public):
    period = (datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(START + 2 * 86_400, UTC))
    (name,) = reader.rides(public, *period)["public_id"]
    assert len(reader.ride(public, name)) == 40
    assert len(reader.hexagons(public, "pm25", *period, 9)) > 1
    assert len(reader.latest(public)) == 1
    assert len(reader.nodes(public)) == 2
    assert "pm25" in reader.quantities(public, *period)
    assert reader.extent(public) is not None
    reader.series(public, "box-1", ["pm25"], *period, 0)
    reader.forecast(public, "box-1", "pm25")
    reader.hourly(public, "pm25", *period)
    assert len(reader.series(public, "box-1", ["pm25"], *period, 86_400)) == 2
    assert set(reader.exceedances(public, 2025, "pm25", ["box-1"])["node"]) == {"box-1"}
    assert len(reader.ride_page(public, name, limit=7).rows) == 7
    assert len(reader.samples_page(public, "box-1", ["pm25"], *period, limit=7).rows) == 7
    for page in (reader.nodes_page(public), reader.latest_page(public)):
        assert len(page.rows)
    assert len(reader.rides_page(public, *period).rows) == 1


def test_a_cursor_says_no_more_than_its_page(public):
    period = (datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(START + 2 * 86_400, UTC))
    (name,) = reader.rides(public, *period)["public_id"]
    page = reader.ride_page(public, name, limit=7)
    assert page.after is not None
    told = base64.urlsafe_b64decode(page.after + "==")[4:]
    assert json.loads(told) == {"second": int(page.rows["second"].iloc[-1])}


def test_of_a_bike_only_the_window_of_its_ride_is_there(public):
    rows = public.execute("SELECT second, hour FROM ride_observation ORDER BY second").fetchall()
    assert [second for second, _ in rows] == list(range(0, 391, 10))
    assert {hour.timestamp() for _, hour in rows} == {START // 3600 * 3600}
    assert public.execute("SELECT DISTINCT node FROM observation").fetchall() == [("box-1",)]
    assert public.execute("SELECT node FROM latest").fetchall() == [("box-1",)]


def test_no_column_tells_a_place_a_secret_or_which_bike_rode(public):
    columns = public.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    ).fetchall()
    names = {column for _, column in columns}
    assert not names & {"lat", "lon", "horizontal_mm", "secret", "hardware", "node_id", "id"}
    of_rides = {column for table, column in columns if table.startswith("ride")}
    assert not of_rides & {"node", "name", "time", "start", "stop"}


def test_public_cells_are_coarse(public):
    resolutions = "SELECT DISTINCT (cell >> 52) & 15 FROM {}"
    for view, resolution in (("observation", 9), ("latest", 9), ("ride_observation", 10)):
        assert public.execute(resolutions.format(view)).fetchall() == [(resolution,)]
    rows = public.execute("SELECT (cell >> 52) & 15 FROM node WHERE cell <> 0").fetchall()
    assert rows == [(9,)]


def test_a_moving_node_does_not_say_when_it_was_last_seen(public):
    row = public.execute("SELECT first, last FROM node WHERE moving").fetchone()
    assert row == (None, None)


def test_a_function_of_the_reader_sees_no_row_that_the_view_leaves_out(public):
    heard = []
    public.add_notice_handler(lambda notice: heard.append(int(notice.message_primary)))
    public.execute(
        "CREATE FUNCTION pg_temp.peek(flags bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
        " AS $$ BEGIN RAISE NOTICE '%', flags; RETURN true; END $$"
    )
    for view, count in (("ride_observation", 40), ("observation", 20)):
        for nested in ("on", "off"):  # another plan asks the function at another moment
            heard.clear()
            public.execute(f"SET enable_nestloop = {nested}")
            public.execute(f"SELECT count(*) FROM {view} WHERE pg_temp.peek(flags)")
            assert len(heard) == count


def test_moving_the_window_shows_and_hides_at_once(public, connection):
    connection.execute("UPDATE private.ride SET public_stop = public_start")
    assert public.execute("SELECT count(*) FROM ride_observation").fetchone() == (1,)
    connection.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL")
    assert public.execute("SELECT count(*) FROM ride_observation").fetchone() == (0,)
    assert public.execute("SELECT count(*) FROM ride").fetchone() == (0,)


def test_the_rollups_hold_no_more_of_a_ride_than_its_window(public, connection):
    while roll_up(connection):
        pass
    assert connection.execute("SELECT count(*) FROM private.touched").fetchone() == (0,)
    shown = "SELECT cell, count(pm25) FROM ride_observation WHERE flag_of(flags, 1) = 1 GROUP BY 1"
    rolled = "SELECT cell, good FROM rollup_source WHERE moving AND quantity = 'pm25'"
    assert sorted(public.execute(rolled).fetchall()) == sorted(public.execute(shown).fetchall())
    bike = connection.execute(
        "SELECT sum(samples[2]), count(DISTINCT hour) FROM private.rollup_hour JOIN private.node"
        " ON node_id = id WHERE name = 'bike-1'"
    ).fetchone()
    there = public.execute("SELECT count(pm25) FROM ride_observation").fetchone()
    assert bike == (*there, 1)
    assert public.execute("SELECT DISTINCT node FROM rollup_hour").fetchall() == [("box-1",)]
    assert public.execute("SELECT DISTINCT node FROM rollup_day").fetchall() == [("box-1",)]


def test_what_waits_tells_nothing_of_a_bike(public):
    assert public.execute("SELECT DISTINCT node FROM waiting_node").fetchall() == [("box-1",)]
    rides = public.execute("SELECT ride, hour FROM waiting_ride").fetchall()
    assert rides == public.execute("SELECT ride, hour FROM ride").fetchall()


def test_nothing_public_can_be_written(public):
    for statement in (
        "INSERT INTO observation (node) VALUES ('a')",
        "UPDATE node SET label = 'x'",
        "DELETE FROM ride",
    ):
        with pytest.raises(psycopg.errors.Error):
            public.execute(statement)
