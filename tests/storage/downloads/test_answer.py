"""Downloads against a slow oracle: the public rows one by one, as psycopg fetches them."""

import csv
import gzip
import io
import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from lokaalmeten.errors import FormatError
from lokaalmeten.quality import unpack_flags
from lokaalmeten.quantities import BY_KEY
from storage.downloads.answer import check_size, prepare, write_download
from storage.downloads.formats import FORMATS
from storage.downloads.selection import Selection, Stretch, find_stretches
from storage.downloads.table import Table
from storage.registry import add_node
from storage.writer import write
from storage.zones import add_zone
from tests.services.corrected import correct
from tests.services.outlines import box
from tests.services.samples import START, make_samples
from tests.storage.test_placement import HOME, MOVED, move, to_cell

BEGIN = datetime.fromtimestamp(START, UTC)
END = BEGIN + timedelta(hours=5)
COLUMNS = "node, time, cell, flags, correction, pm25, pm25_corrected, pm10, pm10_corrected, co2"


@pytest.fixture
def town(connection):
    """Two boxes of which one moved to another town, one without a place, a bike."""
    moved = add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    move(connection, START + 3600)
    fixed = add_node(connection, "box-2", "box", lat=HOME[0] + 0.02, lon=HOME[1])
    lost = add_node(connection, "box-3", "box")
    bike = add_node(connection, "bike-1", "bike")
    add_node(connection, "box-4", "box", lat=HOME[0], lon=HOME[1])  # has not measured yet
    made = [make_samples(node.id, 240, seed=5) for node in (moved, lost)]
    corrected = correct(connection, make_samples(fixed.id, 240), "pm25", 0.5)
    late = make_samples(fixed.id, 60, start=START - 3600)  # on disk not in the order of time
    write(connection, [corrected])
    write(connection, [late, *made, make_samples(bike.id, 60, moving=True, schema=2)])
    add_zone(connection, "utrecht", "municipality", "Utrecht", box(5.0, 52.0, 5.2, 52.2))
    return connection


def download(connection, form="csv", start=BEGIN, stop=END, keys=("pm25",), **chosen):
    asked = prepare(connection, Selection(start, stop, tuple(keys), **chosen), form)
    file = io.BytesIO()
    rows = write_download(connection, asked, file)
    return asked, rows, file.getvalue()


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def to_decimals(value, key):
    return "" if value is None else f"{value:.{len(str(BY_KEY[key].per)) - 1}f}"


def expect(connection, wanted, keys=("pm25",), processing="raw", flags=()):
    """Rows as a CSV has them, one step after the other; ``wanted`` tells of (node, cell, time)."""
    rows = []
    query = f"SELECT {COLUMNS} FROM public.observation ORDER BY node, time"
    names = [column.strip() for column in COLUMNS.split(",")]
    for found in connection.execute(query.encode()).fetchall():
        row = dict(zip(names, found, strict=True))
        if not wanted(row["node"], row["cell"], row["time"]):
            continue
        told = {"node": row["node"], "time": f"{row['time']:%Y-%m-%dT%H:%M:%SZ}"}
        lat, lon = h3.cell_to_latlng(row["cell"]) if row["cell"] else (None, None)
        told["cell"] = f"{row['cell']:x}" if row["cell"] else ""
        told["longitude"] = "" if lon is None else f"{lon:.5f}"
        told["latitude"] = "" if lat is None else f"{lat:.5f}"
        seen, anything = [], False
        for key in keys:
            raw, corrected = row[key], row.get(f"{key}_corrected")
            flag = int(unpack_flags(key, np.array([row["flags"]]))[0]) if raw is not None else 9
            if flags and flag not in flags:
                raw = corrected = None
                flag = 9
            if flag != 9:
                seen.append(flag)
            if processing != "corrected":
                told[key] = to_decimals(raw, key)
                anything |= raw is not None
            if processing != "raw" and key in ("pm25", "pm10"):
                told[f"{key}_corrected"] = to_decimals(corrected, key)
                anything |= corrected is not None
            told[f"{key}_flag"] = str(flag)
        if processing != "raw":
            told["correction"] = "" if row["correction"] is None else str(row["correction"])
        rank = {4: 4, 3: 3, 1: 2, 2: 1}
        told["quality"] = str(max(seen, key=rank.__getitem__, default=9))
        if anything:
            rows.append(told)
    return rows


