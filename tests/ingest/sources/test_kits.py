"""Files of kits and boxes of other projects: own-written samples, and real ones where they are."""

import time
import zipfile

import numpy as np
import pytest

from ingest.checks import check
from ingest.importing import SOURCES, find_source, import_file
from ingest.sources.local_time import read_zone
from ingest.sources.text import look_at
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY

NOW = int(time.time())
NOON = 1_709_294_400  # 2024-03-01T12:00:00Z
MADAVI = (
    "Time;durP1;ratioP1;P1;durP2;ratioP2;P2;SDS_P1;SDS_P2;PMS_P1;PMS_P2;Temp;Humidity;"
    "BMP_temperature;BMP_pressure;BME280_temperature;BME280_humidity;BME280_pressure;Samples;"
    "Min_cycle;Max_cycle;Signal"
)
MADAVI_OLD = MADAVI.replace("PMS_P1;PMS_P2;", "")
AIRCASTING = """\
,,,,,Sensor_Package_Name,Sensor_Package_Name,Sensor_Package_Name
,,,,,AirBeam2:0018,AirBeam2:0018,AirBeam2:0018
,,,,,Sensor_Name,Sensor_Name,Sensor_Name
,,,,,AirBeam2-F,AirBeam2-PM2.5,AirBeam2-RH
,,,,,Measurement_Type,Measurement_Type,Measurement_Type
,,,,,Temperature,Particulate Matter,Humidity
,,,,,Measurement_Units,Measurement_Units,Measurement_Units
,,,,,degrees Fahrenheit,micrograms per cubic meter,percent
ObjectID,Session_Name,Timestamp,Latitude,Longitude,1:Measurement_Value,2:Measurement_Value,\
3:Measurement_Value
"""
CARD = """\
TIME,TEMP,HUM,BATT,NOISE_A,PRESS,CCS811_ECO2,PM_25
ISO 8601,C,%,%,dBA,kPa,ppm,ug/m3
Time,Temperature,Humidity,Battery,Noise dBA,Barometric pressure,eCO2,PM 2.5
,55,56,10,53,58,112,87
"""
OPENSENSEMAP = "createdAt,value,lat,lon,boxId,boxName,exposure,phenomenon,unit\n"
PROCESSED = (
    "air_quality_observed_id,sensor,recording_time,trip_sequence,lon,lat,geom,humidity,pm1_0,"
    "pm2_5,pm10,pressure,temperature,voc,voltage,acc_max,no2,error_code,version_major,"
    "version_minor,horizontal_accuracy,vertical_accuracy\n"
)


def write(tmp_path, content, name="a.csv"):
    path = tmp_path / name
    path.write_text(content)
    return path


def read(kind, path, **told):
    source = find_source(kind, **told)
    return list(source.read(look_at(path, "utf-8", source.kind), 1, NOW))


def values_of(part, row=0):
    rows = part.observations
    found = zip(rows.keys, rows.counts[:, row].tolist(), strict=True)
    return {key: count / BY_KEY[key].per for key, count in found if count != MISSING}


@pytest.mark.parametrize("header", [MADAVI, MADAVI_OLD])
def test_madavi_rows_are_told_from_a_header_that_lacks_two_columns(tmp_path, header):
    row = "2017/12/15 16:16:43;;;;;;;16.13;8.30;;;5.00;59.70;;101000;;;;622432;230;26572;-83"
    path = write(tmp_path, f"{header}\n{row}\n", "data-esp8266-365-2017-12-15.csv")
    (part,) = read("madavi", path)
    expected = {"pm10": 16.13, "pm25": 8.3, "temperature": 5, "humidity": 59.7}
    expected["pressure"] = 101_000
    assert values_of(part) == expected
    assert part.devices[0].hardware == "madavi:esp8266-365"
    assert part.observations.time.tolist() == [1_513_354_603]


def test_a_madavi_file_without_the_name_of_its_box_is_refused_row_by_row(tmp_path):
    path = write(tmp_path, f"{MADAVI}\n2017/12/15 16:16:43{';' * 7}16.13{';' * 14}\n")
    report = import_file(find_source("madavi"), path, None, NOW)
    assert (report.account.stored, report.account.read) == (0, 1)
    assert "does not say of which box" in report.bad[0].reason


