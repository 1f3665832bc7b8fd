"""Cursors: what one holds comes back, and nothing else is taken for one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage.cursors import LONGEST, read_cursor, to_cursor

QUESTION = ["samples", "box-1"]
KEYS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True),
        "time": st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
        "start": st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
        "public_id": st.uuids(),
        "second": st.integers(0, 2**31),
    },
)


@given(KEYS)
def test_a_key_comes_back_as_it_went_in(key):
    cursor = to_cursor(QUESTION, key)
    assert read_cursor(QUESTION, cursor, list(key)) == key
    assert cursor.isascii()
    assert cursor == "".join(c for c in cursor if c.isalnum() or c in "-_")
    assert len(cursor) < LONGEST


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_any_other_text_is_refused_in_one_sentence(text):
    with pytest.raises(StorageError, match="this is no cursor of this question"):
        read_cursor(QUESTION, text, ["time"])


@given(st.integers(0, 1000), st.sampled_from("AQgwBaz09-_"))
def test_a_cursor_with_another_letter_is_refused(place, letter):
    cursor = to_cursor(QUESTION, {"time": datetime(2026, 1, 1, tzinfo=UTC)})
    place %= len(cursor) - 1  # in the last letter not every bit says something
    changed = cursor[:place] + letter + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(StorageError):
            read_cursor(QUESTION, changed, ["time"])


def test_a_cursor_of_another_question_is_refused():
    cursor = to_cursor(QUESTION, {"time": datetime(2026, 1, 1, tzinfo=UTC)})
    for question in (["samples", "box-2"], ["samples"], ["rides"], ["samples", "box-1", ""]):
        with pytest.raises(StorageError):
            read_cursor(question, cursor, ["time"])
    with pytest.raises(StorageError):
        read_cursor(QUESTION, cursor[:-1], ["time"])
    with pytest.raises(StorageError):
        read_cursor(QUESTION, "A" * (LONGEST + 1), ["time"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time", "yesterday"),
        ("time", "0001-01-01T00:00:00+14:00"),
        ("time", "9999-12-31T23:59:59.999999+00:00"),
        ("node", "box-1\0"),
        ("node", "'; DROP TABLE private.node; --"),
        ("public_id", "7"),
        ("second", "x"),
        ("second", 2**70),
        ("time", 7),
    ],
)
def test_a_cursor_made_by_hand_can_only_hold_what_a_column_can(name, value):
    with pytest.raises(StorageError):
        read_cursor(QUESTION, to_cursor(QUESTION, {name: value}), [name])


def test_moments_keep_their_microseconds():
    key = {"time": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=1)}
    assert read_cursor(QUESTION, to_cursor(QUESTION, key), ["time"]) == key
    ride = {"start": key["time"], "public_id": UUID(int=5)}
    assert read_cursor(["rides"], to_cursor(["rides"], ride), list(ride)) == ride
