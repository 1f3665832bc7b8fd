"""The uplink against brokers that behave, misbehave, die and fall silent."""

import json
import random
import subprocess
import time

from lokaalmeten import wire
from tests.firmware.link.peer import CONNACK, Peer, greet
from tests.services.meten import wait_until

WINDOW = 8


def numbers(packets):
    return [wire.read_page(packet.payload)[2] for packet in packets]


def serve(connection):
    greet(connection)
    connection.serve()


def acknowledge_all(connection, high=1000):
    """As the ingest would, once it has everything."""
    (boot,) = {wire.read_page(p.payload)[1] for p in connection.packets if is_page(p)}
    payload = json.dumps({"boot": boot, "high": high, "gaps": []}).encode()
    send_message(connection, "lm/1/box-1/ack", payload)


def is_page(packet):
    return packet.kind == 3 and packet.topic == "lm/1/box-1/page"


def send_message(connection, topic, payload, packet_id=7):
    body = len(topic).to_bytes(2, "big") + topic.encode()
    body += packet_id.to_bytes(2, "big") + payload
    length, rest = bytearray(), len(body)
    while True:
        length.append(rest % 128 | (128 if rest > 127 else 0))
        rest //= 128
        if not rest:
            break
    connection.send(b"\x32" + bytes(length) + body)


def test_at_most_eight_packets_wait_for_the_broker(uplink):
    def count(connection):
        greet(connection)
        got = connection.read_pages(WINDOW - 1, puback=False)  # with the status they are eight
        connection.line.settimeout(0.3)
        try:
            late = connection.read()
            while late.kind != 3:
                late = connection.read()
        except TimeoutError:
            late = None
        assert late is None, "a ninth packet came"
        connection.line.settimeout(20)
        for packet in connection.packets:
            if packet.kind == 3:
                connection.puback(packet.packet_id)
        got += connection.read_pages(5)
        assert numbers(got) == list(range(12))
        connection.serve()

    with Peer(count, serve) as peer:
        uplink(peer.host, peer.port, 12, 60)
        peer.check()


def test_packets_without_a_puback_come_again_marked_dup_when_the_session_is_there(uplink):
    again = []

    def die(connection):
        greet(connection)
        pages = connection.read_pages(6, puback=False)
        connection.puback(pages[1].packet_id)
        again.extend(page for page in pages if page is not pages[1])
        time.sleep(0.2)  # or the PUBACK is lost with the connection

    def go_on(connection):
        greet(connection, known=True)
        pages = connection.read_pages(6)
        assert all(page.dup for page in pages[:5])
        assert [(page.packet_id, page.payload) for page in pages[:5]] == [
            (page.packet_id, page.payload) for page in again
        ]
        assert numbers(pages[5:]) == [6]
        connection.serve()

    with Peer(die, go_on, serve) as peer:
        lines = uplink(peer.host, peer.port, 7, 60)
        peer.check()
    ends = ("the broker ended the connection", "the connection was reset")
    assert any(line.endswith(ends) for line in lines)


def test_broker_that_forgot_the_session_gets_everything_that_is_kept(uplink):
    def take_and_die(connection):
        greet(connection)
        connection.read_pages(5)

    def forgot(connection):
        greet(connection, known=False)
        pages = connection.read_pages(5)
        assert numbers(pages) == [0, 1, 2, 3, 4]
        assert not any(page.dup for page in pages)

    with Peer(take_and_die, forgot, serve) as peer:
        uplink(peer.host, peer.port, 5, 30)
        peer.check()
    assert len(peer.connections) >= 2


def test_broker_that_falls_silent_is_noticed_within_the_deadline(uplink):
    """25 s without a word, then a ping, then 15 s; looked at every 5 s."""

    def fall_silent(connection):
        greet(connection)
        connection.read_pages(1)
        while connection.read() is not None:
            pass

    with Peer(fall_silent, serve) as peer:
        lines = uplink(peer.host, peer.port, 1, 120)
        peer.check()
    (at,) = [int(line.split()[0]) for line in lines if "the broker is silent" in line]
    assert at <= 25 + 15 + 2 * 5
    assert len(peer.connections) == 2


def test_one_missing_puback_among_many_ends_the_connection(uplink):
    def forget_one(connection):
        greet(connection)
        while (packet := connection.read()) is not None:
            if not (is_page(packet) and numbers([packet]) == [2]):
                connection.answer(packet)

    def come_back(connection):
        greet(connection, known=True)
        (page,) = connection.read_pages(1)
        assert page.dup
        assert numbers([page]) == [2]
        connection.serve()

    with Peer(forget_one, come_back, serve) as peer:
        lines = uplink(peer.host, peer.port, 6, 120)
        peer.check()
    assert len(peer.connections) == 2, lines


