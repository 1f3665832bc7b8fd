"""Means of nodes over a period: of a short one each sample, of a longer one its whole hours."""

from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import SLOT
from storage.migrate import migrate
from storage.node_means import is_short, node_means
from storage.pool import connect
from tests.dashboard import city


@pytest.fixture(scope="module")
def connection(timescale_databases):
    with timescale_databases.migrated(migrate) as dsn:
        city.build(dsn)
        with connect(dsn) as found:
            yield found


def slow(connection, node, start, stop):
    """Mean and count of the good samples of a node, one by one."""
    rows = connection.execute(
        "SELECT pm25, flag_of(flags, %s) FROM public.observation"
        " WHERE node = %s AND time >= %s AND time < %s",
        [SLOT["pm25"], node, start, stop],
    ).fetchall()
    good = [value for value, flag in rows if flag == 1 and value is not None]
    return (sum(good) / len(good), len(good)) if good else None


@pytest.mark.parametrize("hours", [1, 2, 6, 24])
def test_each_node_has_the_mean_of_its_good_samples(connection, hours):
    stop = datetime(2026, 5, 4, 17, 0, tzinfo=UTC)
    start = stop - timedelta(hours=hours)
    assert is_short(start, stop) == (hours <= 2)
    names = [*city.BOXES, city.NEW, "nobody"]
    found = node_means(connection, "pm25", start, stop, names)
    told = {
        name: (mean, count)
        for name, mean, count in zip(found["node"], found["mean"], found["count"], strict=True)
    }
    wanted = {name: slow(connection, name, start, stop) for name in names}
    assert set(told) == {name for name in names if wanted[name]} == set(city.BOXES)
    for name, (mean, count) in told.items():
        assert (mean, count) == (pytest.approx(wanted[name][0], rel=1e-6), wanted[name][1])


def test_failed_samples_do_not_count_and_other_nodes_are_not_told(connection):
    stop = city.LAST + timedelta(seconds=1)
    found = node_means(connection, "pm25", stop - timedelta(hours=1), stop, ["box-school"])
    assert found["node"].tolist() == ["box-school"]
    assert found["count"].tolist() == [60 - city.FAILED_MINUTES]


def test_no_names_are_no_nodes_and_an_unknown_quantity_is_an_error(connection):
    span = city.LAST - timedelta(hours=1), city.LAST
    assert node_means(connection, "pm25", *span, []).empty
    with pytest.raises(StorageError):
        node_means(connection, "geluk", *span, ["box-school"])
