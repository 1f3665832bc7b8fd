import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import stream
from ingest.mqtt import PINGRESP, PUBACK, PUBLISH, PacketError
from ingest.stream import Stream

ALL = 1 << 30


def read_all(version, chunks, limit=ALL):
    """Messages, and what else came (retained ids, other packets) in chunks; whether it broke."""
    reader = Stream(version)
    messages, others, retained = [], [], []
    try:
        for chunk in chunks:
            reader.feed(chunk)
            while True:
                packets = reader.read(limit)
                messages += zip(packets.topics, packets.payloads, packets.ids, strict=True)
                others += packets.others
                retained += packets.retained
                if not (packets.ids or packets.retained or packets.others):
                    break
    except PacketError:
        return messages, (retained, others), True
    return messages, (retained, others), False


def read_slowly(version, data):
    """The same one packet at a time and by the letter of the standard; the oracle."""
    messages, others, retained, at = [], [], [], 0
    while True:
        length, shift, start = 0, 0, at + 1
        while True:
            if start >= len(data):
                return messages, (retained, others), False
            byte = data[start]
            length += (byte % 128) * 128**shift
            shift, start = shift + 1, start + 1
            if byte < 128:
                break
            if shift == 4:
                return messages, (retained, others), True
        if start + length > len(data):
            return messages, (retained, others), False
        kind, flags, body = data[at] >> 4, data[at] & 15, data[start : start + length]
        at = start + length
        if kind != 3:
            others.append((kind << 4, body))
            continue
        message = read_publish(version, flags, body)
        if message is None:
            return messages, (retained, others), True
        if flags & 1:
            retained.append(message[2])
        else:
            messages.append(message)


def read_publish(version, flags, body):
    qos = flags >> 1 & 3
    try:
        size = int.from_bytes(body[:2]) if len(body) >= 2 else 1 << 20
        topic, rest = body[2 : 2 + size], body[2 + size :]
        number = 0
        if qos:
            number, rest = int.from_bytes(rest[:2]), rest[2:] if len(rest) >= 2 else None
        if version == 5:
            length = shift = 0
            while True:
                byte, rest = rest[0], rest[1:]
                length += (byte & 127) << shift
                shift += 7
                if byte < 128:
                    break
                if shift == 28:
                    return None
            rest = rest[length:] if len(rest) >= length else None
    except (IndexError, TypeError):
        return None
    if rest is None or len(topic) < size or not topic or qos > 1 or (qos and not number):
        return None
    return topic.decode("utf-8", "replace"), rest, number


def to_length(number):
    return (
        bytes([number]) if number < 128 else bytes([number % 128 + 128]) + to_length(number // 128)
    )


@st.composite
def packets(draw, version):
    """One packet as a broker may send it."""
    kind = draw(st.sampled_from(["message", "message", "message", "ping", "puback"]))
    if kind == "ping":
        return b"\xd0\x00"
    if kind == "puback":
        return b"\x40\x02" + draw(st.integers(1, 65535)).to_bytes(2)
    qos, dup, retain = draw(st.tuples(st.integers(0, 1), st.booleans(), st.booleans()))
    topic = draw(st.text(min_size=1, max_size=5)).encode("utf-8", "replace")
    payload = draw(st.binary(max_size=8) | st.just(bytes(300)) | st.just(bytes(20_000)))
    body = len(topic).to_bytes(2) + topic
    if qos:
        body += draw(st.integers(1, 65535)).to_bytes(2)
    if version == 5:  # user properties, 3.3.2.3.7, up to a length of two bytes
        pairs = b"\x26\x00\x01k\x00\x02vv" * draw(st.sampled_from([0, 0, 1, 30]))
        body += to_length(len(pairs)) + pairs
    body += payload
    return bytes([0x30 | dup << 3 | qos << 1 | retain]) + to_length(len(body)) + body


@st.composite
def streams(draw):
    """A version, the bytes of some packets, and those bytes in chunks."""
    version = draw(st.sampled_from([4, 5]))
    data = b"".join(draw(st.lists(packets(version), max_size=8)))
    data = data[: draw(st.none() | st.integers(0, len(data)))]
    return version, data, draw(chunks(data))


@st.composite
def chunks(draw, data):
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@given(streams(), st.sampled_from([1, 2, ALL]))
def test_however_the_bytes_are_cut_the_messages_are_the_same(case, limit):
    version, data, parts = case
    expected = read_slowly(version, data)
    assert not expected[2]
    assert read_all(version, parts, limit) == expected
    assert (
        read_all(version, [data[i : i + 1] for i in range(min(len(data), 400))])[:2]
        == (read_slowly(version, data[:400])[:2])
    )


def damage(data, changes):
    damaged = bytearray(data)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    return bytes(damaged)


@settings(max_examples=500)
@given(
    streams().filter(lambda case: case[1]),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), min_size=1, max_size=4),
    st.data(),
)
def test_damaged_packets_are_read_as_the_standard_says_or_break_the_stream(case, changes, data):
    version, good, _ = case
    bad = damage(good, changes)
    expected = read_slowly(version, bad)
    found = read_all(version, data.draw(chunks(bad)))
    # a packet of another type may be larger than we keep; else both agree on every byte
    assert found[:2] == expected[:2]
    assert found[2] >= expected[2]