def test_only_the_word_of_the_ingest_empties_the_outbox(uplink):
    def puback_only(connection):
        greet(connection)
        connection.read_pages(3)
        connection.serve()

    def with_ack(connection):
        greet(connection)
        connection.read_pages(3)
        acknowledge_all(connection, high=1)
        connection.serve()
        assert [p.packet_id for p in connection.packets if p.kind == 4] == [7]

    with Peer(puback_only) as peer:
        assert uplink(peer.host, peer.port, 3, 30)[-1].startswith("30 kept 3 ")
        peer.check()
    with Peer(with_ack) as peer:
        assert uplink(peer.host, peer.port, 3, 30)[-1].startswith("30 kept 1 ")
        peer.check()


def test_pages_are_forgotten_of_whichever_boot_the_ingest_speaks(uplink):
    def speak_of_another_first(connection):
        greet(connection)
        connection.read_pages(3)
        (boot,) = {wire.read_page(p.payload)[1] for p in connection.packets if is_page(p)}
        ours = {"boot": boot, "high": 2, "gaps": []}
        said = {"boot": boot ^ 1, "high": 7, "gaps": [], "others": [ours]}
        send_message(connection, "lm/1/box-1/ack", json.dumps(said).encode())
        connection.serve()

    with Peer(speak_of_another_first) as peer:
        assert uplink(peer.host, peer.port, 3, 30)[-1].startswith("30 kept 0 ")
        peer.check()


def test_page_in_a_gap_is_sent_again(uplink):
    def leave_a_gap(connection):
        greet(connection)
        connection.read_pages(4)
        (boot,) = {wire.read_page(p.payload)[1] for p in connection.packets if is_page(p)}
        ack = {"boot": boot, "high": 3, "gaps": [[1, 1]]}
        send_message(connection, "lm/1/box-1/ack", json.dumps(ack).encode())
        assert numbers(connection.read_pages(1)) == [1]
        connection.serve()

    with Peer(leave_a_gap) as peer:
        uplink(peer.host, peer.port, 4, 60)
        peer.check()


def test_ack_that_is_none_changes_nothing(uplink):
    strange = [b"", b"{", b"[]", b"7", b"null", b'"a"', b'{"boot":1}', b"\xff\xfe", b"{}" * 900]
    strange += [b'{"boot":"a","high":9,"gaps":[]}', b'{"boot":1,"high":9,"gaps":[[1]]}']
    strange += [b'{"boot":1,"high":9,"gaps":7}', b'{"boot":1,"high":null,"gaps":[]}']
    strange += [b'{"boot":1,"high":9,"gaps":[["a","b"]]}', b"[" * 1500]
    strange += [b'{"boot":1,"high":9,"gaps":[],"others":[{"boot":2}]}']
    strange += [b'{"boot":1,"high":9,"gaps":[],"others":{"boot":2}}']

    def confuse(connection):
        greet(connection)
        connection.read_pages(3)
        for number, payload in enumerate(strange):
            send_message(connection, "lm/1/box-1/ack", payload, number + 1)
        connection.serve()
        assert [p.packet_id for p in connection.packets if p.kind == 4] == [
            number + 1 for number in range(len(strange))
        ]

    with Peer(confuse) as peer:
        lines = uplink(peer.host, peer.port, 3, 30)
        peer.check()
    assert lines == [lines[-1]]
    assert lines[-1].startswith("30 kept 3 ")


def garbage(seed):
    """What a broken broker, a captive portal or an attacker may send."""
    dice = random.Random(seed)
    kinds = [
        lambda: dice.randbytes(dice.randrange(1, 200)),
        lambda: b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n",
        lambda: b"\x32\xff\xff\xff\xff\x7f" + dice.randbytes(20),  # a length of five bytes
        lambda: b"\x30\xff\xff\xff\x7f",  # 256 MB are announced, and nothing comes
        lambda: b"\x32\x03\x00\x05a",  # a topic longer than its packet
        lambda: b"\x32\x02\x00\x00",  # a message without a number
        lambda: b"\x36\x06\x00\x01a\x00\x01b",  # QoS 3
        lambda: b"\x30\x04\x00\x02\xff\xfe",  # a topic that is not UTF-8
        lambda: b"\x40\x02\x00\x00" + b"\x40\x02\xff\xff" * 50,  # acknowledges what was never sent
        lambda: b"\x40\x00",
        lambda: b"\x90\x03\x00\x01\x80",
        lambda: bytes([dice.randrange(256), 0]) * 30,
    ]
    return dice.choice(kinds)() if seed >= len(kinds) else kinds[seed]()


