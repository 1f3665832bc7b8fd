"""What `read_status` says, against what PostgreSQL says when asked another way."""

import shutil
from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.rejected import Rejected
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect
from storage.registry import add_node
from storage.rejected import write_rejected
from storage.roles import ROLES, make_roles
from storage.rollups import roll_up
from storage.status import read_sizes, read_status
from storage.tuning import AHEAD
from storage.writer import write
from tests.services.samples import START, make_samples

TREE = """
WITH RECURSIVE piece AS (
    SELECT 'private.observation'::regclass::oid AS oid
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN piece p ON p.oid = i.inhparent
)
SELECT sum(pg_total_relation_size(oid))::bigint FROM piece
"""
FILES = [path.stem for path in sorted(MIGRATIONS.glob("*.sql"))]


@pytest.fixture
def filled(connection):
    """A connection to a database with 600 hours of two nodes, all of them noted."""
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12).id
        write(connection, [make_samples(node, 300, step=3600)])
        span = [datetime.fromtimestamp(START + 3600 * hour, UTC) for hour in (0, 299)]
        connection.execute("SELECT private.touch(%s, %s, %s)", [node, *span])
    return connection


def test_server_and_version_are_those_of_the_connection(connection):
    status = read_status(connection)
    assert status.postgresql == connection.execute("SHOW server_version").fetchone()[0].split()[0]
    assert status.version.current
    assert (status.version.applied, status.version.pending) == (FILES, [])
    timescale = connection.execute(
        "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
    ).fetchone()
    assert status.edition.version == (timescale[0] if timescale else status.postgresql)


def test_the_parts_are_the_whole(filled):
    sizes = read_sizes(filled, read_status(filled).edition)
    tree = filled.execute(TREE).fetchone()[0]
    whole = filled.execute("SELECT pg_database_size(current_database())").fetchone()[0]
    rollups = filled.execute(
        "SELECT pg_total_relation_size('private.rollup_hour')"
        " + pg_total_relation_size('private.rollup_day')"
        " + pg_total_relation_size('private.rollup_place')"
    ).fetchone()[0]
    empty = filled.execute("SELECT pg_total_relation_size('private.observation')").fetchone()[0]
    # a hypertable itself holds nothing but an empty page of each index
    assert sizes.observations + sizes.indexes - tree in {0, -empty}
    assert (sizes.total, sizes.rollups) == (whole, rollups)
    assert min(sizes.observations, sizes.indexes, sizes.rest) > 0


def test_pieces_cover_what_is_stored(filled):
    pieces = read_status(filled).contents.pieces
    first, last = (
        datetime.fromtimestamp(START, UTC),
        datetime.fromtimestamp(START + 299 * 3600, UTC),
    )
    assert pieces.first <= first
    assert last < pieces.after
    count = filled.execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
    ).fetchone()[0]
    assert (pieces.count, pieces.compressed) == (count, 0)
    if read_status(filled).edition.kind == "postgresql":
        assert pieces.first == datetime(2025, 10, 1, tzinfo=UTC)
        assert pieces.after == datetime(2025, 11, 1, tzinfo=UTC)


def test_a_database_without_a_row_has_nothing_to_show(connection):
    found = read_status(connection).contents
    assert (found.nodes, found.samples.samples, found.extent) == (0, 0, None)
    assert (found.pieces.count, found.pieces.first) == (0, None)
    assert (found.waiting.hours, found.waiting_s, found.rejected) == (0, 0.0, [])
    assert not found.columnstore


def test_a_migrated_database_has_room_ahead(postgres_connection):
    pieces = read_status(postgres_connection).contents.pieces
    now = datetime.now(UTC)
    assert pieces.count == AHEAD + 1
    assert pieces.first <= now < pieces.after


def test_what_waits_and_what_was_refused_is_told(filled):
    write_rejected(filled, [Rejected("box-9", "t", "crc", b"1", START)] * 2)
    filled.execute("UPDATE private.touched SET at = now() - INTERVAL '90 seconds'")
    found = read_status(filled).contents
    assert (found.nodes, found.samples.samples, found.samples.estimated) == (2, 600, False)
    assert found.waiting.hours == 600
    assert 90 <= found.waiting_s < 120
    assert [row[:2] for row in found.rejected] == [("crc", 2)]
    while roll_up(filled):
        pass
    found = read_status(filled).contents
    assert (found.waiting.hours, found.waiting_s) == (0, 0.0)


def test_roles_that_are_there_are_named(connection):
    make_roles(connection)
    assert read_status(connection).roles == list(ROLES)


def test_of_an_earlier_version_only_the_version_is_told(empty_database, tmp_path):
    for file in sorted(MIGRATIONS.glob("*.sql"))[:3]:
        shutil.copy(file, tmp_path)
    for applied in (0, 3):
        with connect(empty_database) as connection:
            status = read_status(connection)
        assert status.contents is None
        assert (len(status.version.applied), status.version.pending) == (applied, FILES[applied:])
        migrate(empty_database, tmp_path)


def test_who_may_not_read_the_tables_is_told_so(connection, database):
    make_roles(connection)
    with (
        connect(f"{database}?options=-crole%3Dlokaalmeten_reader") as reader,
        pytest.raises(StorageError, match="lacks the right USAGE on it"),
    ):
        read_status(reader)
    with connect(f"{database}?options=-crole%3Dlokaalmeten_admin") as admin:
        assert read_status(admin).contents is not None
