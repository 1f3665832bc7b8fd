"""`meten route` and `meten rides` in a town of a few bikes, beside a slow count."""

import csv
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.geo import METRES_PER_DEGREE, PER_DEGREE, to_cells
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.pool import connect
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from tests.services.meten import meten

SOUTH, WEST = 52.09, 5.12
START = int(datetime(2025, 10, 9, 8, tzinfo=UTC).timestamp())
DAY_S = 86_400
STEP_M = 20.0  # every four seconds: 18 km/h


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None
    public_stop: int | None
    samples: int = 10
    distance_m: float = 1234.5
    due: int | None = None


def ride(connection, node, day, first_m, last_m, level, public_m=None):
    """A ride due north from one metre of the route to another; returns its public samples."""
    metres = np.arange(first_m, last_m, STEP_M)
    time = START + day * DAY_S + 4 * np.arange(len(metres))
    lat = np.rint((SOUTH + metres / METRES_PER_DEGREE) * PER_DEGREE).astype(np.int32)
    lon = np.full(len(metres), round(WEST * PER_DEGREE), np.int32)
    values = level + (np.arange(len(metres)) * 7) % 5
    columns = {"lat": lat, "lon": lon, "cell": to_cells(lat, lon)}
    counts = np.rint(values * 100).astype(np.int32)[None]
    made = to_observations(np.full(len(time), node, np.int32), time, ["pm25"], counts, **columns)
    made.flags[...] = Flag.GOOD
    made.flags[0, ::10] = Flag.SUSPECT
    write(connection, [made])
    begin, end = public_m or (math.inf, math.inf)
    shown = np.flatnonzero((metres >= begin) & (metres <= end))
    window = (int(time[shown[0]]), int(time[shown[-1]])) if len(shown) else (None, None)
    written = Ride(int(time[0]), int(time[-1]), *window)
    write_rides(connection, node, written.start, written.stop, [written])
    return [
        (metres[i], values[i], (node, day), node) for i in shown if made.flags[0, i] == Flag.GOOD
    ]


@pytest.fixture
def town(postgres_database):
    """DSN, and the public samples: four bikes share the first half of a route, two the rest."""
    shown = []
    with connect(postgres_database) as connection:
        bikes = [add_node(connection, f"bike-{n}", "bike").id for n in range(4)]
        for number, node in enumerate(bikes):
            last = 1000 if number < 2 else 500
            for day in range(6):
                level = 8 + number + 2 * day
                shown += ride(connection, node, day, -293, 1500, level, (0, last))
    return postgres_database, shown


@pytest.fixture
def route_file(tmp_path):
    path = tmp_path / "school <north>.csv"
    lines = [f"{n},{SOUTH + n * 100 / METRES_PER_DEGREE:.8f},{WEST}" for n in range(11)]
    path.write_text("\n".join(["id,latitude,longitude", *lines]) + "\n")
    return path


