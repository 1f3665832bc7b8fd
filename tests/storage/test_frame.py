"""Answers as columns against the values that psycopg makes of them one by one."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage.frame import read_frame

INTEGER = st.integers(-(2**63), 2**63 - 1)
REAL = st.none() | st.floats()
TIME = st.none() | st.datetimes(timezones=st.timezones() | st.none())
TEXT = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
DTYPES = {
    "number": "int64",
    "value": "float64",
    "good": "bool",
    "moment": "datetime64[us, UTC]",
    "name": "object",
    "id": "object",
    "list": "object",
}
ASKED = """
SELECT number, value, good, moment, name, id, list
FROM unnest(
    %(number)s::bigint[], %(value)s::float8[], %(good)s::boolean[], %(moment)s::timestamptz[],
    %(name)s::text[], %(id)s::uuid[]
) AS given (number, value, good, moment, name, id)
    CROSS JOIN (SELECT ARRAY[1.5, 2.5]::float8[] AS list) AS more
"""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(INTEGER, REAL, st.booleans(), TIME, TEXT, st.none() | st.uuids()), max_size=9
    )
)
def test_columns_are_what_each_value_says(postgres_connection, rows):
    columns = list(zip(*rows, strict=True)) or [()] * 6
    values = dict(zip(DTYPES, map(list, columns), strict=False))
    found = read_frame(postgres_connection, ASKED, values)
    told = postgres_connection.execute(ASKED, values).fetchall()
    each = list(zip(*told, strict=True)) or [()] * len(DTYPES)
    wanted = {
        name: pd.Series(list(column), dtype="object").astype(DTYPES[name])
        for name, column in zip(DTYPES, each, strict=True)
    }
    assert len(found) == len(rows)
    pd.testing.assert_frame_equal(found, pd.DataFrame(wanted))


def test_narrow_numbers_become_wide_ones(connection):
    found = read_frame(
        connection, "SELECT 1::smallint AS a, 2::integer AS b, NULL::real AS c, 2.5::real AS d"
    )
    assert found.dtypes.astype(str).tolist() == ["int64", "int64", "float64", "float64"]
    assert found.iloc[0].tolist()[:2] == [1, 2]
    assert pd.isna(found["c"].iloc[0])
    assert found["d"].iloc[0] == 2.5


@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_an_infinite_time_is_refused(connection, moment):
    with pytest.raises(StorageError, match="infinite"):
        read_frame(connection, "SELECT %(moment)s::timestamptz AS time", {"moment": moment})
    assert read_frame(connection, "SELECT 1 AS a")["a"].tolist() == [1]
