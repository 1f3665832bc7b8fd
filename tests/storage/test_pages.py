"""Pages laid behind each other are the whole, for any limit, also while rows arrive."""

import itertools
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage import pages, reader
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from tests.services.emptied import forget_measured
from tests.services.samples import START, make_samples

HOUR = 3600
FIRST, LAST = (datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (-1, 48))
EVER = (FIRST, LAST)
SOME = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int
    public_stop: int
    samples: int = 100
    distance_m: float = 5000.0
    due: int | None = None


def add_ride(connection, bike, start):
    write(connection, [make_samples(bike.id, 60, start=start, schema=2, moving=True)])
    ride = Ride(start, start + 3540, start + 300, start + 3000)
    write_rides(connection, bike.id, ride.start, ride.stop, [ride])


@pytest.fixture
def town(connection):
    """Seven boxes, samples with a gap, and rides of which several start in one hour."""
    boxes = [add_node(connection, f"box-{number}", "box") for number in range(7)]
    bikes = [add_node(connection, f"bike-{number}", "bike") for number in range(3)]
    for box in boxes[:5]:
        parts = [make_samples(box.id, 20, start=START + 40 * box.id)]
        write(connection, [*parts, make_samples(box.id, 13, start=START + 30 * HOUR)])
    for bike, hour in itertools.product(bikes, (0, 4)):
        add_ride(connection, bike, START + hour * HOUR + 60 * bike.id)
    return boxes, bikes


def read_all(page, limit):
    """Rows of all pages; each is full but the last."""
    parts, after = [], None
    while True:
        found = page(after=after, limit=limit)
        parts.append(found.rows)
        if found.after is None:
            assert len(found.rows) <= limit
            return pd.concat(parts, ignore_index=True), len(parts)
        assert len(found.rows) == limit
        after = found.after


def questions(connection):
    """Every question as (its pages, the whole)."""
    name = reader.rides(connection, FIRST, LAST)["public_id"].iloc[0]
    sample = ("box-2", ["pm25", "co2"], FIRST, LAST)
    return [
        (partial(reader.nodes_page, connection), reader.nodes(connection)),
        (partial(reader.latest_page, connection), reader.latest(connection)),
        (partial(reader.samples_page, connection, *sample), reader.series(connection, *sample, 0)),
        (
            partial(reader.rides_page, connection, FIRST, LAST),
            reader.rides(connection, FIRST, LAST),
        ),
        (partial(reader.ride_page, connection, name), reader.ride(connection, name)),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_are_the_whole(connection, town, limit):
    for page, whole in questions(connection):
        found, count = read_all(page, limit)
        assert count == max(-(-len(whole) // limit), 1)
        # a page has only the quantities of which it has a value
        found = found.reindex(columns=whole.columns)
        flags = [name for name in whole if name.endswith("_flag")]
        found[flags] = found[flags].fillna(9)
        pd.testing.assert_frame_equal(found, whole, check_dtype=False)


@SOME
@given(
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 40 * 60), st.integers(1, 20)), max_size=12),
)
def test_samples_that_arrive_between_two_pages_shift_and_repeat_nothing(
    connection, limit, arriving
):
    forget_measured(connection)
    box = add_node(connection, "box-1", "box")
    write(connection, [make_samples(box.id, 30, start=START + 600, step=120)])
    ask = partial(reader.series, connection, "box-1", ["pm25"], FIRST, LAST, 0)
    before = set(ask()["time"])
    seen, after = [], None
    arrivals = iter(arriving)
    while True:
        page = reader.samples_page(
            connection, "box-1", ["pm25"], FIRST, LAST, after=after, limit=limit
        )
        last = seen[-1] if seen else FIRST - timedelta(seconds=1)
        now = [time for time in ask()["time"] if time > last]
        assert page.rows["time"].tolist() == now[:limit]
        assert (page.after is None) == (len(now) <= limit)
        seen += page.rows["time"].tolist()
        if page.after is None:
            break
        after = page.after
        if offset := next(arrivals, None):
            minute, count = offset
            start = START + 60 * minute + 30
            write(connection, [make_samples(box.id, count, start=start, step=60)])
    assert seen == sorted(set(seen))
    assert before <= set(seen)


