"""What a saved database looks like, and what its folder betrays to others: nothing."""

import json
import os
from datetime import UTC, datetime

import pandas as pd
import pytest

from lokaalmeten.errors import FormatError, StorageError
from storage import save as save_module
from storage.catalogue import LEFT, read_tables
from storage.manifest import NAME, describe_file
from storage.pool import connect
from storage.registry import add_node
from storage.save import save
from storage.writer import write
from tests.services.everything import TABLES
from tests.services.samples import make_samples

DECEMBER = int(datetime(2022, 12, 31, 23, tzinfo=UTC).timestamp())


@pytest.fixture
def winter(connection):
    """A box over the end of a year, another a year later."""
    for name, start in (("box-1", DECEMBER), ("box-2", DECEMBER + 365 * 86_400)):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(node.id, 120, start=start)])


def files(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_every_table_of_the_private_schema_is_saved_but_those_named(connection, tmp_path):
    there = {name for (name,) in connection.execute(TABLES.encode())}
    assert there >= LEFT
    assert set(read_tables(connection)) == there - LEFT
    manifest = save(connection, tmp_path / "saved")
    saved = {file.table for file in manifest.files}
    assert there - LEFT - saved == {"observation"}  # which has no month yet
    assert files(tmp_path / "saved") == sorted([NAME, *(file.place for file in manifest.files)])


def test_observations_lie_in_months_in_the_order_of_their_key(connection, winter, tmp_path):
    save(connection, tmp_path / "saved")
    months = ["2022-12", "2023-01", "2023-12", "2024-01"]
    assert [path for path in files(tmp_path / "saved") if "=" in path] == [
        f"observation/month={month}/part-0.parquet" for month in months
    ]
    found = pd.read_parquet(tmp_path / "saved/observation")
    assert len(found) == 240
    assert (found["time"].dt.strftime("%Y-%m") == found["month"]).all()
    for _, month in found.groupby("month", observed=True):
        assert month[["node_id", "time"]].apply(tuple, axis=1).is_monotonic_increasing


def test_a_table_comes_after_those_that_it_speaks_of(connection):
    tables = read_tables(connection)
    order = list(tables)
    assert all(order.index(f) < order.index(name) for name in order for f in tables[name].after)
    assert tables["ride"].after == ["node"]


def test_what_the_server_computes_itself_is_not_saved(connection):
    tables = read_tables(connection)
    assert "moving" not in tables["node"].columns
    assert not {"hour", "duration_s"} & set(tables["ride"].columns)
    assert tables["observation"].numeric
    assert not tables["ride"].numeric


def test_only_the_user_who_saved_may_read_it(connection, winter, tmp_path):
    before = os.umask(0)
    try:
        save(connection, tmp_path / "saved")
    finally:
        os.umask(before)
    for path in [tmp_path / "saved", *(tmp_path / "saved").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_the_same_database_gives_the_same_files(connection, winter, tmp_path):
    manifests = [save(connection, tmp_path / name) for name in ("one", "two")]
    assert manifests[0].files == manifests[1].files
    for file in manifests[0].files:
        assert describe_file(tmp_path / "one", file.table, file.place, file.rows) == file


def test_what_is_written_meanwhile_is_not_half_in_it(connection, winter, database, tmp_path):
    with connect(database) as other:

        def add(done, _total):
            if done == 0:
                node = add_node(other, "box-late", "box")
                write(other, [make_samples(node.id, 10, start=DECEMBER)])

        save(connection, tmp_path / "saved", told=add)
    assert len(pd.read_parquet(tmp_path / "saved/node.parquet")) == 2
    assert len(pd.read_parquet(tmp_path / "saved/observation")) == 240


def test_a_folder_that_is_not_empty_is_left_as_it_is(connection, tmp_path):
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(FormatError, match="is not empty; name a new folder"):
        save(connection, tmp_path)
    assert files(tmp_path) == ["letter"]
    with pytest.raises(FormatError, match="letter cannot be written: File exists"):
        save(connection, tmp_path / "letter")


def test_a_failure_leaves_no_files(connection, winter, tmp_path, monkeypatch):
    connection.execute("SET statement_timeout = 0")
    calls = []
    write_piece = save_module.write_piece

    def break_off(connection, folder, piece):
        calls.append(piece)
        if len(calls) == 4:
            connection.execute("SELECT 1 / 0")
        return write_piece(connection, folder, piece)

    monkeypatch.setattr(save_module, "write_piece", break_off)
    with pytest.raises(StorageError, match="division by zero"):
        save(connection, tmp_path / "saved")
    assert list((tmp_path / "saved").iterdir()) == []
    monkeypatch.undo()
    save(connection, tmp_path / "saved")


def test_the_manifest_tells_the_moment_the_migrations_and_the_numbers(connection, winter, tmp_path):
    connection.execute("DELETE FROM private.node WHERE name = 'box-2'")
    save(connection, tmp_path / "saved")
    found = json.loads((tmp_path / "saved" / NAME).read_text())
    assert datetime.fromisoformat(found["taken_at"]).utcoffset().total_seconds() == 0
    assert "0001_nodes" in found["migrations"]
    assert found["numbering"]["node.id"] == [2, True]
    assert found["numbering"]["ride.id"] == [1, False]
