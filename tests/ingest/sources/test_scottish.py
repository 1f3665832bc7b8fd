import csv
from datetime import UTC, datetime

import numpy as np
import pytest

from ingest.sources import scottish
from lokaalmeten.errors import FormatError
from tests.ingest.sources.aberdeen import read_means
from tests.ingest.sources.reading import count_bad, list_hours, read_parts, write_lines

SOURCE = scottish.SOURCE
HEADER = "DateTime;Ozone;Nitrogen Dioxide;PM10;PM2.5"


def read(tmp_path, *rows, header=HEADER, name="aberdeen-errol-place.csv"):
    return read_parts(SOURCE, write_lines(tmp_path / name, [header, *rows]))


def test_the_label_is_the_end_of_the_hour_in_gmt_also_in_summer(tmp_path):
    found = list_hours(read(tmp_path, "2018-07-01 01:00:00;19;24;9;-2.5"))
    start = int(datetime(2018, 7, 1, 0, tzinfo=UTC).timestamp())
    assert found == {
        ("ABD", "o3", start): 19,
        ("ABD", "no2", start): 24,
        ("ABD", "pm10", start): 9,
        ("ABD", "pm25", start): -2.5,
    }


def test_the_station_is_told_by_the_name_of_the_file(tmp_path):
    (part,) = read(tmp_path, "2018-07-01 01:00:00;1;2;3;4")
    assert [(s.code, s.name, s.kind) for s in part.stations] == [
        ("ABD", "Aberdeen Errol Place", "background")
    ]
    (part,) = read(tmp_path, "2018-07-01 01:00:00;1;2;3;4", name="somewhere-else.csv")
    assert part.stations == []
    assert {code for code, _, _ in list_hours([part])} == {"somewhere-else"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2018-07-01 01:30:00;1;2;3;4", "DateTime is not a whole hour"),
        ("01/07/2018 01:00;1;2;3;4", "DateTime is not a time"),
        ("2018-07-01 02:00:00;1;2", "3 of 5 fields"),
    ],
)
def test_a_row_that_is_no_hour_is_refused(tmp_path, row, reason):
    parts = read(tmp_path, "2018-07-01 01:00:00;1;2;3;4", row)
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [(3, reason)]


def test_the_hour_that_a_summer_time_clock_shows_twice_is_told(tmp_path):
    parts = read(tmp_path, *["2018-10-28 02:00:00;1;2;3;4"] * 2)
    assert count_bad(parts) == {"this hour of this series came before": 4}
    assert len(list_hours(parts)) == 4


def test_a_file_of_something_else_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"is not an hourly file of Air Quality.*lacks DateTime"):
        read(tmp_path, "1,2", header="a,b")


def test_the_real_files_are_read_whole(shared_data):
    for path in sorted((shared_data / "sensor_community/official_stations").glob("*.csv")):
        parts = read_parts(SOURCE, path)
        found = list_hours(parts)
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        station = scottish.STATIONS.get(path.stem)
        code = station.code if station else scottish.UNPLACED.get(path.stem, path.stem)
        names = [n for n in rows[0] if n != "DateTime" and any(row[n] for row in rows)]
        assert len(found) == len(rows) * len(names)
        for row in rows[:: max(len(rows) // 500, 1)]:
            ends = datetime.fromisoformat(row["DateTime"]).replace(tzinfo=UTC)
            for name in names:
                value = found[(code, scottish.KEYS[name], int(ends.timestamp()) - 3600)]
                assert value == (float(row[name]) if row[name] else None)
        assert count_bad(parts) == {}


def test_the_numbers_that_the_docstring_gives_for_the_lag_are_those_of_the_files(shared_data):
    """Hours of sensor 5331 by the clock of the sensor (UTC), read by the csv module."""
    folder = shared_data / "sensor_community"
    sensor = read_means(folder / "sds011_sensor_5331.zip", "P2")
    parts = read_parts(SOURCE, folder / "official_stations/aberdeen-market-street-2.csv")
    official = {
        start: value
        for (_, key, start), value in list_hours(parts).items()
        if key == "pm25" and value is not None
    }
    for months, best in (((11, 12, 1, 2), 0.80), ((5, 6, 7, 8), 0.82)):
        found = {}
        for lag in (-2, -1, 0, 1, 2):
            pairs = [
                (sensor[start + 3600 * lag], value)
                for start, value in official.items()
                if start + 3600 * lag in sensor
                and datetime.fromtimestamp(start, UTC).month in months
            ]
            found[lag] = np.corrcoef(np.array(pairs).T)[0, 1]
        assert max(found, key=found.__getitem__) == 0
        assert found[0] == pytest.approx(best, abs=0.005)
