"""A database that was filled by an earlier version and upgraded, beside one made by this version.

The earlier rows are written by plain SQL, one by one, as they were then; the same data come into
the fresh database by the code of today. Both must have the same tables, down to the grants, and
give the same answers; and no row of the earlier one may be lost or changed.
"""

import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from psycopg import sql

from lokaalmeten.account import Account, Mark
from lokaalmeten.forecasts import HORIZON_H, LEVELS
from lokaalmeten.geo import to_cells
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import pack_flags
from lokaalmeten.rejected import Rejected
from storage import reader
from storage.delivery import read_delivery
from storage.imports import read_import
from storage.migrate import MIGRATIONS, migrate, read_version
from storage.pool import connect
from storage.privacy import set_publication
from storage.rejected import list_rejected
from storage.rides import write_rides
from storage.roles import make_roles
from storage.rollups import roll_up
from storage.store import Store
from tests.services.issued import issue
from tests.services.samples import START, make_samples

FILES = sorted(MIGRATIONS.glob("*.sql"))
BEFORE_DELIVERY, BEFORE_ROLLUPS = 6, 9  # how many files the earlier version had
DAY = 86_400
CELL = int(to_cells(np.array([520_907_000]), np.array([51_214_000]))[0])
PUBLIC_ID = "0b2c7c3e-5a52-4f0e-9d5c-6a5a7a1f0c11"

# Everything of our two schemas that is not a piece of a table and not of an extension.
SCHEMA = """
WITH place AS (
    SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname IN ('private', 'public')
), own AS (
    SELECT c.*, p.nspname || '.' || c.relname AS name
    FROM pg_class c JOIN place p ON p.oid = c.relnamespace
    WHERE NOT c.relispartition AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
), routine AS (
    SELECT f.*, p.nspname || '.' || f.proname AS name
    FROM pg_proc f JOIN place p ON p.oid = f.pronamespace
    WHERE NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
    )
)
SELECT 'relation', name, concat_ws(' ', relkind, relpersistence, reloptions) FROM own
UNION ALL
SELECT 'column', o.name || '.' || a.attname, concat_ws(
    ' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
    a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid)
)
FROM own o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'constraint', o.name || '.' || k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN own o ON o.oid = k.conrelid
UNION ALL
SELECT 'index', o.name, pg_get_indexdef(o.oid) FROM own o WHERE o.relkind IN ('i', 'I')
UNION ALL
SELECT 'trigger', o.name || '.' || t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN own o ON o.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'view', name, pg_get_viewdef(oid) FROM own WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'function', name, pg_get_functiondef(oid) FROM routine WHERE prokind <> 'a'
UNION ALL
SELECT 'comment', concat_ws('.', coalesce(o.name, r.name, p.nspname), d.objsubid), d.description
FROM pg_description d
    LEFT JOIN own o ON d.classoid = 'pg_class'::regclass AND o.oid = d.objoid
    LEFT JOIN routine r ON d.classoid = 'pg_proc'::regclass AND r.oid = d.objoid
    LEFT JOIN place p ON d.classoid = 'pg_namespace'::regclass AND p.oid = d.objoid
WHERE coalesce(o.oid, r.oid, p.oid) IS NOT NULL
UNION ALL
SELECT 'grant', granted.name, one::text
FROM (
    SELECT name, relacl AS acl FROM own UNION ALL SELECT name, proacl FROM routine
    UNION ALL SELECT nspname, nspacl FROM place UNION ALL
    SELECT o.name || '.' || a.attname, a.attacl FROM own o JOIN pg_attribute a ON a.attrelid = o.oid
) AS granted CROSS JOIN LATERAL unnest(granted.acl) AS one
ORDER BY 1, 2, 3
"""
MONTH = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_class WHERE oid = 'private.observation'::regclass AND relkind = 'p'
    ) THEN
        EXECUTE format(
            'CREATE TABLE private.%I PARTITION OF private.observation'
            ' FOR VALUES FROM (%L) TO (%L)',
            to_char(date {0}, '"observation_"YYYY_MM'), date {0}, date {0} + interval '1 month'
        );
    END IF;
