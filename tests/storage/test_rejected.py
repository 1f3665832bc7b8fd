from datetime import UTC, datetime

from lokaalmeten.rejected import Rejected
from storage.rejected import list_rejected, rejected_counts, write_rejected
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
