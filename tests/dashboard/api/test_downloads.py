"""Downloads through a real server: files, names, parts, refusals, and nothing private."""

import csv
import gzip
import hashlib
import io
import json
import re
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pandas as pd
import pytest

from storage.downloads.formats import FORMATS
from storage.pool import connect
from tests.dashboard import city
from tests.dashboard.api.test_answers import iso, public_cell

PATH, RIDES = "/v1/downloads/observations", "/v1/downloads/rides"
WHOLE = {"start": iso(city.LAST - timedelta(days=city.DAYS)), "end": "2026-05-05T00:00:00Z"}


@pytest.fixture(scope="module")
def fetch(site):
    """Asks for bytes: status, headers (names in lower case), body."""

    def ask(query=(), headers=None, method="GET", path=PATH):
        connection = HTTPConnection(urlsplit(site).netloc, timeout=60)
        try:
            connection.request(
                method, f"{path}?{urlencode(query, doseq=True)}", headers=headers or {}
            )
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, names, answer.read()
        finally:
            connection.close()

    return ask


def read_rows(body):
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_a_csv_holds_every_sample_that_was_selected(fetch):
    status, headers, body = fetch({**WHOLE, "node": city.STEADY, "quantity": "pm25"})
    assert status == 200
    assert headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert int(headers["content-length"]) == len(body)
    rows = read_rows(body)
    assert len(rows) == city.MINUTES
    assert {row["pm25"] for row in rows[-60:]} == {"16.00"}
    assert {(row["node"], row["cell"]) for row in rows} == {(city.STEADY, public_cell(city.STEADY))}
    assert rows[-1]["time"] == iso(city.LAST)


def test_the_name_tells_what_is_in_it(fetch):
    query = {**WHOLE, "node": [city.STEADY, "box-haven"], "quantity": "pm25", "format": "parquet"}
    _, headers, _ = fetch(query, method="HEAD")
    name = "observations-2-nodes-pm25-2026-05-01-2026-05-05.parquet"
    assert headers["content-disposition"] == f'attachment; filename="{name}"'


def test_without_a_period_it_is_the_last_day_with_data(fetch):
    _, _, body = fetch({"node": city.STEADY, "quantity": "pm25"})
    rows = read_rows(body)
    assert len(rows) == 24 * 60
    assert rows[-1]["time"] == iso(city.LAST)


def test_times_with_another_offset_are_the_same_moments(fetch):
    dutch = {"start": "2026-05-04T02:00:00+02:00", "end": "2026-05-04T05:00:00+02:00"}
    utc = {"start": "2026-05-04T00:00:00Z", "end": "2026-05-04T03:00:00Z"}
    both = {"quantity": "pm25", "node": city.STEADY, "format": "geojson"}
    (_, name, body), (_, named, same) = (fetch(both | period) for period in (dutch, utc))
    assert body == same
    assert name["content-disposition"] == named["content-disposition"]
    assert len(json.loads(body)["features"]) == 180


def test_values_that_failed_can_be_left_out(fetch):
    query = {**WHOLE, "node": "box-school", "quantity": "pm25", "quality": [1, 2, 3]}
    rows = read_rows(fetch(query)[2])
    assert len(rows) == city.MINUTES - city.FAILED_MINUTES
    assert {row["quality"] for row in rows} == {"1"}


