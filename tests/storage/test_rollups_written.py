"""What writers add to the rollups themselves, at the same time as they are rolled up."""

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import StorageError
from storage import hours, rollups
from storage.pool import connect
from storage.queries import to_piece
from storage.rides import write_rides
from storage.rollups import roll_up, waiting
from storage.writer import Writer, write
from tests.services.samples import START, make_samples
from tests.services.slow_sums import check, check_hours, roll_all
from tests.storage.town import HOUR, Ride, add_town

# what writers add themselves


def test_new_rows_are_in_their_hours_when_they_are_committed(connection):
    box, other, *_ = add_town(connection)
    writer = Writer(connection)
    writer.write([make_samples(box.id, 90), make_samples(other.id, 2, start=START - HOUR)])
    writer.write([make_samples(box.id, 90, start=START + 10)])  # late, between the others
    assert waiting(connection).notes == 0
    check_hours(connection)
    roll_all(connection)
    check(connection)


def test_quantities_that_a_batch_lacks_keep_the_sums_that_they_have(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 30)])
    half = make_samples(box.id, 30, start=START + 10)
    write(
        connection,
        [replace(half, keys=half.keys[:2], counts=half.counts[:2], flags=half.flags[:2])],
    )
    assert waiting(connection).notes == 0
    check_hours(connection)


def test_what_is_added_to_a_day_has_the_day_wait(connection):
    box, other, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 60), make_samples(other.id, 60)])
    roll_all(connection)
    write(connection, [make_samples(box.id, 60, start=START + 10)])
    assert connection.execute("SELECT node FROM waiting_day").fetchall() == [("box-1",)]
    assert connection.execute("SELECT DISTINCT node FROM rollup_day").fetchall() == [(other.name,)]
    roll_all(connection)
    assert connection.execute("SELECT count(*) FROM waiting_day").fetchone() == (0,)
    check(connection)


def test_a_batch_of_which_a_row_is_known_has_its_hours_added_up_again(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 60)])
    write(connection, [make_samples(box.id, 90, seed=2)])
    assert waiting(connection).hours == 2
    roll_all(connection)
    check(connection)


def test_of_very_many_nodes_that_send_little_hours_are_only_noted(connection, monkeypatch):
    box, other, *_ = add_town(connection)
    monkeypatch.setattr(hours, "FEW_HOURS", 0)
    few = [make_samples(node.id, 1, start=START + 7200) for node in (box, other)]
    write(connection, [*few, make_samples(box.id, 60)])
    assert waiting(connection).hours == 1  # of the other one, for a whole page came of the box
    roll_all(connection)
    check(connection)


def test_a_bike_without_a_fix_leaves_no_sums_outside_its_rides(connection):
    box, *_, bike = add_town(connection)
    write(connection, [make_samples(bike.id, 60), make_samples(box.id, 60)])
    assert waiting(connection).hours == 1  # of the bike alone
    roll_all(connection)
    check(connection)
    ride = Ride(START, START + 3000, START + 60, START + 2900)
    write_rides(connection, bike.id, ride.start, ride.stop, [ride])
    write(connection, [make_samples(bike.id, 60, start=START + 7)])
    roll_all(connection)
    check(connection)


@pytest.mark.parametrize("before", [0, 20])
def test_rows_that_come_while_their_hour_is_added_up_count_once(
    database, connection, monkeypatch, before
):
    box, *_ = add_town(connection)
    if before:
        write(connection, [make_samples(box.id, before)])
    moment = datetime.fromtimestamp(START, UTC)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, moment, moment])
    write_hours, times = rollups.write_hours, []

    def write_meanwhile(*given):
        if not times:
            with connect(database) as other:
                write(other, [make_samples(box.id, 20, start=START + 1800)])
        times.append(1)
        write_hours(*given)

    monkeypatch.setattr(rollups, "write_hours", write_meanwhile)
    roll_up(connection)
    monkeypatch.undo()
    assert len(times) == (2 if before else 1)  # the server undid the first
    check_hours(connection)
    roll_all(connection)
    check(connection)


def test_an_hour_that_never_rests_is_left_with_a_sentence(database, connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 20)])
    moment = datetime.fromtimestamp(START, UTC)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, moment, moment])
    write_hours, times = rollups.write_hours, []

    def write_meanwhile(*given):
        times.append(1)
        with connect(database) as other:
            write(other, [make_samples(box.id, 5, start=START + 1800 + len(times), step=30)])
        write_hours(*given)

    monkeypatch.setattr(rollups, "write_hours", write_meanwhile)
    with pytest.raises(StorageError):
        roll_up(connection)
    monkeypatch.undo()
    assert len(times) == rollups.TRIES
    roll_all(connection)
    check(connection)


def test_writers_and_roll_ups_at_work_on_the_same_hours_lose_nothing(database, connection):
    nodes = add_town(connection)
    pages = [
        make_samples(node.id, 12, seed=number, start=START + 97 * number, step=8)
        for number in range(40)
        for node in nodes
    ]
    random.Random(3).shuffle(pages)

    def work(mine):
        with connect(database) as own:
            writer = Writer(own)
            for page in mine:
                writer.write([page])

    threads = [threading.Thread(target=work, args=(pages[first::3],)) for first in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        roll_up(connection)
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone() != (0,)
    roll_all(connection)
    check(connection)


def test_what_waits_is_not_in_the_views(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120, cell=box.cell)])
    roll_all(connection)
    write(connection, [make_samples(box.id, 1, start=START + 30, cell=box.cell)])
    for view in ("rollup_hour", "rollup_source", "rollup_cell"):
        found = connection.execute(f"SELECT DISTINCT hour FROM {view}").fetchall()
        assert [hour.timestamp() for (hour,) in found] == [START + HOUR]
    assert connection.execute("SELECT count(*) FROM rollup_day").fetchone() == (0,)


def test_an_interrupted_roll_up_changes_nothing_and_loses_nothing(connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120, cell=box.cell)])
    before = waiting(connection)
    whole = rollups.read_statement
    monkeypatch.setattr(
        rollups,
        "read_statement",
        lambda name, *places: (
            to_piece("SELECT 1 / 0") if name == "note_days" else whole(name, *places)
        ),
    )
    with pytest.raises(StorageError, match="division by zero"):
        roll_up(connection)
    monkeypatch.undo()
    assert waiting(connection) == before
    assert connection.execute("SELECT count(*) FROM private.rollup_hour").fetchone() == (0,)
    roll_all(connection)
    check(connection)


def test_writers_and_roll_ups_at_once_lose_nothing(database, connection):
    box, other, _ = add_town(connection)
    failures: list[BaseException] = []
    written = threading.Event()

    def run(work):
        try:
            with connect(database) as own:
                work(own)
        except BaseException as error:
            failures.append(error)

    def write_all(own, seed):
        writer = Writer(own)
        for turn in range(40):  # both into the same hours of the same nodes
            start = START + 180 * turn + seed
            nodes = (box, other) if turn % 2 else (other, box)
            writer.write([make_samples(n.id, 3, seed=seed, start=start, step=2) for n in nodes])

    def roll_on(own):
        while not written.is_set():
            roll_up(own, 3)

    writers = [
        threading.Thread(target=run, args=(lambda own, s=seed: write_all(own, s),))
        for seed in (0, 1)
    ]
    rollers = [threading.Thread(target=run, args=(roll_on,)) for _ in range(2)]
    for thread in (*writers, *rollers):
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in rollers:
        thread.join()
    assert failures == []
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone() == (480,)
    roll_all(connection)
    check(connection)
