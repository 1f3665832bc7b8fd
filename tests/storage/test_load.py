"""A saved database on the other kind of server: row by row the same, or nothing at all."""

import json
import shutil

import pytest

from lokaalmeten.errors import FormatError, StorageError
from storage.load import load
from storage.manifest import NAME
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.save import save
from tests.services.everything import fill_everything, read_everything

ROLLUPS = ("rollup_hour", "rollup_day")
APART = {"migration"}  # tells when, of another moment


@pytest.fixture(scope="module")
def saved(timescale_databases, postgres_databases, tmp_path_factory):
    """By the kind of the server: DSN of a full database, and the folder where it was saved."""
    kinds = {"timescaledb": timescale_databases, "postgresql": postgres_databases}
    with (
        timescale_databases.migrated(migrate) as timescale,
        postgres_databases.migrated(migrate) as postgres,
    ):
        found = {}
        for kind, dsn in zip(kinds, (timescale, postgres), strict=True):
            fill_everything(dsn)
            folder = tmp_path_factory.mktemp(kind) / "saved"
            with connect(dsn) as connection:
                save(connection, folder)
            found[kind] = dsn, folder
        yield found


@pytest.fixture(params=["timescaledb to postgresql", "postgresql to timescaledb"])
def move(request, saved):
    """DSN and folder of a full database, DSN of an empty one on the other kind of server."""
    kind = request.param.partition(" ")[0]
    other = "postgres_databases" if kind == "timescaledb" else "timescale_databases"
    with request.getfixturevalue(other).migrated(migrate) as target:
        yield *saved[kind], target


@pytest.fixture
def folder(saved, tmp_path):
    """A copy of the smaller folder, to be spoilt."""
    return shutil.copytree(saved["postgresql"][1], tmp_path / "saved")


def is_empty(dsn):
    return not any(read_everything(dsn, APART).values())


def roll_up_all(dsn):
    with connect(dsn) as connection:
        while roll_up(connection):
            pass


def test_every_row_of_every_table_is_there_and_equal(move):
    source, folder, target = move
    with connect(target) as connection:
        load(connection, folder)
    there, here = read_everything(source, APART), read_everything(target, APART)
    assert list(there) == list(here)
    empty = [name for name, rows in there.items() if not rows]
    assert empty == [], f"tests/services/everything.py has no row for {empty}"
    for name in there:
        assert there[name] == here[name], name


def test_rollups_go_on_and_are_what_adding_up_afresh_gives(move):
    source, folder, target = move
    with connect(target) as connection:
        load(connection, folder)
    roll_up_all(source)
    roll_up_all(target)
    expected = read_everything(source)
    found = read_everything(target)
    assert found["touched"] == []
    with connect(target) as connection:
        connection.execute("TRUNCATE private.rollup_hour, private.rollup_day")
        connection.execute(
            "SELECT private.touch(node_id, min(time), max(time))"
            " FROM private.observation GROUP BY node_id"
        )
    roll_up_all(target)
    afresh = read_everything(target)
    for name in ROLLUPS:
        assert found[name] == expected[name] == afresh[name]


def test_numbers_of_deleted_rows_do_not_come_again(move):
    _, folder, target = move
    with connect(target) as connection:
        load(connection, folder)
        (highest,) = connection.execute("SELECT max(id) FROM private.node").fetchone()
        (last,) = connection.execute("SELECT last_value FROM private.node_id_seq").fetchone()
        assert add_node(connection, "box-next", "box").id == max(highest, last) + 1


def test_our_triggers_work_again(move):
    _, folder, target = move
    roll_up_all(target)
    with connect(target) as connection:
        load(connection, folder)
        count = "SELECT count(*) FROM private.touched"
        (before,) = connection.execute(count).fetchone()
        connection.execute("DELETE FROM private.ride")
        assert connection.execute(count).fetchone()[0] > before


def test_moments_without_end_come_along(timescale_databases, postgres_databases, tmp_path):
    made = "CREATE TABLE private.odd (number integer, since timestamptz, until timestamptz)"
    with timescale_databases.migrated(migrate) as source, connect(source) as connection:
        connection.execute(made.encode())
        connection.execute("INSERT INTO private.odd VALUES (1, '-infinity', 'infinity')")
        save(connection, tmp_path / "saved")
    with postgres_databases.migrated(migrate) as target, connect(target) as connection:
        connection.execute(made.encode())
        load(connection, tmp_path / "saved")
        found = connection.execute("SELECT o::text FROM private.odd o").fetchall()
        assert found == [("(1,-infinity,infinity)",)]


def test_observations_with_a_column_that_is_no_number_come_along(move, tmp_path):
    source, _, target = move
    for dsn in (source, target):
        with connect(dsn) as connection:
            connection.execute("ALTER TABLE private.observation ADD odd text[]")
    try:
        with connect(source) as connection:
            save(connection, tmp_path / "saved")
        with connect(target) as connection:
            load(connection, tmp_path / "saved")
        there, here = read_everything(source), read_everything(target)
        assert there["observation"] == here["observation"]
    finally:
        with connect(source) as connection:
            connection.execute("ALTER TABLE private.observation DROP odd")


