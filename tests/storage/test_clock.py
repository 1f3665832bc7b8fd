"""A node whose clock is wrong makes no piece of a table, whatever else is in its batch."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage.clock import AHEAD_S, EARLIEST, Clock
from storage.writer import Writer, write
from tests.services.samples import START, make_samples

PIECES = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
DAY = 86_400


def count_pieces(connection):
    return connection.execute(PIECES).fetchone()[0]


def read_now(connection):
    return connection.execute("SELECT extract(epoch FROM now())::bigint").fetchone()[0]


@pytest.mark.parametrize("year", ["1970", "2000", "2014", "2099"])
def test_no_piece_of_a_table_is_made_for_a_clock_of_another_age(connection, year):
    wrong = int(np.datetime64(f"{year}-06-01", "s").astype(int))
    good, bad = make_samples(1, 10), make_samples(7, 400, start=wrong, step=DAY)
    with pytest.raises(StorageError, match=rf"node 7 is of {year}-06-01 00:00 UTC, before 2015 or"):
        write(connection, [good, bad])
    assert count_pieces(connection) == 0
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone() == (0,)
    assert write(connection, [good]).inserted == 10


def test_the_first_and_the_last_possible_second_are_stored_and_no_other(connection):
    latest = read_now(connection) + AHEAD_S
    for second in (EARLIEST, latest - 60):
        assert write(connection, [make_samples(1, 1, start=second)]).inserted == 1
    for second in (EARLIEST - 1, latest + 60):
        with pytest.raises(StorageError, match=r"node 1 is of .*, set right whichever clock"):
            write(connection, [make_samples(1, 1, start=second)])


def test_one_wrong_sample_among_many_is_found(connection):
    writer, batch = Writer(connection), make_samples(1, 500)
    assert writer.write([batch]).inserted == 500
    for wrong in (0, 2**32 - 1):
        times = batch.time + 1
        times[250] = wrong
        with pytest.raises(StorageError, match="node 1 is of"):
            writer.write([replace(batch, time=times)])
    assert writer.write([batch]).duplicate == 500


def test_the_server_is_asked_no_more_than_samples_move_on(connection):
    asked = []

    class Listening:
        def execute(self, statement):
            asked.append(statement)
            return connection.execute(statement)

    listening: Any = Listening()
    clock, node = Clock(listening), np.array([1], np.int32)
    for time in (START, START + DAY, read_now(connection)):
        clock.check(node, np.array([time]))
    assert len(asked) == 1
