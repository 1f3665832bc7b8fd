"""Whole rides: numbers by hand, files that others can read, and a picture in pieces."""

import csv
import io
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from dashboard.classes import to_classes
from dashboard.mine.drawing import draw_track, find_runs
from dashboard.mine.files import write_gpx
from dashboard.mine.tracks import measure, measure_way, to_minutes
from lokaalmeten.exposure import HOLE_S
from storage import reader
from storage.pool import connect
from tests.dashboard import city

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC))
GPX = "{http://www.topografix.com/GPX/1/1}"


@pytest.fixture
def ride(home):
    """The newest ride of ann."""
    return home.find_rides("ann")[0]


def test_mean_peak_and_dose_are_those_of_a_ride_by_hand():
    # 10 for a minute, then rising to 30 in a minute: 10 x 60 + 20 x 60 in 120 s, 24 l a minute
    numbers = measure(np.array([0, 60, 120]), np.array([10.0, 10.0, 30.0]))
    assert numbers.exposure.mean == pytest.approx(15)
    assert numbers.exposure.dose == pytest.approx(15 * 2 * 0.024)
    assert (numbers.peak, numbers.peak_s, numbers.known) == (30, 120, 3)
    assert measure(np.array([0, 60]), np.array([np.nan, np.nan])) is None
    alone = measure(np.array([0, 9000]), np.array([10.0, 20.0]))
    assert (alone.exposure.mean, alone.exposure.seconds) == (15, 0)


def test_a_way_is_as_long_as_its_steps_without_those_that_no_bike_makes():
    lat, lon = np.array([52.0, 52.001, np.nan, 53.0, 52.002]), np.full(5, 5.0)
    step = 111.195  # m in 0.001 degree of latitude on a sphere of 6,371,008.8 m
    assert measure_way(np.arange(5) * 60, lat, lon) == pytest.approx(step, rel=1e-4)
    assert measure_way(np.arange(2) * 60, lat[:2], lon[:2]) == pytest.approx(step, rel=1e-4)
    minutes = to_minutes(np.array([0, 30, 60]), np.array([1.0, 3.0, 5.0]))
    assert minutes["mean"].tolist() == [2, 5]


def test_the_page_has_the_numbers_of_the_whole_ride(home, ride):
    page = home.get(f"/nl/mijn/-/rit/{ride}", "ann").text
    rows = list(csv.DictReader(io.StringIO(home.get(f"/nl/mijn/-/rit/{ride}.csv", "ann").text)))
    values = np.array([float(row["pm25"]) for row in rows])
    assert len(rows) == 240  # all of it, not the public part
    assert "<dd>240</dd>" in page
    mean = float(((values[1:] + values[:-1]) / 2).mean())
    for number in (mean, values.max()):
        assert f"{number:.1f}".replace(".", ",") in page
    dose = f"{mean * (239 * 10 / 60) * 0.024:.1f}".replace(".", ",")
    assert f"ongeveer {dose} microgram PM2,5" in page
    assert "15,5" in home.get(f"/nl/mijn/-/rit/{ride}", "ann", quantity="temperature").text


def test_the_csv_has_every_sample_with_its_flags(home, ride):
    told = home.get(f"/en/my/-/ride/{ride}.csv", "ann")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="fiets-1-\d{8}T\d{6}Z\.csv"', told.headers["content-disposition"])
    rows = list(csv.DictReader(io.StringIO(told.text)))
    head = ["node", "time", "latitude", "longitude", "pm25", "pm25_flag", "temperature",
            "temperature_flag"]  # fmt: skip
    assert list(rows[0]) == head
    stored = (
        "SELECT o.time, o.lat, o.lon, o.pm25 FROM private.observation o"
        " JOIN private.ride r ON r.node_id = o.node_id AND o.time BETWEEN r.start AND r.stop"
        " WHERE r.id = %s ORDER BY o.time"
    )
    with connect(home.dsn) as connection:
        known = connection.execute(stored.encode(), [ride]).fetchall()
    assert [row["time"] for row in rows] == [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at, *_ in known]
    assert [round(float(row["latitude"]) * 1e7) for row in rows] == [lat for _, lat, _, _ in known]
    assert [round(float(row["pm25"]) * 100) for row in rows] == [steps for *_, steps in known]
    assert {row["pm25_flag"] for row in rows} == {"1"}


