"""Days of zones and of cells against slow answers over all rows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from storage import reader
from storage.registry import add_node
from storage.rides import write_rides
from storage.rollups import roll_up
from storage.writer import write
from storage.zones import add_zone, remove_zone
from tests.services.emptied import forget_measured
from tests.services.observed import read_values
from tests.services.outlines import box, holds
from tests.services.samples import make_samples
from tests.storage.test_hexagons import Ride

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
KEYS = ("pm25", "temperature")
OUTLINE = box(5.0, 52.0, 5.2, 52.2)
INSIDE, OUTSIDE = [(52.05, 5.05), (52.15, 5.12)], (52.1, 5.5)
DAYS = [date(2025, 3, 29), date(2025, 10, 24)]  # before a day of 23 and one of 25 hours
START, STOP = (datetime(2025, month, day, tzinfo=AMSTERDAM) for month, day in ((3, 29), (11, 1)))


def make_days(node, day, days, step, seed):
    """Samples of some days, a tenth missing and a tenth suspect."""
    random = np.random.default_rng([seed, node, days])
    start = int(datetime.combine(day, time(), AMSTERDAM).timestamp())
    moments = np.arange(start, start + days * 86_400, step, dtype=np.int64)
    counts = random.integers(-500, 5000, (len(KEYS), len(moments))).astype(np.int32)
    counts[0] = np.abs(counts[0])
    counts[random.random(counts.shape) < 0.1] = MISSING
    made = to_observations(np.full(len(moments), node, np.int32), moments, KEYS, counts)
    good = np.where(random.random(counts.shape) < 0.9, Flag.GOOD, Flag.SUSPECT)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, good)
    return made


def roll_all(connection):
    while roll_up(connection):
        pass


def add_town(connection):
    """Two boxes in the zone, one beside it, and one without a place."""
    places = [*INSIDE, OUTSIDE]
    nodes = [
        add_node(connection, f"box-{n}", "box", lat=lat, lon=lon)
        for n, (lat, lon) in enumerate(places)
    ]
    nodes.append(add_node(connection, "box-3", "box"))
    add_zone(connection, "town", "municipality", "Town", OUTLINE)
    return nodes


def move(connection, name, place, moment):
    """Give a node another place as of a moment, whatever came after it."""
    node = add_node(connection, name, "box", lat=place[0], lon=place[1])
    for statement in (
        "DELETE FROM private.placement"
        " WHERE node_id = %(id)s AND until < 'infinity' AND since >= %(at)s",
        "UPDATE private.placement SET until = %(at)s"
        " WHERE node_id = %(id)s AND until < 'infinity' AND until > %(at)s",
        "UPDATE private.placement SET since = %(at)s"
        " WHERE node_id = %(id)s AND until = 'infinity' AND since > %(at)s",
    ):
        connection.execute(statement.encode(), {"at": moment, "id": node.id})


def read_stays(connection):
    """Name, cell centre, since and until (Unix seconds) of every placement."""
    rows = connection.execute(
        "SELECT n.name, p.cell, extract(epoch FROM p.since)::float8,"
        " extract(epoch FROM p.until)::float8"
        " FROM private.placement p JOIN private.node n ON n.id = p.node_id"
    ).fetchall()
    return [
        (name, h3.cell_to_latlng(h3.cell_to_parent(cell, 9)), since, until)
        for name, cell, since, until in rows
    ]


def slow_days(connection, quantity, first, after, outline=OUTLINE):
    """What ``zone_days`` must say, from all rows, of the dates from first to after."""
    found = read_values(connection, quantity)
    stays = read_stays(connection)
    rows = []
    for day in sorted(set(found["day"])):
        own = found.loc[found["day"] == day]
        if not first <= day < after:
            continue
        begin = datetime.combine(day, time(), AMSTERDAM).timestamp()
        members = {
            name
            for name, (lat, lon), since, until in stays
            if since <= begin < until and holds(outline, lon, lat)
        }
        inside = own.loc[own["node"].isin(list(members))]
        good = inside.loc[inside["good"]]
        if good.empty:
            continue
        rows.append(
            {
                "day": pd.Timestamp(day),
                "mean": good["value"].mean(),
                "median": good.groupby("node")["value"].mean().median(),
                "low": good["value"].min(),
                "high": good["value"].max(),
                "nodes": good["node"].nunique(),
                "complete": sum(is_complete(part) for _, part in inside.groupby("node")),
                "count": len(good),
            }
        )
    return pd.DataFrame(rows, columns=list(DTYPES)).astype(DTYPES)


DTYPES = {
    "day": "datetime64[us]",
    **dict.fromkeys(["mean", "median", "low", "high"], "float64"),
    **dict.fromkeys(["nodes", "complete", "count"], "int64"),
}


def is_complete(rows):
    """18 hours of which three quarters of what is expected is good."""
    hours = rows.groupby("hour").agg(there=("value", "count"), good=("good", "sum"))
    enough = (hours["good"] >= 0.75 * hours["there"].max()) & (hours["good"] > 0)
    return enough.sum() >= 18


def check(connection, first=date(2025, 3, 29), after=date(2025, 11, 1)):
    start, stop = (datetime.combine(day, time(), AMSTERDAM) for day in (first, after))
    found = [reader.zone_days(connection, "town", quantity, start, stop) for quantity in KEYS]
    for quantity, days in zip(KEYS, found, strict=True):
        expected = slow_days(connection, quantity, first, after)
        pd.testing.assert_frame_equal(days, expected, rtol=1e-9)
    return found[-1]


STEP = st.one_of(
    st.tuples(
        st.just("write"),
        st.integers(0, 3),  # which node
        st.sampled_from(DAYS),
        st.integers(1, 3),  # days
        st.sampled_from([900, 3600]),
        st.integers(0, 1),  # seed: other values for the same moment are duplicates
    ),
    st.tuples(st.just("roll"), st.sampled_from([1, 20, 1000])),
    st.tuples(st.just("delete"), st.integers(0, 2), st.integers(0, 60), st.integers(1, 20)),
    st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 2), st.integers(0, 60)),
)


def take_step(connection, nodes, step):
    kind, *facts = step
    if kind == "write":
        which, day, days, width, seed = facts
        write(connection, [make_days(nodes[which].id, day, days, width, seed)])
    elif kind == "roll":
        roll_up(connection, *facts)
    elif kind == "delete":
        which, hour, hours = facts
        first = datetime(2025, 10, 24, tzinfo=AMSTERDAM).timestamp() + hour * 3600
        span = [nodes[which].id, first, first + hours * 3600 - 1]
        with connection.transaction():
            connection.execute(
                "DELETE FROM private.observation WHERE node_id = %s"
                " AND time BETWEEN to_timestamp(%s) AND to_timestamp(%s)",
                span,
            )
            connection.execute("SELECT private.touch(%s, to_timestamp(%s), to_timestamp(%s))", span)
    else:
        which, place, hour = facts
        moment = datetime(2025, 10, 24, tzinfo=AMSTERDAM) + timedelta(hours=hour)
        move(connection, f"box-{which}", [*INSIDE, OUTSIDE][place], moment)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller case costs minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=2, max_size=10))
def test_days_of_a_zone_are_what_all_rows_say_whatever_waits(connection, steps):
    forget_measured(connection)
    connection.execute("TRUNCATE private.node, private.zone CASCADE")
    nodes = add_town(connection)
    write(connection, [make_days(nodes[0].id, DAYS[1], 3, 900, 7)])
    for step in steps:
        take_step(connection, nodes, step)
    check(connection)
    roll_all(connection)
    check(connection)


@pytest.fixture
def town(connection):
    """Three boxes with five days, of which the last waits."""
    nodes = add_town(connection)
    for node in nodes[:3]:
        write(connection, [make_days(node.id, DAYS[1], 4, 900, 1)])
    roll_all(connection)
    write(connection, [make_days(nodes[0].id, date(2025, 10, 28), 1, 900, 1)])
    return nodes


def test_days_that_do_not_wait_are_read_from_the_rollups_of_the_zone(connection, town):
    expected = check(connection)
    assert len(expected) == 5
    connection.execute("TRUNCATE private.observation, private.rollup_hour, private.rollup_day")
    found = reader.zone_days(connection, "town", "temperature", START, STOP)
    pd.testing.assert_frame_equal(found, expected.iloc[:4])


def test_a_day_counts_when_it_begins_in_the_period(connection, town):
    days = [date(2025, 10, 25), date(2025, 10, 26)]
    expected = slow_days(connection, "pm25", days[0], days[1] + timedelta(days=1))
    first = datetime(2025, 10, 24, 22, tzinfo=UTC)
    for start in (first, first - timedelta(hours=23, minutes=59)):
        for stop in (
            datetime(2025, 10, 26, 22, 59, tzinfo=UTC),
            first + timedelta(days=1, hours=1),
        ):
            found = reader.zone_days(connection, "town", "pm25", start, stop)
            pd.testing.assert_frame_equal(found, expected, rtol=1e-9)
    assert reader.zone_days(connection, "town", "pm25", first, first).empty
    assert dict(reader.zone_days(connection, "town", "pm25", first, first).dtypes) == DTYPES


def test_a_zone_that_waits_for_all_its_days_is_answered_at_once(connection, town):
    roll_all(connection)
    remove_zone(connection, "town")
    add_zone(connection, "town", "municipality", "Town", OUTLINE)
    assert len(check(connection))


def test_what_does_not_exist_is_named(connection, town):
    with pytest.raises(StorageError, match="no zone called 'city'; see: meten zone list"):
        reader.zone_days(connection, "city", "pm25", START, STOP)
    with pytest.raises(StorageError, match="no zone called"):
        reader.zone_days(connection, "a\0", "pm25", START, STOP)
    with pytest.raises(StorageError, match="no quantity 'ozone'"):
        reader.zone_days(connection, "town", "ozone", START, STOP)
    with pytest.raises(StorageError, match="no quantity 'ozone'"):
        reader.cell_days(connection, "ozone", DAYS[0], DAYS[1], 9)


def test_zones_are_listed_with_the_nodes_that_stand_in_them(connection, town):
    add_zone(connection, "empty", "area", "Empty", box(6.0, 52.0, 6.1, 52.1))
    move(connection, "box-1", OUTSIDE, datetime(2025, 10, 25, tzinfo=AMSTERDAM))
    found = reader.zones(connection)
    assert list(found.itertuples(index=False, name=None)) == [
        ("empty", "area", "Empty", 0),
        ("town", "municipality", "Town", 1),
    ]


# cells


def slow_cells(connection, nodes, rides, resolution, first, after):
    """What ``cell_days`` must say of PM2.5: fixed nodes by day, rides by the day they start."""
    found = read_values(connection, "pm25")
    sums: dict[int, dict[date, list]] = {}
    homes = {node.name: h3.cell_to_parent(node.cell, 9) for node in nodes if node.cell}
    fixed = found.loc[found["good"] & found["node"].isin(list(homes))]
    for (node, day), own in fixed.groupby(["node", "day"]):
        cell = h3.cell_to_parent(homes[node], min(resolution, 9))
        sums.setdefault(cell, {}).setdefault(day, []).append(own["value"])
    moving = connection.execute(
        "SELECT v.cell, v.time, v.pm25, flag_of(v.flags, 1) FROM private.value v"
        " JOIN private.node n ON n.id = v.node_id AND n.moving"
    ).fetchall()
    for ride in rides:
        day = datetime.fromtimestamp(ride.public_start, AMSTERDAM).date()
        per: dict[int, list[float]] = {}
        for cell, moment, value, flag in moving:
            inside = ride.public_start <= moment.timestamp() <= ride.public_stop
            if inside and value is not None and flag == 1:
                parent = h3.cell_to_parent(cell, min(resolution, 10))
                per.setdefault(parent, []).append(value)
        for cell, values in per.items():
            sums.setdefault(cell, {}).setdefault(day, []).append(pd.Series(values))
    rows = []
    for cell in sorted(sums):
        kept = {day: parts for day, parts in sums[cell].items() if first <= day < after}
        if kept:
            values = pd.concat([part for parts in kept.values() for part in parts])
            rows.append((cell, values.mean(), len(values), max(map(len, kept.values()))))
    return pd.DataFrame(rows, columns=["cell", "mean", "count", "nodes"])


@pytest.fixture
def rides(connection, town):
    """Two rides of one bike, on two days."""
    bike = add_node(connection, "bike-1", "bike")
    made = []
    for day in (25, 26):
        start = int(datetime(2025, 10, day, 23, 30, tzinfo=AMSTERDAM).timestamp())
        write(
            connection,
            [make_samples(bike.id, 300, start=start, step=10, schema=2, moving=True, seed=day)],
        )
        made.append(Ride(start, start + 2990, start + 60, start + 2900))
        write_rides(connection, bike.id, start, start + 2990, [made[-1]])
    return made


@pytest.mark.parametrize("resolution", [7, 8, 9, 10, 12])
def test_cells_over_days_are_what_all_rows_say(connection, town, rides, resolution):
    roll_all(connection)
    for first, after in ((date(2025, 10, 24), date(2025, 10, 27)), (date(2025, 1, 1), date.max)):
        found = reader.cell_days(connection, "pm25", first, after, resolution)
        assert found.left_out == []
        expected = slow_cells(connection, town, rides, resolution, first, after)
        pd.testing.assert_frame_equal(found.cells, expected, rtol=1e-9)


def test_days_of_which_anything_waits_are_left_out_and_named(connection, rides):
    roll_all(connection)
    first, after = date(2025, 10, 24), date(2025, 10, 30)
    whole = reader.cell_days(connection, "pm25", first, after, 9)
    connection.execute("UPDATE private.ride SET public_stop = NULL, public_start = NULL")
    found = reader.cell_days(connection, "pm25", first, after, 9)
    assert found.left_out == [date(2025, 10, 25), date(2025, 10, 26)]
    assert found.cells["count"].sum() < whole.cells["count"].sum()
    other = reader.cell_days(connection, "pm25", date(2025, 10, 27), after, 9)
    assert other.left_out == []


def test_cells_of_a_box_are_those_with_their_centre_in_it(connection, rides):
    roll_all(connection)
    first, after = date(2025, 10, 24), date(2025, 10, 30)
    for resolution in (7, 10):
        whole = reader.cell_days(connection, "pm25", first, after, resolution).cells
        west, south, east, north = 5.0, 52.08, 5.13, 52.2
        inside = [
            south <= lat <= north and west <= lon <= east
            for lat, lon in map(h3.cell_to_latlng, whole["cell"].tolist())
        ]
        found = reader.cell_days(
            connection, "pm25", first, after, resolution, (west, south, east, north)
        ).cells
        pd.testing.assert_frame_equal(found, whole.loc[inside].reset_index(drop=True))
        assert 0 < len(found) < len(whole)