def test_no_garbage_hangs_the_node_or_ends_it(uplink):
    def spoil_greeting(connection):
        connection.read()
        connection.send(garbage(len(peer.connections)))

    def spoil_later(connection):
        greet(connection)
        connection.send(garbage(len(peer.connections)))

    acts = [spoil_greeting if number % 3 == 0 else spoil_later for number in range(40)]
    with Peer(*acts, serve) as peer:
        lines = uplink(peer.host, peer.port, 2, 60 * 60 * 6, heap="8M")
        peer.check()
    assert len(peer.connections) == 41, lines
    assert is_page(next(packet for packet in peer.connections[-1].packets if packet.kind == 3)) or (
        len(peer.connections[-1].packets) > 3
    )


def test_refusal_of_the_broker_is_told_in_words(uplink):
    def refuse(connection):
        connection.read()
        connection.send(b"\x20\x02\x00\x04")

    with Peer(refuse) as peer:
        lines = uplink(peer.host, peer.port, 1, 20)
    assert [line.partition(" ")[2] for line in lines[:-1]] == [
        "log broker: wrong user name or password"
    ]


def test_pauses_grow_and_stay_below_five_minutes(uplink):
    def hang_up(connection):
        connection.read()

    with Peer(hang_up) as peer:
        uplink(peer.host, peer.port, 1, 3600)
    # at most: 1 + 2 + ... + 256 s are nine pauses; at least: half of each
    assert 9 + 3600 // 300 - 2 <= len(peer.connections) <= 2 * (9 + 3600 // 300) + 1


def test_first_packet_is_as_the_standard_draws_it(uplink):
    seen = []

    def look(connection):
        seen.append(greet(connection))
        connection.send(CONNACK)

    with Peer(look) as peer:
        uplink(peer.host, peer.port, 0, 1)
    will = b"\x00\x11lm/1/box-1/status\x00\x10" + b'{"online":false}'
    assert seen[0].body == b"\x00\x04MQTT\x04\x2c\x00\x3c\x00\x05box-1" + will


# against the real Mosquitto


def listen(programs, broker, topic, count, seconds=20):
    """Start a subscriber; returns its process."""
    command = [programs.mosquitto_sub, "-h", broker.host, "-p", broker.port, "-t", topic]
    command += ["-C", count, "-W", seconds, "-F", "%r %x"]
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)


def test_pages_status_and_will_reach_a_real_broker(uplink, programs, mosquitto):
    pages = listen(programs, mosquitto, "lm/1/box-1/page", 20)
    time.sleep(0.5)
    lines = uplink(mosquitto.host, mosquitto.port, 20, 30)
    assert lines[-1].startswith("30 kept 20 sent 20")
    received = [bytes.fromhex(line.split()[1]) for line in pages.communicate()[0].splitlines()]
    assert [wire.read_page(page)[2] for page in received] == list(range(20))
    # the node ended without a DISCONNECT: the broker publishes its will, retained
    said, _ = listen(programs, mosquitto, "lm/1/box-1/status", 1).communicate()
    assert said.split()[0] == "1"
    assert bytes.fromhex(said.split()[1]) == b'{"online":false}'


def test_session_is_kept_by_a_real_broker_while_the_node_is_away(uplink, programs, mosquitto):
    uplink(mosquitto.host, mosquitto.port, 0, 10)
    publish = [programs.mosquitto_pub, "-h", mosquitto.host, "-p", str(mosquitto.port), "-q", "1"]
    topic = ["-t", "lm/1/box-1/cmd"]
    for message in (["-m", "restart"], ["-m", "x" * 5000]):
        subprocess.run([*map(str, publish), *topic, *message], check=True)

    def heard():
        return uplink(mosquitto.host, mosquitto.port, 0, 10)[:-1]

    lines = wait_until(heard)
    assert [line.split()[1:] for line in lines] == [
        ["cmd", "7", b"restart".hex()],
        ["cmd", str(2048 - 2 - 14 - 2), (b"x" * 20).hex()],  # what is longer is cut off
    ]
    assert heard() == []  # each was acknowledged, so it comes once