def run(dsn, *words):
    done = meten(*words, dsn=dsn)
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def slow_segments(shown):
    """Mean, error, samples, rides and nodes of every segment that three nodes have passed."""
    found, segments = {}, defaultdict(list)
    for metre, value, its_ride, node in shown:
        segments[int(metre // 50)].append((value, its_ride, node))
    for segment, rows in sorted(segments.items()):
        mean = sum(row[0] for row in rows) / len(rows)
        residuals = defaultdict(float)
        for value, its_ride, _ in rows:
            residuals[its_ride] += value - mean
        rides, nodes = len(residuals), len({row[2] for row in rows})
        error = math.sqrt(rides / (rides - 1) * sum(u * u for u in residuals.values())) / len(rows)
        if nodes >= 3:
            found[segment] = (mean, error, len(rows), rides, nodes)
    return found


def test_a_route_is_averaged_as_a_slow_count_does_and_shows_no_place_of_few(
    town, route_file, tmp_path
):
    dsn, shown = town
    out, picture = tmp_path / "out.csv", tmp_path / "out.html"
    words = ["--since", "2025-10-09", "--until", "2025-10-14", "--out", out, "--picture", picture]
    said = run(dsn, "route", route_file, *words)
    with out.open() as file:
        rows = list(csv.DictReader(file))
    expected = slow_segments(shown)
    assert [int(row["segment"]) for row in rows] == list(expected)
    assert list(expected) == list(range(10))  # only two nodes went on
    for row, (mean, error, samples, rides, nodes) in zip(rows, expected.values(), strict=True):
        counts = [int(row[name]) for name in ("samples", "rides", "nodes")]
        assert counts == [samples, rides, nodes]
        assert float(row["mean"]) == pytest.approx(mean)
        assert float(row["error"]) == pytest.approx(error)
        assert row["firm"] == str(samples >= 27)
        assert float(row["from_m"]) == 50 * int(row["segment"])
    assert "samples of 24 rides and 4 nodes" in said
    assert f"{len(expected)} segments are shown" in said
    assert "passed by fewer than 3 nodes" in said
    page = picture.read_text()
    assert "school &lt;north&gt;" in page
    assert "school <north>" not in page
    assert page.count("<title>") == 1 + 2 * len(expected)  # of the page, the map, the chart
    assert "http" not in page.replace('http-equiv"', "")


def test_direction_and_period_choose(town, route_file):
    dsn, _ = town
    days = ("--since", "2025-10-09", "--until", "2025-10-10")
    along = run(dsn, "route", route_file, *days, "--direction", "along")
    assert " samples of 8 rides and 4 nodes" in along
    against = run(dsn, "route", route_file, *days, "--direction", "against")
    assert "0 samples of 0 rides" in against
    later = run(dsn, "route", route_file, "--since", "2025-11-01", "--until", "2025-11-02")
    assert "0 segments are shown" in later


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--until", "2025-10-08"), "the period is empty"),
        (("--quantity", "soot"), "there is no quantity 'soot'"),
        (("--corridor", "0"), "--corridor is a number of metres above 0"),
        (("--corridor", "501"), "at most 500"),
        (("--direction", "up"), "--direction is one of both, along, against"),
        (("--quantity", "pressure", "--corrected"), "pressure is not corrected"),
        (("--out", "/nowhere/at/all.csv"), "/nowhere/at/all.csv: cannot be written"),
    ],
)
def test_wrong_use_is_a_sentence(town, route_file, words, sentence):
    given = ("--since", "2025-10-09", *words)
    if "--until" not in words:
        given += ("--until", "2025-10-10")
    done = meten("route", route_file, *given, dsn=town[0])
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_route_is_told(town, tmp_path):
    done = meten("route", tmp_path / "none.csv", "--since", "2025-10-09", dsn=town[0])
    assert done.returncode == 2
    assert "none.csv: cannot be read" in done.stderr


def test_rides_are_listed_whole_with_their_statistics(town, tmp_path):
    dsn, _ = town
    days = ("--since", "2025-10-09", "--until", "2025-10-14")
    said = run(dsn, "rides", *days, "--node", "bike-2")
    assert "6 rides of 1 nodes" in said
    assert re.search(r"bike-2 2025-10-09 10:00 6 1\.78 18\.0 18\.0 1\d\.\d 1\.\d in part", said)
    assert "bike-1" not in said
    out = tmp_path / "rides.csv"
    said = run(dsn, "rides", *days, "--out", out)
    assert "24 rides of 4 nodes, 2.4 hours, 42.7 km" in said
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24
    for row in rows:
        assert row["duration_s"] == str(89 * 4)
        assert float(row["distance_m"]) == pytest.approx(89 * STEP_M, rel=1e-3)
        assert row["samples"] == "90"
        dose = float(row["pm25_mean"]) * int(row["measured_s"]) * 24 / 60_000
        assert float(row["dose_ug"]) == pytest.approx(dose)


def test_rides_of_a_node_that_is_not_there_are_refused(town):
    done = meten("rides", "--since", "2025-10-09", "--node", "bike-9", dsn=town[0])
    assert done.returncode == 2
    assert "there is no moving node called 'bike-9'" in done.stderr


def test_what_is_no_ride_of_a_bicycle_is_listed_only_when_asked(postgres_database):
    with connect(postgres_database) as connection:
        node = add_node(connection, "bike-1", "bike").id
        ride(connection, node, 0, 0, 100, 10)
        connection.execute(
            "UPDATE private.observation SET time = time + (time - %s) * 2000",
            [datetime.fromtimestamp(START, UTC)],
        )
        connection.execute("UPDATE private.ride SET stop = start + INTERVAL '9 hours'")
    days = ("--since", "2025-10-09", "--until", "2025-10-09")
    assert "0 rides of 0 nodes" in run(postgres_database, "rides", *days)
    assert "1 rides of 1 nodes" in run(postgres_database, "rides", *days, "--all")
