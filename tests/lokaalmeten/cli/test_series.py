"""What `meten db series` writes."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from storage import reader
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten
from tests.services.samples import make_samples

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def town(postgres_database):
    """DSN of a box that measures for three days from the morning of 9 October 2025."""
    with connect(postgres_database) as connection:
        write(connection, [make_samples(add_node(connection, "box-1", "box").id, 300, step=900)])
    return postgres_database


@pytest.mark.parametrize(
    ("words", "width", "columns"),
    [
        (("--width", "0"), 0, "time,pm25,pm25_flag,co2,co2_flag"),
        (("--width", "86400"), 86_400, "time,pm25,pm25_count,co2,co2_count"),
        ((), 300, "time,pm25,pm25_count,co2,co2_count"),
    ],
)
def test_it_is_what_the_reader_says(town, words, width, columns):
    days = ("--from", "2025-10-09", "--to", "2025-10-11T12:00")
    done = meten("db", "series", "box-1", "pm25", "co2", *days, *words, dsn=town)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == columns
    found = pd.read_csv(io.StringIO(done.stdout), parse_dates=["time"])
    first, after = (
        datetime(2025, 10, 9, tzinfo=AMSTERDAM),
        datetime(2025, 10, 11, 12, tzinfo=AMSTERDAM),
    )
    with connect(town) as connection:
        wanted = reader.series(connection, "box-1", ["pm25", "co2"], first, after, width)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    assert len(found) == 3 or width < 86_400


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", "pm25", "--from", "2025-10-09", "--to", "2025-10-10"), "no fixed node called"),
        (("box-1", "soot", "--from", "2025-10-09", "--to", "2025-10-10"), "no quantity 'soot'"),
        (("box-1", "pm25", "--from", "2025-10-09", "--to", "2025-10-09"), "the period is empty"),
        (
            ("box-1", "pm25", "--from", "2025-10-09", "--to", "2025-10-10", "--width", "-1"),
            "--width is a number of seconds",
        ),
    ],
)
def test_wrong_use_is_one_sentence(town, words, sentence):
    done = meten("db", "series", *words, dsn=town)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
