from ingest import mqtt
from ingest.outgoing import FIRST_ID, Outgoing


def packet(number, topic, payload):
    return mqtt.to_publish(4, number, topic, payload, retain=True)


def test_of_one_topic_only_the_newest_is_sent():
    outgoing = Outgoing()
    for payload in (b"1", b"2"):
        outgoing.add("a", payload, retain=True)
    assert outgoing.to_packets(4, 10) == packet(FIRST_ID, "a", b"2")
    assert outgoing.to_packets(4, 10) == b""


def test_no_more_are_under_way_than_the_broker_takes_until_it_confirms():
    outgoing = Outgoing()
    for topic in "abc":
        outgoing.add(topic, b"", retain=True)
    first = packet(FIRST_ID, "a", b"") + packet(FIRST_ID + 1, "b", b"")
    assert outgoing.to_packets(4, 2) == first
    assert len(outgoing) == 3
    outgoing.confirm(FIRST_ID + 1, 0)
    assert outgoing.to_packets(4, 2) == packet(FIRST_ID + 2, "c", b"")
    outgoing.confirm(FIRST_ID, 0)
    outgoing.confirm(FIRST_ID + 2, 0)
    assert len(outgoing) == 0


def test_what_was_under_way_waits_again_but_for_what_something_newer_does():
    outgoing = Outgoing()
    for topic in "ab":
        outgoing.add(topic, b"old", retain=True)
    outgoing.to_packets(4, 10)
    outgoing.add("b", b"new", retain=True)
    outgoing.start_over()
    again = packet(FIRST_ID + 2, "a", b"old") + packet(FIRST_ID + 3, "b", b"new")
    assert outgoing.to_packets(4, 10) == again


def test_a_packet_id_that_is_under_way_is_not_used_again():
    outgoing = Outgoing()
    outgoing.add("first", b"", retain=True)
    outgoing.to_packets(4, 10)
    for number in range((1 << 16) - FIRST_ID):  # all others, and around
        outgoing.add("more", b"%d" % number, retain=True)
        sent = outgoing.to_packets(4, 10)
        used = int.from_bytes(sent[8:10])
        assert used != FIRST_ID
        outgoing.confirm(used, 0)


def test_refusal_is_logged_by_topic(caplog):
    outgoing = Outgoing()
    outgoing.add("lm/1/box-1/ack", b"", retain=True)
    outgoing.to_packets(5, 10)
    outgoing.confirm(FIRST_ID, 0x87)
    outgoing.confirm(99, 0x87)
    assert [r.getMessage() for r in caplog.records] == [
        "the broker refuses lm/1/box-1/ack: not authorized"
    ]
