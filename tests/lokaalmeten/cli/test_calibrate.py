"""`meten calibrate` from the command line, on a database with a box that reads half."""

from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.pool import connect
from storage.registry import add_node
from storage.stations import Hours, Station, write_hours, write_stations
from storage.writer import write
from tests.services.meten import meten

START = datetime(2026, 1, 1, tzinfo=UTC)
T0 = int(START.timestamp())
HOURS = 24 * 40
SPAN = ("--since", "2026-01-01", "--until", "2026-02-20")


@pytest.fixture
def town(postgres_database):
    """Three boxes that read half of what three stations say, and a bike that rides past."""
    rng = np.random.default_rng(1)
    air = np.repeat(20 * np.exp(0.3 * np.cumsum(rng.normal(0, 0.1, HOURS)) % 1), 4)
    time = T0 + 900 * np.arange(4 * HOURS)
    stations = [
        Station(f"NL{n}", f"Park {n}", "background", 52.1 + n / 100, 5.1) for n in (1, 2, 3)
    ]
    with connect(postgres_database) as connection:
        write_stations(connection, stations)
        for station in stations:
            hours = Hours(
                [(station.code, "pm25")], np.zeros(HOURS, np.int32), time[::4],
                (air[::4] + rng.normal(0, 0.5, HOURS)).astype(np.float32), np.ones(HOURS, np.uint8),
            )  # fmt: skip
            write_hours(connection, hours)
        nodes = [add_node(connection, f"box-{n}", "box", lat=52.1, lon=5.1).id for n in (1, 2, 3)]
        nodes.append(add_node(connection, "bike-1", "bike").id)
        for node in nodes:
            counts = np.rint(100 * air * rng.lognormal(-0.7, 0.05, len(air))).astype(np.int32)
            place = {} if node != nodes[-1] else {
                "lat": np.full(len(time), 52_1100000, np.int32),
                "lon": np.full(len(time), 5_1000000, np.int32),
            }  # fmt: skip
            rows = to_observations(
                np.full(len(time), node, np.int32),
                time,
                ("pm25",),
                counts[None],
                lat=place.get("lat"),
                lon=place.get("lon"),
            )
            rows.flags[:] = Flag.GOOD
            write(connection, [rows])
    return postgres_database


def run(dsn, *words):
    done = meten("calibrate", *words, dsn=dsn)
    return done.returncode, done.stdout + done.stderr


def values(dsn, node):
    with connect(dsn) as connection:
        return connection.execute(
            "SELECT pm25, pm25_corrected FROM private.value JOIN private.node n ON n.id = node_id"
            " WHERE n.name = %s ORDER BY time",
            [node],
        ).fetchall()


def test_a_box_is_fitted_applied_and_drawn(town, tmp_path):
    picture = tmp_path / "box-1.html"
    code, said = run(town, "fit", "box-1", *SPAN, "--picture", str(picture))
    assert code == 0, said
    assert "box-1 beside NL1" in said
    assert "humidity is known in 0 hours only" in said
    assert "applied: rows from now on" in said
    drawn = picture.read_text()
    assert "plotly" in drawn
    assert "1:1" in drawn
    code, said = run(town, "apply", *SPAN, "--node", "box-1")
    assert f"{4 * HOURS:,} rows looked at, {4 * HOURS:,} changed" in said
    raw, corrected = np.array(values(town, "box-1")).T
    assert np.median(corrected / raw) == pytest.approx(2, abs=0.15)
    assert values(town, "box-2")[0][1] is None
    assert "0 changed" in run(town, "apply", *SPAN, "--node", "box-1")[1]
    code, said = run(town, "list")
    assert "box-1" in said
    assert "yes" in said


def test_a_field_of_ratios_corrects_all_boxes(town):
    code, said = run(town, "ratios", *SPAN)
    assert code == 0, said
    assert "3 stations, 3 nodes" in said
    assert "its rows are corrected by" in said
    run(town, "apply", *SPAN)
    for node in ("box-1", "box-3"):
        raw, corrected = np.array(values(town, node)).T
        assert 1.4 < np.median(corrected / raw) < 2.1
    assert values(town, "bike-1")[0][1] is None  # it has no place


def test_a_bike_is_fitted_where_it_passes(town):
    code, said = run(town, "passings", *SPAN)
    assert code == 0, said
    assert "1 bikes" in said
    assert "applied" in said


def test_corrections_are_entered_all_or_none(town, tmp_path):
    file = tmp_path / "corrections.toml"
    one = '[[correction]]\nnode = "box-1"\nquantity = "pm25"\nsince = 2026-01-01\ngain = 3\n'
    file.write_text(one + one.replace("box-1", "box-9"))
    code, said = run(town, "enter", str(file))
    assert (code, "there is no node 'box-9'" in said) == (2, True), said
    assert "there are no calibrations" in run(town, "list")[1]
    file.write_text(one)
    assert "box-1: pm25 version 1 from 2026-01-01" in run(town, "enter", str(file))[1]


def test_what_cannot_be_done_is_said_in_a_sentence(town):
    short = ("--since", "2026-01-01", "--until", "2026-01-03")
    for words, sentence in [
        (("fit", "box-9", *SPAN), "there is no node 'box-9'"),
        (("fit", "bike-1", *SPAN), "has no place; for bikes see: meten calibrate passings"),
        (("fit", "box-1", *SPAN, "--station", "NL9"), "station NL9 has no hours of pm25"),
        (("fit", "box-1", *SPAN, "--quantity", "co2"), "no station has hours of co2"),
        (("fit", "box-1", *short), "a calibration needs 200"),
        (("enter", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("apply", *SPAN, "--node", "box-9"), "there is no node 'box-9'"),
    ]:
        code, found = run(town, *words)
        assert code == 2, found
        assert sentence in " ".join(found.split())
        assert "Traceback" not in found
