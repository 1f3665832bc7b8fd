"""What is set up on which server.

A community edition is not among the servers of the tests: its statements go to a connection that
writes them down, and to the Apache edition, which knows every word of them and refuses its licence.
"""

from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from psycopg import errors, sql

from lokaalmeten.errors import StorageError
from storage import tuning
from storage.edition import Edition
from storage.migrate import migrate
from storage.pool import connect
from storage.store import Store
from storage.tuning import AHEAD, has_columnstore, make_ahead, set_columnstore, tune

COMMUNITY = Edition("timescaledb", "2.19.3", "timescale")
PARTITIONS = """
SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'private.observation'::regclass ORDER BY 1
"""


class Recorder:
    """A connection that writes down what it is told; ``on`` is whether the columnstore is."""

    closed = True  # has no place to be named

    def __init__(self, connection, *, on=False):
        self.real, self.on, self.told = connection, on, []

    @contextmanager
    def transaction(self):
        self.told.append("BEGIN")
        yield
        self.told.append("COMMIT")

    def execute(self, statement):
        text = statement.as_string(self.real) if isinstance(statement, sql.Composed) else statement
        self.told.append(" ".join(text.split()))
        return self

    def fetchone(self):
        return (self.on,)


def names_ahead(connection):
    today = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchone()[0]
    months = np.datetime64(today, "M") + np.arange(AHEAD + 1)
    return [f"observation_{str(month).replace('-', '_')}" for month in months]


def test_a_migration_leaves_plain_postgresql_with_room_for_the_coming_months(postgres_connection):
    there = [name for (name,) in postgres_connection.execute(PARTITIONS)]
    assert there == names_ahead(postgres_connection)
    assert len(there) == 4


def test_a_partition_that_is_missing_is_made_and_the_others_stay(postgres_connection):
    ahead = names_ahead(postgres_connection)
    before = postgres_connection.execute("SELECT oid FROM pg_class WHERE relname = %s", [ahead[0]])
    oid = before.fetchone()
    postgres_connection.execute(sql.SQL("DROP TABLE private.{}").format(sql.Identifier(ahead[2])))
    last = ahead[-1].removeprefix("observation_").replace("_", "-")
    for _ in range(2):
        assert tune(postgres_connection) == f"partitions are there up to {last}"
        assert [name for (name,) in postgres_connection.execute(PARTITIONS)] == ahead
    after = postgres_connection.execute("SELECT oid FROM pg_class WHERE relname = %s", [ahead[0]])
    assert after.fetchone() == oid


def test_the_store_of_an_ingest_makes_them_too(database):
    with Store(database) as store, connect(database) as connection:
        store.make_ahead()
        plain = connection.execute("SELECT relkind = 'p' FROM pg_class WHERE oid ="
                                   " 'private.observation'::regclass").fetchone()[0]  # fmt: skip
        there = [name for (name,) in connection.execute(PARTITIONS)]
        assert there == (names_ahead(connection) if plain else [])


def test_the_apache_edition_needs_nothing_and_no_word_of_a_licence_is_said(timescale_database):
    with connect(timescale_database) as connection:
        said = tune(connection)
        assert said == (
            "nothing to set up: only the community edition of TimescaleDB has a columnstore"
        )
        assert not has_columnstore(connection)
        assert make_ahead(connection)  # and makes nothing
        assert connection.execute(PARTITIONS).fetchall() == []
    assert migrate(timescale_database) == []


def test_the_community_edition_is_told_to_keep_old_chunks_as_columns(timescale_database):
    with connect(timescale_database) as connection:
        recorder: Any = Recorder(connection)
        assert set_columnstore(recorder, COMMUNITY) == "chunks go to the columnstore after 14 days"
    begin, asked, alter, policy, commit = recorder.told
    assert (begin, commit) == ("BEGIN", "COMMIT")
    assert "compression_enabled" in asked
    assert alter == (
        "ALTER TABLE private.observation SET ( timescaledb.enable_columnstore,"
        " timescaledb.segmentby = 'node_id', timescaledb.orderby = 'time' )"
    )
    assert policy == (
        "CALL add_columnstore_policy('private.observation', after => INTERVAL '14 days',"
        " if_not_exists => true)"
    )


def test_a_columnstore_that_is_on_is_not_set_again(timescale_database):
    # someone may have chosen other columns for it
    with connect(timescale_database) as connection:
        recorder: Any = Recorder(connection, on=True)
        set_columnstore(recorder, COMMUNITY)
    assert not [told for told in recorder.told if told.startswith("ALTER")]
    assert [told for told in recorder.told if told.startswith("CALL add_columnstore_policy")]


def test_a_server_that_names_a_licence_it_does_not_have_is_left_as_it_is(timescale_database):
    with connect(timescale_database) as connection:
        said = set_columnstore(connection, COMMUNITY)
        assert said.startswith("the columnstore stays off: functionality not supported under")
        assert not has_columnstore(connection)
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("statement", ["_COLUMNSTORE", "_POLICY"])
def test_a_real_server_knows_every_word_and_refuses_only_the_licence(timescale_database, statement):
    text = getattr(tuning, statement).format("INTERVAL '14 days'")
    with connect(timescale_database) as connection:
        with pytest.raises(errors.FeatureNotSupported, match='under the current "apache" license'):
            connection.execute(text)
        # the licence is looked at after the words, or this would prove nothing
        with pytest.raises(errors.Error) as caught:
            connection.execute(text.replace("segmentby", "segment").replace("after", "afterwards"))
        assert not isinstance(caught.value, errors.FeatureNotSupported)


def test_who_does_not_own_the_tables_is_told_so(postgres_connection, postgres_database):
    ahead = names_ahead(postgres_connection)
    postgres_connection.execute(sql.SQL("DROP TABLE private.{}").format(sql.Identifier(ahead[1])))
    postgres_connection.execute("CREATE ROLE passer_by")
    try:
        postgres_connection.execute("GRANT USAGE ON SCHEMA private TO passer_by")
        with (
            connect(f"{postgres_database}?options=-crole%3Dpasser_by") as connection,
            pytest.raises(StorageError, match="lacks the right EXECUTE on it; the owner"),
        ):
            tune(connection)
    finally:
        postgres_connection.execute("DROP OWNED BY passer_by")
        postgres_connection.execute("DROP ROLE passer_by")