def everything(*_):
    return True


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({}, everything),
        ({"nodes": ("box-2",)}, lambda node, *_: node == "box-2"),
        ({"nodes": ("box-2", "box-3", "bike-1")}, lambda node, *_: node in ("box-2", "box-3")),
        (
            {"zone": "utrecht"},
            lambda node, cell, _: node != "box-3" and cell != to_cell(MOVED),
        ),
        ({"box": (5.11, 52.08, 5.13, 52.1)}, lambda _, cell, at: cell == to_cell(HOME)),
        ({"box": (4.8, 52.3, 5.0, 52.4)}, lambda _, cell, at: cell == to_cell(MOVED)),
        ({"box": (0.0, 0.0, 1.0, 1.0)}, lambda *_: False),
        (
            {"start": BEGIN + timedelta(minutes=7), "stop": BEGIN + timedelta(minutes=90)},
            lambda _, cell, at: BEGIN + timedelta(minutes=7) <= at < BEGIN + timedelta(minutes=90),
        ),
        ({"stop": BEGIN - timedelta(hours=2)}, lambda *_: False),
    ],
)
def test_the_rows_are_those_that_were_selected(town, chosen, wanted):
    _, rows, content = download(town, **{"start": BEGIN - timedelta(days=1), **chosen})
    expected = expect(town, wanted)
    assert read_csv(content) == expected
    assert rows == len(expected)


@pytest.mark.parametrize("processing", ["raw", "corrected", "both"])
@pytest.mark.parametrize("flags", [(), (1,), (1, 2), (4,)])
@pytest.mark.parametrize("keys", [("pm25",), ("pm25", "pm10", "co2")])
def test_processing_and_quality_choose_values(town, processing, flags, keys):
    chosen = {"processing": processing, "flags": frozenset(flags)}
    _, _, content = download(town, keys=keys, **chosen)
    used = [key for key in keys if processing != "corrected" or key != "co2"]
    expected = expect(town, lambda _, cell, at: at >= BEGIN, used, processing, flags)
    assert read_csv(content) == expected
    assert expected


def test_a_long_period_is_read_window_after_window(town):
    """Seldom at first, every ten seconds later: the windows widen and narrow."""
    (name,) = town.execute("SELECT id FROM private.node WHERE name = 'box-2'").fetchone()
    seldom = make_samples(name, 300, start=START - 200 * 86_400, step=50_000, seed=8)
    often = make_samples(name, 30_000, start=START + 86_400, step=10, seed=9)
    write(town, [seldom, often])
    stop = BEGIN + timedelta(days=9)
    _, _, content = download(town, start=BEGIN - timedelta(days=300), stop=stop)
    assert read_csv(content) == expect(town, everything)


def test_without_quantities_all_that_the_nodes_measure_are_there(town):
    asked, _, content = download(town, keys=(), nodes=("box-2",))
    measured = {name for name in read_csv(content)[0] if name in BY_KEY}
    assert measured == set(asked.selection.keys)
    assert {"pm25", "co2", "temperature"} <= measured


def test_csv_is_as_the_standard_has_it(town):
    _, rows, content = download(town)
    lines = content.decode("ascii").split("\r\n")
    assert lines[0] == "node,time,cell,longitude,latitude,pm25,pm25_flag,quality"
    assert lines[-1] == ""
    assert len(lines) == rows + 2
    assert {line.count(",") for line in lines[:-1]} == {7}
    assert gzip.decompress(download(town, "csv.gz")[2]) == content


def to_table(town, form, **chosen):
    asked, rows, content = download(town, form, **chosen)
    return asked, rows, pq.ParquetFile(io.BytesIO(content))