@settings(max_examples=1000)
@given(st.sampled_from([4, 5]), st.binary(max_size=60))
@example(5, b"\x32\x06\x00\x01t\x00\x01\xff")  # properties that end before their length does
@example(5, b"\x32\x05\x00\x01t\x00\x01")  # or that are not there
@example(4, b"\x30\x00")
@example(4, b"\x30\x01\x00")
def test_random_bytes_never_raise_anything_else(version, data):
    assert read_all(version, [data])[:2] == read_slowly(version, data)[:2]


@pytest.mark.parametrize(
    "packet",
    [
        "30 00",  # no topic
        "30 02 0000",  # an empty one, which would be a topic alias
        "30 05 0009 6161 61",  # one that does not fit
        "32 04 0001 61 00",  # half a packet id
        "32 05 0001 61 0000",  # packet id 0, 2.2.1
        "34 05 0001 61 0001",  # QoS 2, which nobody asked for
        "36 05 0001 61 0001",  # QoS 3, 3.3.1.2
        "40 ff ff ff ff 7f",  # a length of five bytes
        "40 80 80 80 01",  # more than we keep of what is no message
    ],
)
def test_packet_that_is_none_breaks_the_stream(packet):
    reader = Stream(4)
    reader.feed(bytes.fromhex(packet) + bytes(stream.LARGEST))
    with pytest.raises(PacketError, match="not MQTT"):
        reader.read(ALL)


def test_messages_before_a_broken_packet_are_taken_first():
    reader = Stream(4)
    reader.feed(b"\x30\x04\x00\x01ab" + b"\x30\x00")
    assert reader.read(ALL).payloads == [b"b"]
    with pytest.raises(PacketError):
        reader.read(ALL)


def test_golden_messages():
    five = bytes.fromhex("3a 0b 0003 61 2f 62 0102 02 0101 58 d0 00 30 04 0001 61 00")
    reader = Stream(5)
    reader.feed(five)
    found = reader.read(ALL)
    assert (found.topics, found.payloads, found.ids) == (["a/b", "a"], [b"X", b""], [258, 0])
    assert found.others == [(PINGRESP, b"")]
    reader = Stream(4)
    reader.feed(bytes.fromhex("32 08 0003 61 2f 62 0102 58 40 02 0007"))
    found = reader.read(ALL)
    assert (found.topics, found.payloads, found.ids) == (["a/b"], [b"X"], [258])
    assert found.others == [(PUBACK, b"\x00\x07")]


def test_of_a_retained_message_only_the_packet_id_is_told():
    reader = Stream(4)
    reader.feed(bytes.fromhex("33 08 0003 61 2f 62 0102 58 32 08 0003 61 2f 62 0103 59"))
    found = reader.read(1)
    assert (found.retained, found.ids, found.payloads) == ([0x0102], [0x0103], [b"Y"])


def test_limit_leaves_the_rest_for_later():
    reader = Stream(4)
    reader.feed(b"\xd0\x00" + b"\x30\x04\x00\x01ab" * 5)
    none = reader.read(0)
    assert (none.ids, none.others) == ([], [(PINGRESP, b"")])
    assert [len(reader.read(2).ids) for _ in range(4)] == [2, 2, 1, 0]
    assert len(reader) == 0


@pytest.mark.parametrize("step", [1000, 70_000, 5_000_000])
@pytest.mark.parametrize("version", [4, 5])
def test_of_a_message_that_is_too_large_the_beginning_is_kept(version, step):
    payload = bytes(range(250)) * 16_000
    properties = b"\x00" if version == 5 else b""
    head = b"\x00\x01t\x00\x09" + properties
    large = bytes([PUBLISH | 2]) + to_length(len(head) + len(payload)) + head + payload
    small = bytes([PUBLISH | 2]) + to_length(len(head) + 2) + head + b"ok"
    data = small + large + small + large + small
    reader = Stream(version)
    found, most = [], 0
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
        found += reader.read(ALL).payloads
        most = max(most, len(reader))
    cut = payload[: stream.LARGEST - len(head)]
    assert found == [b"ok", cut, b"ok", cut, b"ok"]
    assert most <= stream.LARGEST + step


def test_topic_that_is_no_utf_8_is_no_reason_to_break_off():
    reader = Stream(4)
    reader.feed(b"\x30\x05\x00\x02\xffab")
    assert reader.read(ALL).topics == ["\ufffda"]
