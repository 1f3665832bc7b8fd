import pytest

from ingest.sources import stations
from lokaalmeten.errors import FormatError
from tests.ingest.sources.reading import count_bad, read_parts, write_lines

SOURCE = stations.SOURCE
HEADER = "code,name,kind,latitude,longitude,operator"


def read(tmp_path, *rows, header=HEADER):
    return read_parts(SOURCE, write_lines(tmp_path / "stations.csv", [header, *rows]))


def test_a_list_gives_stations_and_no_hours(tmp_path):
    (part,) = read(tmp_path, "AD1,King Street,traffic,57.17,-2.09,Aberdeen")
    (station,) = part.stations
    assert (station.code, station.name, station.kind) == ("AD1", "King Street", "traffic")
    assert (station.lat, station.lon, station.operator) == (57.17, -2.09, "Aberdeen")
    assert part.hours is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,a,rural,57,2,", "kind is not one of traffic, background, industry, weather"),
        ("A,a,traffic,97,2,", "the place is not on the earth"),
        ("A,a,traffic,,2,", "the place is not on the earth"),
        (",a,traffic,57,2,", "code is empty"),
        ("A,a,traffic,north,2,", "latitude is not a number"),
    ],
)
def test_a_row_that_is_no_station_is_refused(tmp_path, row, reason):
    parts = read(tmp_path, row)
    assert count_bad(parts) == {reason: 1}
    assert [part.stations for part in parts] == [[]]


def test_a_list_without_places_is_refused(tmp_path):
    with pytest.raises(FormatError, match="lacks latitude, longitude"):
        read(tmp_path, "A,a,traffic", header="code,name,kind")
