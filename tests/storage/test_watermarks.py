import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storage.registry import add_node
from storage.watermarks import Watermarks, find_newer, find_starts, raise_newest
from storage.writer import write
from tests.services.samples import START, make_samples

ROWS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=20)


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 9)), st.lists(ROWS, min_size=1))
def test_a_row_is_newer_when_all_that_is_known_of_its_node_is_older(newest, batches):
    known = dict(newest)
    for batch in batches:
        node, time = np.array(sorted(set(batch))).T
        wanted = [t > known.get(n, -1) for n, t in sorted(set(batch))]
        assert find_newer(node, time, newest).tolist() == wanted
        raise_newest(newest, node, time)
        for n, t in batch:
            known[n] = max(t, known.get(n, -1))
        assert newest == known


def test_watermarks_are_the_newest_times_of_the_nodes(connection):
    nodes = [add_node(connection, f"box-{number}", "box").id for number in range(3)]
    write(connection, [make_samples(nodes[0], 10), make_samples(nodes[1], 3, step=86_400 * 30)])
    watermarks = Watermarks(connection)
    node = np.array(sorted(nodes * 2), np.int32)
    last = [START + 9 * 60, START + 2 * 30 * 86_400, -1]
    time = np.array([[at, at + 1] for at in last]).ravel()
    assert watermarks.find_newer(node, time).tolist() == [False, True] * 3


def test_what_is_forgotten_is_read_again(connection):
    node = np.array([add_node(connection, "box-1", "box").id], np.int32)
    watermarks = Watermarks(connection)
    assert watermarks.find_newer(node, np.array([START])).all()
    write(connection, [make_samples(int(node[0]), 1)])
    assert watermarks.find_newer(node, np.array([START])).all()
    watermarks.forget()
    watermarks.raise_to(node, np.array([START - 1]))
    assert not watermarks.find_newer(node, np.array([START])).any()


@given(st.lists(st.integers(1, 4), min_size=1))
def test_starts_are_the_first_row_of_each_node(nodes):
    nodes = sorted(nodes)
    assert find_starts(np.array(nodes)).tolist() == sorted(nodes.index(n) for n in set(nodes))
