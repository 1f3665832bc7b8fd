"""What a server answers back, each tried on a real one: what, where, what to do, no password."""

import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lokaalmeten.errors import StorageError
from storage import reader
from storage.migrate import MIGRATIONS, check_known, migrate, read_version
from storage.pool import connect
from storage.registry import add_node, read_nodes
from storage.server import LocalServer, embedded_binaries
from storage.store import Store
from tests.services.samples import make_samples


def place_of(dsn):
    known = conninfo_to_dict(dsn)
    return f"database {known['dbname']} at {known['host']}:{known['port']}, user {known['user']}"


@contextmanager
def said(dsn):
    """The sentence with which the block ends, without its place; it must not tell a secret."""
    told = []
    with pytest.raises(StorageError) as caught:
        yield told
    sentence = str(caught.value)
    assert sentence.startswith(f"{place_of(dsn)}: ")
    assert str(conninfo_to_dict(dsn)["password"]) not in sentence
    assert "\n" not in sentence
    told.append(sentence.removeprefix(f"{place_of(dsn)}: "))


@pytest.fixture
def user(database):
    """DSN of a user without any right, and the connection of the owner."""
    with connect(database) as owner:
        owner.execute("CREATE USER newcomer PASSWORD 'hunter2'")
        try:
            yield make_conninfo(database, user="newcomer", password="hunter2"), owner
        finally:
            owner.execute("DROP OWNED BY newcomer")
            owner.execute("DROP USER newcomer")


# connecting


@pytest.mark.parametrize("scheme", ["mysql", "http", "timescale", "postgresqls"])
def test_a_scheme_that_is_not_ours_is_refused_with_an_example(scheme):
    with pytest.raises(StorageError, match="write it as postgresql://user:password@host") as caught:
        connect(f"{scheme}://user:hunter2@localhost/name")
    assert "hunter2" not in str(caught.value)


def test_a_user_that_does_not_exist(postgres_database):
    dsn = make_conninfo(postgres_database, user="nobody_here")
    with said(dsn) as told:
        connect(dsn)
    assert told == ["this user or its password is not accepted"]


def test_a_port_on_which_something_else_answers(postgres_database):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer():
            line, _ = other.accept()
            with line:
                line.recv(100)
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        dsn = make_conninfo(postgres_database, port=other.getsockname()[1], sslmode="disable")
        with said(dsn) as told:
            connect(dsn)
        thread.join()
    assert told == ["what answers there is no PostgreSQL: correct the port"]


def test_a_server_that_speaks_no_tls(postgres_database):
    dsn = make_conninfo(postgres_database, sslmode="require")
    with said(dsn) as told:
        connect(dsn)
    assert told == ["the server speaks no TLS, which the DSN asks for (sslmode)"]


def test_a_role_without_a_login_and_a_user_without_connections(user):
    dsn, owner = user
    owner.execute("ALTER USER newcomer CONNECTION LIMIT 0")
    with said(dsn) as told:
        connect(dsn)
    assert told == ["the server grants this user or database no more connections"]
    owner.execute("ALTER USER newcomer NOLOGIN")
    with said(dsn) as told:
        connect(dsn)
    assert told == ["this is a role without a login; see: meten db roles"]


def test_a_user_that_may_not_connect(user):
    dsn, owner = user
    name = sql.Identifier(owner.info.dbname)
    owner.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))
    try:
        with said(dsn) as told:
            connect(dsn)
    finally:
        owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(name))
    assert told == ["this user may not connect to it: GRANT CONNECT to the user"]


# rights


def test_the_right_that_is_missing_is_named(user):
    dsn, owner = user
    can = "the owner of the tables can give it a role, see: meten db roles"
    with connect(dsn) as connection:
        with said(dsn) as told:
            read_nodes(connection)
        assert told == [
            "permission denied for schema private; this user lacks the right USAGE on it; " + can
        ]
        owner.execute("GRANT USAGE ON SCHEMA private TO newcomer")
        with said(dsn) as told:
            read_nodes(connection)
        assert told == [
            "permission denied for table node; this user lacks a right on it"
            " (SELECT, INSERT, UPDATE or DELETE); " + can
        ]
        with said(dsn) as told:
            reader.nodes(connection)
        assert told == [
            "permission denied for view node; this user lacks the right SELECT on it; " + can
        ]


def test_who_may_not_change_the_tables_is_told_who_may(user, tmp_path):
    dsn, owner = user
    owner.execute("GRANT USAGE ON SCHEMA private TO newcomer")
    owner.execute("GRANT SELECT ON private.migration TO newcomer")
    shutil.copytree(MIGRATIONS, tmp_path / "more")
    (tmp_path / "more/9999_more.sql").write_text("ALTER TABLE private.node ADD more integer;")
    with pytest.raises(StorageError) as caught:
        migrate(dsn, tmp_path / "more")
    assert "it takes the owner of the tables, or an administrator" in str(caught.value)
    assert "nothing of it was applied" in str(caught.value)


