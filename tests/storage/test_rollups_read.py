"""What is read from the rollups and what from observations; of rides only their public part."""

import re
from datetime import UTC, datetime

import pandas as pd
import pytest

from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from storage import periods, reader
from storage.rides import write_rides
from storage.rollups import roll_up, waiting
from storage.series import compose
from storage.writer import write
from tests.services.samples import START, make_samples
from tests.services.slow_sums import check, roll_all
from tests.storage.town import HOUR, Ride, add_town

# reading


def test_whole_hours_are_read_from_the_rollups(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    roll_all(connection)
    connection.execute("TRUNCATE private.observation")  # behind everybody's back
    start = datetime.fromtimestamp(START, UTC)
    whole, half = start + 2 * reader.HOUR, start + 2.5 * reader.HOUR
    for stop in (whole, half):  # of the last half hour there is nothing any more
        assert len(reader.series(connection, "box-1", ["pm25"], start, stop, HOUR)) == 2
        assert len(reader.hourly(connection, "pm25", start, stop)) == 2
        assert len(reader.hexagons(connection, "pm25", start, stop, 9)) == 1
    assert reader.series(connection, "box-1", ["pm25"], start, whole, 900).empty


def test_where_much_waits_the_observations_are_read_at_once(connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    period = [datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 2)]
    monkeypatch.setattr(periods, "MANY", 1)
    assert not periods.is_rolled_up(connection, *period)
    monkeypatch.setattr(periods, "MANY", 2)
    assert periods.is_rolled_up(connection, *period)
    roll_all(connection)
    monkeypatch.setattr(periods, "MANY", 0)
    assert periods.is_rolled_up(connection, *period)


def test_whole_hours_of_which_none_waits_come_from_the_rollups_alone(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    start, stop = (datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 3))

    def ask():
        return (
            reader.series(connection, "box-1", ["pm25", "co2"], start, stop, 7200),
            reader.hexagons(connection, "pm25", start, stop, 9),
        )

    waiting = ask()
    roll_all(connection)
    connection.execute("TRUNCATE private.observation")
    for found, wanted in zip(ask(), waiting, strict=True):
        assert len(found)
        pd.testing.assert_frame_equal(found, wanted)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, start, stop])
    assert all(found.empty for found in ask())  # all of it waits, and nothing is there


def test_of_an_hour_that_waits_nothing_after_it_is_read(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 600, cell=box.cell)])
    roll_all(connection)
    start, stop = (datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 10))
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, start, start])
    values = {"node": "box-1", "keys": ["pm25"], "width": HOUR} | periods.to_period(start, stop)
    text = f"EXPLAIN (ANALYZE, FORMAT JSON) {compose('hours', ('pm25',))}"
    (((found,),),) = connection.execute(text.encode(), values).fetchall()
    read = sum(
        scan["Actual Loops"] * (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0))
        for scan in find_scans(found["Plan"])
    )
    assert read == 60


def find_scans(plan):
    """The nodes of a plan that read a piece of the observations."""
    if "Plans" not in plan and re.search("observation|_hyper_", plan.get("Relation Name", "")):
        yield plan
    for part in plan.get("Plans", []):
        yield from find_scans(part)


def test_questions_to_the_rollups_read_only_the_schema_public():
    assert sorted(periods.HOURS) == [
        "hexagons",
        "hourly",
        "rolled_hexagons",
        "rolled_series",
        "series",
        "waiting",
    ]
    for text in periods.HOURS.values():
        own = set(re.findall(r"(\w+) AS (?:MATERIALIZED )?\(\n", text))
        tables = set(re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL)([\w.]+)", text)) - own
        assert tables
        assert all(table.startswith("public.") for table in tables)


# rides


@pytest.fixture
def bike(connection):
    """A bike with samples each minute from half past, whose ride is public to the next hour."""
    *_, bike = add_town(connection)
    start = START + 1800
    write(connection, [make_samples(bike.id, 100, start=start, step=60, schema=2, moving=True)])
    ride = Ride(start, start + 99 * 60, start + 300, start + 5400)
    write_rides(connection, bike.id, ride.start, ride.stop, [ride])
    roll_all(connection)
    check(connection)
    return bike


def test_of_a_ride_only_its_public_part_is_added_up(connection, bike):
    rows = connection.execute("SELECT hour, ride <> 0, samples FROM private.rollup_hour").fetchall()
    pressure = list(BY_KEY).index("pm25")
    assert {(hour.timestamp(), shown) for hour, shown, _ in rows} == {(START, True)}
    samples = make_samples(bike.id, 100, start=START + 1800, step=60, schema=2, moving=True)
    there = samples.counts[samples.keys.index("pm25")][5:91] != MISSING
    assert sum(row[2][pressure] or 0 for row in rows) == there.sum()


def test_a_late_sample_reaches_the_hour_in_which_its_ride_started(connection, bike):
    late = make_samples(bike.id, 5, start=START + HOUR + 30, step=60, schema=2, moving=True)
    write(connection, [late])
    assert connection.execute("SELECT count(*) FROM rollup_source").fetchone() == (0,)
    roll_all(connection)
    check(connection)


def test_a_window_that_moves_takes_its_sums_along(connection, bike):
    connection.execute("UPDATE private.ride SET public_start = start + INTERVAL '40 minutes'")
    roll_all(connection)
    hours = connection.execute("SELECT DISTINCT hour FROM private.rollup_hour").fetchall()
    assert [hour.timestamp() for (hour,) in hours] == [START + HOUR]
    check(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE private.ride SET public_start = NULL, public_stop = NULL",
        "DELETE FROM private.ride",
    ],
)
def test_a_ride_that_is_hidden_is_gone_at_once(connection, bike, statement):
    assert connection.execute("SELECT count(*) FROM rollup_cell").fetchone() != (0,)
    connection.execute(statement.encode())
    assert connection.execute("SELECT count(*) FROM rollup_cell").fetchone() == (0,)
    roll_all(connection)
    assert connection.execute("SELECT count(*) FROM private.rollup_hour").fetchone() == (0,)


def test_a_note_of_which_only_the_first_hour_is_taken_stays(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120)])
    write(connection, [make_samples(box.id, 180)])
    assert waiting(connection).hours == 3
    assert roll_up(connection, 1) == 2  # and the note of the first batch
    assert waiting(connection).hours == 2
    roll_all(connection)
    check(connection)
