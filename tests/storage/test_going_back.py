"""The way back of an upgrade: tables of this version with every row, also of what came since."""

import json
import shutil

import pytest

from lokaalmeten.errors import FormatError, StorageError
from storage.going_back import go_back
from storage.manifest import read_manifest
from storage.migrate import MIGRATIONS, migrate, read_version
from storage.pool import connect
from storage.roles import make_roles
from storage.save import save
from storage.store import Store
from tests.services.everything import fill_everything, read_everything
from tests.services.samples import START, make_samples
from tests.storage.test_upgrade import SCHEMA

APART = {"migration"}  # tells when, of another moment
NEWER = """
ALTER TABLE private.node ADD colour text NOT NULL DEFAULT 'green';
ALTER TABLE private.observation ADD extra smallint;
CREATE TABLE private.newer (id integer PRIMARY KEY);
INSERT INTO private.newer VALUES (1);
CREATE VIEW public.newer AS SELECT id FROM private.newer;
CREATE FUNCTION public.ask_newer() RETURNS integer LANGUAGE sql AS 'SELECT 1';
"""


@pytest.fixture
def upgraded(databases, tmp_path):
    """A full database that a newer version migrated, what it held and where that was saved."""
    with databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            make_roles(connection)
        fill_everything(dsn)
        before = read_everything(dsn, APART)
        with connect(dsn) as connection:
            save(connection, tmp_path / "before")
        shutil.copytree(MIGRATIONS, tmp_path / "migrations")
        (tmp_path / "migrations/9001_newer.sql").write_text(NEWER)
        assert migrate(dsn, tmp_path / "migrations") == ["9001_newer"]
        yield dsn, before


def write_more(dsn):
    """What the newer version takes in: samples of a new node, and pages of one that was there."""
    with Store(dsn) as store:
        node = store.add_node("box-since", "box", lat=52.0, lon=5.0)
        old = store.add_node("box-odd", "box")
        samples = [make_samples(node.id, 50), make_samples(old.id, 40, start=START + 90 * 86_400)]
        store.write(samples, [], {(node.id, 1): [0, 1], (old.id, 7): [6]})
        return node.id


def read_schema(dsn):
    with connect(dsn) as connection:
        assert read_version(connection).current
        return connection.execute(SCHEMA).fetchall()


def test_everything_is_as_before_down_to_the_rights(upgraded, databases, tmp_path):
    dsn, before = upgraded
    with connect(dsn) as connection:
        assert go_back(connection, tmp_path / "before") == []
    assert read_everything(dsn, APART) == before
    with databases.migrated(migrate) as fresh:
        with connect(fresh) as connection:
            make_roles(connection)
        assert read_schema(dsn) == read_schema(fresh)


def test_what_the_newer_version_took_in_stays(upgraded, tmp_path):
    dsn, before = upgraded
    node = write_more(dsn)
    with connect(dsn) as connection:
        save(connection, tmp_path / "since")
        assert go_back(connection, tmp_path / "before", tmp_path / "since") == []
        pages = connection.execute(
            "SELECT node_id = %s, high, gaps::text FROM private.delivery d"
            " JOIN private.node n ON n.id = d.node_id AND (n.name, d.boot) IN"
            " (('box-since', 1), ('box-odd', 7)) ORDER BY 1",
            [node],
        ).fetchall()
        added = connection.execute(
            "INSERT INTO private.node (name, kind) VALUES ('box-last', 'box') RETURNING id"
        ).fetchone()[0]
    after = read_everything(dsn, APART)
    for table, rows in before.items():
        kept = set(map(json.dumps, rows)) - set(map(json.dumps, after[table]))
        assert not kept or table == "delivery", table
    assert len(after["observation"]) == len(before["observation"]) + 90
    assert pages == [(False, 6, "{[1,5)}"), (True, 1, "{}")]
    assert added > node  # no number is given out twice


def test_nothing_changes_when_a_file_is_damaged_or_others_have_tables(upgraded, tmp_path):
    dsn, _ = upgraded
    held = read_everything(dsn)
    with connect(dsn) as connection:
        connection.execute("CREATE TABLE public.theirs (id integer)")
        with pytest.raises(StorageError, match=r"tables that are not ours \(theirs\)"):
            go_back(connection, tmp_path / "before")
        connection.execute("DROP TABLE public.theirs")
        shutil.copytree(tmp_path / "before", tmp_path / "spoilt")
        file = tmp_path / "spoilt" / read_manifest(tmp_path / "spoilt").files[-1].place
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(FormatError, match="is damaged"):
            go_back(connection, tmp_path / "spoilt")
    assert read_everything(dsn) == held
