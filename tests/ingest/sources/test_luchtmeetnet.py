import csv
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from ingest.sources import luchtmeetnet
from lokaalmeten.errors import FormatError
from lokaalmeten.quality import Flag
from tests.ingest.sources.reading import count_bad, list_flags, list_hours, read_parts, write_lines

SOURCE = luchtmeetnet.SOURCE
PREAMBLE = [
    "Export;EXP;;;StationsCode;NL1;NL2",
    "Periode;;;;BeheerderMeetStation;RIVM;GGD Amsterdam",
    "Bron;;;;StationsNaam;Straat;Park",
    "Beschrijving;;;;Latitude,Longitude;(52.105031,5.124464);(52.2,4.98)",
    "Accreditatienummer;;;;StationsGebied;stad;stad",
    ";;;;StationsType;verkeer;achtergrond",
    ";;;;Meetprincipe;BETA;BETA",
    ";;;;Meetopstelling;BAM;BAM",
    ";;;;Accreditatienummer;L224;L224",
]
HEADER = "Component;Bep.periode;Eenheid; Begindatumtijd;Einddatumtijd;NL1;NL2"
CET = timezone(timedelta(hours=1))
FIRST = int(datetime(2022, 12, 31, 23, tzinfo=UTC).timestamp())


def row(*cells, component="NO2", unit="µg/m³", begin="20230101 00:00", end="20230101 01:00"):
    return ";".join([component, "uur", unit, begin, end, *cells])


def write(tmp_path, *rows, preamble=PREAMBLE, header=HEADER):
    return write_lines(tmp_path / "2023_NO2.csv", [*preamble, header, *rows], "latin-1")


def read(tmp_path, *rows, **given):
    return read_parts(SOURCE, write(tmp_path, *rows, **given))


def test_an_hour_begins_in_fixed_cet_also_in_summer(tmp_path):
    summer = row("3", "4", begin="20230701 12:00", end="20230701 13:00")
    found = list_hours(read(tmp_path, row("1", "2"), summer))
    noon = int(datetime(2023, 7, 1, 11, tzinfo=UTC).timestamp())
    assert found == {
        ("NL1", "no2", FIRST): 1,
        ("NL2", "no2", FIRST): 2,
        ("NL1", "no2", noon): 3,
        ("NL2", "no2", noon): 4,
    }


def test_stations_come_from_the_lines_before_the_header(tmp_path):
    (part,) = read(tmp_path, row("1", "2"))
    street, park = part.stations
    assert (street.code, street.name, street.kind, street.operator) == (
        "NL1", "Straat", "traffic", "RIVM",
    )  # fmt: skip
    assert (street.lat, street.lon) == (52.105031, 5.124464)
    assert (park.kind, park.operator) == ("background", "GGD Amsterdam")


def test_a_comma_may_be_decimal_and_negative_hours_stay(tmp_path):
    parts = read(tmp_path, row("12,5", "-3.25"))
    assert sorted(list_hours(parts).values()) == [-3.25, 12.5]
    assert set(list_flags(parts).values()) == {Flag.GOOD}


def test_what_no_instrument_gives_is_kept_and_flagged(tmp_path):
    parts = read(tmp_path, row("-999", "-12"), row("65535", "673", begin="20230101 01:00",
                                                   end="20230101 02:00"))  # fmt: skip
    assert sorted(list_hours(parts).values()) == [-999, -12, 673, 65535]
    assert list_flags(parts) == {
        ("NL1", "no2", FIRST): Flag.FAIL,
        ("NL2", "no2", FIRST): Flag.SUSPECT,
        ("NL1", "no2", FIRST + 3600): Flag.FAIL,
        ("NL2", "no2", FIRST + 3600): Flag.GOOD,
    }


def test_units_are_told_apart_and_carbon_monoxide_is_converted(tmp_path):
    found = read(tmp_path, row("0.3", "", component="CO", unit="mg/m³"))
    assert list_hours(found) == {("NL1", "co", FIRST): 300}
    assert count_bad(read(tmp_path, row("1", "2", unit="ppb"))) == {"unit ppb is not known": 1}


