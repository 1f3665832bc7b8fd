from datetime import UTC, datetime

import pytest

from ingest.sources import knmi
from lokaalmeten.errors import FormatError
from lokaalmeten.quality import Flag
from tests.ingest.sources.reading import count_bad, list_flags, list_hours, read_parts, write_lines

SOURCE = knmi.SOURCE
ABOUT = [
    "# BRON: KONINKLIJK NEDERLANDS METEOROLOGISCH INSTITUUT (KNMI)",
    "# STN         LON(east)   LAT(north)  ALT(m)      NAME",
    "# 260         5.180       52.100      1.90        De Bilt     ",
    "# 999:        4.000       51.000     -1.90        NERGENSHUIZEN",
    "# HH       : tijd; uurvak 05 loopt van 04.00 UT tot 5.00 UT",
]
HOURLY = "# STN,YYYYMMDD,   HH,   DD,   FH,    T,   SQ,    Q,   RH,    P,    N,    U"
DAILY = "# STN,YYYYMMDD,DDVEC,   FG,   TG,   SQ,    Q,   RH,   PG,   NG,   UG"


def at(*moment):
    return int(datetime(*moment, tzinfo=UTC).timestamp())


def read(tmp_path, *rows, header=HOURLY, about=ABOUT, name="uur.txt"):
    return read_parts(SOURCE, write_lines(tmp_path / name, [*about, header, *rows]))


def test_an_hour_ends_at_its_number_in_utc_and_24_belongs_to_the_day_it_ends(tmp_path):
    parts = read(
        tmp_path,
        "  260,20230630,    1,  240,   60,  185,    5,  100,   12,10132,    7,   80",
        "  260,20230630,   24,  240,   60,  -15,    5,  100,   12,10132,    7,   80",
    )
    found = list_hours(parts)
    assert found[("KNMI260", "temperature", at(2023, 6, 30, 0))] == 18.5
    assert found[("KNMI260", "temperature", at(2023, 6, 30, 23))] == -1.5
    assert len(found) == 18


def test_values_are_in_our_units(tmp_path):
    row = "  260,20230630,    1,  240,   60,  185,    5,  100,   12,10132,    7,   80"
    values = {key: value for (_, key, _), value in list_hours(read(tmp_path, row)).items()}
    assert values == pytest.approx(
        {
            "wind_direction": 240,
            "wind_speed": 6.0,
            "temperature": 18.5,
            "sunshine": 0.5,
            "radiation": 100 * 10_000 / 3600,
            "rain": 1.2,
            "pressure": 101_320,
            "cloud": 7,
            "humidity": 80,
        }
    )


def test_less_than_a_twentieth_of_rain_and_sun_is_none_and_frost_stays(tmp_path):
    row = "  260,20230630,    1,  240,   60,   -1,   -1,    0,   -1,10132,    7,   80"
    values = {key: value for (_, key, _), value in list_hours(read(tmp_path, row)).items()}
    assert (values["rain"], values["sunshine"]) == (0, 0)
    assert values["temperature"] == pytest.approx(-0.1)


@pytest.mark.parametrize(("direction", "flag"), [("990", 4), ("0", 4), ("360", 1), ("10", 1)])
def test_a_direction_that_is_none_is_kept_and_fails(tmp_path, direction, flag):
    parts = read(tmp_path, f"260,20230630,1,{direction},60,185,5,100,12,10132,9,80")
    assert list_hours(parts)[("KNMI260", "wind_direction", at(2023, 6, 30))] == float(direction)
    flags = list_flags(parts)
    assert flags[("KNMI260", "wind_direction", at(2023, 6, 30))] == flag
    assert flags[("KNMI260", "cloud", at(2023, 6, 30))] == Flag.SUSPECT  # 9: no sky to be seen


def test_an_empty_cell_is_missing(tmp_path):
    parts = read(
        tmp_path,
        "  260,20230630,    1,     ,   60,     ,    5,  100,   12,10132,    7,     ",
        "  260,20230630,    2,  240,   60,  185,    5,  100,   12,10132,    7,     ",
    )
    found = list_hours(parts)
    assert found[("KNMI260", "temperature", at(2023, 6, 30, 0))] is None
    assert not any(key == "humidity" for _, key, _ in found)  # never measured there
    assert count_bad(parts) == {}


def test_stations_come_from_the_file_and_else_from_the_list(tmp_path):
    row = "260,20230630,1,240,60,185,5,100,12,10132,7,80"
    (part,) = read(tmp_path, row, row.replace("260,", "999,"))
    assert [(s.code, s.name, s.kind, s.lat, s.lon) for s in part.stations] == [
        ("KNMI260", "De Bilt", "weather", 52.1, 5.18),
        ("KNMI999", "NERGENSHUIZEN", "weather", 51.0, 4.0),
    ]
    (part,) = read(tmp_path, row, row.replace("260,", "999,"), about=[])
    assert [station.code for station in part.stations] == ["KNMI260"]
    assert count_bad([part]) == {"the place of KNMI station '999' is not known": 1}


def test_a_line_of_comment_behind_the_header_is_no_row(tmp_path):
    parts = read(tmp_path, "#", "260,20230630,1,240,60,185,5,100,12,10132,7,80")
    assert (len(list_hours(parts)), count_bad(parts)) == (9, {})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("260,20230630,25,240,60,185,5,100,12,10132,7,80", "HH is not an hour from 1 to 24"),
        ("260,20230630,0,240,60,185,5,100,12,10132,7,80", "HH is not an hour from 1 to 24"),
        ("260,2023-06-30,1,240,60,185,5,100,12,10132,7,80", "YYYYMMDD is not a time"),
        ("260,20990630,1,240,60,185,5,100,12,10132,7,80", "time in the future"),
        ("260,20230630,1,240", "4 of 12 fields"),
    ],
)
def test_a_row_that_is_no_hour_is_refused(tmp_path, row, reason):
    parts = read(tmp_path, "260,20230630,1,240,60,185,5,100,12,10132,7,80", row)
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [(8, reason)]
    assert len(list_hours(parts)) == 9


def test_a_bad_cell_costs_only_itself(tmp_path):
    parts = read(tmp_path, "260,20230630,1,240,x,185,5,100,12,10132,7,80")
    assert count_bad(parts) == {"FH is not a number": 1}
    assert len(list_hours(parts)) == 8


def test_days_are_days_of_utc_with_their_own_sums(tmp_path):
    parts = read(
        tmp_path,
        "  260,20230630,  240,   60,  185,   -1, 2000,   -1,10132,    7,   80",
        "  260,20230701,  250,   61,  186,   15, 2100,  125,10131,    6,   81",
        header=DAILY,
    )
    assert list_hours(parts) == {}
    found = list_hours(parts, days=True)
    assert len(found) == 18
    assert found[("KNMI260", "rain", at(2023, 6, 30))] == 0
    assert found[("KNMI260", "rain", at(2023, 7, 1))] == pytest.approx(12.5)
    assert found[("KNMI260", "radiation", at(2023, 7, 1))] == pytest.approx(2100 * 1e4 / 86_400)


def test_a_file_of_something_else_is_refused(tmp_path):
    path = write_lines(tmp_path / "x.txt", ["<html>", "no service", "</html>"])
    with pytest.raises(FormatError, match="is not an hourly or daily file of KNMI"):
        read_parts(SOURCE, path)