def test_rides_that_arrive_between_two_pages_shift_and_repeat_nothing(connection, town):
    _, bikes = town
    before = set(reader.rides(connection, FIRST, LAST)["public_id"])
    seen, after, hour = [], None, 8
    while True:
        page = reader.rides_page(connection, FIRST, LAST, after=after, limit=2)
        seen += page.rows["public_id"].tolist()
        after = page.after
        if after is None:
            break
        add_ride(connection, bikes[0], START + hour * HOUR)  # newer than all: before the first page
        hour += 4
    assert len(seen) == len(set(seen))
    assert before == set(seen)


def test_what_lies_far_apart_is_found(connection):
    box = add_node(connection, "box-1", "box")
    starts = [START + day * 86_400 for day in (-800, 0, 1, 40)]
    write(connection, [make_samples(box.id, 3, start=start) for start in starts])
    stop = datetime.fromtimestamp(starts[-1] + HOUR, UTC)
    ask = partial(reader.samples_page, connection, "box-1", ["pm25"], FIRST, stop)
    whole = reader.series(connection, "box-1", ["pm25"], FIRST, stop, 0)
    for limit in (1, 2, 5, 11, 12, 13):
        found, _ = read_all(ask, limit)
        pd.testing.assert_frame_equal(found, whole)


def test_windows_grow_until_the_period_ends():
    asked = []

    def read(window):
        asked.append((window["start"], window["stop"], window["limit"]))
        return pd.DataFrame({"time": []})

    stop = FIRST + timedelta(days=3650)
    found = pages.read_windows(read, {"start": FIRST, "stop": stop, "limit": 1000})
    assert found.empty
    assert len(asked) < 8
    assert asked[0][0] == FIRST
    assert asked[-1][1] == stop
    assert all(a[1] == b[0] for a, b in itertools.pairwise(asked))


def test_nothing_is_one_empty_page(connection):
    assert reader.nodes_page(connection).rows.empty
    for page in (
        reader.latest_page(connection),
        reader.samples_page(connection, "nobody", ["pm25"], FIRST, LAST),
        reader.samples_page(connection, "\0", ["pm25"], LAST, FIRST),
        reader.rides_page(connection, FIRST, LAST),
        reader.ride_page(connection, "no ride"),
    ):
        assert page.rows.empty
        assert page.after is None


def test_a_cursor_is_good_for_its_own_question_only(connection, town):
    sample = (["pm25"], FIRST, LAST)
    page = reader.samples_page(connection, "box-1", *sample, limit=2)
    for ask in (
        lambda: reader.samples_page(connection, "box-2", *sample, after=page.after),
        lambda: reader.nodes_page(connection, after=page.after),
        lambda: reader.rides_page(connection, FIRST, LAST, after=page.after),
        lambda: reader.samples_page(connection, "box-1", *sample, after="nonsense"),
    ):
        with pytest.raises(StorageError, match="this is no cursor of this question"):
            ask()
    wider = reader.samples_page(
        connection, "box-1", ["co2"], FIRST, LAST, after=page.after, limit=5
    )
    whole = reader.series(connection, "box-1", ["co2"], FIRST, LAST, 0)
    assert wider.rows["time"].tolist() == whole["time"].tolist()[2:7]


@pytest.mark.parametrize("limit", [0, -1, pages.MOST + 1])
def test_a_page_has_a_sensible_number_of_rows(connection, limit):
    with pytest.raises(StorageError, match="a page has 1 to 100,000 rows"):
        reader.nodes_page(connection, limit=limit)


def test_pages_read_only_the_schema_public_and_skip_no_rows():
    for text in pages.PAGES.values():
        tables = re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL|\()([\w.]+)", text)
        assert tables
        assert all(table.startswith("public.") for table in tables)
        assert "OFFSET" not in text


def test_age_is_told_from_the_moment_that_is_given(connection, town):
    plain, now = reader.latest(connection), LAST
    found = reader.latest(connection, now)
    assert list(found.columns[:4]) == ["node", "time", "age_s", "cell"]
    ages = [(now - time).total_seconds() for time in plain["time"]]
    assert found["age_s"].tolist() == ages
    pd.testing.assert_frame_equal(found.drop(columns="age_s"), plain)
    assert np.all(reader.latest(connection, FIRST)["age_s"] < 0)