@pytest.mark.parametrize("processing", ["raw", "both"])
def test_pandas_reads_the_same_from_parquet_as_from_csv(town, processing):
    chosen = {"processing": processing, "keys": ("pm25", "co2")}
    text = pd.read_csv(io.BytesIO(download(town, **chosen)[2]))
    typed = pd.read_parquet(io.BytesIO(download(town, "parquet", **chosen)[2]))
    assert list(typed) == list(text)
    assert str(typed["time"].dtype) == "datetime64[us, UTC]"
    for name in text:
        left, right = typed[name], text[name]
        if name == "time":
            right = pd.to_datetime(right)
            left, right = left.astype("int64"), right.dt.as_unit("us").astype("int64")
        if name in ("node", "cell"):
            left, right = left.fillna(""), right.fillna("")
            assert left.tolist() == right.tolist()
        else:
            np.testing.assert_allclose(
                left.to_numpy(float, na_value=math.nan),
                right.to_numpy(float, na_value=math.nan),
                atol=6e-6,  # of degrees: five decimals
            )


def test_geoparquet_says_where_its_points_are(town):
    _, _, file = to_table(town, "geoparquet")
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    (column,) = geo["columns"].values()
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    assert "crs" not in column  # which means OGC:CRS84
    from shapely import from_wkb

    table = file.read().to_pandas()
    points = from_wkb(table["geometry"])
    for point, cell in zip(points, table["cell"], strict=True):
        if pd.isna(cell):
            assert point is None
        else:
            lat, lon = h3.cell_to_latlng(int(cell, 16))
            assert (point.x, point.y) == pytest.approx((lon, lat))
    assert {pd.isna(cell) for cell in table["cell"]} == {True, False}


def test_geojson_has_a_feature_for_every_row(town):
    chosen = {"keys": ("pm25", "co2"), "processing": "both"}
    asked, rows, content = download(town, "geojson", **chosen)
    found = json.loads(content)
    assert found["type"] == "FeatureCollection"
    assert found["datapackage"] == asked.package
    table = read_csv(download(town, **chosen)[2])
    assert len(found["features"]) == len(table) == rows
    for feature, row in zip(found["features"], table, strict=True):
        assert feature["type"] == "Feature"
        told = feature["properties"]
        assert set(told) == set(row) - {"longitude", "latitude"}
        place = feature["geometry"]
        if row["cell"]:
            assert place["coordinates"] == [float(row["longitude"]), float(row["latitude"])]
        else:
            assert place is told["cell"] is None
        for name in list(told)[3:]:
            assert told[name] == (float(row[name]) if row[name] else None)
        assert (told["node"], told["time"]) == (row["node"], row["time"])


@pytest.mark.parametrize("form", ["geojson", "csv", "parquet", "geoparquet", "netcdf"])
def test_an_answer_without_rows_is_a_whole_file(town, form):
    _, rows, content = download(town, form, stop=BEGIN)
    assert rows == 0
    if form == "geojson":
        assert json.loads(content)["features"] == []
    elif form == "csv":
        assert read_csv(content) == []
    elif form == "netcdf":
        import h5netcdf

        with h5netcdf.File(io.BytesIO(content)) as file:
            assert file.dimensions["obs"].size == file.dimensions["station"].size == 0
    else:
        assert pq.read_table(io.BytesIO(content)).num_rows == 0


def test_netcdf_is_a_ragged_array_of_time_series(town):
    import h5netcdf

    chosen = {"keys": ("pm25", "co2"), "processing": "both"}
    table = read_csv(download(town, **chosen)[2])
    with h5netcdf.File(io.BytesIO(download(town, "netcdf", **chosen)[2])) as opened:
        file: Any = opened
        assert file.attrs["featureType"] == "timeSeries"
        assert file.attrs["Conventions"].startswith("CF-1.")
        assert file["row_size"].attrs["sample_dimension"] == "obs"
        assert file["station_name"].attrs["cf_role"] == "timeseries_id"
        assert file["pm25"].attrs["units"] == "ug m-3"
        assert file["time"].attrs["units"] == "seconds since 1970-01-01 00:00:00"
        counts = file["row_size"][:]
        names = [name.decode() for name in file["station_name"][:]]
        cells = [cell.decode() for cell in file["cell"][:]]
        assert list(np.repeat(names, counts)) == [row["node"] for row in table]
        assert list(np.repeat(cells, counts)) == [row["cell"] for row in table]
        assert names == ["box-1", "box-1", "box-2", "box-3"]
        moments = [datetime.fromisoformat(row["time"]).timestamp() for row in table]
        assert file["time"][:].tolist() == moments
        for name in ("pm25", "pm25_corrected", "co2", "pm25_flag", "quality"):
            wanted = [float(row[name]) if row[name] else math.nan for row in table]
            np.testing.assert_allclose(file[name][:], wanted)
        assert np.isnan(file["lat"][:]).tolist() == [False, False, False, True]


