import csv
from itertools import pairwise

import numpy as np
import pytest

from ingest.routes.route import read_route, to_route
from lokaalmeten.errors import FormatError
from lokaalmeten.geo import distance_m


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "route.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "id,latitude,longitude\n0,52.1,5.1\n1,52.2,5.1\n",
        "latitude,longitude\n52.1,5.1\n52.2,5.1\n",
        "\ufeffLongitude;Latitude;name\r\n5.1;52.1;a\r\n5.1;52.2;b\r\n\r\n",
    ],
)
def test_a_route_is_read_by_its_column_names(tmp_path, text):
    route = read_route(write(tmp_path, text))
    assert (route.lat.tolist(), route.lon.tolist()) == ([52.1, 52.2], [5.1, 5.1])
    assert route.legs == 1
    assert route.length_m == pytest.approx(11_119.5, abs=0.1)


def test_positions_that_come_twice_in_a_row_are_one():
    route = to_route([52.1, 52.1, 52.2, 52.2, 52.1], [5.1] * 5)
    assert route.lat.tolist() == [52.1, 52.2, 52.1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("lat,lon\n1,2\n", "line 1 lacks latitude, longitude (lat, lon)"),
        ("latitude,longitude\n52.1,5.1\n", "at least two positions"),
        ("latitude,longitude\n52.1,5.1\n52.1,5.1\n", "at least two positions"),
        ("latitude,longitude\n52.1,5.1\n52.1\n", ":3: 1 of 2 fields"),
        ("latitude;longitude\n52.1;5.1\n52,2;5.1\n", ":3: 52,2 and 5.1 .*decimals have a point"),
        ("latitude,longitude\n52.1,5.1\nnan,5.1\n", ":3: nan and 5.1 are not degrees"),
        ("latitude,longitude\n136000,455000\n", ":2: 136000 and 455000 are not degrees"),
        ("latitude,longitude\n52.1,5.1\n55.1,5.1\n", "is 334 km long"),
    ],
)
def test_what_is_no_route_is_told_with_file_and_line(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as failure:
        read_route(path)
    assert str(failure.value).startswith(str(path))
    with pytest.raises(FormatError, match=said.replace("(", r"\(").replace(")", r"\)")):
        read_route(path)


def test_a_file_that_is_absent_or_no_text_is_told(tmp_path):
    with pytest.raises(FormatError, match="No such file"):
        read_route(tmp_path / "none.csv")
    with pytest.raises(FormatError, match="not UTF-8"):
        read_route(write(tmp_path, "latitude,longitude\n52.1,5.1 caf\xe9\n", "latin1"))


def test_a_place_along_a_route_is_that_far_from_its_start():
    route = to_route([52.1, 52.2, 52.2], [5.1, 5.1, 5.2])
    (lat,), (lon,) = route.find_place(np.array([1000.0]))
    assert distance_m(52.1, 5.1, lat, lon) == pytest.approx(1000, abs=0.01)


@pytest.mark.parametrize(
    "name",
    [
        "centraal-biltstraat-usp",
        "centraal-koningsweg-usp",
        "centraal-wilhelminapark-usp",
        "merwedekanaal",
    ],
)
def test_the_real_routes_have_the_length_of_their_lines(shared_data, name):
    path = shared_data / f"snuffelfiets/{name}.csv"
    with path.open() as file:
        rows = [(float(r["latitude"]), float(r["longitude"])) for r in csv.DictReader(file)]
    length = sum(float(distance_m(*a, *b)) for a, b in pairwise(rows))
    route = read_route(path)
    assert route.length_m == pytest.approx(length, abs=1e-6)
    assert np.hypot(np.diff(route.x), np.diff(route.y)).sum() == pytest.approx(length, rel=1e-3)
