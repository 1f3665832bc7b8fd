"""Zones: which nodes lie in them, and what happens to their days when they change."""

import threading
from datetime import UTC, date, datetime

import h3.api.basic_int as h3
import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage import reader, rollups
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from storage.zones import add_zone, remove_zone
from tests.services.outlines import box, cut_hole, holds, join
from tests.services.samples import START, make_samples
from tests.services.slow_sums import expect_places, read_places, shorten

WEST, SOUTH, EAST, NORTH = 5.0, 52.0, 5.2, 52.15
TOWN = box(5.05, 52.05, 5.15, 52.12)


def roll_all(connection):
    while roll_up(connection):
        pass


def list_all(connection):
    return list(reader.zones(connection).itertuples(index=False, name=None))


def add_boxes(connection, count, seed=1, samples=0):
    """Boxes anywhere in a province: name to position in degrees."""
    random = np.random.default_rng(seed)
    places = {}
    for number in range(count):
        lat, lon = random.uniform(SOUTH, NORTH), random.uniform(WEST, EAST)
        node = add_node(connection, f"box-{seed}-{number}", "box", lat=lat, lon=lon)
        places[node.name] = (lat, lon)
        if samples:
            write(connection, [make_samples(node.id, samples, step=900)])
    return places


def read_members(connection, zone):
    rows = connection.execute(
        "SELECT node FROM public.zone_node WHERE zone = %s AND until = 'infinity'", [zone]
    )
    return {node for (node,) in rows}


def expect_members(places, outline):
    """Nodes of which the public cell has its centre in an outline."""
    centres = {
        name: h3.cell_to_latlng(h3.latlng_to_cell(lat, lon, 9))
        for name, (lat, lon) in places.items()
    }
    return {name for name, (lat, lon) in centres.items() if holds(outline, lon, lat)}


def check_days(connection):
    roll_all(connection)
    assert read_places(connection) == shorten(expect_places(connection))


def read_zone_days(connection):
    return connection.execute(
        "SELECT count(*) FROM private.rollup_place r JOIN private.zone z ON z.id = r.place"
    ).fetchone()[0]


OUTLINES = {
    "whole": TOWN,
    "hole": cut_hole(TOWN, box(5.08, 52.07, 5.12, 52.1)),
    "parts": join(box(5.0, 52.0, 5.06, 52.05), box(5.1, 52.1, 5.2, 52.15)),
    "overlap": join(box(5.0, 52.0, 5.1, 52.08), box(5.05, 52.05, 5.15, 52.12)),
    "wide": box(4.5, 51.5, 5.7, 52.6),  # of which most is told by coarser cells
}


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
@pytest.mark.parametrize("zone_first", [True, False])
def test_nodes_lie_in_a_zone_by_the_centre_of_their_public_cell(connection, outline, zone_first):
    if zone_first:
        add_zone(connection, "town", "municipality", "Town", outline)
    places = add_boxes(connection, 60)
    if not zone_first:
        add_zone(connection, "town", "municipality", "Town", outline)
    members = read_members(connection, "town")
    assert members == expect_members(places, outline)
    assert members
    assert list_all(connection) == [("town", "municipality", "Town", len(members))]


def test_a_node_lies_in_all_zones_that_hold_it_and_in_none_of_another(connection):
    places = add_boxes(connection, 60)
    for name, outline in OUTLINES.items():
        add_zone(connection, name, "area", name, outline)
    for name, outline in OUTLINES.items():
        assert read_members(connection, name) == expect_members(places, outline)
    remove_zone(connection, "whole")
    assert read_members(connection, "whole") == set()
    assert read_members(connection, "hole") == expect_members(places, OUTLINES["hole"])


def test_a_node_that_moves_leaves_a_zone_and_comes_into_another(connection):
    add_zone(connection, "here", "area", "Here", box(5.0, 52.0, 5.1, 52.1))
    add_zone(connection, "there", "area", "There", box(5.1, 52.0, 5.2, 52.1))
    add_node(connection, "box-1", "box", lat=52.05, lon=5.05)
    assert read_members(connection, "here") == {"box-1"}
    add_node(connection, "box-1", "box", lat=52.05, lon=5.15)
    assert read_members(connection, "here") == set()
    assert read_members(connection, "there") == {"box-1"}


def test_the_days_of_a_zone_are_added_up_when_it_comes_changes_and_goes(connection):
    add_boxes(connection, 12, samples=100)
    roll_all(connection)
    add_zone(connection, "town", "municipality", "Town", OUTLINES["parts"])
    assert read_zone_days(connection) == 0
    check_days(connection)
    assert read_zone_days(connection) > 0
    for outline in (OUTLINES["whole"], OUTLINES["wide"], OUTLINES["hole"]):
        add_zone(connection, "town", "municipality", "Town", outline)
        check_days(connection)
    remove_zone(connection, "town")
    assert read_zone_days(connection) == 0
    check_days(connection)
    assert connection.execute("SELECT count(*) FROM private.zone_cell").fetchone() == (0,)


