"""Files of official networks and of Samen Meten from the disk into a database."""

import csv
import time
from datetime import UTC, datetime

import pytest

from ingest.importing import SOURCES, find_source, import_file
from lokaalmeten.errors import FormatError, StorageError
from storage.pool import connect
from storage.stations import read_hours, read_stations
from storage.store import Store
from tests.ingest.sources.reading import write_lines

NOW = int(time.time())
KITS = "phenomenonTime,LTD_1,HLL_2"
TOLD = [source.name for source in SOURCES if not source.asks]  # need no more than a file


def run(store, kind, path):
    return import_file(find_source(kind), path, store, NOW).account


def account(found):
    return found.read, found.stored, found.duplicate, sum(found.rejected.values())


def read_nodes(dsn):
    with connect(dsn) as connection:
        return connection.execute(
            "SELECT n.label, n.lat, o.time, o.period_s, o.pm25, o.no2 FROM private.node n"
            " JOIN private.observation o ON o.node_id = n.id ORDER BY n.label, o.time"
        ).fetchall()


def test_particles_gas_and_place_of_a_kit_come_together_from_their_files(database, tmp_path):
    hour = "2023-01-01T01:00:00.000Z"
    pm = write_lines(tmp_path / "pm25_2023.csv", [KITS, f"{hour},1.5,65535"])
    gas = write_lines(tmp_path / "no2_2023.csv", [KITS, f"{hour},20,", "x,1,2"])
    places = write_lines(tmp_path / "places.csv", ["name,lon,lat", " LTD_1,5.126,52.074"])
    with Store(database) as store:
        assert account(run(store, "samenmeten", pm)) == (2, 2, 0, 0)
        assert account(run(store, "samenmeten", gas)) == (2, 1, 0, 1)
        assert account(run(store, "samenmeten", places)) == (1, 1, 0, 0)
        assert account(run(store, "samenmeten", gas)) == (2, 1, 0, 1)  # imported before
    start = datetime(2023, 1, 1, tzinfo=UTC)
    assert read_nodes(database) == [
        ("HLL_2", None, start, 3600, 6_553_500, None),
        ("LTD_1", 520_740_000, start, 3600, 150, 2000),
    ]


def test_official_hours_come_with_their_stations_and_are_replaced(database, tmp_path):
    head = ["DateTime;Nitrogen Dioxide;PM2.5"]
    path = tmp_path / "aberdeen-errol-place.csv"
    with Store(database) as store:
        first = write_lines(path, [*head, "2018-01-01 01:00:00;11;", "2018-01-01 02:00:00;8;4"])
        assert account(run(store, "scottish", first)) == (4, 4, 0, 0)
        again = write_lines(path, [*head, "2018-01-01 01:00:00;12;", "2018-01-01 02:00:00;8;4"])
        assert account(run(store, "scottish", again)) == (4, 1, 3, 0)
    with connect(database) as connection:
        assert read_stations(connection)["code"].tolist() == ["ABD"]
        span = (datetime(2018, 1, 1, tzinfo=UTC), datetime(2018, 1, 2, tzinfo=UTC))
        assert read_hours(connection, "no2", *span)["value"].tolist() == [12, 8]
        assert read_hours(connection, "pm25", *span)["flag"].tolist() == [9, 1]


def test_a_station_without_a_place_needs_a_list_first(database, tmp_path):
    hours = write_lines(
        tmp_path / "aberdeen-king-street.csv", ["DateTime;PM10;PM2.5", "2018-01-01 01:00:00;7;4"]
    )
    places = write_lines(
        tmp_path / "list.csv",
        ["code,name,kind,latitude,longitude", "AD1,King Street,traffic,57.17,-2.1"],
    )
    with Store(database) as store:
        with pytest.raises(StorageError, match=r"no station AD1; .*meten import stations"):
            run(store, "scottish", hours)
        assert account(run(store, "stations", places)) == (1, 1, 0, 0)
        assert account(run(store, "scottish", hours)) == (2, 2, 0, 0)


