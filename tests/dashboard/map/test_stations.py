"""Official stations stand beside nodes, also of what no node measures."""

from datetime import timedelta

import numpy as np
import pytest

from dashboard.map.marks import read_station_marks
from dashboard.words import Words
from lokaalmeten.quality import Flag
from lokaalmeten.stations import Hours, Station
from storage.migrate import migrate
from storage.pool import connect
from storage.stations import write_hours, write_stations
from tests.dashboard import city
from tests.dashboard.conftest import running

STREET = Station(
    "NL10636", "Kardinaal de Jongweg", "traffic", 52.1051, 5.1245, "RIVM", "https://example.org/s"
)
FAR = Station("NL10938", "Groningen", "traffic", 53.2178, 6.5789)
SPAN = city.LAST - timedelta(hours=3), city.LAST


@pytest.fixture(scope="module")
def dsn(timescale_databases):
    """The city with two stations: of one the second hour failed and the last is missing."""
    with timescale_databases.migrated(migrate) as dsn:
        city.build(dsn)
        first = int(SPAN[0].timestamp())
        times = np.array([first, first + 3600, first + 7200] * 2 + [first], np.int64)
        values = np.array([12.0, 900.0, np.nan, 20.0, 30.0, 40.0, 77.0], np.float32)
        flags = np.full(7, Flag.GOOD, np.uint8)
        flags[1] = Flag.FAIL
        series = [(STREET.code, "pm25"), (FAR.code, "pm25"), (STREET.code, "o3")]
        which = np.array([0, 0, 0, 1, 1, 1, 2], np.int32)
        with connect(dsn) as connection:
            write_stations(connection, [STREET, FAR])
            write_hours(connection, Hours(series, which, times, values, flags))
        yield dsn


def test_a_station_has_the_mean_of_its_good_hours_and_leads_to_its_network(dsn):
    with connect(dsn) as connection:
        marks = read_station_marks(connection, Words("nl"), "pm25", SPAN, None)
        near = read_station_marks(connection, Words("nl"), "pm25", SPAN, (5.0, 52.0, 5.3, 52.3))
        none = read_station_marks(connection, Words("nl"), "no2", SPAN, None)
    assert [(mark["name"], mark["value"]) for mark in marks] == [
        ("Kardinaal de Jongweg (RIVM)", 12.0),
        ("Groningen", 30.0),
    ]
    assert marks[0]["href"] == STREET.url
    assert near == marks[:1]
    assert none == []


def test_the_map_draws_it_as_a_diamond_that_tells_its_value_and_has_a_row(dsn, visit):
    with running(dsn) as address:
        visitor = visit(address)
        page = visitor.go("/nl/?end=2026-05-04T18:00Z&zoom=13&lat=52.1&lon=5.1245")
        visitor.hexagons()
        assert "officieel station" in page.inner_text("#map-legend")
        page.wait_for_function(
            "() => lokaal.view().map.queryRenderedFeatures({layers: ['marks-station']}).length"
        )
        x, y = page.evaluate("""() => {
          const {map} = lokaal.view(), box = map.getCanvas().getBoundingClientRect();
          const at = map.project([5.1245, 52.1051]);
          return [box.x + at.x, box.y + at.y];
        }""")
        page.mouse.click(x, y)
        told = page.inner_text(".maplibregl-popup-content")
        assert "Kardinaal de Jongweg (RIVM)" in told
        assert "12,0 µg/m³" in told
        assert "officieel, zoals gepubliceerd" in told
        assert page.get_attribute(".maplibregl-popup a", "href") == STREET.url
        page.click("text=Meetpunten en stations op de kaart")
        rows = page.locator("#map-marks tbody tr").all_inner_texts()
        assert "Kardinaal de Jongweg (RIVM)\tofficieel station\t12,0" in rows
        visitor.shoot("map-stations-nl-1280")
        # what no node measures can be chosen as well
        drawn = int(visitor.hexagons()["drawn"])
        page.select_option("#map-quantity", "o3")
        assert visitor.hexagons(at_least=drawn + 1)["marks"] == str(len(city.BOXES) + 3)
        assert "77,0" in page.inner_text("#map-marks")
        page.uncheck("text=Officiële stations")
        visitor.hexagons(at_least=drawn + 2)
        assert "officieel station" not in page.inner_text("#map-legend")
        visitor.leave()
