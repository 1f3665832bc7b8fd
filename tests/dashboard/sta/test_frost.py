"""The usual client, frost_sta_client, against the running server: what people write works."""

import warnings

import pytest

from tests.dashboard.city import BOXES, COUNTER, MINUTES, NEW

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import frost_sta_client as frost

# of the library itself: it calls what furl has given another name
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def service(site):
    return frost.SensorThingsService(f"{site}/sta/v1.1")


def list_names(query):
    return [entity.name for entity in query.list()]


def test_it_finds_an_entity_by_its_id(service):
    thing = service.things().find("box-markt")
    assert (thing.id, thing.name, thing.description) == ("box-markt", "box-markt", "Marktplein")
    assert thing.properties["kind"] == "box"


def test_it_says_that_an_entity_is_not_there(service):
    with pytest.raises(Exception, match="404"):
        service.things().find("nobody")


def test_it_lists_and_filters(service):
    fixed = service.things().query().filter("properties/moving eq false")
    assert list_names(fixed) == sorted([*BOXES, COUNTER, NEW])
    assert list_names(service.things().query().filter("startswith(name,'teller')")) == [COUNTER]


def test_it_counts(service):
    assert service.things().query().count().list().count == 7
    series = service.datastreams().find("box-markt:pm25")
    assert series.get_observations().query().count().top(0).list().count == MINUTES


def test_it_follows_pages_to_the_end_without_a_row_twice(service):
    series = service.datastreams().find("box-school:temperature")
    rows = list(series.get_observations().query().top(300).list())
    assert len(rows) == MINUTES == len({row.id for row in rows})
    assert [row.phenomenon_time for row in rows] == sorted(row.phenomenon_time for row in rows)


def test_it_expands_nested_with_options(service):
    found = (
        service.things()
        .query()
        .filter("name eq 'box-markt'")
        .expand(
            "Locations,Datastreams($filter=ObservedProperty/@iot.id eq 'pm25';"
            "$expand=Observations($orderby=phenomenonTime desc;$top=1))"
        )
    )
    (thing,) = found.list()
    (location,) = thing.locations
    assert location.location["type"] == "Point"
    (series,) = thing.datastreams
    assert [row.result for row in series.observations.entities][:1] == [16.0]


def test_it_follows_pages_of_an_expanded_list(service):
    found = service.things().query().filter("name eq 'box-markt'").expand("Datastreams($top=2)")
    (thing,) = found.list()
    assert len(list(thing.datastreams)) == 6


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("phenomenonTime ge 2026-05-04T17:00:00Z", 61),
        ("phenomenonTime gt 2026-05-04T17:00:00Z and phenomenonTime lt 2026-05-04T17:10:00Z", 9),
        ("date(phenomenonTime) eq date('2026-05-04')", 18 * 60 + 1),
        ("phenomenonTime ge 2026-05-04T17:30:00Z and result eq 16", 31),
        ("phenomenonTime ge 2026-05-04T17:30:00Z and result gt 16", 0),
    ],
)
def test_it_filters_observations_by_time_and_result(service, condition, count):
    series = service.datastreams().find("box-markt:pm25")
    found = series.get_observations().query().filter(condition).count().list()
    assert found.count == count
    assert len(list(found)) == count


def test_it_filters_by_place_and_over_navigations(service):
    near = "geo.distance(location, geography'POINT (5.1240 52.0890)') lt 0.004"
    (location,) = service.locations().query().filter(near).list()
    things = service.things().query().filter(f"Locations/@iot.id eq '{location.id}'")
    assert list_names(things) == ["box-markt"]
    series = (
        service.datastreams()
        .query()
        .filter("Thing/Locations/name ne '' and ObservedProperty/name eq 'PM2.5'")
    )
    assert list_names(series) == ["box-haven:pm25", "box-markt:pm25", "box-school:pm25"]


def test_it_selects(service):
    (thing,) = service.things().query().select("name").filter("name eq 'box-markt'").list()
    assert (thing.name, thing.description) == ("box-markt", None)


def test_it_says_what_is_wrong_with_a_filter(service):
    with pytest.raises(Exception, match="400"):
        service.things().query().filter("nothing eq 5").list()
