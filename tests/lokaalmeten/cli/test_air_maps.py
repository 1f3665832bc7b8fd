"""`meten forecast map`: what people read of a map, and its cells as GeoJSON."""

import json

import pytest
from h3.api import basic_int as h3

from storage.air_maps import write_map
from storage.pool import connect
from tests.services.meten import meten
from tests.storage.test_air_maps import CELLS, make_map


@pytest.fixture
def drawn(postgres_database):
    with connect(postgres_database) as connection:
        write_map(connection, make_map())
    return postgres_database


def test_it_says_what_a_map_rests_on_and_how_far_off_such_maps_are(drawn):
    done = meten("forecast", "map", dsn=drawn)
    assert done.returncode == 0
    for words in (
        "2026-03-14 09:00 UTC",
        "7 corrected nodes and official stations",
        "2, of which 1 without a sensor",
        "4.2 to 8.5 ug/m3",
        "1.50 ug/m3; the mean of the others by 2.50",
        "75 % of the values of a day",
    ):
        assert words in done.stdout


def test_cells_are_closed_polygons_around_their_centres(drawn, tmp_path):
    file = tmp_path / "map.geojson"
    assert meten("forecast", "map", "--out", file, dsn=drawn).returncode == 0
    written = json.loads(file.read_text())
    assert written["type"] == "FeatureCollection"
    for feature, cell in zip(written["features"], CELLS.tolist(), strict=True):
        (ring,) = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == 7
        lat, lon = h3.cell_to_latlng(cell)
        corners = ring[:-1]
        assert sum(x for x, _ in corners) / 6 == pytest.approx(lon, abs=1e-3)
        assert sum(y for _, y in corners) / 6 == pytest.approx(lat, abs=1e-3)
        assert feature["properties"]["cell"] == f"{cell:x}"
    first = written["features"][0]["properties"]
    assert (first["low"], first["median"], first["measured"]) == (1.5, 4.25, 0)
    assert [each["properties"]["high"] for each in written["features"]] == [7.5, 15]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--quantity", "no2"), "there is no map of no2: there is one of pm25"),
        (("--out", "/nowhere/map.geojson"), "/nowhere/map.geojson cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(drawn, words, message):
    done = meten("forecast", "map", *words, dsn=drawn)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
