from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.rejected import Rejected
from storage.rejected import (
    delete_rejected,
    list_rejected,
    read_rejected,
    rejected_counts,
    rejected_messages,
    write_rejected,
)
from tests.services.samples import START

TOPIC = "lm/1/box-1/page"


def refused(payload, *, reason="crc", topic=TOPIC, after=0):
    return Rejected("box-1", topic, reason, payload, START + after)


def moment(after):
    return datetime.fromtimestamp(START + after, UTC)


def test_the_bytes_are_kept_as_they_came(connection):
    every = bytes(range(256))
    write_rejected(connection, [refused(every), refused(b"")])
    assert set(list_rejected(connection)["payload"]) == {every, b""}


def test_sending_the_same_again_only_counts(connection):
    for after in (30, 0, 90):
        write_rejected(connection, [refused(b"x", after=after), refused(b"x", after=after + 1)])
    (row,) = list_rejected(connection).to_dict("records")
    assert row["times"] == 6
    assert (row["received_at"], row["last_received"]) == (moment(0), moment(91))


def test_the_same_bytes_on_another_topic_are_another_message(connection):
    write_rejected(connection, [refused(b"x"), refused(b"x", topic="lm/1/box-2/page")])
    assert len(list_rejected(connection)) == 2


def test_a_message_refused_again_has_its_latest_reason(connection):
    write_rejected(connection, [refused(b"x", reason="unknown node")])
    write_rejected(connection, [refused(b"x", reason="crc", after=1)])
    assert list_rejected(connection)["reason"].tolist() == ["crc"]


def test_counts_are_per_reason_the_most_frequent_first(connection):
    write_rejected(connection, [refused(b"a"), refused(b"b", reason="version", after=5)])
    write_rejected(connection, [refused(b"c", reason="version"), refused(b"b", reason="version")])
    assert rejected_counts(connection).to_dict("records") == [
        {"reason": "version", "messages": 3, "last": moment(5)},
        {"reason": "crc", "messages": 1, "last": moment(0)},
    ]


def test_the_list_is_the_latest_of_one_reason(connection):
    write_rejected(connection, [refused(bytes([i]), after=i) for i in range(5)])
    write_rejected(connection, [refused(b"other", reason="version", after=99)])
    assert list_rejected(connection, "crc", 2)["payload"].tolist() == [b"\4", b"\3"]
    assert list_rejected(connection, limit=1)["payload"].tolist() == [b"other"]


def test_a_topic_that_is_not_text_for_the_database_is_still_kept(connection):
    write_rejected(connection, [refused(b"x", topic="lm/1/\0\udcff/page")])
    assert len(list_rejected(connection)) == 1


def test_nothing_refused_is_an_empty_table(connection):
    write_rejected(connection, [])
    counts = rejected_counts(connection)
    assert counts.empty
    assert list(counts.columns) == ["reason", "messages", "last"]


def test_one_message_is_read_as_it_came_last(connection):
    write_rejected(connection, [refused(b"\0\xff", after=5), refused(b"\0\xff", after=9)])
    (row,) = list_rejected(connection).to_dict("records")
    kept = read_rejected(connection, row["id"])
    assert (kept.id, kept.times, kept.first_received) == (row["id"], 2, START + 5)
    assert kept.message == refused(b"\0\xff", after=9)


def test_a_message_that_is_not_there_is_said_with_its_number(connection):
    with pytest.raises(StorageError, match="no rejected message 77"):
        read_rejected(connection, 77)


def test_messages_come_for_replay_page_by_page_in_the_order_of_their_numbers(connection):
    for number in range(7):
        write_rejected(connection, [refused(bytes([number]), after=-number)])
    found, after = [], 0
    while page := rejected_messages(connection, limit=3, after_id=after):
        assert len(page) <= 3
        after = page[-1].id
        found += page
    assert [kept.message.payload for kept in found] == [bytes([number]) for number in range(7)]
    assert [kept.id for kept in found] == sorted(kept.id for kept in found)


def test_messages_for_replay_are_those_of_a_reason_and_a_node(connection):
    other = Rejected("box-2", "lm/1/box-2/page", "crc", b"c", START)
    write_rejected(connection, [refused(b"a"), refused(b"b", reason="version"), other])

    def payloads(**which):
        return {kept.message.payload for kept in rejected_messages(connection, **which)}

    assert payloads() == {b"a", b"b", b"c"}
    assert payloads(reason="crc") == {b"a", b"c"}
    assert payloads(node="box-1") == {b"a", b"b"}
    assert payloads(node="box-2", reason="version") == set()


def test_what_is_stored_now_leaves_and_the_rest_stays(connection):
    write_rejected(connection, [refused(b"a"), refused(b"b"), refused(b"c")])
    gone = [kept.id for kept in rejected_messages(connection) if kept.message.payload != b"b"]
    delete_rejected(connection, gone)
    delete_rejected(connection, [*gone, 999])
    delete_rejected(connection, [])
    assert [kept.message.payload for kept in rejected_messages(connection)] == [b"b"]
