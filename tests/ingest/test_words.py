import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import Message
from ingest.words import MOST_LOG, MOST_STATUS, Words, read_words
from lokaalmeten.errors import StorageError
from lokaalmeten.words import Log, Status

NOON = 1_795_435_200


def to_message(payload, kind="status", node="box-7"):
    return Message(f"lm/1/{node}/{kind}", payload, NOON, None)


def read_one(payload, kind="status"):
    statuses, logs = read_words([to_message(payload, kind)])
    return (statuses or logs or [None])[0]


def test_a_status_is_what_the_node_said_without_its_online():
    assert read_one(b'{"online": true, "version": "1.2.3"}') == Status(
        "box-7", NOON, True, '{"version":"1.2.3"}'
    )


def test_the_will_says_nothing_but_that_the_node_is_lost():
    assert read_one(b'{"online": false}') == Status("box-7", NOON, False, None)


def test_a_log_is_text_whatever_it_holds():
    assert read_one(b"fell \xff\0over", "log") == Log("box-7", NOON, "fell \ufffdover")


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"online", b"[]", b"{}", b'{"online": 1}', b'{"online": true', b"\xff\xfe"),
        b'{"online": true, "a": NaN}',
        b'{"online": true, "a": "\\u0000"}',
        b'{"online": true, "a": "' + b"x" * MOST_STATUS + b'"}',
    ],
)
def test_what_is_no_status_is_passed_over(payload):
    assert read_one(payload) is None


@pytest.mark.parametrize("payload", [b"", b"x" * (MOST_LOG + 1)])
def test_what_is_no_log_is_passed_over(payload):
    assert read_one(payload, "log") is None


@given(st.binary(max_size=80), st.sampled_from(["status", "log"]))
def test_any_bytes_are_read(payload, kind):
    read_one(payload, kind)


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**63), 2**63) | st.none(), max_size=4))
def test_any_json_object_is_kept_as_it_is_or_not_at_all(said):
    found: Any = read_one(json.dumps(said | {"online": True}).encode())
    said.pop("online", None)
    assert found is None or json.loads(found.said) == said


class Source:
    """Gives messages once; notes what is acknowledged."""

    def __init__(self, *batches):
        self.batches, self.acknowledged, self.closed = list(batches), [], False
        self.idle = threading.Event()

    def gather(self, limits):
        if self.batches:
            return self.batches.pop(0)
        self.idle.set()
        return []

    def acknowledge(self, messages):
        self.acknowledged += messages

    def breathe(self):
        pass

    def close(self):
        self.closed = True


class Store:
    def __init__(self, failures=0):
        self.failures, self.kept = failures, []

    def write_words(self, statuses, logs):
        if self.failures:
            self.failures -= 1
            raise StorageError("away")
        self.kept += [*statuses, *logs]


def test_words_are_acknowledged_when_they_are_kept_and_not_before():
    message = to_message(b'{"online": false}')
    source, store = Source([message]), Store(failures=3)
    words = Words(source, store, retry_s=0.01)
    assert source.idle.wait(20)
    words.close()
    assert store.kept == [Status("box-7", NOON, False, None)]
    assert source.acknowledged == [message]
    assert source.closed


def test_who_is_told_to_stop_while_the_database_is_away_acknowledges_nothing():
    source = Source([to_message(b'{"online": false}')])
    words = Words(source, Store(failures=10**9), retry_s=60)
    words.close()
    assert source.acknowledged == []
    assert source.closed


def test_rubbish_is_acknowledged_so_that_it_does_not_come_for_ever():
    message = to_message(b"\xff")
    source = Source([message])
    words = Words(source, Store())
    assert source.idle.wait(20)
    words.close()
    assert source.acknowledged == [message]