def test_an_empty_cell_is_missing_where_the_station_measures(tmp_path):
    later = row("", "5", begin="20230101 01:00", end="20230101 02:00")
    found = list_hours(read(tmp_path, row("1", ""), later))
    assert found[("NL1", "no2", FIRST + 3600)] is None
    assert found[("NL2", "no2", FIRST)] is None


def test_a_bad_cell_is_told_and_the_rest_of_its_line_is_used(tmp_path):
    parts = read(tmp_path, row("x", "2"))
    assert list_hours(parts) == {("NL2", "no2", FIRST): 2}
    ((bad,),) = [part.bad for part in parts]
    assert (bad.line, bad.reason) == (11, "NL1 is not a number")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row("1"), "6 of 7 fields"),
        (row("1", "2", begin="01-01-2023 00:00"), "Begindatumtijd is not a time"),
        (row("1", "2", end="20230101 00:30"), "Einddatumtijd is not an hour after Begindatumtijd"),
        (row("1", "2", component="C6H6"), "component C6H6 is not stored"),
        (row("1", "2", begin="20990101 00:00", end="20990101 01:00"), "time in the future"),
        ("<html>502 Bad Gateway</html>", "1 of 7 fields"),
    ],
)
def test_a_line_that_is_no_hour_is_refused_with_number_and_reason(tmp_path, line, reason):
    parts = read(tmp_path, row("1", "2"), line)
    assert len(list_hours(parts)) == 2
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [(12, reason)]


def test_an_hour_that_comes_twice_is_refused_once_for_each_value(tmp_path):
    parts = read(tmp_path, row("1", "2"), row("3", ""))
    assert list_hours(parts) == {("NL1", "no2", FIRST): 1, ("NL2", "no2", FIRST): 2}
    assert count_bad(parts) == {"this hour of this series came before": 2}


def test_more_or_fewer_lines_before_the_header_are_counted(tmp_path):
    for preamble in (PREAMBLE[:4], [*PREAMBLE, ";;;;Meer;a;b"]):
        assert len(list_hours(read(tmp_path, row("1", "2"), preamble=preamble))) == 2


def test_a_file_of_something_else_is_refused(tmp_path):
    path = write_lines(tmp_path / "x.csv", ["<!DOCTYPE html>", "<html>", "error", "</html>"])
    assert not SOURCE.looks_like("<!DOCTYPE html>\n<html>")
    with pytest.raises(FormatError, match="is not a bulk file of Luchtmeetnet"):
        read_parts(SOURCE, path)


def slow_hours(path):
    """Value by code and start, read by the csv module, hour by hour."""
    with path.open(encoding="latin-1", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))[9:]
    found = {}
    for line in lines[1:]:
        begin = datetime.strptime(line[3], "%Y%m%d %H:%M").replace(tzinfo=CET)
        for code, cell in zip(lines[0][5:], line[5:], strict=True):
            found[(code, int(begin.timestamp()))] = float(cell) if cell.strip() else None
    return found


@pytest.mark.parametrize("component", ["PM25", "NO2"])
def test_the_real_files_are_read_whole(shared_data, component):
    folder = shared_data / "samenmeten_utrecht/luchtmeetnet"
    for path in sorted(folder.glob(f"*_{component}.csv")):
        assert SOURCE.looks_like(path.read_text("latin-1")[:4000])
        parts = read_parts(SOURCE, path)
        found = list_hours(parts)
        slow = slow_hours(path)
        heard = {code for (code, _), value in slow.items() if value is not None}
        key = component.lower()
        assert {(code, start) for code, quantity, start in found if quantity == key} == {
            name for name in slow if name[0] in heard
        }
        for (code, start), value in slow.items():
            if code in heard:
                assert found[(code, key, start)] == (None if value is None else np.float32(value))
        assert count_bad(parts) == {}
        assert len(parts[0].stations) == 6


def test_the_new_year_peak_of_2023_is_the_hour_from_2300_utc_and_good(shared_data):
    path = shared_data / "samenmeten_utrecht/luchtmeetnet/2023_01_PM25.csv"
    parts = read_parts(SOURCE, path)
    peak = {start: v for (code, _, start), v in list_hours(parts).items() if code == "NL10636"}
    assert max(peak, key=lambda start: peak[start] or 0) == FIRST
    assert list_flags(parts)[("NL10636", "pm25", FIRST)] == Flag.GOOD
