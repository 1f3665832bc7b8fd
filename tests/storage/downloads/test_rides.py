"""Downloads of rides against a slow oracle: the public rows one by one, as psycopg fetches them."""

import csv
import io
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from lokaalmeten.quality import unpack_flags
from lokaalmeten.quantities import BY_KEY
from storage.downloads.answer import prepare, write_download
from storage.downloads.rides import Ride as Found
from storage.downloads.rides import cut
from storage.downloads.selection import Selection
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from tests.services.samples import START, make_samples
from tests.storage.test_rides import Ride

BEGIN = datetime.fromtimestamp(START, UTC)
END = BEGIN + timedelta(days=3)
QUERY = """SELECT ride, hour, second, cell, flags, pm25, co2 FROM public.ride_observation
ORDER BY hour, ride, second"""


@pytest.fixture
def ridden(connection):
    """Two bikes with two public rides each and a hidden one; a box that stands still."""
    for number in range(2):
        bike = add_node(connection, f"bike-{number}", "bike")
        for turn in range(3):
            at = START + 20_000 * turn + 500 * number
            made = make_samples(bike.id, 120, start=at, step=10, schema=2, moving=True, seed=turn)
            write(connection, [made])
            shown = (at + 200, at + 900) if turn < 2 else (None, None)
            write_rides(connection, bike.id, at, at + 1190, [Ride(at, at + 1190, *shown)])
    box = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    write(connection, [make_samples(box.id, 60)])
    return connection


def download(connection, form="csv", keys=("pm25", "co2"), **chosen):
    period: dict[str, Any] = {"start": BEGIN, "stop": END} | chosen
    asked = prepare(connection, Selection(keys=tuple(keys), of="rides", **period), form)
    file = io.BytesIO()
    rows = write_download(connection, asked, file)
    return asked, rows, file.getvalue()


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("ascii"), newline="")))


def expect(connection, wanted=lambda *_: True):
    """Rows as a CSV has them, one step after the other; ``wanted`` tells of (hour, lat, lon)."""
    rows = []
    for ride, hour, second, cell, flags, *values in connection.execute(QUERY).fetchall():
        lat, lon = h3.cell_to_latlng(cell)
        if not wanted(hour, lat, lon):
            continue
        told = {"ride": str(ride), "hour": f"{hour:%Y-%m-%dT%H:%M:%SZ}", "second": str(second)}
        told |= {"cell": f"{cell:x}", "longitude": f"{lon:.5f}", "latitude": f"{lat:.5f}"}
        seen = []
        for key, value in zip(("pm25", "co2"), values, strict=True):
            flag = 9 if value is None else int(unpack_flags(key, np.array([flags]))[0])
            decimals = len(str(BY_KEY[key].per)) - 1
            told[key] = "" if value is None else f"{value:.{decimals}f}"
            told[f"{key}_flag"] = str(flag)
            seen += [] if value is None else [flag]
        rank = {4: 4, 3: 3, 1: 2, 2: 1}
        if seen:
            rows.append(told | {"quality": str(max(seen, key=rank.__getitem__))})
    return rows


def test_a_file_holds_the_public_part_of_every_ride_in_order(ridden):
    asked, rows, content = download(ridden)
    expected = expect(ridden)
    assert read_csv(content) == expected
    assert rows == len(expected)
    assert len({row["ride"] for row in expected}) == 4
    assert "bike" not in content.decode()
    assert asked.name == "rides-pm25-co2-2025-10-09-2025-10-12.csv"


def test_a_ride_is_of_the_hour_in_which_it_starts(ridden):
    stop = BEGIN + timedelta(hours=2)
    found = read_csv(download(ridden, stop=stop)[2])
    assert found == expect(ridden, lambda hour, *_: hour < stop)
    assert len({row["ride"] for row in found}) == 2


def test_of_a_box_only_the_samples_in_it_are_there(ridden):
    places = [(float(row["latitude"]), float(row["longitude"])) for row in expect(ridden)]
    south, west = np.median(places, axis=0) - 1e-9
    found = read_csv(download(ridden, box=(west, south, 90, 80))[2])
    assert found == expect(ridden, lambda _, lat, lon: lat >= south and lon >= west)
    assert 0 < len(found) < len(places)


