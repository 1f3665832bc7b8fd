"""Batches in threads: nobody waits for what is not there, and nothing is told before it is kept."""

import threading

import pytest

from ingest.decode import Decoded, Message
from ingest.writing import Batch, Writing
from tests.services.meten import wait_until


def batch(number):
    return Batch([Message("lm/1/box-1/page", b"%d" % number, 0, number)], Decoded([], []))


class Gate:
    """Keeps each batch when it is let; what is kept is told as the Decoded that it was."""

    def __init__(self):
        self.open = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.woken = threading.Semaphore(0)

    def keep(self, decoded):
        self.begun.release()
        self.open.acquire()
        return decoded

    def wake(self):
        self.woken.release()


@pytest.fixture
def gate():
    return Gate()


def writing_with(gate, threads):
    return Writing([gate.keep] * threads, gate.wake)


def numbers(writing):
    return [int(m.payload) for (messages, _), _ in writing.take_kept() for m in messages]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_batch_is_welcome_to_an_idle_thread_and_one_full_batch_may_wait(gate, threads):
    writing = writing_with(gate, threads)
    for number in range(threads):
        assert writing.wants(full=False)
        writing.add(batch(number))
        gate.begun.acquire()
    assert not writing.wants(full=False)
    assert writing.wants(full=True)
    writing.add(batch(threads))
    assert not writing.wants(full=True)
    assert numbers(writing) == []
    gate.open.release(threads + 1)
    for _ in range(threads + 1):
        gate.woken.acquire()
    assert sorted(numbers(writing)) == list(range(threads + 1))
    assert writing.wants(full=False)
    writing.close()


def test_close_returns_when_all_is_kept(gate):
    writing = writing_with(gate, 2)
    for number in range(5):
        writing.add(batch(number))
    threading.Timer(0.1, lambda: gate.open.release(5)).start()
    writing.close()
    assert sorted(numbers(writing)) == [0, 1, 2, 3, 4]


def test_batch_that_is_given_up_is_not_told_of():
    writing = Writing([lambda _: None], lambda: None)
    writing.add(batch(1))
    writing.close()
    assert numbers(writing) == []


def test_fault_of_the_program_is_raised_where_it_is_seen():
    def fail(_):
        raise ZeroDivisionError

    writing = Writing([fail], lambda: None)
    writing.add(batch(1))

    def raised():
        try:
            numbers(writing)
        except ZeroDivisionError:
            return True
        return False

    wait_until(raised, seconds=5)
    writing.close()


def test_two_threads_keep_at_the_same_time(gate):
    writing = writing_with(gate, 2)
    writing.add(batch(1))
    writing.add(batch(2))
    assert gate.begun.acquire(timeout=5)
    assert gate.begun.acquire(timeout=5)
    gate.open.release(2)
    writing.close()
