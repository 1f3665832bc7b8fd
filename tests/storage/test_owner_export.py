"""What an owner gets is all of it: no table is forgotten, no step of a value lost."""

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY, CORRECTED
from storage.lines import LINES
from storage.owner_export import EXPORTED, LEFT_OUT, SHEETS
from storage.owner_lines import write_observations
from storage.registry import add_node
from storage.rows import KEYS
from storage.writer import write
from tests.services.everything import fill_everything
from tests.services.owned import BIKE, BOX, add_owned, read_export
from tests.services.samples import make_samples

# Tables that say whose a row is, then those that refer to one of them by a foreign key, and so on.
REACHED = """
WITH RECURSIVE reached (oid) AS (
    SELECT c.oid
    FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'private'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT c.relispartition AND (
            c.relname IN ('node', 'owner') OR a.attname IN ('node_id', 'owner_id', 'node', 'owner')
            OR (a.attname = 'nodes' AND a.atttypid = 'integer[]'::regtype)
        )
    UNION
    SELECT f.conrelid FROM reached r JOIN pg_constraint f ON f.confrelid = r.oid
    WHERE f.contype = 'f'
)
SELECT c.relname::text FROM reached JOIN pg_class c ON c.oid = reached.oid
WHERE NOT c.relispartition AND c.relnamespace = 'private'::regnamespace
"""


def read_reached(connection):
    return {table for (table,) in connection.execute(REACHED)}


def test_every_table_that_leads_to_an_owner_is_exported_or_left_out_for_a_reason(connection):
    assert read_reached(connection) == set(EXPORTED) | set(LEFT_OUT)
    assert not set(EXPORTED) & set(LEFT_OUT)
    assert all(reason.dutch and reason.english for reason in LEFT_OUT.values())


@pytest.mark.parametrize(
    "columns",
    ["node_id integer", "owner_id integer", "sensor_id integer REFERENCES private.sensor"],
)
def test_a_new_table_is_noticed(connection, columns):
    known = read_reached(connection)
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE TABLE private.newer ({columns})".encode())
        assert read_reached(connection) == known | {"newer"}


@pytest.fixture
def town(connection, database):
    """A whole database with an owner of a box and a bike, and another owner of the same."""
    fill_everything(database)
    add_owned(connection, "ann", [BOX, BIKE])
    add_owned(connection, "bob", ["box-bob", "bike-bob"])
    return connection


@pytest.fixture
def exported(town, tmp_path):
    return read_export(town, "ann", tmp_path / "ann.zip")


def test_every_file_has_rows_and_as_many_as_the_database(town, exported):
    assert {f"{name}.csv" for name in SHEETS} < set(exported)
    for table, file in EXPORTED.items():
        found = [name for name in exported if name.startswith(file)]
        assert found, table
        assert any(len(exported[name]) for name in found), table
    for file, table in (
        *(("placements.csv", "placement"), ("sensors.csv", "sensor"), ("rides.csv", "ride")),
        *(("ride_cells.csv", "ride_cell"), ("calibrations.csv", "calibration")),
        *(
            ("findings.csv", "finding"),
            ("notices.csv", "trouble"),
            ("boots.csv", "anchor"),
            ("deliveries.csv", "delivery"),
        ),
    ):
        query = f"""
            SELECT count(*) FROM private.{table} t JOIN private.node n ON n.id = t.node_id
            WHERE n.name IN ('{BOX}', '{BIKE}')
        """
        (rows,) = town.execute(query.encode()).fetchone()
        assert len(exported[file]) == rows > 0, file


def test_the_account_that_signs_in_is_told(exported):
    keys = {key["label"]: key for key in exported["owner.json"]["keys"]}
    linked = keys["account of ann"]
    said = [linked[name] for name in ("email", "issuer", "subject")]
    assert said == ["ann@account.example", "https://login.example", "subject-ann"]
    assert (exported["log.csv"]["what"] == "signed in").sum() == 2