def test_corrected_values_stand_beside_raw_ones_with_what_corrected_them(fetch):
    query = {**WHOLE, "node": "box-haven", "quantity": "humidity", "processing": "both"}
    rows = read_rows(fetch(query)[2])
    for row in rows[:100]:
        assert float(row["humidity_corrected"]) == pytest.approx(
            float(row["humidity"]) / 2, abs=0.006
        )
    described = json.loads(fetch(query, path=f"{PATH}/datapackage.json")[2])
    (told,) = described["corrections"]
    assert {row["correction"] for row in rows} == {str(told["correction"])}


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_comes_with_its_type_and_a_lasting_name_of_its_bytes(fetch, form):
    query = {**WHOLE, "quantity": ["pm25", "humidity"], "format": form, "processing": "both"}
    status, headers, body = fetch(query, {"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["content-type"] == FORMATS[form].media
    assert "content-encoding" not in headers  # a part of it is a part of these bytes
    assert int(headers["content-length"]) == len(body)
    assert headers["etag"] == f'"{hashlib.sha256(body).hexdigest()[:40]}"'
    assert headers["accept-ranges"] == "bytes"
    assert 'rel="license"' in headers["link"]


def test_pandas_reads_the_same_rows_of_both_kinds(fetch):
    query = {**WHOLE, "quantity": "pm25"}
    text = pd.read_csv(io.BytesIO(fetch({**query, "format": "csv.gz"})[2]), compression="gzip")
    typed = pd.read_parquet(io.BytesIO(fetch({**query, "format": "parquet"})[2]))
    assert len(text) == 3 * city.MINUTES
    for name in ("node", "cell", "pm25", "pm25_flag"):
        assert text[name].tolist() == typed[name].tolist()


def test_a_box_on_the_map_chooses_nodes(fetch):
    _, lat, lon, _ = city.BOXES["box-haven"]
    box = f"{lon - 0.006},{lat - 0.004},{lon + 0.006},{lat + 0.004}"
    rows = read_rows(fetch({**WHOLE, "quantity": "pm25", "bbox": box})[2])
    assert {row["node"] for row in rows} == {"box-haven"}


PIECES = {**WHOLE, "quantity": "pm25", "node": "box-haven"}


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=1000-1999", slice(1000, 2000)),
        ("bytes=5000-", slice(5000, None)),
        ("bytes=-70", slice(-70, None)),
        ("bytes=100-99999999999", slice(100, None)),
    ],
)
def test_a_part_is_of_the_same_bytes(fetch, asked, part):
    _, headers, body = fetch(PIECES)
    status, told, piece = fetch(PIECES, {"Range": asked, "If-Range": headers["etag"]})
    assert status == 206
    assert piece == body[part]
    start = len(body) + part.start if part.start < 0 else part.start
    assert told["content-range"] == f"bytes {start}-{start + len(piece) - 1}/{len(body)}"
    assert told["etag"] == headers["etag"]


@pytest.mark.parametrize(
    "asked", ["bytes=5-1", "bytes=a-b", "bytes=-", "lines=0-1", "bytes=0-1,5-6", "bytes=--1"]
)
def test_a_range_of_another_form_is_not_kept_to(fetch, asked):
    assert fetch(PIECES, {"Range": asked})[0] == 200


def test_a_part_behind_the_end_is_told(fetch):
    size = len(fetch(PIECES)[2])
    for asked in (f"bytes={size}-", "bytes=-0"):
        status, headers, _ = fetch(PIECES, {"Range": asked})
        assert (status, headers["content-range"]) == (416, f"bytes */{size}")


def test_of_other_bytes_than_were_sent_before_there_is_no_part(fetch):
    status, _, body = fetch(PIECES, {"Range": "bytes=10-20", "If-Range": '"of yesterday"'})
    assert (status, body[:4]) == (200, b"node")


def test_who_has_the_same_bytes_is_told_so(fetch):
    etag = fetch(PIECES)[1]["etag"]
    for names in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        status, headers, body = fetch(PIECES, {"If-None-Match": names})
        assert (status, body, headers["etag"]) == (304, b"", etag)
    assert fetch(PIECES, {"If-None-Match": '"x"'})[0] == 200


