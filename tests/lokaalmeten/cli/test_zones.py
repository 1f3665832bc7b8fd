"""`meten zone`: zones of files, and one sentence for a file that has none."""

import json

import pytest

from storage.pool import connect
from storage.registry import add_node
from tests.lokaalmeten.cli.test_commands import said
from tests.services.meten import meten
from tests.services.outlines import box

TOWN, VILLAGE, SHED = (
    box(5.0, 52.0, 5.1, 52.1),
    box(5.2, 52.0, 5.3, 52.1),
    box(5.15, 52.0, 5.1501, 52.0001),
)


def feature(outline, **properties):
    return {"type": "Feature", "geometry": outline, "properties": properties}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


MUNICIPALITIES = collection(
    feature(TOWN, statcode="GM0001", statnaam="Súdstad [a]"),
    feature(VILLAGE, statcode="GM0002", statnaam="'s-Dorp"),
)


@pytest.fixture
def write_file(tmp_path):
    def write(content):
        path = tmp_path / "areas.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def run(*words, dsn):
    done = meten(*words, dsn=dsn)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_zones_of_a_file_come_are_listed_and_go(database, write_file):
    with connect(database) as connection:
        add_node(connection, "box-1", "box", lat=52.05, lon=5.05)
    assert "no zone is registered yet" in run("zone", "list", dsn=database)
    words = ("--name-from", "statcode", "--label-from", "statnaam")
    for _ in range(2):
        told = run("zone", "add", write_file(MUNICIPALITIES), *words, dsn=database)
        assert told.startswith("2 zones of ")
    listed = [line.split() for line in run("zone", "list", dsn=database).splitlines()[1:]]
    assert listed == [
        ["gm0001", "municipality", "Súdstad", "[a]", "1"],
        ["gm0002", "municipality", "'s-Dorp", "0"],
    ]
    assert "zone gm0001 is removed" in run("zone", "remove", "gm0001", dsn=database)
    assert "gm0001" not in run("zone", "list", dsn=database)
    assert "no zone called 'gm0001'" in said(meten("zone", "remove", "gm0001", dsn=database))


@pytest.mark.parametrize("content", [TOWN, feature(TOWN), collection(feature(TOWN))])
def test_a_single_zone_is_named_by_hand(postgres_database, write_file, content):
    words = ("--name", "park", "--label", "The park", "--kind", "park")
    told = run("zone", "add", write_file(content), *words, dsn=postgres_database)
    assert told.startswith("1 zone of ")
    listed = run("zone", "list", dsn=postgres_database).splitlines()[1]
    assert listed.split() == ["park", "park", "The", "park", "0"]


def test_a_zone_that_cannot_be_is_left_out_and_named(postgres_database, write_file):
    path = write_file(collection(feature(TOWN, n="Town"), feature(SHED, n="The shed")))
    done = meten("zone", "add", path, "--name-from", "n", dsn=postgres_database)
    assert done.returncode == 1
    assert "left out: zone the-shed: the outline is too small" in done.stdout
    assert "\n1 zone of " in done.stdout
    assert "the-shed" not in run("zone", "list", dsn=postgres_database)


@pytest.mark.parametrize(
    ("content", "words", "sentence"),
    [
        ("{", ("--name", "a"), "areas.geojson: is not JSON: "),
        ("[1]", ("--name", "a"), "areas.geojson: is no GeoJSON of areas: expected a Feature"),
        (collection(), ("--name", "a"), "is no GeoJSON of areas"),
        (collection(5), ("--name", "a"), "is no GeoJSON of areas"),
        (feature(None), ("--name", "a"), "is no GeoJSON of areas"),
        (feature({"type": "Point", "coordinates": [5, 52]}), ("--name", "a"), "not 'Point'"),
        (TOWN, (), "say how to name zones: either --name-from PROPERTY or --name NAME"),
        (TOWN, ("--name", "a", "--name-from", "b"), "say how to name zones"),
        (TOWN, ("--name", "A B"), "zone name 'A B' is not possible"),
        (TOWN, ("--name", "a", "--kind", "A B"), "zone a: kind 'A B' is not possible"),
        (MUNICIPALITIES, ("--name", "a"), "has 2 features: name them with --name-from"),
        (
            MUNICIPALITIES,
            ("--name-from", "gemcode"),
            "areas.geojson: feature 1 has no property gemcode; it has: statcode, statnaam",
        ),
        (
            collection(feature(TOWN, n="A"), feature(VILLAGE, n="a ")),
            ("--name-from", "n"),
            "areas.geojson: features 1 and 2 are both called a",
        ),
        (SHED, ("--name", "shed"), "zone shed: the outline is too small"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    postgres_database, write_file, content, words, sentence
):
    path = write_file(content)
    assert sentence in said(meten("zone", "add", path, *words, dsn=postgres_database))


def test_a_file_that_is_not_there(postgres_database, tmp_path):
    words = ("zone", "add", tmp_path / "no.geojson", "--name", "a")
    assert "no.geojson: cannot be read: No such" in said(meten(*words, dsn=postgres_database))
