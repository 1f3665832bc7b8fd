"""`meten privacy` as an owner and whoever runs the database meet it."""

import json

import pytest

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.lokaalmeten.cli.test_removals import done, refused
from tests.storage.test_ride_privacy import ride_north


@pytest.fixture
def street(postgres_database):
    """DSN of a database with an owner whose bike rode once, long ago."""
    done("owner", "add", "ann", dsn=postgres_database)
    with connect(postgres_database) as connection:
        bike = add_node(connection, "bike-1", "bike").id
        write(connection, [ride_north(bike)])
        connection.execute(
            "INSERT INTO private.ride (node_id, start, stop, samples, distance_m, due)"
            " SELECT node_id, min(time), max(time), count(*), 0, now()"
            " FROM private.observation GROUP BY node_id"
        )
    done("node", "add", "bike-1", "--kind", "bike", "--owner", "ann", dsn=postgres_database)
    return postgres_database


def shown(dsn):
    with connect(dsn) as connection:
        return connection.execute("SELECT count(*) FROM public.ride").fetchone() == (1,)


def test_when_and_where_rides_are_public_is_said_and_changed(street):
    said = (
        "rides are public after 24 hours or somewhat more, in cells that 3 moving nodes have passed"
    )
    assert said in done("privacy", "show", dsn=street)
    assert "after 2 hours" in done("privacy", "set", "--delay", "2", dsn=street)
    assert "in every cell" in done("privacy", "set", "--fewest", "1", dsn=street)
    assert "after 2 hours" in done("privacy", "show", dsn=street)


def test_rides_are_cut_anew_by_hand(street):
    done("privacy", "set", "--fewest", "1", dsn=street)
    assert not shown(street)
    assert "1 ride cut" in done("privacy", "settle", dsn=street)
    assert shown(street)
    assert "1 ride cut" in done("privacy", "settle", dsn=street)


def test_a_zone_is_drawn_listed_and_removed(street, tmp_path):
    done("privacy", "set", "--fewest", "1", dsn=street)
    place = ["--lat", "52.05", "--lon", "5.0", "--radius", "300"]
    said = done("privacy", "zone", "add", "ann", "clinic", *place, dsn=street)
    assert "nothing of ann is public any more in clinic" in said
    assert "1 ride cut" in said
    assert shown(street)
    outline = tmp_path / "all.geojson"
    ring = [[4.9, 51.9], [5.1, 51.9], [5.1, 52.2], [4.9, 52.2], [4.9, 51.9]]
    outline.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    done("privacy", "zone", "add", "ann", "all", "--outline", str(outline), dsn=street)
    assert not shown(street)
    listed = done("privacy", "zone", "list", "ann", dsn=street)
    assert "300 m around a place" in listed
    assert "4 corners" in listed
    assert "52" not in listed.replace("52.", "")
    done("privacy", "zone", "remove", "ann", "all", dsn=street)
    assert shown(street)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["zone", "add", "ann", "home"],
            "say where: either --lat, --lon and --radius, or --outline",
        ),
        (["zone", "add", "ann", "home", "--lat", "52"], "a centre needs --lat and --lon"),
        (["zone", "add", "ann", "home", "--lat", "52", "--lon", "5"], "a radius is more than 0"),
        (
            ["zone", "add", "eve", "home", "--lat", "52", "--lon", "5", "--radius", "9"],
            "no owner eve",
        ),
        (["zone", "add", "ann", "home", "--outline", "nowhere.geojson"], "cannot be read"),
        (["zone", "remove", "ann", "home"], "owner ann has no privacy zone home"),
        (["set", "--fewest", "0"], "Invalid value for '--fewest'"),
    ],
)
def test_what_cannot_be_is_a_sentence(street, words, said):
    assert said in " ".join(refused("privacy", *words, dsn=street).replace("│", " ").split())