def test_head_tells_the_same_without_the_bytes(fetch):
    _, there, whole = fetch(PIECES)
    status, headers, body = fetch(PIECES, method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(len(whole))
    assert headers["etag"] == there["etag"]
    status, headers, _ = fetch({**PIECES, "quality": 4}, method="HEAD")  # of what nobody asked
    assert status == 200
    assert "etag" not in headers


@pytest.mark.parametrize("form", list(FORMATS))
def test_the_description_is_of_the_same_query(fetch, form):
    query = {**WHOLE, "quantity": "pm25", "node": city.STEADY, "format": form}
    status, headers, body = fetch(query, path=f"{PATH}/datapackage.json")
    assert (status, headers["content-type"]) == (200, "application/json")
    package = json.loads(body)
    (resource,) = package["resources"]
    file = fetch(query, method="HEAD")[1]["content-disposition"]
    assert f'"{resource["path"]}"' in file
    assert package["selection"]["node"] == [city.STEADY]
    names = [field["name"] for field in resource["schema"]["fields"]]
    if form == "csv":
        assert names == fetch(query)[2].decode().split("\r\n")[0].split(",")
    units = {field["name"]: field.get("unit") for field in resource["schema"]["fields"]}
    assert units["pm25"] == "ug/m3"


INJECTED = "x'; DROP TABLE private.node; --"


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({"quantity": "pm26"}, 400, "no such quantity"),
        ({"quantity": INJECTED}, 400, "no such quantity"),
        ({"format": "xlsx"}, 400, "'csv'"),
        ({"format": INJECTED}, 400, "'csv'"),
        ({"start": "yesterday"}, 400, "start"),
        ({"start": "2026-05-04T00:00:00"}, 400, "start"),  # of which clock?
        ({"end": "9999-12-31T00:00:00Z"}, 400, "end"),
        ({"start": "2026-05-05T00:00:00Z", "end": "2026-05-04T00:00:00Z"}, 400, "before"),
        ({"startTime": "2026-05-05T00:00:00Z"}, 400, "'startTime' is not known"),
        ({"bbox": "5,52"}, 400, "west,south,east,north"),
        ({"bbox": "nan,nan,nan,nan"}, 400, "west must be less"),
        ({"bbox": "1,2,3,4); --"}, 400, "west,south,east,north"),
        ({"quality": 9}, 400, "quality"),
        ({"quality": "good"}, 400, "quality"),
        ({"processing": "smoothed"}, 400, "'raw'"),
        ({"processing": "corrected", "quantity": "pressure"}, 400, "never corrected"),
        ({"node": "nobody"}, 404, "no fixed node nobody"),
        ({"node": INJECTED}, 404, "no fixed node"),
        ({"node": "\0"}, 400, "NUL character"),
        ({"node": "x" * 64}, 400, "node"),
        ({"node": city.BIKES[0]}, 404, "/v1/rides"),
        ({"municipality": "atlantis"}, 404, "no municipality atlantis"),
        ({"municipality": INJECTED}, 404, "no municipality"),
        ({"columns": "secret"}, 400, "'columns' is not known"),
        ({"node": ["box-haven"] * 1001}, 400, "node"),
        ({"start": "1970-01-01T00:00:00Z", "format": "geojson"}, 200, ""),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/datapackage.json"])
def test_what_is_wrong_is_said(fetch, path, query, status, told):
    found, headers, body = fetch(query, path=path)
    assert found == status, body
    if status != 200:
        assert headers["content-type"] == "application/problem+json"
        assert told in json.loads(body)["detail"]


def test_rides_are_there_without_the_name_of_a_bike(fetch, built_city):
    with connect(built_city.dsn) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM public.ride_observation WHERE pm25 IS NOT NULL"
        ).fetchone()
    query = {**WHOLE, "quantity": "pm25"}
    status, headers, body = fetch(query, path=RIDES)
    assert status == 200
    assert "rides-pm25-" in headers["content-disposition"]
    assert len(read_rows(body)) == count > 0
    assert not any(bike in body.decode() for bike in city.BIKES)
    described = json.loads(fetch(query, path=f"{RIDES}/datapackage.json")[2])
    fields = described["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == list(read_rows(body)[0])


@pytest.mark.parametrize("query", [{"node": city.BIKES[0]}, {"municipality": "utrecht"}])
def test_rides_are_not_asked_for_by_who_rode_or_by_zone(fetch, query):
    status, _, body = fetch(query, path=RIDES)
    assert status == 400
    assert "is not known here" in json.loads(body)["detail"]


def test_nothing_is_written_there(fetch):
    assert fetch(method="POST")[0] == 405


@pytest.fixture(scope="module")
def secrets(built_city):
    """Texts that may be in no answer: exact places and seeds, and what moving nodes are called."""
    with connect(built_city.dsn) as connection:
        nodes = connection.execute("SELECT lat, lon, secret::text FROM private.node").fetchall()
        rides = connection.execute("SELECT public_id::text FROM private.ride").fetchall()
    places = {f"{value / 1e7:.5f}" for lat, lon, _ in nodes for value in (lat, lon) if value}
    return places | {secret for *_, secret in nodes} | {name for (name,) in rides} | {*city.BIKES}


@pytest.mark.parametrize("form", ["csv", "geojson", "csv.gz", "parquet", "geoparquet", "netcdf"])
def test_no_file_tells_an_exact_place_a_secret_or_anything_of_a_bike(fetch, secrets, form):
    query = {**WHOLE, "format": form, "processing": "both"}
    _, headers, body = fetch(query)
    described = fetch(query, path=f"{PATH}/datapackage.json")[2].decode()
    if form == "csv.gz":
        body = gzip.decompress(body)
    if "parquet" in form:
        table = pd.read_parquet(io.BytesIO(body))
        body = (table.drop(columns="geometry", errors="ignore").to_csv(index=False)).encode()
    text = described + str(headers) + body.decode("utf-8", "replace")
    assert [secret for secret in secrets if secret in text] == []
    assert not re.search(r'"(lat|lon|hardware|owner|secret|email|bits|node_id)"', text)
    if form == "csv":
        assert {row["node"] for row in read_rows(body)} == {*city.BOXES, city.COUNTER}
