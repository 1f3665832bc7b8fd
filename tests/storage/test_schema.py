"""The tables against the table of quantities, and the functions against the libraries."""

import h3.api.basic_int as h3
import numpy as np
import pytest

from lokaalmeten import geo
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import pack_flags
from lokaalmeten.quantities import BY_KEY, CORRECTED, QUANTITIES, SLOT
from lokaalmeten.wire import MISSING as SENTINEL
from lokaalmeten.wire import SPAN
from storage.writer import write
from tests.services.samples import START

TYPES = {"h": "smallint", "H": "integer", "i": "integer"}
KEYS = list(BY_KEY)
PLAIN = ["time", "cell", "flags", "node_id", "lat", "lon", "horizontal_mm", "vertical_mm", "bits"]
BESIDE = ["correction", *(f"{key}_corrected" for key in CORRECTED)]
LATER = ["period_s", "flags_given"]
WIDTH = {"timestamp with time zone": 8, "bigint": 8, "integer": 4, "smallint": 2}


def read_columns(connection, table):
    """Name to (type, comment), in the order of the table."""
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)"
        " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        [table],
    )
    return {name: (kind, comment) for name, kind, comment in rows}


def test_observations_have_a_column_for_every_quantity_and_no_other(connection):
    columns = read_columns(connection, "private.observation")
    assert sorted(columns) == sorted(PLAIN + KEYS + BESIDE + LATER)
    assert {key: columns[key][0] for key in KEYS} == {q.key: TYPES[q.code] for q in QUANTITIES}
    for key in CORRECTED:
        assert columns[f"{key}_corrected"][0] == TYPES[BY_KEY[key].code]


def test_every_count_of_the_wire_fits_its_column(connection):
    columns = read_columns(connection, "private.observation")
    for quantity in QUANTITIES:
        bits = 8 * WIDTH[columns[quantity.key][0]]
        low, high = SPAN[quantity.code]
        assert -(2 ** (bits - 1)) <= low
        assert high < 2 ** (bits - 1)
        assert not low <= SENTINEL[quantity.code] <= high


def test_columns_go_from_wide_to_narrow(connection):
    columns = read_columns(connection, "private.observation")
    for names in (PLAIN + KEYS, BESIDE):
        widths = [WIDTH[columns[name][0]] for name in columns if name in names]
        assert widths == sorted(widths, reverse=True)


def test_the_public_sees_every_quantity_and_no_place(connection):
    for view in ("public.observation", "public.latest", "public.ride_observation"):
        columns = read_columns(connection, view)
        assert [name for name in columns if name in KEYS] == KEYS
        assert all(columns[key][0] == "double precision" for key in KEYS)
        assert not {"lat", "lon", "node_id", "horizontal_mm", "vertical_mm"} & set(columns)


def test_every_table_and_column_is_explained(connection):
    rows = connection.execute(
        "SELECT c.oid::regclass::text, NULL FROM pg_class c"
        " WHERE relnamespace IN ('private'::regnamespace, 'public'::regnamespace)"
        " AND relkind IN ('r', 'p', 'v') AND NOT relispartition AND obj_description(oid) IS NULL"
        " UNION ALL SELECT c.oid::regclass::text, attname FROM pg_class c JOIN pg_attribute a"
        " ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped"
        " WHERE relnamespace IN ('private'::regnamespace, 'public'::regnamespace)"
        " AND relkind IN ('r', 'p', 'v') AND NOT relispartition"
        " AND col_description(attrelid, attnum) IS NULL"
    ).fetchall()
    assert rows == []


def test_comments_name_step_and_unit_of_each_quantity(connection):
    counts = read_columns(connection, "private.observation")
    values = read_columns(connection, "public.observation")
    for quantity in QUANTITIES:
        step = f"{1 / quantity.per:g}"
        said = f"steps of {step} {quantity.unit}" if quantity.unit != "1" else f"steps of {step}"
        assert counts[quantity.key][1].endswith(said)
        assert values[quantity.key][1].endswith(f", {quantity.unit}")


def test_views_divide_by_the_steps_per_unit(connection):
    counts = np.array([[100 + slot] for slot in range(len(KEYS))], np.int32)
    write(connection, [to_observations(np.array([1], np.int32), np.array([START]), KEYS, counts)])
    row = connection.execute(f"SELECT {', '.join(KEYS)} FROM private.value").fetchone()
    assert row == pytest.approx([(100 + SLOT[q.key]) / q.per for q in QUANTITIES])


def test_cell_parent_is_that_of_h3(connection):
    random = np.random.default_rng(1)
    cells = [
        h3.latlng_to_cell(lat, lon, 11)
        for lat, lon in zip(
            random.uniform(-90, 90, 200), random.uniform(-180, 180, 200), strict=True
        )
    ]
    for resolution in range(11):
        rows = connection.execute(
            "SELECT cell, cell_parent(cell, %s) FROM unnest(%s::bigint[]) AS cell",
            [resolution, cells],
        ).fetchall()
        assert rows == [(cell, h3.cell_to_parent(cell, resolution)) for cell in cells]
        parents = geo.to_parent(np.array(cells), resolution).tolist()
        assert [parent for _, parent in rows] == parents


def test_cell_parent_leaves_no_place_and_coarser_cells_alone(connection):
    coarse = h3.latlng_to_cell(52, 5, 7)
    assert connection.execute(
        "SELECT cell_parent(0, 9), cell_parent(%(cell)s, 7), cell_parent(%(cell)s, 9),"
        " cell_parent(NULL, 9)",
        {"cell": coarse},
    ).fetchone() == (0, coarse, coarse, None)


def test_flag_of_reads_what_pack_flags_wrote(connection):
    for key in ("pm1", "pm25", "shock"):
        flags = np.array([[1, 2, 3, 4, 9]], np.uint8)
        packed = pack_flags((key,), flags) | pack_flags(("co2",), np.full((1, 5), 3, np.uint8))
        rows = connection.execute(
            "SELECT flag_of(flags, %s) FROM unnest(%s::bigint[]) AS flags",
            [SLOT[key], packed.tolist()],
        ).fetchall()
        assert [row[0] for row in rows] == [1, 2, 3, 4, 9]


def test_flag_of_reads_the_last_slot_that_fits(connection):
    assert connection.execute("SELECT flag_of(4::bigint << 60, 20)").fetchone() == (4,)
