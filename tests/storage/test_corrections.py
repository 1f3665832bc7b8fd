"""Stored rows get corrected values in place, and only those that need them are written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.calibration.applying import apply_all
from ingest.calibration.correcting import correct
from ingest.calibration.periods import to_periods
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import SLOT
from storage import reader
from storage.calibrations import add_calibration
from storage.compared import Period, read_measuring, read_node_hours, read_passings
from storage.corrections import number_sets, read_applied, read_members, read_stored, rewrite
from storage.periods import to_hour
from storage.registry import add_node
from storage.rollups import roll_up, waiting
from storage.stations import Hours, Station, write_hours, write_stations
from storage.store import Store
from storage.writer import write
from storage.zones import add_zone
from tests.services.outlines import box

START = datetime(2026, 1, 30, tzinfo=UTC)
T0 = int(START.timestamp())
STOP = START + timedelta(days=9)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Amsterdam")
KEYS = ("pm25", "humidity", "pm1")
SHOWN = """
SELECT node, time, pm25, pm25_corrected, humidity, humidity_corrected, correction, flags
FROM public.observation ORDER BY node, time
"""


def make_rows(node, count=300, step=1800, seed=1):
    """Rows over a week that ends a month, a tenth of the values suspect."""
    rng = np.random.default_rng(seed + node)
    counts = rng.integers(100, 9000, (len(KEYS), count)).astype(np.int32)
    rows = to_observations(
        np.full(count, node, np.int32), T0 + step * np.arange(count), KEYS, counts
    )
    rows.flags[:] = np.where(rng.random(counts.shape) < 0.1, Flag.SUSPECT, Flag.GOOD)
    return rows


@pytest.fixture
def town(connection):
    for name in ("box-1", "box-2"):
        write(connection, [make_rows(add_node(connection, name, "box", lat=52.1, lon=5.1).id)])
    while roll_up(connection):
        pass
    return connection


def add(connection, gain, **given):
    given = {"quantity": "pm25", "since": START + DAY, **given}
    key, since = given.pop("quantity"), given.pop("since")
    parameters = {"line": {"gain": gain}}
    return add_calibration(connection, key, "line", parameters, since, applied=True, **given)


def shown(connection):
    return connection.execute(SHOWN).fetchall()


def apply(database, **given):
    with Store(database) as store:
        return apply_all(store, START, STOP, **given)


def test_rows_that_were_stored_before_get_corrected_values_in_place(town, database):
    before = shown(town)
    add(town, 2.0, node=1)
    add(town, 3.0, until=START + 2 * DAY)
    outcome = apply(database)
    assert outcome.rows == len(before)
    some = 0
    for old, new in zip(before, shown(town), strict=True):
        node, time, pm25, corrected, humidity, humid, correction, flags = new
        assert (node, time, pm25, humidity, flags) == (*old[:3], old[4], old[7])
        gain = None
        if time >= START + DAY:
            gain = 2.0 if node == "box-1" else 3.0 if time < START + 2 * DAY else None
        assert corrected == (None if gain is None else pytest.approx(gain * pm25))
        assert (correction is None) == (gain is None)
        assert humid is None
        some += gain is not None
    assert outcome.changed == some > 250


def test_it_is_the_same_as_being_corrected_at_ingest(town, database):
    add(town, 2.0)
    add(town, 0.5, quantity="humidity", since=START)
    apply(database)
    applied, members = read_applied(town), read_members(town)
    periods = to_periods(applied, members, lambda sets: number_sets(town, sets))
    third = add_node(town, "box-3", "box").id
    write(town, [replace(correct(make_rows(1), periods), node=np.full(300, third, np.int32))])
    rows = shown(town)
    assert [row[1:] for row in rows if row[0] == "box-1"] == [
        row[1:] for row in rows if row[0] == "box-3"
    ]


def test_done_again_it_writes_nothing_and_notes_no_hour(town, database):
    add(town, 2.0)
    first = apply(database)
    assert first.changed > 0
    touched = waiting(town).hours
    assert touched > 200
    while roll_up(town):
        pass
    assert apply(database).changed == 0
    assert waiting(town).hours == 0


def test_a_run_that_broke_off_goes_on_behind_what_it_did(town, database):
    add(town, 2.0)
    with Store(database) as store:
        real, calls = store.rewrite, []

        def break_off(stored, corrected):
            calls.append(1)
            if len(calls) == 3:
                raise StorageError("gone")
            return real(stored, corrected)

        store.rewrite = break_off
        with pytest.raises(StorageError):
            apply_all(store, START, STOP)
    done = sum(row[6] is not None for row in shown(town))
    assert done > 0
    rest = apply(database).changed
    assert done + rest == sum(row[6] is not None for row in shown(town))
    assert apply(database).changed == 0


def test_only_the_named_nodes_and_hours_are_changed(town, database):
    add(town, 2.0)
    with Store(database) as store:
        apply_all(store, START, START + 3 * DAY, [2])
    for node, time, *_, correction, _ in shown(town):
        inside = node == "box-2" and START + DAY <= time < START + 3 * DAY
        assert (correction is not None) == inside


def test_what_does_not_hold_any_more_is_taken_away(town, database):
    add(town, 2.0)
    apply(database)
    town.execute("UPDATE private.calibration SET applied = false")
    assert apply(database).changed > 0
    assert all(row[3] is None and row[6] is None for row in shown(town))


def test_the_public_learns_the_version_behind_each_corrected_value(town, database):
    add(town, 2.0)
    add(town, 4.0)
    add(town, 0.5, quantity="humidity", node=1)
    apply(database)
    told = town.execute(
        "SELECT DISTINCT o.node, c.quantity, c.version, c.method, c.scope FROM public.observation o"
        " JOIN public.correction c USING (correction) ORDER BY 1, 2"
    ).fetchall()
    assert told == [
        ("box-1", "humidity", 1, "line", "node"),
        ("box-1", "pm25", 2, "line", "all"),
        ("box-2", "pm25", 2, "line", "all"),
    ]


def test_readers_show_corrected_values_beside_the_raw_ones(town, database):
    assert "correction" not in reader.latest(town).columns  # nothing is corrected yet
    add(town, 2.0, node=1)
    apply(database)
    raw = dict(zip(reader.latest(town)["node"], reader.latest(town)["pm25"], strict=True))
    latest = reader.latest(town)
    assert list(latest)[3:6] == ["pm1", "pm1_flag", "pm25"]
    beside = dict(zip(latest["node"], latest["pm25_corrected"], strict=True))
    assert beside["box-1"] == pytest.approx(2 * raw["box-1"])
    assert np.isnan(beside["box-2"])
    page = reader.latest_page(town, limit=1).rows
    assert page["pm25_corrected"].tolist() == [beside["box-1"]]
    for found in (
        reader.series(town, "box-1", ["pm25", "pm1"], START, STOP, 0, corrected=True),
        reader.samples_page(town, "box-1", ["pm25", "pm1"], START, STOP, corrected=True).rows,
    ):
        names = ["time", "pm25", "pm25_flag", "pm1", "pm1_flag", "pm25_corrected", "correction"]
        assert list(found) == names
        later = found["time"] >= START + DAY
        doubled = (2 * found["pm25"][later]).tolist()
        assert found["pm25_corrected"][later].tolist() == pytest.approx(doubled)
        assert found["correction"].isna().tolist() == (~later).tolist()
    told = reader.corrections(town, latest["correction"].dropna().unique().tolist())
    assert told[["quantity", "version", "scope"]].to_numpy().tolist() == [["pm25", 1, "node"]]


def read_good(connection):
    """Every good corrected PM2.5: node, time, value."""
    found = connection.execute(
        "SELECT node, time, pm25_corrected FROM public.observation"
        " WHERE pm25_corrected IS NOT NULL AND flag_of(flags, %s) = 1",
        [SLOT["pm25"]],
    ).fetchall()
    return [(node, time.astimezone(UTC), value) for node, time, value in found]


def gather(facts):
    """Values by who and when."""
    found = {}
    for who, when, value in facts:
        found.setdefault((who, when), []).append(value)
    return found


def rows_of(gathered, fact):
    return {key: pytest.approx(fact(values)) for key, values in gathered.items()}


def rows(frame, who, when, fact):
    keys = zip(frame[who], frame[when], strict=True)
    return dict(zip(keys, frame[fact], strict=True))


@pytest.mark.parametrize("rolled", [True, False])
def test_corrected_values_are_added_up_as_a_quantity_of_their_own(town, database, rolled):
    add_zone(town, "zone", "municipality", "Zone", box(5.0, 52.0, 5.2, 52.2))
    add(town, 2.0, node=1)
    add(town, 3.0, node=2, since=START + 2 * DAY)
    apply(database)
    while rolled and roll_up(town):
        pass
    good = read_good(town)
    hours = gather((node, to_hour(time), value) for node, time, value in good)
    told = reader.hourly(town, "pm25_corrected", START, STOP)
    assert rows(told, "node", "time", "mean") == rows_of(hours, mean)
    assert rows(told, "node", "time", "count") == rows_of(hours, len)
    local = [(node, time.astimezone(ZONE).date(), value) for node, time, value in good]
    first, after = min(day for _, day, _ in local), max(day for _, day, _ in local) + DAY
    days = reader.node_days(town, "pm25_corrected", first, after)
    days = days.assign(day=days["day"].dt.date)
    assert rows(days, "node", "day", "mean") == rows_of(gather(local), mean)
    of_zone = reader.zone_days(town, "zone", "pm25_corrected", START - 2 * DAY, STOP)
    of_zone = of_zone.assign(day=of_zone["day"].dt.date, zone="zone")
    together = gather(("zone", day, value) for _, day, value in local)
    assert rows(of_zone, "zone", "day", "mean") == rows_of(together, mean)
    cells = reader.hexagons(town, "pm25_corrected", START, STOP, 9)
    whole = [value for _, _, value in good]
    assert cells[["mean", "count", "nodes"]].to_numpy().tolist() == [
        [pytest.approx(mean(whole)), len(whole), 2]
    ]
    own = [value for node, _, value in good if node == "box-1"]
    for width in (6 * 3600, 86_400):
        series = reader.series(town, "box-1", ["pm25"], START, STOP, width, corrected=True)
        assert list(series) == [
            "time",
            "pm25",
            "pm25_count",
            "pm25_corrected",
            "pm25_corrected_count",
        ]
        assert series["pm25_corrected_count"].sum() == len(own)
    year = reader.exceedances(town, 2026, "pm25_corrected")
    assert set(year["node"]) == {"box-1", "box-2"}


def test_what_is_never_corrected_cannot_be_asked_for(town):
    with pytest.raises(StorageError, match="pm1 is never corrected; these are: pm25, pm10"):
        reader.hourly(town, "pm1_corrected", START, STOP)


def test_a_set_of_calibrations_has_one_number_for_ever(town):
    for gain in (1.5, 2.0, 3.0):
        add(town, gain)
    first = number_sets(town, [(1,), (1, 2), (2, 3)])
    assert len(set(first)) == 3
    assert number_sets(town, [(2, 3), (1,), (3,)])[:2] == [first[2], first[0]]
    town.execute("DELETE FROM private.calibration WHERE id = 3")
    assert number_sets(town, [(1, 2)]) == [first[1]]
    assert number_sets(town, [(2,)]) == [first[2]]  # what is left of that set
    town.execute("DELETE FROM private.calibration WHERE id = 2")
    add(town, 4.0)
    assert min(number_sets(town, [(1, 4)])) > max(first)  # a number is never given again


def test_stored_rows_come_back_as_they_went_in(town):
    rows = make_rows(2)
    stored = read_stored(town, 2, START, STOP)
    assert stored.rows.time.tolist() == rows.time.tolist()
    for key in ("pm25", "humidity"):
        place = stored.rows.keys.index(key)
        assert np.array_equal(stored.rows.counts[place], rows.counts[KEYS.index(key)])
        assert np.array_equal(stored.rows.flags[place], rows.flags[KEYS.index(key)])
    assert (stored.rows.flags[stored.rows.keys.index("no2")] == Flag.MISSING).all()
    assert read_stored(town, 2, STOP, STOP + DAY) is None
    assert stored is not None
    assert rewrite(town, stored, stored.rows) == 0


def test_an_hour_of_a_node_is_the_median_of_what_did_not_fail_and_whole(connection):
    node = add_node(connection, "box-1", "box").id
    time = (
        T0
        + np.r_[
            np.arange(0, 3600, 60), 3600 + np.arange(0, 1200, 60), 7200 + np.arange(0, 3600, 60)
        ]
    )
    counts = np.stack([np.arange(len(time)) + 100, np.full(len(time), 9950)]).astype(np.int32)
    rows = to_observations(np.full(len(time), node, np.int32), time, ("pm25", "humidity"), counts)
    rows.flags[0] = np.where(counts[0] < 130, Flag.FAIL, Flag.GOOD)
    rows.flags[1] = Flag.SUSPECT
    write(connection, [rows])
    found = read_node_hours(connection, [node], Period("pm25", START, STOP))
    assert [f"{at:%H:%M}" for at in found["time"]] == ["00:00", "02:00"]  # a third is no hour
    expected = [np.median(counts[0][30:60]) / 100, np.median(counts[0][80:140]) / 100]
    assert found["raw"].tolist() == pytest.approx(expected)
    assert found["humidity"].tolist() == [99.5, 99.5]
    assert found["temperature"].isna().all()
    with pytest.raises(StorageError, match="not 'co2'"):
        read_node_hours(connection, [node], Period("co2", START, STOP))


def test_a_bike_passes_a_station_in_the_hours_in_which_it_is_near(connection):
    bike = add_node(connection, "bike-1", "bike").id
    add_node(connection, "box-1", "box", lat=52.1, lon=5.1)
    write_stations(connection, [Station("NL1", "Park", "background", 52.1, 5.1)])
    hours = Hours(
        [("NL1", "pm25")], np.zeros(3, np.int32), T0 + 3600 * np.arange(3),
        np.array([10.0, 20.0, 30.0]), np.array([1, 1, 4], np.uint8),
    )  # fmt: skip
    write_hours(connection, hours)
    time = T0 + np.array([0, 60, 120, 3600, 3700, 7200])
    counts = np.array([[100, 300, 9999, 500, 9999, 100]], np.int32)
    metres_north = np.array([0, 400, 600, 499, 900, 10])
    lat = np.round((52.1 + metres_north / 111_195) * 1e7).astype(np.int32)
    rows = to_observations(
        np.full(6, bike, np.int32), time, ("pm25",), counts,
        lat=lat, lon=np.full(6, 51_000_000, np.int32),
    )  # fmt: skip
    rows.flags[:] = Flag.GOOD
    write(connection, [rows])
    found = read_passings(connection, Period("pm25", START, STOP), 500)
    assert found[["node", "raw", "reference"]].to_numpy().tolist() == [[bike, 2, 10], [bike, 5, 20]]
    assert list(read_measuring(connection, Period("pm25", START, STOP))["code"]) == ["NL1"]
    assert read_measuring(connection, Period("no2", START, STOP)).empty
