"""Steps of a graph on threads; what a cluster adds is in tests/faults/test_cluster.py."""

import pytest

from lokaalmeten import graphs
from lokaalmeten.errors import ClusterError, StorageError
from lokaalmeten.graphs import compute, compute_all, note, share


def test_results_come_in_the_order_of_the_steps_and_each_is_told_of():
    told = []
    table = share([10, 20, 30])
    noted = [note(lambda table, at: table[at], table, at) for at in (2, 0, 1)]
    assert compute_all(noted, None, lambda *done: told.append(done)) == [30, 10, 20]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert compute_all([], None) == []


def test_a_step_has_what_the_steps_before_it_made():
    assert compute(note(sum, [note(int, "1"), note(int, "2")]), None) == 3


def test_what_a_step_raises_is_raised():
    def fail():
        raise StorageError("gone")

    with pytest.raises(StorageError, match="gone"):
        compute_all([note(fail)], None)


@pytest.mark.filterwarnings("ignore")  # of a server within a test, not of ours
def test_a_scheduler_for_which_nobody_works_is_named(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="the extra scale is not installed")
    monkeypatch.setattr(graphs, "WAIT_S", 2)
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as cluster,
        pytest.raises(ClusterError, match=r"nobody works for the Dask scheduler at tcp://127"),
    ):
        compute(note(int, "1"), cluster.scheduler_address)
