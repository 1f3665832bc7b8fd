import threading

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lokaalmeten.errors import StorageError
from lokaalmeten.processes import free_port
from storage import reader
from storage.failures import name_place, to_sentence
from storage.pool import connect, open_pool
from storage.registry import add_node


def change(dsn, **parts):
    return make_conninfo(dsn, **parts)


def test_a_connection_speaks_utc_and_commits_by_itself(connection):
    assert connection.execute("SHOW TimeZone").fetchone() == ("UTC",)
    assert connection.execute("SHOW application_name").fetchone() == ("lokaalmeten",)
    assert connection.autocommit


def test_options_of_the_dsn_are_kept(postgres_database):
    dsn = change(postgres_database, options="-c work_mem=7MB", application_name="mine")
    with connect(dsn) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert connection.execute("SHOW TimeZone").fetchone() == ("UTC",)
        assert connection.execute("SHOW application_name").fetchone() == ("mine",)


def test_both_sides_give_up_a_peer_that_vanished_after_twenty_seconds(postgres_database):
    with connect(postgres_database) as connection:
        ours = connection.info.get_parameters()
        assert int(ours["keepalives_idle"]) + 2 * int(ours["keepalives_interval"]) == 20
        assert (ours["keepalives_count"], ours["tcp_user_timeout"]) == ("2", "20000")
        for name, value in [
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "2"),
            ("tcp_user_timeout", "20000"),
        ]:
            assert connection.execute(f"SHOW {name}".encode()).fetchone() == (value,)


def test_patience_of_the_dsn_is_kept(postgres_database):
    options = "-c tcp_keepalives_idle=60"
    dsn = change(postgres_database, options=options, keepalives_idle="70")
    with connect(dsn) as connection:
        assert connection.info.get_parameters()["keepalives_idle"] == "70"
        assert connection.execute("SHOW tcp_keepalives_idle").fetchone() == ("60",)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"port": "closed"}, "nothing answers there: start the database, or correct host and port"),
        ({"dbname": "nowhere"}, "there is no such database: create it, or correct the DSN"),
        ({"password": "hunter2"}, "this user or its password is not accepted"),
        ({"host": "no-such-host.invalid"}, "there is no such host"),
    ],
)
def test_a_connection_that_fails_names_the_place_and_never_the_password(
    postgres_database, parts, said
):
    if "port" in parts:
        parts = {"port": str(free_port())}
    dsn = change(postgres_database, **parts)
    known = conninfo_to_dict(dsn)
    place = f"database {known['dbname']} at {known['host']}:{known['port']}, user {known['user']}"
    for opens in (connect, open_pool):
        with pytest.raises(StorageError) as caught:
            opens(dsn)
        assert str(caught.value) == f"{place}: {said}"
        assert str(known["password"]) not in str(caught.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://user:hunter2@host:not-a-port/name",
        "postgresql://user:hunter2@ho st/name",
        "host=localhost hunter2",
        "hunter2",
        "postgresql://user:hunter2%zz@host/name",
        "postgresql://user:hun@ter2@host/name",
        "postgresql://user:hun/ter2@host/name",
        "postgresql://user:77/ter2@host/name",
    ],
)
def test_a_malformed_dsn_is_refused_without_showing_it(dsn):
    with pytest.raises(StorageError, match="DSN") as caught:
        connect(dsn)
    assert "ter2" not in str(caught.value)


def test_a_place_is_named_with_what_the_dsn_leaves_out():
    said = "database name at localhost:5432, user of this login"
    assert name_place("postgresql:///name") == said
    assert name_place("") == "database of this login at localhost:5432, user of this login"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (psycopg.errors.DiskFull, "its disk is full; nothing of this was stored, make room"),
        (psycopg.errors.AdminShutdown, "the server stopped"),
        (psycopg.errors.DeadlockDetected, "two writers waited for each other"),
        (psycopg.errors.UniqueViolation, "some words"),
        (psycopg.OperationalError, "the connection is lost .some words."),
    ],
)
def test_what_a_server_refuses_is_one_sentence(kind, said):
    with pytest.raises(StorageError, match=f"^{said}"):
        raise StorageError(to_sentence(kind("some\nwords")))


def test_a_pool_lends_connections_and_takes_them_back(postgres_database):
    pool = open_pool(postgres_database, 2)
    try:
        with pool.connection() as one, pool.connection() as two:
            assert one.info.backend_pid != two.info.backend_pid
            with (
                pytest.raises(StorageError, match="every connection of this program is busy"),
                pool.connection(timeout=0.1),
            ):
                pass
        with pool.connection() as again:
            assert reader.nodes(again).empty
    finally:
        pool.close()
    with pytest.raises(StorageError, match="this program is stopping"), pool.connection():
        pass


def test_who_only_reads_cannot_write_whatever_the_dsn_says(postgres_database):
    dsn = change(postgres_database, options="-c default_transaction_read_only=off")
    pool = open_pool(dsn, 1, reading=True)
    try:
        with connect(dsn, reading=True) as one, pool.connection() as two:
            for connection in (one, two):
                assert reader.nodes(connection).empty
                with pytest.raises(
                    StorageError, match="it is read-only; nothing was stored, name the primary"
                ):
                    add_node(connection, "box-1", "box")
        with connect(dsn) as writing:
            add_node(writing, "box-1", "box")
    finally:
        pool.close()


def test_a_pool_replaces_connections_that_the_server_closed(postgres_database, postgres_connection):
    pool = open_pool(postgres_database, 1)
    try:
        with pool.connection() as lent:
            pid = lent.info.backend_pid
        postgres_connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pool.connection() as lent:
            assert lent.info.backend_pid != pid
            assert lent.execute("SELECT 1").fetchone() == (1,)
    finally:
        pool.close()


def test_an_error_inside_a_lent_connection_is_one_sentence(postgres_database):
    pool = open_pool(postgres_database, 1)
    try:
        with pytest.raises(StorageError, match="division by zero"), pool.connection() as lent:
            lent.execute("SELECT 1 / 0")
    finally:
        pool.close()


def test_a_question_that_is_stopped_says_so(postgres_connection):
    pid = postgres_connection.info.backend_pid
    stopper = threading.Timer(0.2, postgres_connection.cancel_safe)
    stopper.start()
    with pytest.raises(StorageError, match="took too long and was stopped"):
        reader.read_frame(postgres_connection, "SELECT pg_sleep(10)::text")
    stopper.join()
    assert postgres_connection.info.backend_pid == pid