@pytest.mark.parametrize("form", list(FORMATS))
@pytest.mark.parametrize("processing", ["raw", "corrected", "both"])
def test_the_description_names_exactly_the_columns(town, form, processing):
    asked, _, content = download(town, form, keys=("pm25", "pm10"), processing=processing)
    (resource,) = asked.package["resources"]
    described = [field["name"] for field in resource["schema"]["fields"]]
    if form.startswith("csv"):
        plain = gzip.decompress(content) if form == "csv.gz" else content
        assert described == plain.decode().split("\r\n")[0].split(",")
    elif form == "geojson":
        feature = json.loads(content)["features"][0]
        assert set(described) == {*feature["properties"], "geometry"}
    elif form == "netcdf":
        import h5netcdf

        with h5netcdf.File(io.BytesIO(content)) as file:
            names = {"station_name": "node", "lon": "longitude", "lat": "latitude"}
            held = {names.get(name, name) for name in file.variables} - {"row_size"}
        assert set(described) == held
    else:
        file = pq.ParquetFile(io.BytesIO(content))
        assert described == file.schema_arrow.names
        inside = json.loads(file.schema_arrow.metadata[b"datapackage"])
        assert inside == json.loads(json.dumps(dict(asked.package)))
    numbers = {each["correction"] for each in asked.package["corrections"]}
    assert numbers == (set() if processing == "raw" else {1})
    assert asked.package["licenses"][0]["name"] == "CC0-1.0"
    assert "2025-10-09T" in asked.package["citation"]


def test_a_stretch_is_as_long_as_a_node_measured_in_one_place(town):
    found = find_stretches(town, Selection(BEGIN - timedelta(days=9999), END + timedelta(days=9)))
    hour, microsecond = timedelta(hours=1), timedelta(microseconds=1)
    last = BEGIN + timedelta(minutes=239) + microsecond
    assert [(each.node, each.cell, each.start, each.stop) for each in found] == [
        ("box-1", to_cell(HOME), BEGIN, BEGIN + hour),
        ("box-1", to_cell(MOVED), BEGIN + hour, last),
        ("box-2", to_cell((HOME[0] + 0.02, HOME[1])), BEGIN - hour, last),
        ("box-3", 0, BEGIN, last),
    ]


def test_too_much_is_refused_with_what_to_do():
    ten_days = Stretch("box-1", 0, None, None, BEGIN, BEGIN + timedelta(days=10))
    form, table = replace(FORMATS["csv"], most_cells=8 * 1440 * 20), Table(Selection(BEGIN, END))
    check_size(form, table, [ten_days, ten_days], 8)
    with pytest.raises(FormatError) as refused:
        check_size(form, table, [ten_days] * 3, 8)
    said = str(refused.value)
    for fact in ("43,200 rows of 8 columns", ".csv has at most 28,800", "a shorter period"):
        assert fact in said


def test_where_its_library_is_absent_netcdf_is_refused_in_a_sentence():
    code = (
        "import sys; sys.modules['h5netcdf'] = None\n"  # as if it were not installed
        "from lokaalmeten.errors import FormatError\n"
        "from storage.downloads.formats import FORMATS\n"
        "FORMATS['parquet'].check()\n"
        "try: FORMATS['netcdf'].check()\n"
        "except FormatError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "lokaalmeten[netcdf]" in done.stdout


def test_the_same_data_give_the_same_bytes(town):
    for form in ("csv", "csv.gz", "parquet", "geoparquet", "geojson"):
        assert download(town, form)[2] == download(town, form)[2]