# versions


def test_a_database_of_an_earlier_version_says_which_command_helps(empty_database, tmp_path):
    for file in sorted(MIGRATIONS.glob("*.sql"))[:4]:
        shutil.copy(file, tmp_path)
    migrate(empty_database, tmp_path)
    with Store(empty_database) as store:
        box = store.add_node("box-1", "box")
        with said(empty_database) as told:
            store.write([make_samples(box.id, 10)], [], {(box.id, 7): [0]})
    assert told == [
        "its tables are not those of this version; run the migrations first: meten db migrate"
    ]
    with connect(empty_database) as connection:
        version = read_version(connection)
        assert (len(version.applied), version.current, version.unknown) == (4, False, [])
        assert version.pending[0] == "0005_forecasts"
        check_known(connection)  # older is for the migrations, and an ingest waits for them


def test_a_database_of_a_later_version_is_refused(empty_database, tmp_path):
    shutil.copytree(MIGRATIONS, tmp_path / "later")
    (tmp_path / "later/9999_later.sql").write_text("SELECT 1")
    migrate(empty_database, tmp_path / "later")
    with connect(empty_database) as connection:
        assert read_version(connection).unknown == ["9999_later"]
        with said(empty_database) as told:
            check_known(connection)
    assert told == [
        "it has migration 9999_later, which this program does not know;"
        " install the newer version of the program"
    ]


def test_tables_that_somebody_made_by_hand_are_left_alone(empty_database):
    with psycopg.connect(empty_database, autocommit=True) as hand:
        hand.execute("CREATE SCHEMA private CREATE TABLE node (mine text)")
        hand.execute("INSERT INTO private.node VALUES ('keep')")
    with said(empty_database) as told:
        migrate(empty_database)
    assert told == [
        'relation "node" already exists and was not made by this program: rename it, or use'
        " another database (in migration 0001_nodes; nothing of it was applied)"
    ]
    with psycopg.connect(empty_database, autocommit=True) as hand:
        assert hand.execute("SELECT mine FROM private.node").fetchone() == ("keep",)
        hand.execute("ALTER TABLE private.node RENAME TO mine")
    assert len(migrate(empty_database)) == len(list(MIGRATIONS.glob("*.sql")))


# a server that is there and cannot


def test_a_lock_and_a_question_that_take_too_long(database, connection):
    impatient = f"{database}?options={quote('-c lock_timeout=50ms -c statement_timeout=5s')}"
    with connect(impatient) as other, connection.transaction():
        connection.execute("LOCK TABLE private.node")
        with said(database) as told:
            add_node(other, "box-1", "box")
        assert told == ["another program holds a lock for too long; try again later"]
        other.execute("SET lock_timeout = 0")
        other.execute("SET statement_timeout = '50ms'")
        with said(database) as told:
            add_node(other, "box-1", "box")
        assert told == ["the question took too long and was stopped"]


@pytest.fixture(scope="module")
def made():
    """A folder with the data of a server that has stopped, and its tables in database postgres."""
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o711)
    with LocalServer(parent / "pg", embedded_binaries()) as server:
        migrate(server.dsn)
    yield parent / "pg"
    shutil.rmtree(parent)


@pytest.fixture
def folder(made):
    """A copy of those data, of the same owner."""
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o711)
    subprocess.run(["cp", "-a", made, parent / "pg"], check=True)
    yield parent / "pg"
    shutil.rmtree(parent)


def test_a_server_that_follows_another_is_called_a_replica(folder):
    sign = folder / "data/standby.signal"
    subprocess.run(["cp", "-a", folder / "data/PG_VERSION", sign], check=True)
    with LocalServer(folder, embedded_binaries()) as server, Store(server.dsn) as store:
        replica = "it is a read replica; nothing was stored, name the primary server in"
        with said(server.dsn) as told:
            store.add_node("box-1", "box")
        assert told == [f"{replica} LOKAALMETEN_DSN"]
        for write in (lambda: store.write([make_samples(1, 10)], []), lambda: store.roll_up(10)):
            with said(server.dsn) as told:
                write()
            assert told == [f"{replica} LOKAALMETEN_DSN"]
        assert migrate(server.dsn) == []  # there is nothing to do


def test_a_server_without_connections_left_says_so(folder):
    few = {"max_connections": "2", "max_wal_senders": "0", "superuser_reserved_connections": "0"}
    few |= {"reserved_connections": "0", "autovacuum": "off"}
    with LocalServer(folder, embedded_binaries(), settings=few) as server:
        taken = [connect(server.dsn) for _ in range(2)]
        with said(server.dsn) as told:
            connect(server.dsn)
        assert told == ["the server has no connection left (see its max_connections)"]
        for connection in taken:
            connection.close()
