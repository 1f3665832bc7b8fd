import time

import pytest

from ingest.importing import find_source, import_file
from ingest.sources.mapping import read_mapping
from ingest.sources.text import look_at
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY

NOW = int(time.time())
HOURLY = """
name = "school"
time = "Datum"
time_format = "%d-%m-%Y %H:%M"
zone = "Europe/Amsterdam"
time_is = "end"
period = 3600
node = "Kastje"
decimal = ","
lat = "Lat"
lon = "Lon"
columns.pm25 = "PM2,5"
columns.pressure = { name = "Druk", factor = 100 }
columns.temperature = { name = "F", factor = 0.5, offset = -16 }
"""
HEADER = "Datum;Kastje;Lat;Lon;PM2,5;Druk;F\n"
LONG = """
name = "lab"
time = "t"
device = "one"
kind = "bike"
lat = "y"
lon = "x"
long = ["what", "value"]
columns.pm25 = "fine dust"
columns.humidity = "damp"
"""


def write(tmp_path, content, mapping, encoding="utf-8"):
    (tmp_path / "m.toml").write_text(mapping)
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode(encoding))
    return path, find_source("generic", mapping=tmp_path / "m.toml")


def read(tmp_path, content, mapping, encoding="utf-8"):
    path, source = write(tmp_path, content, mapping, encoding)
    (part,) = source.read(look_at(path, source.encoding, source.kind), 1, NOW)
    return part


def values_of(part, row=0):
    rows = part.observations
    found = zip(rows.keys, rows.counts[:, row].tolist(), strict=True)
    return {key: count / BY_KEY[key].per for key, count in found if count != MISSING}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
def test_a_dutch_table_of_hours_is_read_as_its_mapping_says(tmp_path, encoding):
    part = read(tmp_path, HEADER + "01-03-2024 13:00;é;52,1;5,1;8,25;1013,2;50\n", HOURLY, encoding)
    assert values_of(part) == {"pm25": 8.25, "pressure": 101_320, "temperature": 9}
    assert part.observations.time.tolist() == [1_709_290_800]  # 11:00 UTC, the start of the hour
    assert part.observations.period.tolist() == [3600]
    device = part.devices[0]
    assert (device.hardware, device.lat, device.lon) == ("school:é", 52.1, 5.1)


def test_what_a_clock_shows_twice_or_never_is_counted(tmp_path):
    times = ["26-10-2025 02:00", "26-10-2025 03:00", "30-03-2025 02:30", "26-10-2025 02:00"]
    rows = [f"{moment};{box};;;1;;" for moment, box in zip(times, "aaab", strict=True)]
    path, source = write(tmp_path, HEADER + "\n".join([*rows, rows[0]]) + "\n", HOURLY)
    account = import_file(source, path, None, NOW).account
    assert account.stored == 3  # of a: 02:00 twice, with the step back between, and 03:00
    assert account.rejected == {
        "hour that does not exist: the clock went forward": 1,
        "hour that comes twice when the clock goes back, and the order does not tell which": 1,
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("01-03-2024 13:00;a;;;8.25;;", "PM2,5 has a decimal point, its mapping says comma"),
        ("01-03-2024 13:00;a;;;x;;", "PM2,5 is not a number"),
        ("2024-03-01 13:00;a;;;1;;", "Datum is not a time"),
        ("01-03-2024 13:00;;;;1;;", "Kastje is empty"),
        ("01-03-2024 13:00;a;;;;;", "no value"),
        ("01-03-1999 13:00;a;;;1;;", "time before 2015: the clock was not set"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_reason(tmp_path, row, reason):
    part = read(tmp_path, HEADER + row + "\n01-03-2024 13:00;a;;;1;;\n", HOURLY)
    assert [(bad.line, bad.reason, bad.text) for bad in part.bad] == [(2, reason, row)]
    assert len(part) == 1


def test_rows_of_a_long_table_are_joined(tmp_path):
    rows = [
        "2024-03-01T12:00:00Z,fine dust,8,52.1,5.1",
        "2024-03-01T12:00:00Z,damp,70,52.1,5.1",
        "2024-03-01T12:00:01Z,luck,7,52.1,5.1",
    ]
    part = read(tmp_path, "t,what,value,y,x\n" + "\n".join(rows) + "\n", LONG)
    assert values_of(part) == {"pm25": 8, "humidity": 70}
    assert (part.joined, len(part), part.observations.lat[0]) == (1, 1, 521_000_000)
    assert [bad.reason for bad in part.bad] == ["luck is no quantity of the mapping"]


def test_a_decimal_comma_without_a_mapping_that_says_so_is_refused(tmp_path):
    mapping = 'name = "a"\ntime = "t"\ndevice = "b"\ncolumns.pm25 = "v"\n'
    part = read(tmp_path, "t;v\n2024-03-01T12:00:00;8,25\n", mapping)
    assert [bad.reason for bad in part.bad] == ["v has a decimal comma"]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("", "lacks name"),
        ("x", "is not TOML"),
        ('name = "a"\ntime = "t"\ncolumns.dust = "d"', "there is no quantity 'dust'"),
        ('name = "a"\ntime = "t"\ncolumns.pm25 = "d"', "device or node: say one of them"),
        ('name = "a"\ncolour = "t"', "there is no 'colour'"),
        ('zone = "Utrecht"' + LONG, "there is no time zone 'Utrecht'"),
        ('time_is = "end"' + LONG, "the end of a moment is that moment"),
        ('period = "hour"' + LONG, "period is 'hour', which is no number"),
        (LONG.replace('"damp"', "{ nme = 1 }"), "columns.humidity is a name, or a table"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_a_sentence(tmp_path, mapping, said):
    path = tmp_path / "m.toml"
    path.write_text(mapping)
    with pytest.raises(FormatError, match=r"m\.toml|time zone") as refused:
        read_mapping(path)
    assert said in str(refused.value)


def test_a_table_without_the_columns_of_its_mapping_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"is not a CSV as .*m.toml says: line 1 lacks Datum"):
        read(tmp_path, "a;b\n1;2\n", HOURLY)
