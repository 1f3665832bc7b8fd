"""Lines of CSV against Python's own writer, one row after the other."""

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import lines


def read_texts(cells):
    """The text of every row."""
    return lines.to_lines([cells]).decode("ascii").split("\r\n")[:-1]


@given(
    st.lists(st.none() | st.integers(-(2**31), 2**31 - 1) | st.integers(-200, 200), min_size=1),
    st.sampled_from([0, 2, 3]),
)
def test_a_number_is_written_with_the_decimals_of_its_step(counts, decimals):
    per = 10**decimals
    null = np.array([count is None for count in counts])
    values = np.array([np.nan if count is None else count / per for count in counts])
    wanted = ["" if count is None else f"{count / per:.{decimals}f}" for count in counts]
    wanted = [text.replace("-0.00", "0.00") if float(text or 1) == 0 else text for text in wanted]
    assert read_texts(lines.to_decimals(values, per, null)) == wanted


def test_whole_numbers_have_no_point():
    assert read_texts(lines.to_decimals(np.array([0, 7, -12, 2**40]), 1)) == [
        "0",
        "7",
        "-12",
        "1099511627776",
    ]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_a_moment_is_written_in_utc_to_the_second(seconds):
    times = (np.array(seconds) * 1_000_000 + 1).view("datetime64[us]")
    wanted = [f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}" for second in seconds]
    assert read_texts(lines.to_times(times)) == wanted


@pytest.mark.parametrize("cell", [0x891969CAA6BFFFF, 0x8A1969CAA6A7FFF])
def test_a_cell_is_written_as_everybody_writes_it_and_no_place_as_nothing(cell):
    assert read_texts(lines.to_h3(np.array([cell, 0]))) == [f"{cell:x}", ""]


def test_lines_are_those_of_the_csv_module():
    count = 1000
    random = np.random.default_rng(1)
    values, null = random.integers(-9999, 9999, count) / 100, random.random(count) < 0.3
    flags = random.choice([1, 2, 3, 4, 9], count).astype(np.uint8)
    name, value = lines.to_constant("box-1", count), lines.to_decimals(values, 100, null)
    found = lines.to_lines([name, value, lines.to_flags(flags)])
    wanted = io.StringIO(newline="")
    texts = ["" if none else f"{value:.2f}" for value, none in zip(values, null, strict=True)]
    csv.writer(wanted).writerows(
        zip(["box-1"] * count, texts, flags.tolist(), strict=True)  # CRLF, as RFC 4180 says
    )
    assert found.decode() == wanted.getvalue()
