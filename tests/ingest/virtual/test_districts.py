from ingest.virtual.city import DISTRICTS, INNER, City
from ingest.virtual.districts import TOWN, list_outlines
from tests.services.outlines import holds


def test_the_town_and_each_of_its_districts_has_an_outline_once():
    names = [outline.label for outline in list_outlines()]
    assert sorted(names) == sorted([TOWN, INNER, *DISTRICTS])


def test_a_box_stands_in_the_district_that_it_is_called_after_and_in_no_other():
    outlines = list(list_outlines())
    for box in City().boxes:
        around = [each.label for each in outlines if holds(each.shape, box.lon, box.lat)]
        assert sorted(around) == sorted([TOWN, box.label.rpartition(" ")[0]])
