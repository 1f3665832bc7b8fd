import csv
import time

import numpy as np
import pytest

from ingest.checks import check
from ingest.sources import snuffelfiets
from ingest.sources.text import look_at
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from tests.services.bikes import bike_row, write_table

NOW = int(time.time())


def read(path):
    (part,) = snuffelfiets.read(look_at(path, "utf-8", snuffelfiets.KIND), 1, NOW)
    return part


def value_of(rows, key, index=0):
    """A value in its unit, or None."""
    count = rows.observations.counts[rows.observations.keys.index(key), index]
    return None if count == MISSING else count / BY_KEY[key].per


def one(tmp_path, **given):
    return read(write_table(tmp_path / "one.csv", [bike_row(**given)]))


def test_temperature_is_tenths_of_a_degree(tmp_path):
    assert value_of(one(tmp_path, temperature="185"), "temperature") == 18.5
    assert value_of(one(tmp_path, temperature="-37"), "temperature") == -3.7


def test_voltage_is_three_volts_and_hundredths_not_tenths(tmp_path):
    assert value_of(one(tmp_path, voltage="113"), "battery") == 4.13
    assert value_of(one(tmp_path, voltage="0"), "battery") == 3.0


@pytest.mark.parametrize(("major", "value"), [("1", 1325.0), ("2", 13.25), ("3", 13.25)])
def test_particles_are_hundredths_from_firmware_2_on(tmp_path, major, value):
    rows = one(tmp_path, version_major=major, pm2_5="1325")
    assert value_of(rows, "pm25") == value


@pytest.mark.parametrize(("raw", "pascal"), [("1011", 101100), ("101123", 101123)])
def test_pressure_is_told_by_its_size(tmp_path, raw, pascal):
    assert value_of(one(tmp_path, pressure=raw), "pressure") == pascal


def test_accuracies_stay_millimetres(tmp_path):
    rows = one(tmp_path, horizontal_accuracy="65031", vertical_accuracy="71361").observations
    assert (rows.horizontal[0], rows.vertical[0]) == (65031, 71361)


def test_the_rest_keeps_its_unit(tmp_path):
    rows = one(tmp_path, humidity="70", voc="43", acc_max="3")
    assert [value_of(rows, key) for key in ("humidity", "gas_resistance", "shock")] == [70, 43, 3]


def test_positions_are_exact_to_the_last_digit(tmp_path):
    rows = one(tmp_path, latitude="52.0981923", longitude="5.1257414").observations
    assert (rows.lat[0], rows.lon[0]) == (520981923, 51257414)


def test_zero_zero_is_no_position(tmp_path):
    rows = one(tmp_path, latitude="0", longitude="0.0", error_code="32").observations
    assert (rows.lat[0], rows.lon[0], rows.cell[0]) == (MISSING, MISSING, 0)


def test_a_row_without_a_fix_is_stored_but_never_placed(tmp_path):
    rows = one(tmp_path, error_code="32").observations
    judged = check(rows, NOW, snuffelfiets.BITS)
    assert judged.cell[0] == 0
    assert judged.lat[0] != MISSING


def test_a_failed_particle_read_is_suspect_also_when_the_fix_is_gone_too(tmp_path):
    for code in ("2048", "2080"):
        judged = check(one(tmp_path, error_code=code).observations, NOW, snuffelfiets.BITS)
        flags = dict(zip(judged.keys, judged.flags[:, 0].tolist(), strict=True))
        assert flags["pm25"] == Flag.SUSPECT
        assert flags["temperature"] == Flag.GOOD


def test_an_empty_cell_is_missing_not_zero(tmp_path):
    rows = one(tmp_path, pm2_5="", voc=" ")
    assert value_of(rows, "pm25") is None
    assert value_of(rows, "gas_resistance") is None
    assert value_of(rows, "pm10") == 20.1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"latitude": "5x.1"}, "latitude is not a number"),
        ({"pm2_5": "13,25"}, "22 of 21 fields"),
        ({"recording_timestamp": "yesterday"}, "recording_timestamp is not a time"),
        ({"recording_timestamp": "1970-01-01T00:01:00"}, "time before 2018: the clock was not set"),
        ({"recording_timestamp": "2099-01-01T00:00:00"}, "time in the future"),
        ({"entity_id": ""}, "entity_id is empty"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_by_line_and_reason(tmp_path, given, reason):
    path = write_table(tmp_path / "two.csv", [bike_row(), bike_row(**given), bike_row()])
    rows = read(path)
    assert len(rows.observations) == 2
    assert [(bad.line, bad.reason) for bad in rows.bad] == [(3, reason)]
    assert rows.bad[0].text.startswith("1,")


def test_values_beyond_a_column_saturate_and_fail(tmp_path):
    rows = one(tmp_path, temperature="400000", voc="99999999")
    judged = check(rows.observations, NOW, snuffelfiets.BITS)
    flags = dict(zip(judged.keys, judged.flags[:, 0].tolist(), strict=True))
    assert flags["temperature"] == flags["gas_resistance"] == Flag.FAIL


def test_a_semicolon_table_with_an_index_column_reads_the_same(tmp_path):
    comma = read(write_table(tmp_path / "a.csv", [bike_row()]))
    other = read(write_table(tmp_path / "b.csv", [bike_row(";")], ";"))
    assert np.array_equal(comma.observations.counts, other.observations.counts)


def slow_values(row):
    """One row of the file in physical units, spelled out."""
    divisor = 100 if int(row["version_major"]) >= 2 else 1
    pressure = float(row["pressure"])
    return {
        "pm1": float(row["pm1_0"]) / divisor,
        "pm25": float(row["pm2_5"]) / divisor,
        "pm10": float(row["pm10"]) / divisor,
        "temperature": float(row["temperature"]) / 10,
        "humidity": float(row["humidity"]),
        "pressure": pressure * 100 if pressure < 2000 else pressure,
        "gas_resistance": float(row["voc"]),
        "battery": 3 + float(row["voltage"]) / 100,
        "shock": float(row["acc_max"]),
    }


def test_the_real_file_is_read_whole_with_physical_values(shared_data):
    path = shared_data / "snuffelfiets/utrecht_2024-11-11_12.csv"
    rows = read(path)
    with path.open() as file:
        raw = list(csv.DictReader(file))
    assert len(rows.observations) + len(rows.bad) == len(raw) == 5704
    assert not rows.bad
    keys = rows.observations.keys
    expected = [[slow_values(row)[key] for row in raw] for key in keys]
    per = np.array([[BY_KEY[key].per] for key in keys])
    assert np.allclose(rows.observations.counts / per, expected, rtol=0, atol=1e-9)
    judged = check(rows.observations, NOW, snuffelfiets.BITS)
    unplaced = [
        int(row["error_code"]) & 48 != 0 or float(row["latitude"]) == float(row["longitude"]) == 0
        for row in raw
    ]
    coarse = [float(row["horizontal_accuracy"]) > 30_000 for row in raw]
    lost = judged.cell == 0
    assert lost[unplaced].all()
    assert lost[coarse].all()
    # beyond these only a receiver that jumps
    assert (lost & ~np.array(unplaced) & ~np.array(coarse)).sum() <= 4