def test_the_real_madavi_files_hold_climate_that_a_winter_has(shared_data):
    paths = sorted((shared_data / "sensor_community/madavi").glob("*.csv"))
    parts = [part for path in paths for part in read("madavi", path)]
    assert sum(map(len, parts)) + sum(len(part.bad) for part in parts) == sum(
        len(path.read_text().splitlines()) - 1 for path in paths
    )
    rows = [values_of(part, row) for part in parts for row in range(len(part))]
    assert all(-15 < row["temperature"] < 25 for row in rows if "temperature" in row)
    assert np.median([row["humidity"] for row in rows if "humidity" in row]) > 50


def test_values_of_one_second_of_a_session_are_one_sample(tmp_path):
    rows = [
        '1,"home\n",2024-03-01T12:00:00.270,52.10,5.10,50.0,,',
        '2,"home\n",2024-03-01T12:00:00.771,52.12,5.12,,4.0,66.0',
        '3,"home\n",2024-03-01T12:00:01.100,52.10,5.10,,6.0,',
        '4,"home\n",2024-03-01T12:00:01.200,52.10,5.10,,,',
    ]
    path = write(tmp_path, AIRCASTING + "\n".join(rows) + "\n")
    (part,) = read("aircasting", path, zone="Europe/Amsterdam")
    assert part.observations.time.tolist() == [NOON - 3600, NOON - 3599]
    assert values_of(part) == {"temperature": 10, "pm25": 4, "humidity": 66}
    assert values_of(part, 1) == {"pm25": 6}
    assert part.observations.lat.tolist() == [521_100_000, 521_000_000]
    assert (part.joined, [bad.reason for bad in part.bad]) == (1, ["no value"])
    assert part.bad[0].line == 16
    assert (part.devices[0].hardware, part.devices[0].kind) == ("aircasting:AirBeam2:0018", "bike")


def test_a_session_needs_its_zone():
    with pytest.raises(FormatError, match="an AirCasting session does not say its zone"):
        find_source("aircasting")
    with pytest.raises(FormatError, match="no time zone 'Amsterdam'"):
        read_zone("Amsterdam")


def test_the_real_session_adds_up_and_is_in_degrees_celsius(shared_data):
    path = shared_data / "aircasting/airbeam2_session.csv"
    report = import_file(find_source("aircasting", zone="America/Toronto"), path, None, NOW)
    assert report.account.read == 28_151
    assert sum(report.account.rejected.values()) == 0
    (part, *_) = read("aircasting", path, zone="America/Toronto")
    assert 30 < np.median([values_of(part, row)["temperature"] for row in range(5, 50)]) < 34
    assert part.observations.time[0] == 1_595_689_258


def test_a_card_has_three_lines_below_its_header(tmp_path):
    path = write(tmp_path, CARD + "2024-03-01T12:00:00Z,7.5,61,-1,43.3,101.53,400,null\n")
    (part,) = read("smartcitizen", path, device="kit-1")
    expected = {"temperature": 7.5, "humidity": 61, "sound_laeq": 43.3, "pressure": 101_530}
    assert values_of(part) == expected
    assert (part.devices[0].kind, part.bad) == ("box", [])


def test_a_kit_without_a_fix_is_not_placed(tmp_path):
    text = (
        "TIME,TEMP,NOISE_A,GPS_FIX,GPS_LAT,GPS_LONG\n"
        "2024-03-01 13:00:00+01:00,7,40,3.0,52.1,5.1\n"
        "2024-03-01 13:00:05+01:00,7,40,0.0,52.1,5.1\n"
        "2024-03-01 13:00:10+01:00,,,,,\n"
    )
    (part,) = read("smartcitizen", write(tmp_path, text), device="kit-1")
    judged = check(part.observations, NOW, find_source("smartcitizen", device="k").bits)
    assert (judged.cell != 0).tolist() == [True, False]
    assert judged.time.tolist() == [NOON, NOON + 5]
    assert [(bad.line, bad.reason) for bad in part.bad] == [(4, "no value")]
    assert part.devices[0].kind == "bike"


def test_the_real_kits_add_up(shared_data):
    for name, rows in (("example", 1010), ("geodata", 11_590)):
        path = shared_data / f"smartcitizen/{name}.csv"
        lines = len(path.read_text().splitlines()) - (4 if name == "example" else 1)
        report = import_file(find_source("smartcitizen", device=name), path, None, NOW)
        assert report.account.read == lines
        assert abs(lines - rows) <= 1
        assert set(report.account.rejected) <= {"no value"}