@pytest.mark.parametrize("name", [BOX, BIKE])
def test_samples_are_those_of_the_database_to_the_last_step(town, exported, name):
    found = exported[f"observations/{name}.csv"]
    query = """
        SELECT o.* FROM private.observation o JOIN private.node n ON n.id = o.node_id
        WHERE n.name = %s ORDER BY o.time
    """
    with town.cursor() as cursor:
        rows = cursor.execute(query, [name]).fetchall()
        columns = [column.name for column in cursor.description]
    stored = dict(zip(columns, zip(*rows, strict=True), strict=True))
    assert len(found) == len(rows) >= 100
    assert [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in stored["time"]] == found["time"].tolist()
    expect(found["lat"], stored["lat"], 10_000_000)
    expect(found["lon"], stored["lon"], 10_000_000)
    expect(found["accuracy_m"], stored["horizontal_mm"], 1000)
    for key in KEYS:
        expect(found[key], stored[key], BY_KEY[key].per)
        expect_flags(found[f"{key}_flag"], key, stored)
    for key in CORRECTED:
        expect(found[f"{key}_corrected"], stored[f"{key}_corrected"], BY_KEY[key].per)


def expect(texts, steps, per):
    """Cells that say what the database holds, in units."""
    said = [None if text == "" else round(float(text) * per) for text in texts]
    assert said == list(steps)


def expect_flags(texts, key, stored):
    """Words for the flags, and none where there is no value."""
    words = {1: "good", 2: "not evaluated", 3: "suspect", 4: "fail", 9: ""}
    missing = np.array([value is None for value in stored[key]])
    every = 1317624576693539401  # all that is there is good
    packed = np.array([every if flags is None else flags for flags in stored["flags"]])
    assert texts.tolist() == [words[flag] for flag in to_flags(key, packed, missing)]


def test_flags_before_a_review_and_corrected_values_are_told(town, exported):
    found = exported[f"observations/{BOX}.csv"]
    assert (found["pm25_corrected"] != "").any()
    before = found["flags_before_review"][found["flags_before_review"] != ""]
    assert len(before) > 0
    assert before.str.fullmatch("[01234]{21}").all()
    assert set(exported["corrections.csv"]["correction"]) >= set(found["correction"]) - {""}


@pytest.mark.parametrize("kind", ["hours", "days"])
def test_hours_and_days_are_those_of_the_database(town, exported, kind):
    view = {"hours": "rollup_hour", "days": "rollup_day"}[kind]
    at = kind.removesuffix("s")
    query = f"""
        SELECT {at}::text, q.quantity, r.samples[q.place], r.good[q.place],
            r.total[q.place]::float8 / nullif(r.good[q.place], 0) / q.per
        FROM private.{view} r JOIN private.node n ON n.id = r.node_id CROSS JOIN private.rolled q
        WHERE n.name = '{BOX}' AND r.samples[q.place] > 0 ORDER BY r.{at}, q.place
    """
    rows = town.execute(query.encode()).fetchall()
    found = exported[f"{kind}/{BOX}.csv"]
    assert found["quantity"].tolist() == [row[1] for row in rows]
    assert [int(count) for count in found["samples"]] == [row[2] for row in rows]
    assert [text[:10] for text in found[at]] == [row[0][:10] for row in rows]
    for text, (*_, mean) in zip(found["mean"], rows, strict=True):
        assert text == "" if mean is None else abs(float(text) - mean) <= 0.00005


def test_samples_come_in_pieces_whatever_their_number(connection):
    node = add_node(connection, "box-many", "box")
    write(connection, [make_samples(node.id, 20_000)])
    rows = [piece.rows for piece in write_observations(connection, node.id)]
    assert sum(rows) == 20_000
    assert max(rows) <= LINES


def test_an_owner_that_is_not_there_leaves_no_file(town, tmp_path):
    with pytest.raises(StorageError, match="there is no owner nobody"):
        read_export(town, "nobody", tmp_path / "nobody.zip")
    assert list(tmp_path.iterdir()) == []