def test_a_zone_that_nobody_stands_in_any_more_has_no_days(connection):
    add_boxes(connection, 6, samples=20)
    add_zone(connection, "town", "municipality", "Town", OUTLINES["wide"])
    check_days(connection)
    assert read_zone_days(connection) > 0
    add_zone(connection, "town", "municipality", "Town", box(6.0, 52.0, 6.1, 52.1))
    check_days(connection)
    assert read_zone_days(connection) == 0


def test_days_that_wait_are_not_shown_under_an_old_outline(connection):
    add_boxes(connection, 6, samples=20)
    add_zone(connection, "town", "municipality", "Town", OUTLINES["wide"])
    roll_all(connection)
    shown = "SELECT count(*) FROM public.rollup_place WHERE zone = 'town'"
    assert connection.execute(shown).fetchone()[0] > 0
    add_zone(connection, "town", "municipality", "Town", box(6.0, 52.0, 6.1, 52.1))
    assert connection.execute(shown).fetchone() == (0,)


def test_a_node_that_is_given_its_first_place_counts_there_all_along(connection):
    box_1 = add_node(connection, "box-1", "box")
    write(connection, [make_samples(box_1.id, 60, step=3600)])
    add_zone(connection, "town", "municipality", "Town", OUTLINES["wide"])
    check_days(connection)
    add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    check_days(connection)
    assert read_zone_days(connection) > 0


def test_a_placement_that_is_corrected_takes_its_days_along_and_no_others(connection):
    box_1 = add_node(connection, "box-1", "box", lat=52.05, lon=5.05)
    write(connection, [make_samples(box_1.id, 100, step=3600)])
    add_zone(connection, "town", "municipality", "Town", OUTLINES["wide"])
    add_node(connection, "box-1", "box", lat=53.05, lon=6.05)
    check_days(connection)
    since = datetime.fromtimestamp(START, UTC)
    for statement in (
        "UPDATE private.placement SET until = %s WHERE since = '-infinity'",
        "UPDATE private.placement SET since = %s WHERE until = 'infinity'",
    ):
        connection.execute(statement.encode(), [since])
    days = connection.execute("SELECT DISTINCT day FROM private.touched_place ORDER BY day")
    assert [day for (day,) in days.fetchall()] == [date(2025, 10, d) for d in range(10, 14)]
    check_days(connection)


def test_a_zone_that_comes_during_a_roll_up_misses_no_day(database, connection, monkeypatch):
    add_boxes(connection, 3, samples=20)
    roll_days = rollups.roll_days
    comers = []

    def add_meanwhile(*given):
        if not comers:
            comers.append(threading.Thread(target=add_beside))
            comers[0].start()
            comers[0].join(0.5)
        return roll_days(*given)

    def add_beside():
        with connect(database) as other:
            add_zone(other, "town", "municipality", "Town", OUTLINES["wide"])

    monkeypatch.setattr(rollups, "roll_days", add_meanwhile)
    roll_all(connection)
    comers[0].join()
    check_days(connection)
    assert read_zone_days(connection) > 0


def test_zones_are_listed_with_their_kind_and_brought_up_to_date(connection):
    add_zone(connection, "town", "municipality", "Town", TOWN)
    add_zone(connection, "centre", "neighbourhood", "Centre", OUTLINES["hole"])
    cells = add_zone(connection, "town", "city", "Tówn's", OUTLINES["whole"])
    assert cells > 0
    assert list_all(connection) == [
        ("town", "city", "Tówn's", 0),
        ("centre", "neighbourhood", "Centre", 0),
    ]
    outline = connection.execute("SELECT outline FROM public.zone WHERE name = 'town'")
    assert outline.fetchone() == (TOWN,)


@pytest.mark.parametrize(
    ("name", "kind", "label", "outline", "sentence"),
    [
        ("Town", "city", "Town", TOWN, "zone name 'Town' is not possible: a-z, 0-9 and -"),
        ("-town", "city", "Town", TOWN, "is not possible"),
        ("a" * 64, "city", "Town", TOWN, "is not possible"),
        ("town", "City 1", "Town", TOWN, "zone town: kind 'City 1' is not possible: one word"),
        ("town", "city", " ", TOWN, "zone town: label ' ' is no name for people"),
        ("town", "city", "a\0b", TOWN, "is no name for people"),
        ("town", "city", "Town", {"type": "Point"}, "zone town: an outline is a Polygon or"),
        ("town", "city", "Town", box(5, 52, 5.0001, 52.0001), "zone town: the outline is too sm"),
    ],
)
def test_what_cannot_be_a_zone_is_refused_in_a_sentence(
    connection, name, kind, label, outline, sentence
):
    with pytest.raises(StorageError, match=sentence):
        add_zone(connection, name, kind, label, outline)
    assert list_all(connection) == []


def test_a_zone_that_is_not_there_cannot_be_removed(connection):
    with pytest.raises(StorageError, match="no zone called 'town'; see: meten zone list"):
        remove_zone(connection, "town")