def test_days_of_the_weather_are_stored_as_days(database, tmp_path):
    path = write_lines(
        tmp_path / "etmgeg_260.txt",
        ["# STN,YYYYMMDD,   FG,   TG,   RH", "  260,20230630,   60,  185,   -1"],
    )
    with Store(database) as store:
        assert account(run(store, "knmi", path)) == (3, 3, 0, 0)
        assert account(run(store, "knmi", path)) == (3, 3, 0, 0)
    with connect(database) as connection:
        rows = connection.execute(
            "SELECT station, day::text, quantity, value, flag FROM public.station_day ORDER BY 3"
        ).fetchall()
    assert rows == [
        ("KNMI260", "2023-06-30", "rain", 0, 1),
        ("KNMI260", "2023-06-30", "temperature", 18.5, 1),
        ("KNMI260", "2023-06-30", "wind_speed", 6, 1),
    ]


def test_the_first_half_of_2023_in_utrecht_is_stored_to_the_value(postgres_database, shared_data):
    folder = shared_data / "samenmeten_utrecht"
    with Store(postgres_database) as store:
        total = [
            account(run(store, "samenmeten", folder / f"{name}.csv"))
            for name in ("pm25_2023h1", "no2_2023h1", "things_locations")
        ]
        for path in sorted((folder / "luchtmeetnet").glob("*.csv")):
            found = account(run(store, "luchtmeetnet", path))
            assert found[0] == found[1]
    assert total == [(159_404, 159_404, 0, 0), (13_667, 13_667, 0, 0), (57, 57, 0, 0)]
    with connect(postgres_database) as connection:
        counted = connection.execute(
            "SELECT count(pm25), count(no2), count(DISTINCT node_id) FROM private.observation"
        ).fetchone()
        placed = connection.execute("SELECT count(lat) FROM private.node").fetchone()
        stations = len(read_stations(connection))
    kits = set()
    for name in ("pm25_2023h1", "no2_2023h1"):
        with (folder / f"{name}.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                kits |= {kit for kit, cell in row.items() if cell and kit != "phenomenonTime"}
    assert (counted, placed, stations) == ((159_404, 13_667, len(kits)), (57,), 6)


def write_samples(folder):
    """A file of each official form, by kind."""
    return {
        "samenmeten": write_lines(folder / "pm25.csv", [KITS, "2023-01-01T01:00:00Z,1,2"]),
        "samenmeten-api": write_lines(folder / "A_1-2-no2.json", [
            '{"value": [{"phenomenonTime": "2024-01-01T01:00:00Z", "result": 5}]}',
        ]),
        "luchtmeetnet": write_lines(folder / "no2.csv", [
            "Export;EXP;;;StationsCode;NL1", ";;;;Latitude,Longitude;(52.1,5.1)",
            "Component;Bep.periode;Eenheid; Begindatumtijd;Einddatumtijd;NL1",
            "NO2;uur;µg/m³;20230101 00:00;20230101 01:00;5",
        ], "latin-1"),
        "knmi": write_lines(folder / "uurgeg.txt", [
            "# STN,YYYYMMDD,   HH,   FH", "  260,20230630,    1,   60",
        ]),
        "samen-analyseren": write_lines(folder / "kits.csv", [
            '"kit_id","date","lat","lon","pm25"', '"A",2020-02-07 01:00:00,52,4,5',
        ]),
        "scottish": write_lines(folder / "aberdeen-errol-place.csv", [
            "DateTime;Ozone", "2018-01-01 01:00:00;5",
        ]),
        "stations": write_lines(folder / "stations.csv", [
            "code,name,kind,latitude,longitude", "A,a,traffic,57,-2",
        ]),
    }  # fmt: skip


def test_a_file_of_another_kind_is_told_by_name(tmp_path):
    files = write_samples(tmp_path)
    for kind, path in files.items():
        assert run(None, kind, path).read > 0
        for other in (name for name in TOLD if name != kind):
            with pytest.raises(FormatError, match=rf"use: meten import {kind}$"):
                run(None, other, path)


@pytest.mark.parametrize("kind", TOLD)
def test_an_error_page_and_a_file_that_broke_off_are_refused_with_a_sentence(kind, tmp_path):
    page = write_lines(tmp_path / "pm25.csv", ["<!DOCTYPE html>", "<html>502</html>"])
    with pytest.raises(FormatError, match="is not "):
        run(None, kind, page)
    page.write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(FormatError, match="ends in the middle"):
        run(None, kind, page)
