"""Columns to Parquet and back; what exports and saved databases do with it is tested there."""

import io
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lokaalmeten.quantities import BY_KEY
from storage import parquet
from storage.copy import TYPES, Column
from storage.package import OBSERVATIONS
from storage.parquet import ARROW, to_array, to_column, to_h3, to_schema, write_groups


def to_dtype(kind):
    return "datetime64[us]" if kind == "timestamptz" else np.dtype(TYPES[kind]).newbyteorder("=")


@st.composite
def columns(draw):
    kind = draw(st.sampled_from(sorted(TYPES)))
    count = draw(st.integers(1, 20))
    if kind == "timestamptz":
        values = draw(arrays("int64", count, elements=st.integers(-(2**60), 2**60)))
        values = values.view("datetime64[us]")
    else:
        values = draw(arrays(to_dtype(kind), count))
    null = draw(st.none() | arrays("?", count))
    return Column(kind, values, null)


@given(columns())
def test_there_and_back_is_the_same(column):
    back = to_column(column.kind, to_array(column))
    there = np.ones(len(column.values), bool) if column.null is None else ~column.null
    assert back.values.dtype == column.values.dtype
    np.testing.assert_array_equal(back.values[there], column.values[there])
    assert (~there).any() == (back.null is not None)
    if back.null is not None:
        np.testing.assert_array_equal(back.null, ~there)


def test_every_kind_of_column_has_a_type():
    assert set(TYPES) | {"text"} == set(ARROW)


def test_nan_and_missing_are_two_things():
    array = to_array(Column("real", np.array([np.nan, 1], np.float32), np.array([False, True])))
    assert array.null_count == 1
    assert np.isnan(array[0].as_py())


def test_cells_are_the_usual_text_and_no_place_is_null():
    cells = np.array([0x891969CAA6BFFFF, 0, 0x891969CAA6BFFFF], np.int64)
    assert to_h3(cells).to_pylist() == ["891969caa6bffff", None, "891969caa6bffff"]


def test_rows_are_kept_in_groups_of_bounded_size(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_BYTES", 4000)
    file = io.BytesIO()
    blocks = [np.arange(start, start + 100) for start in range(0, 1050, 100)]
    with write_groups(file, pa.schema([("number", pa.int64())])) as take:
        for block in blocks:
            take([pa.array(block)])
    found = pq.ParquetFile(file)
    sizes = [found.metadata.row_group(i).num_rows for i in range(found.num_row_groups)]
    assert sizes == [500, 500, 100]
    assert found.read()["number"].to_numpy().tolist() == np.concatenate(blocks).tolist()


def test_a_file_of_nothing_has_its_columns():
    file = io.BytesIO()
    with write_groups(file, pa.schema([("number", pa.int64())])):
        pass
    assert pq.ParquetFile(file).read().to_pydict() == {"number": []}


def test_a_column_tells_its_unit():
    schema = to_schema(OBSERVATIONS, list(BY_KEY))
    for key, quantity in BY_KEY.items():
        assert schema.field(key).metadata[b"unit"].decode() == quantity.unit
        assert schema.field(f"{key}_flag").type == pa.int8()


@pytest.mark.parametrize("year", [1900, 2025, 2200])
def test_times_of_any_age_are_kept(year):
    moment = datetime(year, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    naive = np.array([moment.replace(tzinfo=None)], "datetime64[us]")
    assert to_array(Column("timestamptz", naive)).to_pylist() == [moment]
