"""Every question against a slow answer in pandas over what the public may see."""

import itertools
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from storage import reader
from storage.queries import read_queries
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from tests.services.samples import START, make_samples

HOUR = 3600
FIRST = datetime.fromtimestamp(START, UTC)
BOXES = {"box-1": (52.0907, 5.1214), "box-2": (52.0908, 5.1215), "box-3": (52.37, 4.89)}


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None
    public_stop: int | None
    samples: int = 360
    distance_m: float = 4321.0
    due: int | None = None


@dataclass(frozen=True)
class City:
    """What was written, as the public may know it: one row is one value."""

    public: pd.DataFrame  # source, key, time, cell, value, flag; of rides also second
    rides: list[str]


def moment(seconds):
    return datetime.fromtimestamp(START + seconds, UTC)


def to_values(samples, source, resolution, *, at=None, second=None):
    """Rows of one value each; ``at`` is the time the public is told instead of the real one."""
    parts = []
    for key, counts, flags in zip(samples.keys, samples.counts, samples.flags, strict=True):
        cells = [
            h3.cell_to_parent(cell, resolution) if cell else 0 for cell in samples.cell.tolist()
        ]
        part = {
            "source": source,
            "key": key,
            "time": samples.time if at is None else at,
            "second": np.nan if second is None else samples.time - second,
            "cell": cells,
            "value": counts / BY_KEY[key].per,
            "flag": flags,
        }
        parts.append(pd.DataFrame(part)[counts != MISSING])
    return pd.concat(parts)


@pytest.fixture
def city(connection):
    """Three boxes and a counter for six hours, two bikes of three rides each."""
    parts, batch, names = [], [], []
    for name, (lat, lon) in BOXES.items():
        node = add_node(connection, name, "box", lat=lat, lon=lon, label=name.upper())
        samples = make_samples(node.id, 360, cell=node.cell, start=START + node.id)
        batch.append(samples)
        parts.append(to_values(samples, name, 9))
    counter = add_node(connection, "counter-1", "counter")
    batch.append(make_samples(counter.id, 72, schema=3, step=300))
    parts.append(to_values(batch[-1], "counter-1", 9))
    add_node(connection, "silent", "box", lat=52.0, lon=5.0)
    for name in ("bike-1", "bike-2"):
        bike = add_node(connection, name, "bike")
        for number in range(3):
            start = START + HOUR * (1 + 2 * number) - 1200 + 60 * bike.id
            samples = make_samples(bike.id, 360, start=start, step=10, schema=2, moving=True)
            batch.append(samples)
            stop = start + 3590
            shown = (None, None) if number == 1 else (start + 300, stop - 305)
            write(connection, batch)
            batch = []
            write_rides(connection, bike.id, start, stop, [Ride(start, stop, *shown)])
            (public_id,) = connection.execute(
                "SELECT public_id::text FROM private.ride WHERE node_id = %s AND start = %s",
                [bike.id, datetime.fromtimestamp(start, UTC)],
            ).fetchone()
            if shown[0] is not None:
                names.append(public_id)
                public = samples.take((samples.time >= shown[0]) & (samples.time <= shown[1]))
                hour = shown[0] // HOUR * HOUR
                parts.append(to_values(public, public_id, 10, at=hour, second=shown[0]))
    return City(pd.concat(parts, ignore_index=True), names)


