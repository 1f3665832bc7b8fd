"""Files of KNMI and Open-Meteo: every number by hand, and every fault with its place."""

import json

import numpy as np
import pytest

from lokaalmeten.errors import FormatError
from predict.air.weather_files import read_weather

NAN = float("nan")
MIDNIGHT = 1_767_225_600  # 2026-01-01T00Z
HOUR = 3600

KNMI = """# SOURCE: ROYAL NETHERLANDS METEOROLOGICAL INSTITUTE (KNMI)
# STN         LON(east)   LAT(north)  ALT(m)      NAME
# 260         5.180       52.100      1.90        De Bilt
#
# STN,YYYYMMDD,   HH,   DD,   FH,    T,    Q,   RH,    P,    U
#
  260,20260101,    1,  250,   60,  -15,    0,   -1,10213,   87
  260,20260101,    2,  990,   10,   81,   36,   12,     ,   90
  260,20260101,   24,    0,    0,   81,    0,    0,10200,   90
"""
OPEN_METEO = """latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation
52.1,5.18,4.0,3600,Europe/Amsterdam,GMT+1

time,temperature_2m (°C),wind_speed_10m (km/h),precipitation (mm),surface_pressure (hPa),cape (J/kg)
2026-01-01T01:00,3.5,18.0,0.0,1013.2,5
2026-01-01T02:00,4.5,36.0,1.2,1014.0,
2026-01-01T03:00,,7.2,0.4,1015.0,7
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="weather.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def read_columns(path, **more):
    weather = read_weather(path, **more)
    return weather.start, weather.at(weather.start, len(weather.table))


def test_hours_of_knmi_end_at_their_number_and_are_tenths(written):
    start, hours = read_columns(written(KNMI))
    assert start == MIDNIGHT
    assert len(hours["rain"]) == 24
    first = {name: column[0] for name, column in hours.items()}
    assert first == pytest.approx(
        {
            "wind_speed": 6.0,
            "wind_direction": 250,
            "temperature": -1.5,
            "humidity": 87,
            "pressure": 102_130,
            "rain": 0.0,  # -1: less than 0.05 mm
            "radiation": 0,
        }
    )
    assert (hours["rain"][1], hours["radiation"][1]) == pytest.approx((1.2, 100))
    assert np.isnan(hours["pressure"][1])
    assert np.isnan(hours["temperature"][2:23]).all()
    assert hours["wind_speed"][23] == 0


def test_one_station_of_several_must_be_named(written):
    path = written(KNMI + "  370,20260101,    1,  250,   70,   20,    0,   -1,10213,   87\n")
    with pytest.raises(FormatError, match="holds stations 260, 370: name one"):
        read_weather(path)
    with pytest.raises(FormatError, match="name one"):
        read_weather(path, station="999")
    assert read_columns(path, station="370")[1]["wind_speed"].tolist() == [7.0]


def test_open_meteo_is_turned_to_utc_and_sums_to_the_hour_they_are_of(written):
    start, hours = read_columns(written(OPEN_METEO))
    assert start == MIDNIGHT - HOUR  # the sum at 00:00 UTC is of the hour before
    np.testing.assert_allclose(hours["temperature"], [NAN, 3.5, 4.5, NAN])
    np.testing.assert_allclose(hours["wind_speed"], [NAN, 5, 10, 2])
    np.testing.assert_allclose(hours["rain"], [0, 1.2, 0.4, NAN])
    np.testing.assert_allclose(hours["pressure"], [NAN, 101_320, 101_400, 101_500])
    assert set(hours) == {"temperature", "wind_speed", "rain", "pressure"}


def test_json_of_open_meteo_says_the_same_as_its_csv(written):
    answer = {
        "utc_offset_seconds": 3600,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "wind_speed_10m": "km/h"},
        "hourly": {
            "time": ["2026-01-01T01:00", "2026-01-01T02:00", "2026-01-01T03:00"],
            "temperature_2m": [3.5, 4.5, None],
            "wind_speed_10m": [18, 36.0, 7.2],
        },
    }
    _, csv = read_columns(written(OPEN_METEO))
    _, hours = read_columns(written(json.dumps(answer), "weather.json"))
    for name in ("temperature", "wind_speed"):
        np.testing.assert_allclose(hours[name], csv[name])
    answer["hourly"]["time"] = [MIDNIGHT, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR]
    start, _ = read_columns(written(json.dumps(answer), "weather.json"))
    assert start == MIDNIGHT - HOUR


def test_our_own_names_need_no_unit(written):
    text = "time,rain,humidity\n2026-01-01T05:00Z,0.5,80\n2026-01-01T04:00+01:00,0.1,70\n"
    start, hours = read_columns(written(text))
    assert start + HOUR == MIDNIGHT + 3 * HOUR
    np.testing.assert_allclose(hours["rain"], [NAN, 0.1, NAN, 0.5])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("18.0", "fast", r"line 5, column wind_speed_10m \(km/h\): 'fast' is no number"),
        ("36.0", "inf", "line 6, column wind_speed"),
        ("2026-01-01T02:00", "yesterday", "line 6, column time: 'yesterday' is no time"),
        ("2026-01-01T02:00", "2026-01-01T02:30", "line 6, column time: .* not a whole hour"),
        ("2026-01-01T02:00", "2026-01-01T01:00", "line 6, column time: .* there before"),
        ("2026-01-01T02:00", "2126-01-01T02:00", "line 6, column time: .* more than 50 years"),
        ("km/h", "furlong", "column wind_speed_10m: is in furlong, not in m/s"),
        (" (km/h)", "", "column wind_speed_10m: is in no unit"),
        (",1014.0,\n", ",1014.0\n", "line 6: has 5 columns where its header has 6"),
        (",3600,", ",one,", "line 2, column utc_offset_seconds"),
        ("time,temp", "hour,temp", "no line begins with"),
    ],
)
def test_a_fault_is_told_with_file_line_and_column(written, old, new, message):
    assert old in OPEN_METEO
    with pytest.raises(FormatError, match=message) as error:
        read_weather(written(OPEN_METEO.replace(old, new)))
    assert "weather.csv" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    2,  990", "   25,  990", "line 8, column HH: '25' is not an hour from 1 to 24"),
        ("20260101,    2", "20260199,    2", "line 8, column YYYYMMDD: '20260199' is no day"),
        ("   HH,", "  DAY,", "no column HH"),
        ("   81,   36", "    x,   36", "line 8, column T: 'x' is no number"),
    ],
)
def test_a_fault_of_knmi_is_told_with_its_line(written, old, new, message):
    assert old in KNMI
    with pytest.raises(FormatError, match=message):
        read_weather(written(KNMI.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no weather"),
        ("{not json", "is no JSON"),
        ('{"daily": {}}', "has no hourly times"),
        ('{"hourly": {"time": [0, 3600], "rain": [1]}}', "rain: has 1 values for 2 times"),
        ("time,rain\n", "holds no hours"),
        ("time,clouds\n2026-01-01T00:00,3\n", "has none of the columns"),
    ],
)
def test_what_is_no_weather_is_refused(written, text, message):
    with pytest.raises(FormatError, match=message):
        read_weather(written(text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        read_weather(tmp_path / "none.csv")
