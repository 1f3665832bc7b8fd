"""Reading: what hangs on what, as the role of the reader, and where observations come from."""

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from lokaalmeten.quantities import BY_KEY, CORRECTED
from storage.pool import connect
from storage.registry import add_node
from storage.roles import make_roles
from storage.rollups import roll_up
from storage.sta.faults import BadQueryError, NothingThereError
from storage.sta.model import ENTITIES, PLURAL
from storage.sta.options import read_options
from storage.sta.paths import read_path
from storage.sta.reading import read
from storage.writer import write
from tests.storage.sta.conftest import START, STEP_S, make_rows


def ids(found):
    return [row.values["id"] for row in found.rows]


def test_every_navigation_has_a_way_back():
    for entity in ENTITIES.values():
        for name, link in entity.links.items():
            target = ENTITIES[link.target]
            back = [each for each in target.links.values() if each.target == entity.plural]
            assert (link.their, link.own) in [(each.own, each.their) for each in back], name
            assert name == (link.target if link.many else target.name)
    assert PLURAL["FeatureOfInterest"] == "FeaturesOfInterest"


@pytest.mark.parametrize("plural", list(ENTITIES))
def test_the_role_of_the_reader_reads_everything(network, plural):
    with network.transaction(force_rollback=True):
        make_roles(network)
        network.execute("SET LOCAL ROLE lokaalmeten_reader")
        path = read_path(plural)
        expand = ",".join(ENTITIES[plural].links)
        pairs = {"$expand": expand, "$count": "true", "$filter": "id ne 'x'", "$orderby": "id desc"}
        found = read(network, path, read_options(path.last.entity, pairs.items()))
        assert found.rows
        assert found.count is not None
        assert found.count >= len(found.rows)


def test_expanding_a_series_gives_the_same_as_asking_for_it(ask):
    (thing,) = ask(
        "Things",
        **{
            "$filter": "name eq 'box-a'",
            "$expand": "Datastreams($expand=Observations($top=5;$skip=2;$count=true;"
            "$orderby=phenomenonTime desc))",
        },
    ).rows
    for series in thing.links["Datastreams"].rows:
        below = series.links["Observations"]
        path = f"Datastreams('{series.values['id']}')/Observations"
        alone = ask(
            path,
            **{"$top": "5", "$skip": "2", "$count": "true", "$orderby": "phenomenonTime desc"},
        )
        assert ids(below) == ids(alone)
        assert (below.count, below.token) == (alone.count, alone.token)


def test_each_parent_has_its_own_page_and_a_token_when_there_is_more(ask):
    found = ask("Things", **{"$expand": "Datastreams($top=1;$count=true)"})
    below = {row.values["id"]: row.links["Datastreams"] for row in found.rows}
    assert ids(below["box-a"]) == ["box-a:pm25"]
    assert below["box-a"].token is not None
    assert (below["bike-a"].rows, below["bike-a"].token) == ([], None)
    assert below["box-a"].count == 2


def test_one_page_that_holds_exactly_all_has_no_next(ask):
    series = "Datastreams('box-a:pm25')/Observations"
    whole = sum(row["stream"] == "box-a:pm25" for row in make_rows())
    assert ask(series, **{"$top": str(whole)}).token is None
    assert ask(series, **{"$top": str(whole - 1)}).token is not None
    assert len(ask("Things", **{"$top": "5"}).rows) == 5
    assert ask("Things", **{"$top": "5"}).token is None


def test_a_node_without_a_place_has_samples_and_no_feature(ask):
    path = "Datastreams('box-nowhere:pm25')/Observations"
    (row,) = ask(path, **{"$top": "1", "$expand": "FeatureOfInterest"}).rows
    assert row.links["FeatureOfInterest"].rows == []
    assert ask("Things('box-nowhere')/Locations").rows == []
    with pytest.raises(NothingThereError):
        ask(f"Observations('{row.values['id']}')/FeatureOfInterest")


def test_a_quantity_stays_a_series_when_the_newest_samples_have_none_of_it(database):
    with connect(database) as connection:
        node = add_node(connection, "box-b", "box", lat=52.1, lon=5.1).id
        times = START - 86_400 * 9 + STEP_S * np.arange(200, dtype=np.int64)
        whose = np.full(200, node, np.int32)
        ones = np.ones((1, 200), np.int32)
        write(connection, [to_observations(whose, times, ("co2",), ones)])
        while roll_up(connection):
            pass
        write(connection, [to_observations(whose, times + 86_400, ("pm10",), ones)])
        while roll_up(connection):
            pass
        path = read_path("Things('box-b')/Datastreams")
        assert ids(read(connection, path, read_options(path.last.entity, ()))) == [
            "box-b:co2",
            "box-b:pm10",
        ]