def test_values_of_one_box_and_second_are_one_sample(tmp_path):
    rows = [
        "2024-03-01T12:00:00.000Z,8.1,52.1,5.1,b1,Home,outdoor,PM2.5,µg/m³",
        "2024-03-01T12:00:00.400Z,1013.2,52.1,5.1,b1,Home,outdoor,Luftdruck,hPa",
        "2024-03-01T12:00:00.000Z,90,52.1,5.1,b2,Bike,mobile,rel. Luftfeuchte,%",
        "2024-03-01T12:00:00.000Z,90,52.1,5.1,b2,Bike,mobile,Beleuchtungsstärke,lx",
        "2024-03-01T12:00:09.000Z,90,52.1,5.1,b2,Bike,mobile,Luftdruck,psi",
        "2024-03-01T12:00:09.000Z,,52.1,5.1,b2,Bike,mobile,PM10,",
        "2024-03-01T12:00:09.000Z,1,52.1,5.1,,Bike,outdoor,PM10,",
    ]
    (part,) = read("opensensemap", write(tmp_path, OPENSENSEMAP + "\n".join(rows) + "\n"))
    assert values_of(part) == {"pm25": 8.1, "pressure": 101_320}
    assert values_of(part, 1) == {"humidity": 90}
    assert part.observations.lat.tolist() == [MISSING, 521_000_000]
    assert [device.kind for device in part.devices[:2]] == ["box", "bike"]
    assert [device.label for device in part.devices[:2]] == ["Home", ""]
    assert [(bad.line, bad.reason) for bad in part.bad] == [
        (5, "Beleuchtungsstärke is no quantity that we keep"),
        (6, "Luftdruck in a unit that we do not know"),
        (7, "no value"),
        (8, "no boxId"),
    ]
    assert part.joined == 1


@pytest.mark.parametrize(("written", "volts"), [("4.13", 4.13), ("113", 4.13), ("14.3", 4.13)])
def test_a_processed_file_has_physical_units_and_three_ways_to_write_a_voltage(
    tmp_path, written, volts
):
    row = (
        f"1,s1,2020-01-06 12:00:00,3,5.1,52.1,x,80,4,5,6,1011,7.5,40,{written},0,0,2080,1,6,7012,9"
    )
    (part,) = read("snuffelfiets-processed", write(tmp_path, PROCESSED + row + "\n"))
    found = values_of(part)
    assert found["battery"] == pytest.approx(volts)
    assert (found["pm25"], found["pressure"], found["temperature"]) == (5, 101_100, 7.5)
    assert (part.observations.bits[0], part.observations.horizontal[0]) == (2080, 7012)
    assert part.observations.time[0] == 1_578_312_000


SAMPLES = {
    "madavi": MADAVI + "\n",
    "aircasting": AIRCASTING,
    "smartcitizen": CARD,
    "opensensemap": OPENSENSEMAP,
    "snuffelfiets-processed": PROCESSED,
    "snuffelfiets": "_id,entity_id,recording_timestamp\n",
    "sensor.community": "sensor_id;sensor_type;location;lat;lon;timestamp;P1\n",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_format_is_told_from_all_others(kind):
    assert [source.name for source in SOURCES if source.looks_like(SAMPLES[kind])] == [kind]


def test_a_wrong_kind_gets_the_name_of_what_the_file_looks_like(tmp_path):
    for kind, text in SAMPLES.items():
        path = write(tmp_path, text)
        for other in ("sensor.community", "madavi"):
            if other != kind:
                with pytest.raises(FormatError, match=f"use: meten import {kind}"):
                    import_file(find_source(other), path, None, NOW)


def test_a_header_alone_is_no_import(tmp_path):
    told = {"aircasting": {"zone": "UTC"}, "smartcitizen": {"device": "k"}}
    for kind in ("madavi", "aircasting", "smartcitizen", "opensensemap"):
        path = write(tmp_path, SAMPLES[kind], f"esp8266-1-{kind}.csv")
        with pytest.raises(FormatError, match="holds a header but no rows"):
            import_file(find_source(kind, **told.get(kind, {})), path, None, NOW)


def test_a_zip_of_nothing_readable_says_each_line(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "hello\n")
    with pytest.raises(FormatError, match=r"is not a madavi\.de file"):
        import_file(find_source("madavi"), path, None, NOW)
