"""Addresses of places answer with a page, a file, or a sentence that says what is wrong."""

import csv
import io

import pytest

from tests.dashboard import city

CELL = "8919691a2dbffff"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nl/area/binnenstad?quantity=ozon", "Wat bedoelt u met de grootheid “ozon”?"),
        ("/en/area/binnenstad?period=hour", "There is no period “hour”."),
        ("/nl/area/binnenstad?weeks=1000000000", "“1000000000” weken kan niet."),
        ("/nl/hexagon/8919691a2dbfff0", "is geen zeshoek"),
        ("/en/hexagon/8019fffffffffff", "is of resolution 0; here are those from 7 to 10"),
        ("/en/node/box-markt?period=decade", "There is no period “decade”."),
        ("/nl/compare?first=2026-10-31&last=2026-10-01", "ligt na de laatste"),
        ("/nl/compare?place=a&place=b&place=c&place=d&place=e&place=f&place=g", "7 lijnen"),
        ("/en/compare.csv?place=hexagon:12", "is no place"),
    ],
)
def test_what_cannot_be_is_said_in_the_language_of_the_page(client, path, said):
    told = client.get(path)
    assert told.status == 400
    assert said in told.text
    assert f'<html lang="{path[1:3]}">' in told.text


@pytest.mark.parametrize(
    "path", ["/nl/area/nergens", "/nl/area/-x", "/en/hexagon/", "/nl/compare.csv?place=node:niet"]
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status == 404


def test_names_of_options_that_nobody_knows_are_left_alone(client):
    for path in ("area/binnenstad", f"hexagon/{CELL}", "compare", "areas"):
        assert client.get(f"/nl/{path}?fbclid=1e9").status == 200


def test_a_moving_node_has_no_history(client):
    for bike in city.BIKES:
        assert client.get(f"/nl/compare.csv?place=node:{bike}").status == 404


def test_the_file_has_the_hours_of_every_line(client):
    told = client.get(
        "/nl/compare.csv?place=node:box-markt&place=area:havenkwartier&quantity=pm25"
        "&first=2026-05-03&last=2026-05-03"
    )
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert {row["place"] for row in rows} == {"node:box-markt", "area:havenkwartier"}
    assert len(rows) == 48
    first = rows[0]
    assert (first["start"], first["step"], first["values"]) == (
        "2026-05-02T22:00:00Z",
        "hour",
        "60",
    )
    series = client.get(
        "/v1/nodes/box-markt/series",
        quantity="pm25",
        start="2026-05-02T22:00:00Z",
        end="2026-05-03T22:00:00Z",
        width=3600,
    ).json
    means = [float(row["mean"]) for row in rows if row["place"] == "node:box-markt"]
    assert means == pytest.approx(series["values"], abs=0.01)