def test_without_quantities_all_that_may_be_public_of_rides_is_there(ridden):
    asked, _, content = download(ridden, keys=())
    known = asked.selection.keys
    assert set(BY_KEY) - set(known) == {
        "pressure", "gas_resistance", "voc_raw", "nox_raw", "battery"
    }  # fmt: skip
    assert [name for name in read_csv(content)[0] if name in BY_KEY] == list(known)


def test_pandas_reads_the_same_from_parquet_as_from_csv(ridden):
    text = pd.read_csv(io.BytesIO(download(ridden)[2]))
    typed = pd.read_parquet(io.BytesIO(download(ridden, "parquet")[2]))
    assert list(typed) == list(text)
    assert typed["ride"].tolist() == text["ride"].tolist()
    assert typed["cell"].tolist() == text["cell"].tolist()
    assert typed["hour"].tolist() == pd.to_datetime(text["hour"]).tolist()
    for name in [*list(text)[4:], "second"]:
        np.testing.assert_allclose(typed[name], text[name], atol=6e-6)


def test_geoparquet_has_a_point_for_every_sample(ridden):
    from shapely import from_wkb

    file = pq.ParquetFile(io.BytesIO(download(ridden, "geoparquet")[2]))
    table = file.read().to_pandas()
    assert len(table)
    for point, cell in zip(from_wkb(table["geometry"]), table["cell"], strict=True):
        lat, lon = h3.cell_to_latlng(int(cell, 16))
        assert (point.x, point.y) == pytest.approx((lon, lat))


def test_geojson_has_a_feature_for_every_sample(ridden):
    features = json.loads(download(ridden, "geojson")[2])["features"]
    table = read_csv(download(ridden)[2])
    for feature, row in zip(features, table, strict=True):
        assert feature["geometry"]["coordinates"] == [
            float(row.pop("longitude")),
            float(row.pop("latitude")),
        ]
        told = feature["properties"]
        assert list(told) == list(row)
        assert [told.pop(name) for name in ("ride", "hour", "cell")] == [
            row.pop(name) for name in ("ride", "hour", "cell")
        ]
        assert told == {name: float(text) if text else None for name, text in row.items()}


def test_netcdf_is_a_ragged_array_of_trajectories(ridden):
    import h5netcdf

    table = read_csv(download(ridden)[2])
    with h5netcdf.File(io.BytesIO(download(ridden, "netcdf")[2])) as opened:
        file: Any = opened
        assert file.attrs["featureType"] == "trajectory"
        assert file["row_size"].attrs["sample_dimension"] == "obs"
        assert file["ride"].attrs["cf_role"] == "trajectory_id"
        counts = file["row_size"][:]
        for name in ("ride", "hour"):
            texts = [text.decode() for text in file[name][:]]
            assert list(np.repeat(texts, counts)) == [row[name] for row in table]
        moments = [
            datetime.fromisoformat(row["hour"]).timestamp() + int(row["second"]) for row in table
        ]
        assert file["time"][:].tolist() == moments
        assert [f"{cell:x}" for cell in file["cell"][:].tolist()] == [row["cell"] for row in table]
        for name, column in (("lat", "latitude"), ("lon", "longitude")):
            wanted = [float(row[column]) for row in table]
            np.testing.assert_allclose(file[name][:], wanted, atol=6e-6)
        for name in ("second", "pm25", "co2_flag", "quality"):
            wanted = [float(row[name]) if row[name] else math.nan for row in table]
            np.testing.assert_allclose(file[name][:], wanted)


@pytest.mark.parametrize("form", ["csv", "parquet", "geoparquet", "geojson", "netcdf"])
def test_a_period_without_rides_is_a_whole_file(ridden, form):
    asked, rows, content = download(ridden, form, start=END)
    assert rows == 0
    assert content
    assert "0 rides" in asked.package["citation"]


def test_corrected_values_do_not_tell_by_what(ridden):
    asked, _, content = download(ridden, keys=("pm25",), processing="both")
    assert "pm25_corrected" in content.decode()
    assert "correction" not in content.decode().split("\r\n")[0].split(",")
    assert asked.package["corrections"] == []


def test_rides_are_asked_for_in_questions_that_make_a_block():
    rides = [Found(str(number), BEGIN, 100_000) for number in range(12)]  # 10,000 samples each
    assert [len(some) for some in cut(rides)] == [5, 5, 2]
    short = [Found(str(number), BEGIN, 60) for number in range(1200)]
    assert sum(len(some) for some in cut(short)) == 1200
    assert max(len(some) for some in cut(short)) <= 501
    assert list(cut([])) == []
