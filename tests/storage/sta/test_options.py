"""Options: read as a tree, refused with their name."""

import pytest

from storage.sta.faults import BadQueryError
from storage.sta.model import ENTITIES
from storage.sta.options import MOST_TOP, Order, read_options

THINGS = ENTITIES["Things"]


def read(**options):
    return read_options(THINGS, [(f"${name}", value) for name, value in options.items()])


def test_without_options_a_page_is_a_hundred():
    assert (read().top, read().skip, read().count) == (100, 0, False)


def test_numbers_are_read_and_top_has_a_limit():
    made = read(top="0", skip="7", count="true")
    assert (made.top, made.skip, made.count) == (0, 7, True)
    assert read(top="999999").top == MOST_TOP


def test_order_and_select_know_the_id_by_both_names():
    assert read(orderby="name desc,@iot.id").order == (Order(("name",), True), Order(("id",)))
    assert read(select="@iot.id,name,Datastreams").select == ("id", "name", "Datastreams")


def test_expand_nests_with_options_and_paths():
    made = read(
        expand="Datastreams($top=1;$filter=name eq 'a;b';$expand=Observations($top=2)),"
        "Locations/HistoricalLocations"
    )
    series, places = made.expand
    assert (series.name, series.options.top, series.options.filter) == (
        "Datastreams",
        1,
        "name eq 'a;b'",
    )
    assert series.options.expand[0].options.top == 2
    assert places.options.expand[0].name == "HistoricalLocations"


def test_paths_with_one_beginning_are_one():
    (series,) = read(expand="Datastreams/Sensor,Datastreams/ObservedProperty").expand
    assert [each.name for each in series.options.expand] == ["Sensor", "ObservedProperty"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top", "-1"),
        ("top", "1.5"),
        ("top", ""),
        ("top", "\u0661"),
        ("top", "9" * 20),
        ("skip", "x"),
        ("count", "yes"),
        ("count", ""),
        ("select", "nothing"),
        ("select", ""),
        ("orderby", "name up"),
        ("orderby", "name;DROP"),
        ("orderby", ""),
        ("orderby", ",".join(["name"] * 9)),
        ("expand", "Nothing"),
        ("expand", "Datastreams($nothing=1)"),
        ("expand", "Datastreams($top)"),
        ("expand", "Datastreams($top=1"),
        ("expand", "Datastreams($resultFormat=CSV)"),
        ("expand", "Datastreams/Thing/Datastreams/Thing/Datastreams/Thing"),
        ("filter", " "),
        ("filter", "x" * 9000),
        ("resultFormat", "XML"),
        ("format", "json"),
    ],
)
def test_what_cannot_be_is_refused(name, value):
    with pytest.raises(BadQueryError):
        read(**{name: value})


def test_an_option_stands_there_once():
    with pytest.raises(BadQueryError, match="twice"):
        read_options(THINGS, [("$top", "1"), ("$top", "2")])
