"""Parts of a file against slices of its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.ranges import cut, is_named, read_range

NUMBER = st.integers(0, 30)


@given(size=st.integers(1, 20), first=NUMBER, last=NUMBER)
def test_a_part_is_a_slice(size, first, last):
    whole = bytes(range(size))
    part = read_range(f"bytes={first}-{last}")
    if last < first:
        assert part is None
        return
    assert part is not None
    start, stop = cut(part, size)
    assert whole[start:stop] == whole[first : last + 1]
    assert (start >= size) == (whole[first : last + 1] == b"")


@given(size=st.integers(1, 20), number=NUMBER)
def test_a_part_with_one_bound_is_the_rest_or_the_end(size, number):
    whole = bytes(range(size))
    rest, end = read_range(f"bytes={number}-"), read_range(f"bytes=-{number}")
    assert rest is not None
    assert end is not None
    start, stop = cut(rest, size)
    assert whole[start:stop] == whole[number:]
    start, stop = cut(end, size)
    assert whole[start:stop] == (whole[-number:] if number else b"")
    assert (start >= size) == (number == 0)


@given(text=st.text(max_size=20))
def test_whatever_is_asked_is_a_part_or_nothing(text):
    part = read_range(text)
    assert part is None or any(bound is not None for bound in part)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ("", False),
        ('"b"', False),
        ("a", False),
    ],
)
def test_a_list_of_names_has_this_one_or_not(text, named):
    assert is_named(text, '"a"') is named