def check_gpx(text):
    """Points of a GPX file, whose elements are those of the schema, in its order."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{GPX}gpx"
    assert root.get("version") == "1.1"
    assert root.get("creator")
    (track,) = root
    assert track.tag == f"{GPX}trk"
    name, *segments = track
    assert name.tag == f"{GPX}name"
    points = []
    for segment in segments:
        assert segment.tag == f"{GPX}trkseg"
        assert len(segment)
        for point in segment:
            assert point.tag == f"{GPX}trkpt"
            assert -90 <= float(point.attrib["lat"]) <= 90
            assert -180 <= float(point.attrib["lon"]) < 180
            order = [child.tag for child in point]
            assert order in ([f"{GPX}time", f"{GPX}extensions"], [f"{GPX}time"],
                             [f"{GPX}extensions"], [])  # fmt: skip
            for extension in point.findall(f"{GPX}extensions"):
                assert all(
                    each.tag.startswith("{urn:lokaalmeten:quantities}") for each in extension
                )
            points.append(point)
    return segments, points


def test_the_gpx_is_one_that_others_read(home, ride):
    told = home.get(f"/en/my/-/ride/{ride}.gpx", "ann")
    assert told.headers["content-type"] == "application/gpx+xml"
    segments, points = check_gpx(told.text)
    assert (len(segments), len(points)) == (1, 240)
    times = [point.find(f"{GPX}time").text for point in points]
    assert times == sorted(times)
    assert times[0].endswith("Z")


def test_a_gpx_has_segments_where_nothing_was_heard_and_leaves_out_what_has_no_place():
    seconds = np.array([0, 10, 20, 20 + HOLE_S + 1, 170])
    lat = np.array([52.0, np.nan, 52.001, 52.002, 52.003])
    samples = pd.DataFrame({"pm25": [1.0, 2.0, np.nan, 4.0, 5.0], "pm25_flag": [1, 1, 9, 1, 1]})
    text = write_gpx("a & <b>", seconds, lat, np.full(5, 5.0), samples, dated=False)
    segments, points = check_gpx(text)
    assert [len(segment) for segment in segments] == [2, 2]
    assert all(point.find(f"{GPX}time") is None for point in points)
    check_gpx(write_gpx("empty", seconds[:0], lat[:0], lat[:0], samples.head(0), dated=True))


def test_a_track_is_drawn_in_pieces_of_one_class():
    values = np.array([1.0, 1, 12, 12, 12, 1])
    classes = to_classes("pm25", values)
    lat = 52 + np.arange(6) / 1000
    time = np.arange(6) * 10
    drawn = draw_track("<a>", time, lat, np.full(6, 5.0), classes.of(values), classes)
    assert drawn.count('class="track"') == 3
    assert drawn.count('class="track-edge"') == 1
    assert 'aria-label="&lt;a&gt;"' in drawn
    time[3:] += HOLE_S + 10  # a hole in the middle
    drawn = draw_track("", time, lat, np.full(6, 5.0), classes.of(values), classes)
    assert drawn.count('class="track-edge"') == 2
    assert draw_track("", time[:1], lat[:1], lat[:1], classes.of(values[:1]), classes) == ""
    runs = list(find_runs(np.array([0, 0, 1]), np.array([True, True, True])))
    assert runs == [(0, 3), (2, 4)]


def test_the_public_page_shows_the_public_part_alone(home):
    with connect(home.dsn) as connection:
        rides = reader.rides(connection, *EVER)
        assert len(rides) > 3
        shown = str(rides["public_id"][0])
        cells = reader.ride(connection, shown)["cell"]
    gpx = home.get(f"/en/ride/{shown}.gpx")
    assert gpx.status == 200
    _, points = check_gpx(gpx.text)
    assert 0 < len(points) < 240
    assert len({(p.get("lat"), p.get("lon")) for p in points}) == cells.nunique()
    assert not [p for p in points if p.find(f"{GPX}time") is not None]
    rows = list(csv.DictReader(io.StringIO(home.get(f"/nl/ride/{shown}.csv").text)))
    assert {row["ride"] for row in rows} == {shown}
    assert list(rows[0])[:5] == ["ride", "second", "cell", "latitude", "longitude"]
    for bike in city.BIKES:
        assert bike not in gpx.text
    nobody = "00000000-0000-4000-8000-000000000000"
    assert home.get(f"/en/ride/{nobody}.gpx").status == 404
    assert home.get("/en/ride/x.csv").status == 404
