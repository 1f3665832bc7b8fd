"""A user for each part: in its roles and no other, with a password until the next one."""

import pytest
from psycopg.conninfo import make_conninfo

from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.roles import make_roles
from storage.users import LONGEST, make_named, make_users, to_user

ROLES = {"ingest": ["lokaalmeten_ingest"], "dashboard": ["lokaalmeten_reader"]}
MEMBER = "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1"
SECRETS = "SELECT string_agg(rolpassword, ' ') FROM pg_authid WHERE rolname LIKE '%\\_up\\_%'"


@pytest.fixture
def owner(database):
    with connect(database) as connection:
        make_roles(connection)
        yield connection, database
        for part in ROLES:
            connection.execute(
                f"DROP ROLE IF EXISTS {to_user(connection.info.dbname, part)}".encode()
            )


@pytest.mark.parametrize("more", [[], ["lokaalmeten_login"]])
def test_each_part_has_a_user_of_its_own_in_its_roles_and_no_earlier_ones(owner, more):
    connection, dsn = owner
    make_users(connection, dsn, {"dashboard": ["lokaalmeten_login", "lokaalmeten_admin"]})
    wanted = ROLES | {"dashboard": [*ROLES["dashboard"], *more]}
    users = make_users(connection, dsn, wanted)
    for part, roles in wanted.items():
        with connect(users[part]) as mine:
            names = [name for (name,) in mine.execute(MEMBER)]
        assert names == sorted([*roles, to_user(connection.info.dbname, part)])
    secrets = connection.execute(SECRETS.encode()).fetchone()[0]
    assert all(each.startswith("SCRAM-SHA-256$") for each in secrets.split())


def test_a_new_password_takes_the_place_of_the_one_before(owner):
    connection, dsn = owner
    before, after = (make_users(connection, dsn, ROLES)["ingest"] for _ in range(2))
    connect(after).close()
    with pytest.raises(StorageError, match="password"):
        connect(before)


def test_who_may_not_make_users_is_told(owner):
    connection, dsn = owner
    users = make_users(connection, dsn, ROLES)
    with connect(users["ingest"]) as mine, pytest.raises(StorageError, match="permission denied"):
        make_users(mine, dsn, ROLES)


def test_a_long_name_of_a_database_leaves_room_for_the_part():
    assert len(to_user("x" * 63, "dashboard")) == LONGEST
    assert to_user("x" * 63, "dashboard").endswith("_up_dashboard")


def test_a_user_by_its_dsn_is_made_once_and_never_the_owner_itself(owner):
    connection, dsn = owner
    name = to_user(connection.info.dbname, "ingest")
    wanted = make_conninfo(dsn, user=name, password="topsecret")
    for _ in range(2):
        assert make_named(connection, wanted, "lokaalmeten_ingest") == name
    connect(wanted).close()
    with pytest.raises(StorageError, match="there is no role pg_monitor"):
        make_named(connection, wanted, "pg_monitor")
    with pytest.raises(StorageError, match="a user of its own and a password"):
        make_named(connection, dsn, "lokaalmeten_ingest")
