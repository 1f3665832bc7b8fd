"""Hours and days of places against slow answers over all samples, whatever waits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import SLOT
from storage import histories, reader
from storage.migrate import migrate
from storage.pool import connect
from storage.rollups import roll_up
from tests.services.measured import add_town

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST, DAYS = date(2025, 10, 20), 8  # a night of 25 hours in it
START, STOP = (
    datetime(2025, 10, 20, tzinfo=AMSTERDAM),
    datetime(2025, 10, 28, tzinfo=AMSTERDAM),
)
ZONES = ["west", "oost"]


@pytest.fixture(scope="module", params=["waits", "added up"])
def town(request, postgres_databases):
    """A connection to a town of which all days wait, or none."""
    with postgres_databases.migrated(migrate) as dsn, connect(dsn) as connection:
        add_town(connection, FIRST, DAYS, rides=6)
        while request.param == "added up" and roll_up(connection):
            pass
        yield connection


def read_good(connection, key) -> Any:
    """Every good public sample of a fixed node: node, time, cell, value."""
    query = (
        f"SELECT node, time, cell, {key}::float8 AS value FROM public.observation"
        f" WHERE {key} IS NOT NULL AND flag_of(flags, %s) = 1"
    )
    rows = connection.execute(query.encode(), [SLOT[key]]).fetchall()
    frame = pd.DataFrame(rows, columns=["node", "time", "cell", "value"])
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def read_ridden(connection, key) -> Any:
    """Every good public sample of a ride: ride, hour, cell, value."""
    query = (
        f"SELECT ride::text, hour, cell, {key}::float8 FROM public.ride_observation"
        f" WHERE {key} IS NOT NULL AND flag_of(flags, %s) = 1"
    )
    rows = connection.execute(query.encode(), [SLOT[key]]).fetchall()
    frame = pd.DataFrame(rows, columns=["source", "time", "cell", "value"])
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def slow_hours(samples):
    """Hours of samples, one at a time."""
    hours = samples["time"].dt.floor("h")
    found = []
    for hour in sorted(set(hours)):
        own = samples[hours == hour]
        found.append((hour, own["value"].mean(), len(own), own["source"].nunique()))
    return found


def check_hours(found, samples):
    told = list(found[["time", "mean", "count", "nodes"]].itertuples(index=False, name=None))
    expected = slow_hours(samples)
    assert [row[0] for row in told] == [row[0] for row in expected]
    assert [row[2:] for row in told] == [row[2:] for row in expected]
    assert [row[1] for row in told] == pytest.approx([row[1] for row in expected])


def members(connection):
    zones = reader.zone_nodes(connection, START, STOP)
    return {zone: set(zones.loc[zones["zone"] == zone, "node"]) for zone in ZONES}


def test_hours_of_a_node_are_those_of_its_good_samples(town):
    samples = read_good(town, "pm25").rename(columns={"node": "source"})
    own = samples[samples["source"] == "box-1"]
    assert len(own) > 150
    check_hours(histories.node_hours(town, "box-1", "pm25", START, STOP), own)


def test_hours_of_zones_are_those_of_the_nodes_that_stand_in_them(town):
    samples = read_good(town, "pm10").rename(columns={"node": "source"})
    found = histories.zone_hours(town, ZONES, "pm10", START, STOP)
    assert set(found["place"]) == set(ZONES)
    for zone, nodes in members(town).items():
        own = found[found["place"] == zone]
        check_hours(own, samples[samples["source"].isin(nodes)])


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_hours_of_a_cell_are_those_of_its_nodes_and_of_rides_through_it(town, resolution):
    fixed = read_good(town, "pm25").rename(columns={"node": "source"})
    ridden = read_ridden(town, "pm25")
    both = pd.concat([fixed, ridden])
    both["at"] = [
        h3.cell_to_parent(cell, min(resolution, h3.get_resolution(cell))) for cell in both["cell"]
    ]
    busiest = both["at"].value_counts()
    cells = [cell for cell in busiest.index if h3.get_resolution(cell) == resolution][:2]
    assert cells
    for cell in cells:
        found = histories.cell_hours(town, cell, "pm25", START, STOP)
        check_hours(found, both[both["at"] == cell])


def test_days_of_a_cell_are_days_of_the_clock_here(town):
    fixed = read_good(town, "pm25")
    cell = int(fixed["cell"].iloc[0])
    own = fixed[fixed["cell"] == cell]
    days = own["time"].dt.tz_convert(AMSTERDAM).dt.date
    found = histories.cell_days(town, cell, "pm25", FIRST, FIRST + timedelta(days=DAYS))
    ridden = read_ridden(town, "pm25")
    ridden = ridden[[h3.cell_to_parent(each, 9) == cell for each in ridden["cell"]]]
    assert len(found) >= 6
    for day, mean, count in zip(found["day"], found["mean"], found["count"], strict=True):
        here = own.loc[days == day.date(), "value"].to_list()
        rode = ridden.loc[ridden["time"].dt.tz_convert(AMSTERDAM).dt.date == day.date(), "value"]
        values = here + rode.to_list()
        assert (count, mean) == (len(values), pytest.approx(np.mean(values)))


def test_days_of_many_zones_are_those_of_each(town):
    after = FIRST + timedelta(days=DAYS)
    found = histories.zones_days(town, ZONES, "pm25", FIRST, after)
    for zone in ZONES:
        one: Any = reader.zone_days(town, zone, "pm25", START, STOP)
        own: Any = found[found["place"] == zone].reset_index(drop=True)
        assert len(own) == len(one) > 5
        for name in ("day", "nodes", "complete", "count"):
            assert own[name].to_list() == one[name].to_list()
        assert own["mean"].to_list() == pytest.approx(one["mean"].to_list())


def test_a_quantity_that_nobody_measures_has_no_days(town):
    after = FIRST + timedelta(days=DAYS)
    found = histories.zones_days(town, ZONES, "temperature", FIRST, after)
    assert found.empty
    assert str(found["day"].dtype) == "datetime64[us]"


def test_a_period_without_values_is_empty(town):
    early = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)
    days = date(2020, 1, 1), date(2020, 2, 1)
    assert histories.node_hours(town, "box-1", "pm25", *early).empty
    assert histories.zone_hours(town, [], "pm25", *early).empty
    assert histories.zones_days(town, ZONES, "pm25", *days).empty
    assert histories.cell_days(town, 0x8919691A2DBFFFF, "pm25", *days).empty
    with pytest.raises(StorageError, match="no quantity 'ozone'"):
        histories.node_hours(town, "box-1", "ozone", *early)
    with pytest.raises(ValueError, match="there is no cell 7b"):
        histories.cell_hours(town, 123, "pm25", *early)