def in_period(values, start, stop):
    """Rows of a period, those of rides by the hour in which they start."""
    first, last = start.timestamp(), stop.timestamp()
    firsts = np.where(values["second"].isna(), first, first // HOUR * HOUR)
    return values[(values["time"] >= firsts) & (values["time"] < last)]


def slow_hexagons(city, key, start, stop, resolution):
    values = in_period(city.public, start, stop)
    good = values[(values["key"] == key) & (values["flag"] == 1) & (values["cell"] != 0)]
    cells = [
        cell if h3.get_resolution(cell) <= resolution else h3.cell_to_parent(cell, resolution)
        for cell in good.cell
    ]
    found = good.assign(cell=cells).groupby("cell", as_index=False)
    return found.agg(mean=("value", "mean"), count=("value", "size"), nodes=("source", "nunique"))


def test_hexagons_are_the_mean_of_good_public_values(connection, city):
    questions = [
        ("pm25", FIRST, moment(6 * HOUR)),
        ("pm25", moment(1800), moment(4000)),
        ("pm4", FIRST, moment(6 * HOUR)),  # boxes only
        ("no2", FIRST, moment(6 * HOUR)),  # nobody
        ("pm25", moment(90 * HOUR), moment(99 * HOUR)),
    ]
    for (key, start, stop), resolution in itertools.product(questions, (7, 9, 10, 11)):
        found = reader.hexagons(connection, key, start, stop, resolution)
        wanted = slow_hexagons(city, key, start, stop, resolution)
        assert list(found.columns) == ["cell", "mean", "count", "nodes"]
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_hexagons_of_a_box_have_their_centre_in_it(connection, city):
    period = (FIRST, moment(6 * HOUR))
    everything = reader.hexagons(connection, "pm25", *period, 10)
    box = (5.118, 52.088, 5.123, 52.095)
    found = reader.hexagons(connection, "pm25", *period, 10, box)
    centres = [h3.cell_to_latlng(cell) for cell in everything["cell"]]
    inside = [52.088 <= lat <= 52.095 and 5.118 <= lon <= 5.123 for lat, lon in centres]
    assert 0 < sum(inside) < len(inside)
    assert found["cell"].tolist() == everything["cell"][inside].tolist()
    assert reader.hexagons(connection, "no2", *period, 10, box).empty


def test_nodes_are_all_there_with_their_latest_sample(connection, city):
    found = {row["name"]: row for row in reader.nodes(connection).to_dict("records")}
    assert list(found) == ["bike-1", "bike-2", *BOXES, "counter-1", "silent"]
    for name, (lat, lon) in BOXES.items():
        row = found[name]
        assert (row["cell"], row["label"]) == (h3.latlng_to_cell(lat, lon, 9), name.upper())
        assert row["last"].timestamp() == START + int(name[-1]) + 359 * 60
    assert all(pd.isna(found[name]["last"]) for name in ("bike-1", "bike-2", "silent"))
    assert [name for name in found if found[name]["moving"]] == ["bike-1", "bike-2"]


def test_a_node_is_its_row_among_all(connection, city):
    nodes = reader.nodes(connection)
    for name in nodes["name"]:
        wanted = nodes.loc[nodes["name"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(reader.node(connection, name), wanted, check_dtype=False)
    for name in ("nobody", "", "box-1' OR true --", "\0"):
        assert reader.node(connection, name).empty


def test_extent_spans_everything_public(connection, city):
    last = city.public.query("second.isna()").time.max()
    ride = city.public.query("second >= 0").time.max() + HOUR
    assert reader.extent(connection) == (FIRST, datetime.fromtimestamp(max(last, ride), UTC))


def test_an_empty_database_answers_everything_with_nothing(connection):
    period = (FIRST, moment(HOUR))
    assert reader.extent(connection) is None
    assert reader.quantities(connection, *period) == []
    assert reader.count(connection) == (0, False)
    for found in (
        reader.nodes(connection),
        reader.hexagons(connection, "pm25", *period, 9),
        reader.series(connection, "box-1", ["pm25"], *period, 60),
        reader.series(connection, "box-1", ["pm25"], *period, 0),
        reader.latest(connection),
        reader.rides(connection, *period),
        reader.ride(connection, "00000000-0000-0000-0000-000000000000"),
        reader.ride(connection, "no such name"),
        reader.forecast(connection, "box-1", "pm25"),
        reader.hourly(connection, "pm25", *period),
    ):
        assert found.empty
        for name in {"time", "start", "last", "issue_time"} & set(found.columns):
            assert str(found[name].dtype) == "datetime64[us, UTC]"


def test_quantities_are_those_with_a_public_value_in_the_period(connection, city):
    moments = [0, 3 * HOUR, 5 * HOUR + 300, 5 * HOUR + 301, 6 * HOUR, 99 * HOUR]
    answers = set()
    for first, last in itertools.combinations(moments, 2):
        found = reader.quantities(connection, moment(first), moment(last))
        present = set(in_period(city.public, moment(first), moment(last))["key"])
        assert found == [key for key in BY_KEY if key in present]
        answers.add(tuple(found))
    assert len(answers) > 2


def test_series_are_means_of_good_values_in_equal_steps(connection, city):
    for width in (60, 300, 3600, 7000):
        check_series(connection, city, width)


def check_series(connection, city, width):
    start, stop = moment(1000), moment(20_000)
    found = reader.series(connection, "box-1", ["pm25", "co2"], start, stop, width)
    assert list(found.columns) == ["time", "pm25", "pm25_count", "co2", "co2_count"]
    part = city.public.query(
        "source == 'box-1' and time >= @start.timestamp() and time < @stop.timestamp()"
    )
    steps = np.sort((part.time // width * width).unique())
    assert found["time"].tolist() == [datetime.fromtimestamp(step, UTC) for step in steps]
    for key in ("pm25", "co2"):
        good = part.query("key == @key and flag == 1")
        grouped = good.groupby(good.time // width * width)["value"].agg(["mean", "size"])
        grouped = grouped.reindex(steps)
        np.testing.assert_allclose(found[key], grouped["mean"])
        assert found[f"{key}_count"].tolist() == grouped["size"].fillna(0).astype(int).tolist()


def test_series_of_width_zero_are_the_samples_with_their_flags(connection, city):
    start, stop = FIRST, moment(6 * HOUR)
    found = reader.series(connection, "box-2", ["temperature", "pm25"], start, stop, 0)
    assert list(found.columns) == ["time", "temperature", "temperature_flag", "pm25", "pm25_flag"]
    assert len(found) == 360
    for key in ("temperature", "pm25"):
        known = found[found[key].notna()]
        wanted = city.public.query("source == 'box-2' and key == @key").sort_values("time")
        assert known[key].tolist() == pytest.approx(wanted["value"].tolist())
        assert known[f"{key}_flag"].tolist() == wanted["flag"].tolist()
        assert set(found[f"{key}_flag"][found[key].isna()]) == {9}


def test_a_moving_node_has_no_series(connection, city):
    for width in (0, 60):
        assert reader.series(connection, "bike-1", ["pm25"], FIRST, moment(9 * HOUR), width).empty


def test_latest_is_the_last_sample_of_each_fixed_node(connection, city):
    found = reader.latest(connection)
    assert found["node"].tolist() == [*BOXES, "counter-1"]
    for row in found.to_dict("records"):
        own = city.public[city.public["source"] == row["node"]]
        assert row["time"].timestamp() == own["time"].max()
        last = own[own["time"] == own["time"].max()].set_index("key")
        known = [key for key in BY_KEY if not np.isnan(row.get(key, np.nan))]
        assert sorted(known) == sorted(last.index)
        for key in known:
            assert row[key] == pytest.approx(last["value"][key])
            assert row[f"{key}_flag"] == last["flag"][key]
    assert "no2" not in found.columns


def find_scans(plan):
    """The nodes of a plan that read a piece of the observations."""
    if "Plans" not in plan and re.search("observation|_hyper_", plan.get("Relation Name", "")):
        yield plan
    for part in plan.get("Plans", []):
        yield from find_scans(part)


def test_latest_sees_pieces_of_the_table_that_are_made_after_its_plan(connection):
    node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    for week in range(9):
        start = START + week * 5 * 7 * 86_400
        write(connection, [make_samples(node.id, 5, start=start)])
        # from the sixth on the server may keep the plan
        last = [reader.latest(connection)["time"].item().timestamp() for _ in range(3)]
        assert last == [start + 4 * 60] * 3


def test_latest_is_one_step_into_the_key_per_node(connection):
    for number in range(1, 41):
        node = add_node(connection, f"box-{number}", "box", lat=52.09, lon=5.12)
        # a year of a sample a week: some fifty chunks, or a dozen partitions
        write(connection, [make_samples(node.id, 52, step=7 * 86_400)])
    connection.execute("ANALYZE private.observation")
    query = read_queries()["latest"].rpartition("SELECT")[2].format(columns=", ".join(BY_KEY))
    (((found,),),) = connection.execute(
        f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT {query}".encode()
    ).fetchall()
    scans = list(find_scans(found["Plan"]))
    assert len(scans) > 10
    assert {scan["Node Type"] for scan in scans} <= {"Index Scan", "Index Only Scan"}
    assert all("node_id = node.id" in scan["Index Cond"] for scan in scans)
    read = {scan["Relation Name"]: scan["Actual Loops"] for scan in scans if scan["Actual Loops"]}
    assert list(read.values()) == [40]  # of all pieces only the newest, once per node


def test_few_samples_are_counted(connection, city):
    counted = reader.count(connection)
    assert not counted.estimated
    rows = city.public.drop_duplicates(["source", "time", "second"])
    # a sample without any value is public too
    assert len(rows) <= counted.samples <= len(rows) * 1.01


def test_many_samples_are_estimated_and_said_to_be(connection, city, monkeypatch):
    exact = reader.count(connection).samples
    monkeypatch.setattr(reader, "EXACT_BELOW", 1)
    assert reader.count(connection) == (exact, False)  # the server has not looked yet
    connection.execute(
        "UPDATE private.ride r SET samples = (SELECT count(*) FROM public.ride_observation"
        " WHERE ride = r.public_id) WHERE public_start IS NOT NULL"
    )
    connection.execute("ANALYZE private.observation")
    samples, estimated = reader.count(connection)
    assert estimated
    assert samples == pytest.approx(exact, rel=0.01)  # of a ride by its length in time


def test_rides_tell_the_hour_and_no_more(connection, city):
    found = reader.rides(connection, FIRST, moment(9 * HOUR))
    assert sorted(map(str, found["public_id"])) == sorted(city.rides)
    assert found["start"].is_monotonic_decreasing
    for row in found.to_dict("records"):
        part = city.public[city.public["source"] == str(row["public_id"])]
        assert row["start"].timestamp() == part.time.iloc[0]
        assert row["start"].timestamp() % HOUR == 0
        assert row["duration_s"] == 3590 - 305 - 300
        assert row["distance_m"] == 4321
        assert row["samples"] == 299
        good = part.query("key == 'pm25' and flag == 1")
        assert row["pm25"] == pytest.approx(good["value"].mean())
    assert len(reader.rides(connection, FIRST, moment(9 * HOUR), 1)) == 1
    assert reader.rides(connection, moment(8 * HOUR), moment(9 * HOUR)).empty


def test_a_ride_is_its_public_part(connection, city):
    for name in city.rides:
        found = reader.ride(connection, name)
        assert found["second"].tolist() == list(range(0, 2990, 10))
        assert "time" not in found.columns
        part = city.public.query("source == @name and key == 'pm25'").sort_values("second")
        known = found[found["pm25"].notna()]
        assert known["second"].tolist() == part["second"].tolist()
        assert known["pm25"].tolist() == pytest.approx(part["value"].tolist())
        assert known["pm25_flag"].tolist() == part["flag"].tolist()
        assert known["cell"].tolist() == part["cell"].tolist()
        assert "co2" not in found.columns


def test_hourly_is_the_mean_of_good_values_of_fixed_nodes(connection, city):
    start, stop = moment(600), moment(5 * HOUR)
    found = reader.hourly(connection, "battery", start, stop)
    good = city.public.query("second.isna() and key == 'battery' and flag == 1")
    good = good.query("time >= @start.timestamp() and time < @stop.timestamp()")
    wanted = good.groupby(["source", good.time // HOUR * HOUR])["value"].agg(["mean", "size"])
    assert list(found.columns) == ["node", "time", "mean", "count"]
    assert [
        (row["node"], int(row["time"].timestamp())) for row in found.to_dict("records")
    ] == wanted.index.tolist()
    np.testing.assert_allclose(found["mean"], wanted["mean"])
    assert found["count"].tolist() == wanted["size"].tolist()


@pytest.mark.parametrize("key", ["", "pm3", "PM25", 'pm25"; DROP TABLE private.node; --', "cell"])
def test_a_quantity_that_does_not_exist_is_refused_before_the_database(key):
    nowhere: Any = None
    period = (FIRST, moment(HOUR))
    for question in (
        lambda: reader.hexagons(nowhere, key, *period, 9),
        lambda: reader.series(nowhere, "box-1", ["pm25", key], *period, 60),
        lambda: reader.forecast(nowhere, "box-1", key),
        lambda: reader.hourly(nowhere, key, *period),
    ):
        with pytest.raises(StorageError, match=r"there is no quantity .*; there is: pm1, pm25"):
            question()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=20))
@example("\0")
@example("box-1\0")
@example("\udcff")
@example("box-1' OR '1")
def test_any_name_of_a_node_is_only_a_name(postgres_connection, name):
    assert reader.series(postgres_connection, name, ["pm25"], FIRST, moment(HOUR), 60).empty
    assert reader.ride(postgres_connection, name).empty


def test_periods_in_another_time_zone_are_the_same_periods(connection, city):
    kolkata = ZoneInfo("Asia/Kolkata")  # half an hour beside the hours of UTC
    stop = moment(6 * HOUR)
    utc = reader.hexagons(connection, "pm25", moment(1800), stop, 9)
    local = reader.hexagons(
        connection, "pm25", moment(1800).astimezone(kolkata), stop.astimezone(kolkata), 9
    )
    pd.testing.assert_frame_equal(utc, local)


def test_questions_read_only_the_schema_public():
    queries = read_queries()
    assert {"nodes", "latest", "hexagons"} <= queries.keys()
    for text in queries.values():
        tables = re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL)([\w.]+)", text)
        assert tables
        assert all(table.startswith("public.") for table in tables)
        assert "private" not in text


def test_a_period_longer_than_all_time_is_no_trouble(connection, city):
    start, stop = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
    found = reader.series(connection, "box-1", ["pm25"], start, stop, 100 * 365 * 24 * HOUR)
    assert len(found) == 1