def test_a_table_of_any_types_that_nobody_knew_of_comes_along(
    timescale_databases, postgres_databases, tmp_path
):
    odd = (
        "CREATE TABLE private.odd (number bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
        ' node_id integer REFERENCES private.node, "a ""name" text, span tstzrange, at timestamptz,'
        " day date, many text[], facts jsonb, share numeric, wide double precision, pause interval,"
        " doubled bigint GENERATED ALWAYS AS (number * 2) STORED)"
    )
    with timescale_databases.migrated(migrate) as source, connect(source) as connection:
        connection.execute(odd.encode())
        connection.execute(
            "ALTER DATABASE {} SET datestyle = 'SQL, DMY'".format(  # noqa: UP032
                connection.info.dbname
            ).encode()
        )
        add_node(connection, "box-1", "box")
        connection.execute(
            "INSERT INTO private.odd VALUES"
            " (7, 1, E'a\\tb', '[2026-01-02 03:04:05.678901+00,)', 'infinity', '2026-03-04',"
            " ARRAY['a,b', NULL, '\"'], '{\"a\": [1, null]}', 1.10, 'NaN', '1 month 2 days'),"
            " (8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -0.1, NULL)"
        )
        with connect(source) as again:  # with what the database has set
            save(again, tmp_path / "saved")
        there = read_everything_odd(source)
    with postgres_databases.migrated(migrate) as target, connect(target) as connection:
        with pytest.raises(StorageError, match=r"no table private\.odd, which was saved"):
            load(connection, tmp_path / "saved")
        connection.execute(odd.encode())
        load(connection, tmp_path / "saved")
        assert read_everything_odd(target) == there


def read_everything_odd(dsn):
    with connect(dsn) as connection:
        connection.execute("SET datestyle = 'ISO'")
        return connection.execute("SELECT o::text FROM private.odd o ORDER BY 1").fetchall()


def test_a_database_with_rows_is_left_as_it_is(saved, database, folder):
    with connect(database) as connection:
        add_node(connection, "box-1", "box")
        with pytest.raises(
            StorageError, match=r"private\.node holds rows already; load into a new"
        ):
            load(connection, folder)
    assert len(read_everything(database)["node"]) == 1


def spoil(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def rewrite(folder, change):
    found = json.loads((folder / NAME).read_text())
    change(found)
    (folder / NAME).write_text(json.dumps(found))


FAULTS = {
    "a file is missing": (
        lambda folder: (folder / "ride.parquet").unlink(),
        "ride.parquet is missing; copy the folder again",
    ),
    "a file is damaged": (
        lambda folder: spoil(next(folder.glob("observation/*/*.parquet"))),
        "part-0.parquet is damaged: it is not what was saved",
    ),
    "a file is cut off": (
        lambda folder: (folder / "node.parquet").write_bytes(b"PAR1"),
        "node.parquet is damaged",
    ),
    "no manifest": (lambda folder: (folder / NAME).unlink(), f"{NAME} is missing; was it saved"),
    "half a manifest": (lambda folder: (folder / NAME).write_text("{"), f"{NAME} is damaged"),
    "an empty manifest": (lambda folder: (folder / NAME).write_text("{}"), f"{NAME} is damaged"),
    "a manifest of another program": (
        lambda folder: (folder / NAME).write_text('{"format": "x"}'),
        f"{NAME} is damaged",
    ),
    "a newer form": (
        lambda folder: rewrite(folder, lambda found: found.update(format=2, more=[])),
        "was written by a newer version of this program",
    ),
    "a newer version": (
        lambda folder: rewrite(
            folder, lambda found: found["migrations"].update({"9999_more": "x"})
        ),
        "is of a newer version, with migration 9999_more",
    ),
    "an older version": (
        lambda folder: rewrite(folder, lambda found: found["migrations"].popitem()),
        "and what was saved has not; load it with the version that saved it",
    ),
    "a file outside of the folder": (
        lambda folder: rewrite(
            folder, lambda found: found["files"][0].update(place="../node.parquet")
        ),
        "is missing",
    ),
    "fewer rows than were saved": (
        lambda folder: rewrite(folder, lambda found: found["files"][-1].update(rows=10**9)),
        "rows and 1000000000 were saved",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_loaded_is_said_and_leaves_nothing(folder, database, fault):
    spoil_folder, sentence = FAULTS[fault]
    spoil_folder(folder)
    with (
        connect(database) as connection,
        pytest.raises((FormatError, StorageError)) as raised,
    ):
        load(connection, folder)
    assert sentence in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert is_empty(database)


def test_a_database_without_tables_is_told_to_be_migrated(empty_database, folder):
    sentence = "it has no tables yet; run meten db migrate first"
    with connect(empty_database) as connection, pytest.raises(StorageError, match=sentence):
        load(connection, folder)
    migrate(empty_database, MIGRATIONS)
    with connect(empty_database) as connection:
        load(connection, folder)


def test_it_tells_how_far_it_is(folder, database):
    told = []
    with connect(database) as connection:
        manifest = load(connection, folder, told=lambda *pair: told.append(pair))
    assert told == sorted(told)
    assert told[-1] == (2 * manifest.bytes, 2 * manifest.bytes)
