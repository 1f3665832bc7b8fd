from collections import defaultdict
from itertools import chain, pairwise

import numpy as np
import pytest

from ingest.virtual.city import City, to_metres
from ingest.virtual.field import Field
from ingest.virtual.local import DAY, HOUR
from ingest.virtual.nodes import Run, take_samples
from ingest.virtual.pages import ABSENT
from lokaalmeten import wire

START = 1_795_392_000  # 2026-11-23T00:00Z, a Monday
NAMES = {schema: [name for name, _ in wire.record_fields(schema)] for schema in wire.SCHEMAS}


@pytest.fixture(scope="module")
def city():
    return City(1)


@pytest.fixture(scope="module")
def day(city):
    return Run(city, START).pages(START + DAY)


@pytest.fixture(scope="module")
def records(day):
    """Samples of each kind as dictionaries, read back by the slow reader."""
    found = defaultdict(list)
    for name, page in day:
        schema, _, _, time, _, rows = wire.read_page(page)
        for row in rows:
            record = dict(zip(NAMES[schema], row, strict=True), node=name)
            found[name.split("-")[0]].append(record | {"time": time + record["offset"]})
    return found


def test_same_seed_and_window_are_the_same_bytes(day):
    assert Run(City(1), START).pages(START + DAY) == day


def test_another_seed_measures_something_else(city):
    one = Run(city, START).pages(START + HOUR)
    other = Run(City(2), START).pages(START + HOUR)
    assert [page for _, page in one] != [page for _, page in other]


def test_every_page_is_accepted_and_comes_from_the_right_kind_of_node(day):
    for name, page in day:
        assert wire.refuse_page(page) is None
        assert wire.SCHEMAS[page[3]][0] == name.split("-")[0]


def test_pages_are_numbered_per_node_without_a_gap_over_several_deliveries(city):
    run = Run(city, START)
    deliveries = [run.pages(START + stop) for stop in (6 * HOUR, 6 * HOUR, 9 * HOUR, 10 * HOUR)]
    assert deliveries[1] == []
    numbers, boots = defaultdict(list), defaultdict(set)
    for name, page in chain(*deliveries):
        _, boot, sequence, *_ = wire.read_page(page)
        numbers[name].append(sequence)
        boots[name].add(boot)
    assert all(found == list(range(len(found))) for found in numbers.values())
    assert all(len(found) == 1 for found in boots.values())


def test_samples_do_not_depend_on_the_window(city):
    field = Field(city)
    for node in (city.boxes[0], city.bikes[0], city.counters[0]):
        whole = take_samples(field, node, START, START + DAY)
        cuts = [START, START + 27_001, START + 30_000, START + DAY]
        cuts = sorted({*cuts, int(whole.time[1])})  # of a bike: before it knows where it is
        parts = [take_samples(field, node, *cut) for cut in pairwise(cuts)]
        assert np.array_equal(np.concatenate([part.time for part in parts]), whole.time)
        for name, column in whole.columns.items():
            joined = np.concatenate([part.columns[name] for part in parts])
            assert np.array_equal(joined, column), name


def test_each_kind_keeps_its_own_beat(records):
    for kind, beat in (("box", 60), ("counter", 180), ("bike", 5)):
        times = defaultdict(list)
        for record in records[kind]:
            times[record["node"]].append(record["time"])
        steps = np.concatenate([np.diff(found) for found in times.values()])
        assert (steps % beat == 0).all() or kind == "bike"
        assert (steps == beat).mean() > 0.95
    assert len(records["box"]) > 60 * 1440 * 0.98


def test_particles_stay_in_order_through_noise_and_rounding(records):
    for kind in ("box", "bike"):
        for record in records[kind]:
            sizes = [record[key] for key in ("pm1", "pm25", "pm4", "pm10") if key in record]
            known = [size for size in sizes if size is not None]
            assert known == sorted(known)


def test_some_values_are_missing_and_few(records):
    values = [record["temperature"] for record in records["box"]]
    assert 0 < sum(value is None for value in values) < 0.005 * len(values)


def test_a_failed_sensor_gives_nothing_and_says_so(records):
    failed = [record for record in records["box"] if record["bits"] & wire.BIT_PM_ERROR]
    assert 0 < len(failed) < 0.02 * len(records["box"])
    assert {record["pm25"] for record in failed} == {None}
    assert any(record["temperature"] is not None for record in failed)


def test_about_three_percent_of_bike_samples_have_no_place_at_the_start_of_a_ride(records):
    blind = [r for r in records["bike"] if r["bits"] & wire.BIT_NO_FIX]
    assert 0.02 < len(blind) / len(records["bike"]) < 0.045
    assert {(r["lat"], r["lon"], r["accuracy"]) for r in blind} == {(None, None, None)}
    seeing = [r for r in records["bike"] if not r["bits"] & wire.BIT_NO_FIX]
    assert None not in {r["lat"] for r in seeing} | {r["lon"] for r in seeing}
    at = {(r["node"], r["time"]): r for r in records["bike"]}
    before = [at.get((r["node"], r["time"] - 5)) for r in blind]
    assert all(r is None or r["lat"] is None for r in before)


def test_receiver_is_off_by_metres(city, records):
    seeing = [r for r in records["bike"] if r["lat"] is not None]
    place = np.array([(r["lat"], r["lon"]) for r in seeing]) / 1e7
    away = city.streets.away_m(*to_metres(place[:, 0], place[:, 1]))
    assert 0.5 < np.median(away) < 4
    assert away.max() < 15
    assert min(r["accuracy"] for r in seeing) >= 120


def test_sensors_warm_up_at_the_start_of_a_ride(records):
    rides = defaultdict(list)
    for record in records["bike"]:
        rides[record["node"]].append(record)
    for ride in rides.values():
        assert ride[0]["bits"] & wire.BIT_WARM_UP
    warm = [r for r in records["bike"] if r["bits"] & wire.BIT_WARM_UP]
    assert 0.02 < len(warm) / len(records["bike"]) < 0.1


def test_units_differ_but_tell_of_the_same_air(city):
    field = Field(city)
    hour = [take_samples(field, box, START, START + DAY).columns["pm25"] for box in city.boxes]
    means = np.array([column[column != ABSENT].mean() for column in hour])
    assert 0.03 < means.std() / means.mean() < 0.5


def test_counters_count_whole_people_and_more_by_day(records):
    market = [record for record in records["counter"] if record["node"] == "counter-001"]
    day = [r["count_in"] for r in market if START + 11 * HOUR < r["time"] < START + 15 * HOUR]
    night = [r["count_in"] for r in market if START + HOUR < r["time"] < START + 4 * HOUR]
    assert np.mean([count for count in day if count is not None]) > 5
    assert np.mean([count for count in night if count is not None]) < 2
    assert min(r["count_out"] for r in market if r["count_out"] is not None) >= 0
