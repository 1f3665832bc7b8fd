import time
import zipfile

import numpy as np
import pytest

from ingest.importing import find_source, import_file
from ingest.sources import sensor_community
from ingest.sources.text import look_at
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from storage.pool import connect
from storage.store import Store

NOW = int(time.time())
SOURCE = find_source("sensor.community")
SDS = "sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2"
DHT = "sensor_id;sensor_type;location;lat;lon;timestamp;temperature;humidity"
SPS = "sensor_id;sensor_type;location;lat;lon;timestamp;P1;P4;P2;P0;N10;N4;N25;N1;N05;TS"
BME = (
    "sensor_id;sensor_type;location;lat;lon;timestamp;pressure;altitude;pressure_sealevel;"
    "temperature;humidity"
)
DNMS = (
    "sensor_id;sensor_type;location;lat;lon;timestamp;noise_LAeq;noise_LA_min;noise_LA_max;"
    "noise_LA01;noise_LA95"
)
BEFORE = "time before 2015: the clock was not set"
PLACE = "20;52.1;5.1;2024-03-01T12:00:00"


def write(tmp_path, header, *rows, name="a.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def read(path):
    return list(sensor_community.read(look_at(path, "utf-8", ""), 1, NOW))


def values_of(part, row=0):
    """Values of one row in their units."""
    rows = part.observations
    found = zip(rows.keys, rows.counts[:, row].tolist(), strict=True)
    return {key: count / BY_KEY[key].per for key, count in found if count != MISSING}


@pytest.mark.parametrize(
    ("header", "row", "values"),
    [
        (SDS, f"7;SDS011;{PLACE};16.13;;;8.30;;", {"pm10": 16.13, "pm25": 8.3}),
        (DHT, f"8;DHT22;{PLACE};-3.20;99.90", {"temperature": -3.2, "humidity": 99.9}),
        (
            SPS,
            f"9;SPS30;{PLACE};4.00;3.00;2.00;1.00;10;9;8;7;6;0.5",
            {"pm10": 4, "pm4": 3, "pm25": 2, "pm1": 1},
        ),
        (
            BME,
            f"9;BME280;{PLACE};101342.81;;;12.37;75.58",
            {"pressure": 101343, "temperature": 12.37, "humidity": 75.58},
        ),
        (DNMS, f"9;DNMS;{PLACE};51.5;40.1;70.2;69;41", {"sound_laeq": 51.5, "sound_lamax": 70.2}),
        (SDS, f"7;SDS011;{PLACE};16.13;;;;;", {"pm10": 16.13}),
    ],
)
def test_columns_are_found_by_their_header(tmp_path, header, row, values):
    (part,) = read(write(tmp_path, header, row))
    assert values_of(part) == values
    assert part.observations.time.tolist() == [1_709_294_400]
    assert part.observations.period.tolist() == [0]


def test_sensors_of_one_location_are_one_node(tmp_path):
    (dust,) = read(write(tmp_path, SDS, f"7;SDS011;{PLACE};2;;;1;;"))
    (air,) = read(write(tmp_path, DHT, f"8;DHT22;{PLACE};3;90"))
    assert dust.devices[0].hardware == air.devices[0].hardware == "sensor.community:20"
    assert (dust.devices[0].lat, dust.devices[0].lon) == (52.1, 5.1)
    assert (dust.devices[0].model, air.devices[0].model) == ("SDS011", "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"7;SDS011;{PLACE};x;;;1;;", "P1 is not a number"),
        (f"7;SDS011;{PLACE};16,1;;;1,2;;", "P2 has a decimal comma"),
        (f"7;SDS011;{PLACE};;;;;;", "no value"),
        (f"7;PPD42NS;{PLACE};1040;1;1;20;1;1", "counts particles, tells no mass"),
        ("7;SDS011;20;52.1;5.1;yesterday;2;;;1;;", "timestamp is not a time"),
        ("7;SDS011;20;52.1;5.1;2012-01-01T00:00:00;2;;;1;;", BEFORE),
        ("7;SDS011;;52.1;5.1;2024-03-01T12:00:00;2;;;1;;", "location is empty"),
        (f"7;SDS011;{PLACE};2;;;1", "10 of 12 fields"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_told_by_line_and_reason(tmp_path, row, reason):
    good = f"7;SDS011;{PLACE};2;;;1;;"
    (part,) = read(write(tmp_path, SDS, good, row, good))
    assert [(bad.line, bad.reason, bad.text) for bad in part.bad] == [(3, reason, row)]
    assert len(part) == 2


def test_a_place_that_is_none_is_not_kept(tmp_path):
    rows = [f"7;SDS011;{n};{place};2024-03-01T12:00:00;2;;;1;;"
            for n, place in enumerate((";", "0;0", "x;5", "91;5"))]  # fmt: skip
    (part,) = read(write(tmp_path, SDS, *rows))
    assert [(device.lat, device.lon) for device in part.devices] == [(None, None)] * 4


def test_a_file_without_values_that_we_keep_is_said_so(tmp_path):
    path = write(tmp_path, "sensor_id;sensor_type;location;lat;lon;timestamp;counts", "1")
    with pytest.raises(FormatError, match="has no column of values: none of P0, P2"):
        read(path)


def test_another_format_is_named(tmp_path):
    path = write(tmp_path, "entity_id,recording_timestamp", "1")
    said = "looks like the Snuffelfiets CKAN table; use: meten import snuffelfiets"
    with pytest.raises(FormatError, match=said):
        import_file(SOURCE, path, None, NOW)


def read_stored(dsn):
    with connect(dsn) as connection:
        return connection.execute(
            "SELECT extract(epoch FROM time)::bigint, pm25, humidity FROM public.observation"
            " ORDER BY time"
        ).fetchall()


def test_dust_and_its_humidity_of_one_second_come_together(database, tmp_path):
    late = "20;52.1;5.1;2024-03-01T12:02:30"
    dust = write(tmp_path, SDS, f"7;SDS011;{PLACE};2;;;1;;", f"7;SDS011;{late};3;;;2;;")
    air = write(tmp_path, DHT, f"8;DHT22;{PLACE};3;90", f"8;DHT22;{late[:-2]}31;3;91", name="b.csv")
    with Store(database) as store:
        for _ in range(2):  # twice is as good as once
            for path in (dust, air):
                report = import_file(SOURCE, path, store, NOW)
                assert (report.account.stored, report.account.read) == (2, 2)
    begin = 1_709_294_400
    assert read_stored(database) == [
        (begin, 1, 90),
        (begin + 150, 2, None),
        (begin + 151, None, 91),
    ]


def test_an_import_that_broke_off_goes_on_where_it_stopped(
    postgres_database, tmp_path, monkeypatch
):
    monkeypatch.setattr("ingest.sources.table.CHUNK", 5_000)
    begin = np.datetime64("2024-03-01T00:00:00")
    rows = [f"7;SDS011;20;52.1;5.1;{begin + 150 * n};2;;;1;;" for n in range(400)]
    path = tmp_path / "days.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for day in range(4):
            packed.writestr(f"{day}.csv", "\n".join([SDS, *rows[day * 100 : day * 100 + 100]]))

    class Breaking(Store):
        """Fails at the third part."""

        parts = 0

        def write_marked(self, *args, **kwargs):
            self.parts += 1
            if self.parts == 3:
                raise FormatError("the plug was pulled")
            return super().write_marked(*args, **kwargs)

    with Breaking(postgres_database) as store, pytest.raises(FormatError, match="plug"):
        import_file(SOURCE, path, store, NOW)
    before = len(read_stored(postgres_database))
    assert 0 < before < 400
    with Store(postgres_database) as store:
        report = import_file(SOURCE, path, store, NOW)
    assert (report.account.stored, report.account.duplicate) == (400, 0)
    assert len(read_stored(postgres_database)) == 400


def slow_rows(path):
    """Rows of a zip of days, line by line: (seconds, PM2.5, PM10) where there is a value."""
    with zipfile.ZipFile(path) as packed:
        for name in sorted(packed.namelist()):
            header, *lines = packed.read(name).decode().splitlines()
            names = header.split(";")
            for line in lines:
                row = dict(zip(names, line.split(";"), strict=True))
                if row["P1"] or row["P2"]:
                    seconds = np.datetime64(row["timestamp"]).astype("datetime64[s]").astype(int)
                    yield int(seconds), round(float(row["P2"]) * 100), round(float(row["P1"]) * 100)


def test_a_real_archive_is_read_to_the_last_row(shared_data):
    path = shared_data / "sensor_community/sds011_sensor_16422.zip"
    parts = read(path)
    keys = parts[0].observations.keys
    found = [
        (time, small, large)
        for part in parts
        for time, small, large in zip(
            part.observations.time.tolist(),
            part.observations.counts[keys.index("pm25")].tolist(),
            part.observations.counts[keys.index("pm10")].tolist(),
            strict=True,
        )
    ]
    assert found == list(slow_rows(path))
    assert {bad.reason for part in parts for bad in part.bad} <= {"no value"}