def test_every_quantity_and_what_it_is_corrected_to_is_a_series_with_its_values(database):
    keys = tuple(BY_KEY)
    with connect(database) as connection:
        node = add_node(connection, "box-f", "box", lat=52.1, lon=5.1).id
        counts = 100 * np.arange(1, len(keys) + 1, dtype=np.int32)[:, None]
        times = np.array([START], np.int64)
        write(connection, [to_observations(np.array([node], np.int32), times, keys, counts)])
        places = ", ".join(f"{key}_corrected = {7 + place}" for place, key in enumerate(CORRECTED))
        connection.execute(f"UPDATE private.observation SET {places}".encode())
        path = read_path("Things('box-f')/Datastreams")
        pairs = [("$expand", "Observations($orderby=phenomenonTime desc)")]
        found = read(connection, path, read_options(path.last.entity, pairs))
        values = {
            row.values["id"]: row.links["Observations"].rows[0].values["result"]
            for row in found.rows
        }
        raw = {
            f"box-f:{key}": count / BY_KEY[key].per
            for key, count in zip(keys, counts[:, 0].tolist(), strict=True)
        }
        corrected = {
            f"box-f:{key}_corrected": (7 + place) / BY_KEY[key].per
            for place, key in enumerate(CORRECTED)
        }
        assert values == pytest.approx(raw | corrected)
        path = read_path("Observations")
        pairs = [("$filter", "Datastream/Thing/id ne 'x'")]
        everything = read(connection, path, read_options(path.last.entity, pairs)).rows
        assert {
            row.values["id"].rpartition(":")[0]: row.values["result"] for row in everything
        } == (pytest.approx(raw | corrected))


def test_means_of_a_span_are_intervals_and_found_by_their_end(database):
    with connect(database) as connection:
        node = add_node(connection, "box-c", "box", lat=52.1, lon=5.1).id
        whose, period = np.full(3, node, np.int32), np.full(3, 3600, np.int32)
        times = START + 3600 * np.arange(3, dtype=np.int64)
        counts = np.array([[1, 2, 3]], np.int32)
        write(connection, [to_observations(whose, times, ("no2",), counts, period=period)])
        path = read_path("Datastreams('box-c:no2')/Observations")

        def results(condition):
            options = read_options(path.last.entity, [("$filter", condition)])
            return [row.values["result"] for row in read(connection, path, options).rows]

        # spans of 00:30-01:30, 01:30-02:30 and 02:30-03:30
        assert results("resultTime ge 2026-03-29T02:30:00Z") == [0.02, 0.03]
        assert results("phenomenonTime ge 2026-03-29T01:30:00Z") == [0.02, 0.03]
        assert results("phenomenonTime lt 2026-03-29T02:30:00Z") == [0.01]
        assert results("phenomenonTime le 2026-03-29T02:30:00Z") == [0.01, 0.02]
        span = "2026-03-29T01:30:00Z/2026-03-29T02:30:00Z"
        assert results(f"phenomenonTime eq {span}") == [0.02]


def test_a_node_that_moves_house_has_a_history_and_observations_where_it_was(database):
    with connect(database) as connection:
        node = add_node(connection, "box-d", "box", lat=52.1, lon=5.1).id
        connection.execute(
            "UPDATE private.node SET lat = 522000000, cell = %s WHERE id = %s",
            [add_node(connection, "box-e", "box", lat=52.2, lon=5.1).cell, node],
        )
        (soon,) = connection.execute("SELECT extract(epoch FROM now())::bigint + 60").fetchone()
        times = np.array([START, soon], np.int64)  # before the move, and after
        ones = np.ones((1, 2), np.int32)
        write(connection, [to_observations(np.full(2, node, np.int32), times, ("co2",), ones)])
        path = read_path("Datastreams('box-d:co2')/Observations")
        pairs = [("$expand", "FeatureOfInterest")]
        before, after = read(connection, path, read_options(path.last.entity, pairs)).rows
        places = [ids(row.links["FeatureOfInterest"])[0] for row in (before, after)]
        assert places[0] != places[1]
        path = read_path("Things('box-d')/HistoricalLocations")
        pairs = [("$expand", "Locations"), ("$orderby", "time")]
        history = read(connection, path, read_options(path.last.entity, pairs)).rows
        assert [ids(row.links["Locations"])[0] for row in history] == places
        now = read_path("Things('box-d')/Locations")
        assert ids(read(connection, now, read_options(now.last.entity, ()))) == places[1:]


def test_more_than_fits_in_an_answer_is_refused(ask):
    with pytest.raises(BadQueryError, match="top"):
        ask("Things", **{"$expand": "Datastreams($expand=Observations($top=10000;$skip=90000))"})
