from concurrent.futures import ThreadPoolExecutor

import h3.api.basic_int as h3
import pytest

from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.registry import Node, add_node, check_node, read_nodes, register_device


def test_a_fixed_node_gets_its_cell_and_its_place_in_whole_steps(connection):
    node = add_node(connection, "box-1", "box", lat=52.0907374, lon=-5.1214201, label="Domplein")
    assert node == Node(
        node.id, "box-1", "box", False, h3.latlng_to_cell(52.0907374, -5.1214201, 11)
    )
    assert read_nodes(connection) == {"box-1": node}
    assert connection.execute("SELECT lat, lon, label FROM private.node").fetchone() == (
        520_907_374,
        -51_214_201,
        "Domplein",
    )


def test_a_bike_moves_and_has_no_place(connection):
    node = add_node(connection, "bike-1", "bike")
    assert (node.moving, node.cell) == (True, 0)
    with pytest.raises(StorageError, match="bike-2: a bike moves, it has no position of its own"):
        add_node(connection, "bike-2", "bike", lat=52.0, lon=5.0)


def test_a_node_registered_again_keeps_its_number_and_what_is_not_given(connection):
    first = add_node(connection, "box-1", "box", lat=52.0, lon=5.0, label="here", model="v1")
    assert add_node(connection, "box-1", "box") == first
    moved = add_node(connection, "box-1", "box", lat=53.0, lon=6.0, model="v2")
    assert moved.id == first.id
    assert moved.cell == h3.latlng_to_cell(53.0, 6.0, 11)
    kept = "SELECT label, model, lat FROM private.node"
    assert connection.execute(kept).fetchone() == ("here", "v2", 530_000_000)


def test_a_bike_never_becomes_a_box(connection):
    add_node(connection, "bike-1", "bike")
    with pytest.raises(StorageError, match="node bike-1 is there already and is not a box"):
        add_node(connection, "bike-1", "box")
    assert read_nodes(connection)["bike-1"].kind == "bike"


@pytest.mark.parametrize("name", ["", "-a", "Box", "a b", "a" * 64, "é", "a/b", "a\n"])
def test_an_impossible_name_is_refused(name):
    with pytest.raises(StorageError, match="is not possible"):
        check_node(name, "box", None, None)


@pytest.mark.parametrize(
    ("kind", "lat", "lon", "said"),
    [
        ("boat", None, None, "no kind 'boat', only box, bike, counter"),
        ("box", 52.0, None, "needs a latitude and a longitude"),
        ("box", 91.0, 5.0, "not on the earth"),
        ("counter", 52.0, -180.1, "not on the earth"),
        ("box", float("nan"), 5.0, "not on the earth"),
    ],
)
def test_an_impossible_node_is_refused(kind, lat, lon, said):
    with pytest.raises(StorageError, match=said):
        check_node("a", kind, lat, lon)


def test_a_node_that_is_refused_is_not_there(connection):
    with pytest.raises(StorageError, match="no kind 'boat'"):
        add_node(connection, "a", "boat")
    assert read_nodes(connection) == {}


def test_a_device_is_found_again_and_its_lasting_name_is_not_its_name(connection):
    first = register_device(connection, "bike", "352753090000001", "sodaq")
    assert register_device(connection, "bike", "352753090000001", "sodaq") == first
    other = register_device(connection, "bike", "352753090000002", "sodaq")
    assert other.id != first.id
    assert first.moving
    assert "352753" not in first.name
    with pytest.raises(StorageError, match="is not a box"):
        register_device(connection, "box", "352753090000001", "sodaq")


def test_registering_one_device_at_once_makes_one_node(database):
    def register(_):
        with connect(database) as own:
            return register_device(own, "bike", "1", "sodaq")

    with ThreadPoolExecutor(4) as pool:
        assert len({node.id for node in pool.map(register, range(8))}) == 1
