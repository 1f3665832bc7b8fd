"""Official stations, exceedances and corrections in the API, of a street of known numbers."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.stations import Hours, Station
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.stations import write_days, write_hours, write_stations
from storage.writer import write
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.corrected import correct

STREET = Station("NL1", "Kade", "traffic", 52.1051, 5.1245, "RIVM", "https://example.org/NL1")
FIELD = Station("NL2", "Weiland", "weather", 52.2, 5.2)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = 48
DAYS = 10  # of the box, from FIRST by the clock of Amsterdam on, at a level of 30, 20 an hour


@pytest.fixture(scope="module")
def client(timescale_databases):
    """Asks the API of the street."""
    with timescale_databases.migrated(migrate) as dsn:
        build(dsn)
        with running(dsn) as address:
            yield Client(address)


def build(dsn):
    """A box corrected to half, another one that is not, and two stations."""
    hours = int(FIRST.timestamp()) + 3600 * np.arange(HOURS)
    values = np.arange(HOURS, dtype=np.float32)
    values[-1] = np.nan  # the newest hour is not there yet
    flags = np.where(np.arange(HOURS) == HOURS - 2, Flag.SUSPECT, Flag.GOOD).astype(np.uint8)
    days = int(FIRST.timestamp()) + 86_400 * np.arange(3)
    with connect(dsn) as connection:
        write_stations(connection, [STREET, FIELD])
        one = np.zeros(HOURS, np.int32)
        write_hours(connection, Hours([("NL1", "no2")], one, hours, values, flags))
        rain = np.array([0.0, 2.5, 0.5], np.float32)
        write_days(
            connection,
            Hours([("NL2", "rain")], np.zeros(3, np.int32), days, rain, np.ones(3, np.uint8)),
        )
        for name, is_corrected in (("box-a", True), ("box-b", False)):
            node = add_node(connection, name, "box", lat=52.1, lon=5.1)
            made = make_box(node.id)
            write(connection, [correct(connection, made, "pm25", 0.5) if is_corrected else made])


def make_box(node):
    times = int(FIRST.timestamp()) - 3600 + 180 * np.arange(DAYS * 480, dtype=np.int64)
    counts = np.full((1, len(times)), 3000, np.int32)
    made = to_observations(np.full(len(times), node, np.int32), times, ("pm25",), counts)
    made.flags[:] = Flag.GOOD
    return made


def test_stations_are_listed_with_their_place(client):
    street, field = client.get("/v1/stations").json["stations"]
    assert street == {
        "code": "NL1",
        "name": "Kade",
        "kind": "traffic",
        "operator": "RIVM",
        "latitude": 52.1051,
        "longitude": 5.1245,
        "cell": street["cell"],
        "url": "https://example.org/NL1",
    }
    assert (field["code"], field["kind"]) == ("NL2", "weather")


def test_the_latest_hour_is_the_newest_with_a_value(client):
    told = client.get("/v1/stations/latest").json
    moment = FIRST + timedelta(hours=HOURS - 2)
    assert (told["stations"], told["quantities"]) == (["NL1"], ["no2"])
    assert told["times"] == [f"{moment:%Y-%m-%dT%H:%M:%SZ}"]
    assert (told["values"], told["flags"]) == ([HOURS - 2], [3])
    assert (told["units"], told["width"]) == ({"no2": "ug/m3"}, 3600)
    assert told["period"]["end"] == f"{moment + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert told["processing"].startswith("official")
    assert client.get("/v1/latest").json["stations"] == told


def test_a_series_of_a_station_is_by_the_hour_or_by_the_day(client):
    asked = {"quantity": "no2", "start": "2026-01-01T06:00:00Z", "end": "2026-01-01T09:00:00Z"}
    told = client.get("/v1/stations/NL1/series", **asked).json
    assert told["times"] == [f"2026-01-01T0{hour}:00:00Z" for hour in (6, 7, 8)]
    assert (told["values"], told["flags"], told["width"]) == ([6, 7, 8], [1, 1, 1], 3600)
    days = client.get(
        "/v1/stations/NL2/series",
        quantity="rain",
        width=86_400,
        start="2026-01-01T00:00:01Z",
        end="2026-01-03T00:00:00Z",
    ).json
    assert (days["times"], days["values"]) == (["2026-01-02T00:00:00Z"], [2.5])
    assert (days["unit"], days["width"]) == ("mm", 86_400)


def test_without_a_period_a_series_of_a_station_is_its_last_day(client):
    told = client.get("/v1/stations/NL1/series", quantity="no2").json
    assert (len(told["times"]), told["times"][-1]) == (24, "2026-01-02T23:00:00Z")
    assert (told["values"][-1], told["flags"][-1]) == (None, 9)
    days = client.get("/v1/stations/NL2/series", quantity="rain", width=86_400).json
    assert days["values"] == [0.5]
    assert client.get("/v1/stations/NL2/series", quantity="no2").json["values"] == []


@pytest.mark.parametrize(
    ("path", "query", "status", "told"),
    [
        ("stations/NL9/series", {"quantity": "no2"}, 404, "no official station NL9"),
        ("stations/NL1/series", {}, 400, "'quantity' is required"),
        ("stations/NL1/series", {"quantity": "smoke"}, 400, "choose one of pm1"),
        ("stations/NL1/series", {"quantity": "no2", "width": 60}, 400, "3600 and 86400"),
        ("stations/latest", {"quantity": "no2"}, 400, "'quantity' is not known"),
        ("exceedances", {"quantity": "humidity"}, 400, "no limit for it, choose one of pm25"),
        ("exceedances", {"quantity": "pm25", "node": "box-z"}, 404, "no fixed node box-z"),
        ("exceedances", {"quantity": "pm25", "year": 1969}, 400, "1970"),
        ("exceedances", {"quantity": "pm25", "processing": "both"}, 400, "'processing'"),
    ],
)
def test_what_is_wrong_is_said(client, path, query, status, told):
    answer = client.get(f"/v1/{path}", **query)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json["detail"]


def row(told, node, norm, period):
    (found,) = [
        each
        for each in told["exceedances"]
        if (each["node"], each["norm"], each["meanOf"]) == (node, norm, period)
    ]
    return found


def test_exceedances_are_days_above_each_limit(client):
    """Ten days of 30: above 15 and 25 on each of them, of 365; a year is not judged by ten."""
    told = client.get("/v1/exceedances", quantity="pm25").json
    assert (told["year"], told["unit"], told["processing"]) == (2026, "ug/m3", "raw, checked")
    assert told["period"] == {"start": "2025-12-31T23:00:00Z", "end": "2026-12-31T23:00:00Z"}
    assert {each["node"] for each in told["exceedances"]} == {"box-a", "box-b"}
    day = row(told, "box-b", "WHO 2021", "day")
    assert (day["limit"], day["allowed"], day["above"], day["verdict"]) == (15, 3, 10, "above")
    assert (day["mean"], day["capture"], day["counts"]) == (30, 0.0274, False)
    day = row(told, "box-b", "EU 2024/2881", "day")
    assert (day["above"], day["allowed"], day["verdict"]) == (10, 18, "unknown")
    assert row(told, "box-b", "EU 2008/50/EC", "year")["verdict"] == "unknown"


def test_exceedances_of_corrected_values_tell_by_which_version(client):
    told = client.get("/v1/exceedances", quantity="pm25", processing="corrected").json
    assert {each["node"] for each in told["exceedances"]} == {"box-a"}
    day = row(told, "box-a", "WHO 2021", "day")
    assert (day["mean"], day["above"]) == (15, 0)  # what is equal is not above
    (used,) = told["corrections"]
    assert (used["node"], used["quantity"], used["version"]) == ("box-a", "pm25", 1)
    assert (used["since"], used["until"]) == ("2025-12-31T23:00:00Z", None)
    assert told["processing"].startswith("corrected")


def test_exceedances_of_some_nodes_and_of_another_year(client):
    told = client.get("/v1/exceedances?quantity=pm25&node=box-b&node=box-b").json
    assert {each["node"] for each in told["exceedances"]} == {"box-b"}
    assert client.get("/v1/exceedances", quantity="pm25", year=2020).json["exceedances"] == []


def test_latest_and_series_tell_by_which_version_a_value_was_corrected(client):
    told = client.get("/v1/latest").json
    assert told["nodes"] == ["box-a", "box-b"]
    assert (told["values"]["pm25"], told["corrected"]["pm25"]) == ([30, 30], [15, None])
    number, none = told["correction"]
    assert none is None
    (used,) = told["corrections"]
    assert (used["correction"], used["version"], used["method"]) == (number, 1, "line")
    assert (told["statistic"], told["width"]) == ("one sample", 0)
    series = client.get("/v1/nodes/box-a/series", quantity="pm25", width=0).json
    assert set(series["correction"]) == {number}
    assert [each["version"] for each in series["corrections"]] == [1]
    assert client.get("/v1/nodes/box-b/series", quantity="pm25").json["corrections"] == []


def test_an_empty_database_has_nothing_and_no_fault(timescale_databases):
    with timescale_databases.migrated(migrate) as dsn, running(dsn) as address:
        empty = Client(address)
        told = empty.get("/v1/latest").json
        assert (told["nodes"], told["period"], told["stations"]["period"]) == ([], None, None)
        assert empty.get("/v1/exceedances", quantity="pm25").json["exceedances"] == []
        assert empty.get("/v1/stations").json == {"stations": []}
        assert empty.get("/v1/hexagons", quantity="pm25").json["cells"] == []