END
$$
"""


class Ride:
    start, stop = START + 30 * DAY, START + 30 * DAY + 990
    public_start, public_stop = start + 300, start + 690
    samples, distance_m = 40, 5000.0
    due = None


def make_batch():
    """Two boxes over three months and a bike for a quarter of an hour; the boxes are 1 and 2."""
    return [
        make_samples(1, 200, step=6 * 3600, cell=CELL),
        make_samples(1, 90, seed=2, start=START + 55 * DAY, cell=CELL),
        make_samples(2, 50, step=1800, schema=3),
        make_samples(3, 100, start=Ride.start, step=10, schema=2, moving=True),
    ]


REFUSED = [
    Rejected("box-9", "lm/1/box-9/page", "unknown node", b"\1\2", START),
    Rejected("box-1", "lm/1/box-1/page", "crc", b"\3", START + 5),
]
MARK = Mark("0" * 63 + "a", "rides.csv", "snuffelfiets", 7, True, Account(5, 1, {"place": 2}))
ARRIVALS = {(1, 7): [0, 1, 4], (3, 9): [2]}
CUTOFF = datetime.fromtimestamp(START, UTC)
FIRST = CUTOFF + timedelta(hours=1)  # as an earlier version wrote it: an hour after the cutoff
SAID = np.arange(HORIZON_H)[:, None, None] + np.array([0.1, 0.5, 1, 2, 3, 4, 4.5])
FORECAST = [(FIRST + timedelta(hours=h), row.tolist()) for h, row in enumerate(SAID[:, 0])]
NODES = [("box-1", "box", 520_907_000, 51_214_000, CELL), ("counter-1", "counter", None, None, 0)]


def fill_as_then(connection, files):
    """Write rows as they were when there were so many files."""
    for name, kind, lat, lon, cell in [*NODES, ("bike-1", "bike", None, None, 0)]:
        connection.execute(
            "INSERT INTO private.node (name, kind, label, lat, lon, cell)"
            " VALUES (%s, %s, 'a label', %s, %s, %s)",
            [name, kind, lat, lon, cell],
        )
    batch = make_batch()
    times = np.concatenate([part.time for part in batch]).astype("datetime64[s]")
    for month in np.unique(times.astype("datetime64[M]")):
        connection.execute(sql.SQL(MONTH).format(sql.Literal(f"{month}-01")))
    for part in batch:
        for row in range(len(part)):
            insert_sample(connection, part, row)
    connection.execute(
        "INSERT INTO private.ride (public_id, node_id, start, stop, public_start, public_stop,"
        " samples, distance_m) VALUES (%s, 3, to_timestamp(%s), to_timestamp(%s),"
        " to_timestamp(%s), to_timestamp(%s), %s, %s)",
        [PUBLIC_ID, Ride.start, Ride.stop, Ride.public_start, Ride.public_stop, 40, 5000.0],
    )
    for one in REFUSED:
        connection.execute(
            "INSERT INTO private.rejected"
            " (node, topic, reason, payload, received_at, last_received)"
            " VALUES (%s, %s, %s, %s, to_timestamp(%s), to_timestamp(%s))",
            [one.node, one.topic, one.reason, one.payload, one.received, one.received],
        )
    connection.execute(
        "INSERT INTO private.import_file"
        " (digest, name, kind, next_line, done, stored, duplicate, rejected)"
        " VALUES (%s, %s, %s, 7, true, 5, 1, '{\"place\": 2}')",
        [MARK.digest, MARK.name, MARK.kind],
    )
    for time, quantiles in FORECAST:
        connection.execute(
            "INSERT INTO private.forecast (node_id, quantity, issue_time, time, cutoff, model,"
            " levels, quantiles) VALUES (1, 'pm25', %s, %s, %s, 'test 1', %s, %s)",
            [CUTOFF, time, CUTOFF, list(LEVELS), quantiles],
        )
    if files > BEFORE_DELIVERY:
        connection.execute(
            "INSERT INTO private.delivery (node_id, boot, high, gaps) VALUES"
            " (1, 7, 4, '{[2,4)}'), (3, 9, 2, '{[0,2)}')"
        )


def insert_sample(connection, part, row):
    """One sample as a row, what is missing as NULL."""
    values = {
        "lat": part.lat[row], "lon": part.lon[row], "horizontal_mm": part.horizontal[row],
        "vertical_mm": part.vertical[row], "bits": part.bits[row],
        **{key: part.counts[place][row] for place, key in enumerate(part.keys)},
    }  # fmt: skip
    there: dict[str, Any] = {k: int(value) for k, value in values.items() if value != MISSING}
    there |= {"node_id": int(part.node[row]), "cell": int(part.cell[row])}
    there["flags"] = int(pack_flags(part.keys, part.flags[:, row : row + 1])[0])
    there["time"] = datetime.fromtimestamp(int(part.time[row]), UTC)
    statement = sql.SQL("INSERT INTO private.observation ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, there)),
        sql.SQL(", ").join(sql.Placeholder() * len(there)),
    )
    connection.execute(statement, list(there.values()))


def fill_today(dsn, files):
    """Write the same by the code of today."""
    with Store(dsn) as store, connect(dsn) as connection:
        for name, kind, lat, lon, _ in NODES:
            place = {} if lat is None else {"lat": lat / 1e7, "lon": lon / 1e7}
            store.add_node(name, kind, label="a label", **place)
        store.add_node("bike-1", "bike", label="a label")
        arrivals = ARRIVALS if files > BEFORE_DELIVERY else {}
        store.write(make_batch(), REFUSED, arrivals)
        mark = Mark(MARK.digest, MARK.name, MARK.kind, 7, True, Account(5, 1, {"place": 2}))
        store.write_marked([], [], mark)
        write_rides(connection, 3, Ride.start, Ride.stop, [Ride()])
        connection.execute("UPDATE private.ride SET public_id = %s", [PUBLIC_ID])
        issue(connection, ["box-1"], FIRST, SAID, issue_time=CUTOFF)


def read_rows(connection):
    """Every row of every table of the earlier version, by table, as it is read column by column."""
    found = {}
    for table in ("node", "observation", "ride", "rejected", "import_file", "delivery"):
        if connection.execute("SELECT to_regclass(%s)", [f"private.{table}"]).fetchone()[0]:
            rows = connection.execute(f"SELECT to_jsonb(t) FROM private.{table} t".encode())
            found[table] = [row for (row,) in rows]
    return found


def assert_kept(before, after):
    """Every row is there with all that it said; columns may have come beside."""
    for table, rows in before.items():
        columns = rows[0].keys()
        kept = [{name: row[name] for name in columns} for row in after[table]]
        assert sorted(map(str, kept)) == sorted(map(str, rows)), table


def but_rollups(said):
    return {question: answer for question, answer in said.items() if "rollup" not in question}


def answer_all(connection):
    """What the public and the ingest are told, by question."""
    start, stop = (datetime.fromtimestamp(START + days * DAY, UTC) for days in (-1, 90))
    said = {
        "nodes": reader.nodes(connection),
        "extent": reader.extent(connection),
        "quantities": reader.quantities(connection, start, stop),
        "latest": reader.latest(connection),
        "count": reader.count(connection).samples,
        "rides": reader.rides(connection, start, stop),
        "ride": reader.ride(connection, PUBLIC_ID),
        "forecast": reader.forecast(connection, "box-1", "pm25"),
        "delivery": read_delivery(connection),
        "import": read_import(connection, MARK.digest),
        # ids follow the order in which a batch is sorted
        "rejected": list_rejected(connection)
        .drop(columns="id")
        .sort_values("topic")
        .to_dict("list"),
    }
    for quantity in ("pm25", "temperature", "count_in"):
        said[f"hexagons {quantity}"] = reader.hexagons(connection, quantity, start, stop, 9)
        said[f"hourly {quantity}"] = reader.hourly(connection, quantity, start, stop)
        for width_s in (0, 3600, 86_400):
            asked = (connection, "box-1", [quantity], start, stop, width_s)
            said[f"series {quantity} {width_s}"] = reader.series(*asked)
    for view in ("rollup_hour", "rollup_day", "rollup_cell", "rollup_source"):
        rows = connection.execute(f"SELECT * FROM public.{view}".encode()).fetchall()
        said[view] = sorted(rows, key=str)
    return said


def assert_same(one, other):
    assert one.keys() == other.keys()
    for question, answer in one.items():
        if isinstance(answer, pd.DataFrame):
            pd.testing.assert_frame_equal(answer, other[question], obj=question)
        else:
            assert answer == other[question], question


@pytest.mark.parametrize("files", [BEFORE_DELIVERY, BEFORE_ROLLUPS])
def test_an_upgraded_database_is_as_one_of_this_version(files, databases, tmp_path):
    for file in FILES[:files]:
        shutil.copy(file, tmp_path)
    with databases.empty() as old, databases.empty() as new:
        migrate(new)
        with connect(new) as connection:
            make_roles(connection)
        migrate(old, tmp_path)
        with connect(old) as connection:
            fill_as_then(connection, files)
            before = read_rows(connection)
        assert migrate(old) == [file.stem for file in FILES[files:]]
        fill_today(new, files)
        with connect(old) as upgraded, connect(new) as fresh:
            for connection in (upgraded, fresh):
                set_publication(connection, delay_s=0, fewest_nodes=1)
            assert read_version(upgraded).current
            assert_kept(before, read_rows(upgraded))
            assert upgraded.execute(SCHEMA).fetchall() == fresh.execute(SCHEMA).fetchall()
            # the sums of the upgraded one wait: what is told of them comes from the observations
            assert_same(*(but_rollups(answer_all(each)) for each in (upgraded, fresh)))
            for connection in (upgraded, fresh):
                while roll_up(connection):
                    pass
            told = answer_all(upgraded)
            assert_same(told, answer_all(fresh))
    assert len(before["observation"]) == 440
    assert told["rollup_hour"]
    assert told["rollup_source"]
    assert len(told["ride"]) == 40


def test_the_comparison_sees_every_kind_of_difference(database):
    changes = [
        "ALTER TABLE private.ride ALTER samples SET DEFAULT 3",
        "ALTER TABLE private.import_file ALTER stored TYPE integer",
        "ALTER TABLE private.ride DROP CONSTRAINT ride_samples_check",
        "DROP INDEX private.ride_hour",
        "DROP TRIGGER ride_moves ON private.ride",
        "COMMENT ON COLUMN private.ride.hour IS 'another'",
        "COMMENT ON FUNCTION private.touch IS 'another'",
        "GRANT SELECT ON private.ride TO PUBLIC",
        "GRANT SELECT (id) ON private.ride TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION private.make_partition TO PUBLIC",
        "GRANT USAGE ON SCHEMA private TO PUBLIC",
        "ALTER FUNCTION private.touch_ride SET work_mem = '1MB'",
        "CREATE OR REPLACE VIEW public.sample_estimate AS SELECT 1::bigint AS samples",
        "ALTER VIEW public.quantity SET (security_barrier)",
        "ALTER TABLE private.touched SET (fillfactor = 70)",
    ]
    with connect(database) as connection:
        before = connection.execute(SCHEMA).fetchall()
        for change in changes:
            with connection.transaction(force_rollback=True):
                connection.execute(change.encode())
                assert connection.execute(SCHEMA).fetchall() != before, change
        assert connection.execute(SCHEMA).fetchall() == before
