"""The receiver against real brokers; a scripted one only for what no real broker does."""

import base64
import hashlib
import logging
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing, contextmanager

import pytest

from ingest import connection
from ingest.batch import Limits
from ingest.broker import LocalBroker
from ingest.link import connect, open_client
from ingest.receiver import Receiver
from ingest.stream import LARGEST
from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address
from tests.services.meten import wait_until
from tests.services.proxy import Proxy

TOPIC = "lm/1/box-1/page"
PAGES = ["lm/1/+/page"]
QUICK = Limits(messages=2000, age_s=0.02, wait_s=0.1)


def to_address(broker, **login):
    return Address(broker.host, broker.port, **login)


@contextmanager
def receiving(broker, topics=PAGES, client_id="test-ingest", **options):
    with closing(Receiver(to_address(broker), client_id, topics, **options)) as receiver:
        yield receiver


@contextmanager
def sending(broker, **login):
    """A paho client: an implementation that is not ours."""
    address = to_address(broker, **login)
    client = open_client(address, "test-nodes")
    client.max_queued_messages_set(0)
    client.max_inflight_messages_set(1000)
    connect(client, address)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def send(broker, payloads, topic=TOPIC):
    """Publish at QoS 1 and return when the broker has them all."""
    with sending(broker) as client:
        for info in [client.publish(topic, payload, qos=1) for payload in payloads]:
            info.wait_for_publish(30)


def numbered(count, start=0):
    return [b"%d" % number for number in range(start, start + count)]


def take(receiver, count, *, limits=QUICK, acknowledge=True, seconds=30):
    """Payloads in the order of arrival, until there are ``count`` or time is up."""
    payloads, until = [], time.monotonic() + seconds
    while len(payloads) < count and time.monotonic() < until:
        batch = receiver.gather(limits)
        payloads += [message.payload for message in batch]
        if acknowledge:
            receiver.acknowledge(batch)
    return payloads


def take_until(receiver, expected, seconds=20):
    """All payloads that come until those expected have come; some may come more than once."""
    found, until = set(), time.monotonic() + seconds
    while not expected <= found and time.monotonic() < until:
        found |= set(take(receiver, 1))
    assert expected <= found
    return found


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker(request):
    return request.getfixturevalue(request.param)


# the ordinary course


def test_every_message_comes_once_and_in_order(broker):
    expected = numbered(5000)
    with receiving(broker) as receiver:
        sender = threading.Thread(target=send, args=(broker, expected))
        sender.start()
        found = take(receiver, 5000)
        sender.join()
        assert found == expected
        assert receiver.gather(QUICK) == []
        assert receiver.connections == 1


def test_message_has_its_topic_and_the_moment_of_its_arrival(broker):
    with receiving(broker, ["lm/1/+/page", "v3/#"]) as receiver:
        before = int(time.time())
        send(broker, [b"\x00\xff"], "lm/1/bike-9/page")
        send(broker, [b"{}"], "v3/kits@ttn/devices/d/up")
        found = []
        while len(found) < 2:
            found += receiver.gather(QUICK)
        assert [(m.topic, m.payload) for m in found] == [
            ("lm/1/bike-9/page", b"\x00\xff"),
            ("v3/kits@ttn/devices/d/up", b"{}"),
        ]
        assert all(before <= message.received <= time.time() for message in found)


def test_message_at_qos_0_comes_too_and_wants_no_acknowledgement(mosquitto):
    with receiving(mosquitto) as receiver, sending(mosquitto) as client:
        client.publish(TOPIC, b"0", qos=0).wait_for_publish(5)
        client.publish(TOPIC, b"1", qos=1).wait_for_publish(5)
        assert take(receiver, 2) == [b"0", b"1"]
        client.publish(TOPIC, b"2", qos=0).wait_for_publish(5)
        assert take(receiver, 1) == [b"2"]
        assert receiver.connections == 1


def test_what_comes_while_we_are_away_is_there_when_we_return(mosquitto):
    with receiving(mosquitto):
        pass
    expected = numbered(3000)
    send(mosquitto, expected)
    with receiving(mosquitto, window=100) as receiver:
        assert take(receiver, 3000) == expected


def test_what_is_not_acknowledged_comes_again(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(500))
        assert len(take(receiver, 500, acknowledge=False)) == 500
    with receiving(mosquitto) as receiver:
        batch = []
        while len(batch) < 500:
            batch += receiver.gather(QUICK)
        receiver.acknowledge(batch[:200])
    with receiving(mosquitto) as receiver:
        assert take(receiver, 300) == numbered(300, start=200)
        assert receiver.gather(QUICK) == []


def test_what_is_acknowledged_just_before_we_leave_does_not_come_again(mosquitto):
    with receiving(mosquitto, window=100) as receiver:
        send(mosquitto, numbered(3000))
        assert take(receiver, 100, limits=Limits(100, 1.0, 1.0)) == numbered(100)
    with receiving(mosquitto) as receiver:
        assert take(receiver, 2900) == numbered(2900, start=100)


# batches


def test_batch_closes_at_its_number(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(25))
        sizes = [len(receiver.gather(Limits(10, 5.0, 5.0))) for _ in range(2)]
        assert sizes == [10, 10]


def test_batch_closes_at_its_age_and_an_empty_one_after_the_wait(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(3))
        began = time.monotonic()
        assert len(receiver.gather(Limits(10, age_s=0.3, wait_s=5.0))) == 3
        aged = time.monotonic()
        assert receiver.gather(Limits(10, age_s=5.0, wait_s=0.2)) == []
        waited = time.monotonic()
        assert 0.3 <= aged - began < 2
        assert 0.2 <= waited - aged < 2


def test_batch_grows_while_the_caller_is_busy_and_is_there_as_soon_as_it_is_not(mosquitto):
    busy = threading.Event()
    busy.set()
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(3))
        limits = Limits(10, age_s=0.05, wait_s=0.2)
        assert receiver.gather(limits, lambda full: not busy.is_set()) == []
        send(mosquitto, numbered(4, start=3))

        def end():
            busy.clear()
            receiver.wake()

        threading.Timer(0.3, end).start()
        began = time.monotonic()
        found = []
        while not found:
            found = receiver.gather(Limits(10, 0.05, wait_s=10), lambda full: not busy.is_set())
        assert [message.payload for message in found] == numbered(7)
        assert time.monotonic() - began < 5


def test_full_batch_waits_without_a_busy_loop_until_it_is_wanted(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(25))
        spent = time.process_time()
        assert receiver.gather(Limits(10, 0.0, wait_s=1.0), lambda full: False) == []
        assert time.process_time() - spent < 0.5
        asked = []
        found = receiver.gather(Limits(10, 0.0, 1.0), lambda full: asked.append(full) or full)
        assert [message.payload for message in found] == numbered(10)
        assert asked == [True]


def test_waking_ends_a_wait_from_another_thread(mosquitto):
    with receiving(mosquitto) as receiver:
        threading.Timer(0.2, receiver.wake).start()
        began = time.monotonic()
        assert receiver.gather(Limits(10, 0.0, wait_s=20.0)) == []
        assert time.monotonic() - began < 10


def test_full_window_closes_a_batch_at_once_and_nothing_more_comes(broker):
    with receiving(broker, window=50) as receiver:
        sender = threading.Thread(target=send, args=(broker, numbered(300)))
        sender.start()
        began = time.monotonic()
        first = []
        while len(first) < 50:
            first += receiver.gather(Limits(1000, age_s=20.0, wait_s=20.0))
        assert len(first) == 50
        assert time.monotonic() - began < 10
        assert receiver.gather(Limits(1000, age_s=0.1, wait_s=0.3)) == []
        receiver.acknowledge(first)
        assert [m.payload for m in first] + take(receiver, 250) == numbered(300)
        sender.join()


def test_slow_receiver_holds_no_more_than_its_window_and_loses_nothing(broker):
    count, size = 3000, 20_000  # 60 MB in all
    expected = [b"%05d" % number + bytes(size) for number in range(count)]
    with receiving(broker, window=100) as receiver:
        sender = threading.Thread(target=send, args=(broker, expected))
        sender.start()
        found, most = [], 0
        while len(found) < count:
            batch = receiver.gather(QUICK)
            most = max(most, len(batch))
            held = len(receiver._line.stream) + sum(len(message.payload) for message in batch)
            assert held < 100 * 2 * size + 2 * connection.BUFFER
            found += [message.payload[:5] for message in batch]
            time.sleep(0.002)
            receiver.acknowledge(batch)
        sender.join()
        assert found == [b"%05d" % number for number in range(count)]
        assert most <= 100


def test_large_messages_fill_the_window_by_their_bytes(mosquitto):
    size = LARGEST // 2
    with receiving(mosquitto, window=1000) as receiver:
        sender = threading.Thread(target=send, args=(mosquitto, [bytes(size)] * 120))
        sender.start()
        batch = receiver.gather(Limits(1000, age_s=20.0, wait_s=20.0))
        assert 64 <= len(batch) <= 66  # 32 MiB, and what one read brings above it
        receiver.acknowledge(batch)
        take(receiver, 120 - len(batch))
        sender.join()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_broker_that_lets_20_be_under_way_does_not_stall_a_batch(
    protocol, tmp_path, programs, monkeypatch
):
    if protocol == "3.1.1":
        monkeypatch.setattr("ingest.receiver.read_version", lambda *_: 4)
    settings = {"max_inflight_messages": "20"}
    with (
        LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker,
        receiving(broker) as receiver,
    ):
        sender = threading.Thread(target=send, args=(broker, numbered(300)))
        sender.start()
        assert take(receiver, 300, limits=Limits(50, 0.02, 0.5)) == numbered(300)
        sender.join()


def test_message_that_is_too_large_is_cut_and_does_not_stop_the_rest(broker):
    with receiving(broker) as receiver:
        send(broker, [b"1", bytes(2 * LARGEST), b"2"])
        found = take(receiver, 3)
        assert [len(payload) for payload in found] == [1, pytest.approx(LARGEST, abs=40), 1]
        assert receiver.connections == 1


def test_shared_subscription_gives_each_message_to_one_of_two(mosquitto):
    shared = ["$share/ingest/lm/1/+/page"]
    with (
        receiving(mosquitto, shared, "one") as one,
        receiving(mosquitto, shared, "two") as two,
    ):
        send(mosquitto, numbered(2000))
        found = [take(one, 2000, seconds=2), take(two, 2000, seconds=2)]
    assert sorted(found[0] + found[1], key=int) == numbered(2000)
    assert min(map(len, found)) > 500


def test_broker_that_knows_no_shared_subscriptions_is_refused(amqtt):
    with pytest.raises(BrokerError, match=r"3\.1\.1, which knows no shared subscriptions"):
        Receiver(to_address(amqtt), "one", ["$share/ingest/lm/1/+/page"])


# broken connections


def test_connection_that_is_cut_again_and_again_loses_nothing(mosquitto):
    moments = random.Random(1)
    with Proxy(mosquitto) as proxy, receiving(proxy, window=300) as receiver:
        sender = threading.Thread(target=send, args=(mosquitto, numbered(10_000)))
        sender.start()
        kept, cuts = [], 0
        until = time.monotonic() + 60
        while len(set(kept)) < 10_000 and time.monotonic() < until:
            batch = receiver.gather(Limits(100, 0.01, 0.1))
            if cuts < 5 and receiver.connections > cuts and batch and moments.random() < 0.1:
                proxy.cut()  # these will come again
                cuts += 1
            kept += [message.payload for message in batch]
            receiver.acknowledge(batch)
        sender.join()
        assert set(kept) == set(numbered(10_000))
        assert (cuts, receiver.connections) == (5, 6)
        # what comes again is what was not acknowledged: at most a window for every cut
        assert len(kept) - 10_000 <= 5 * 300
        assert receiver.gather(QUICK) == []


def test_killed_broker_is_found_again_and_goes_on(mosquitto, caplog):
    caplog.set_level(logging.INFO, "lokaalmeten.ingest")
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(200))
        kept = set(take(receiver, 100, limits=Limits(100, 1.0, 1.0)))
        held = receiver.gather(Limits(100, 1.0, 1.0))
        mosquitto.save()
        saved = mosquitto.folder / "mosquitto.db"
        wait_until(lambda: saved.exists() and b"199" in saved.read_bytes())
        mosquitto.kill()
        receiver.gather(QUICK)
        receiver.acknowledge(held)  # nobody hears it
        for _ in range(20):
            assert receiver.gather(QUICK) == []
        assert "no MQTT broker" in receiver.trouble
        mosquitto.start()
        kept |= take_until(receiver, set(numbered(100, start=100)))
        assert receiver.connections == 2
        assert receiver.trouble == ""
        assert kept == set(numbered(200))
        send(mosquitto, numbered(100, start=200))
        take_until(receiver, set(numbered(100, start=200)))
    told = [record.message for record in caplog.records if record.name == "lokaalmeten.ingest"]
    assert len(told) == 3, "one line for each change, however often it tried"
    assert "is lost" in told[0]
    assert "no MQTT broker" in told[1]
    assert told[2].endswith("is back")


def test_broker_that_forgot_our_session_is_told_of(amqtt, caplog):
    with receiving(amqtt) as receiver:
        amqtt.kill()
        receiver.gather(QUICK)
        amqtt.start()
        wait_until(lambda: receiver.gather(QUICK) == [] and receiver.connections == 2)
        assert "has forgotten our session" in caplog.text
        send(amqtt, numbered(10))
        assert take(receiver, 10) == numbered(10)


def test_acknowledgement_of_an_earlier_connection_is_passed_over(mosquitto):
    with Proxy(mosquitto) as proxy, receiving(proxy) as receiver:
        send(mosquitto, numbered(10))
        old = receiver.gather(QUICK)
        assert len(old) == 10
        proxy.cut()
        again = []
        while len(again) < 10:
            again += receiver.gather(QUICK)
        receiver.acknowledge(old)  # the same packet ids, now of other deliveries
        proxy.cut()
        assert take(receiver, 10) == numbered(10)
        assert receiver.connections == 3


def test_silent_broker_is_noticed_by_a_ping(mosquitto, monkeypatch):
    monkeypatch.setattr(connection, "KEEP_ALIVE_S", 3)
    monkeypatch.setattr(connection, "PATIENCE_S", 1)
    with receiving(mosquitto) as receiver:
        os.kill(mosquitto.process.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            while receiver._line is not None and time.monotonic() - began < 10:
                receiver.gather(QUICK)
            assert 1 < time.monotonic() - began < 5
        finally:
            os.kill(mosquitto.process.pid, signal.SIGCONT)
        send(mosquitto, numbered(3))
        take_until(receiver, set(numbered(3)))


@pytest.mark.parametrize("breathes", [True, False])
def test_who_breathes_while_it_waits_for_long_stays_connected(mosquitto, monkeypatch, breathes):
    monkeypatch.setattr(connection, "KEEP_ALIVE_S", 1)
    with receiving(mosquitto, window=5) as receiver:
        send(mosquitto, numbered(20))
        held = receiver.gather(QUICK)
        for _ in range(50):
            time.sleep(0.1)
            if breathes:
                receiver.breathe()
        receiver.acknowledge(held)
        take_until(
            receiver, set(numbered(20, start=5 if breathes else 0)[: 15 if breathes else 20])
        )
        assert receiver.connections == (1 if breathes else 2)


def test_another_with_our_name_is_named_and_they_do_not_fight_at_full_speed(mosquitto, caplog):
    with receiving(mosquitto) as one, receiving(mosquitto) as two:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            one.gather(Limits(10, 0.01, 0.01))
            two.gather(Limits(10, 0.01, 0.01))
        assert "another client took our name" in caplog.text
        assert one.connections + two.connections < 20


# our own messages


@pytest.fixture
def small_broker(tmp_path, programs):
    """A Mosquitto that takes 20 messages of ours at a time, as it does by default."""
    settings = {"max_inflight_messages": "20"}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker:
        yield broker


def read_retained(broker, topic, count):
    """Payload by topic of what lies at the broker; the receiver itself passes over it."""
    found, address = {}, to_address(broker)
    client = open_client(address, "test-reader")

    def subscribe(*_):
        client.subscribe(topic, qos=1)

    client.on_connect = subscribe
    client.on_message = lambda _client, _data, message: found.update(
        {message.topic: message.payload}
    )
    connect(client, address)
    client.loop_start()
    try:
        wait_until(lambda: len(found) >= count, seconds=10)
    finally:
        client.disconnect()
        client.loop_stop()
    return found


def test_what_lay_at_the_broker_when_we_subscribe_is_passed_over(broker):
    with sending(broker) as client:
        for number in range(300):
            topic = f"lm/1/box-{number}/json"
            client.publish(topic, b"old", qos=1, retain=True).wait_for_publish(5)
    with receiving(broker, ["lm/1/+/json"], window=20) as receiver:
        with sending(broker) as client:
            client.publish("lm/1/box-1/json", b"new", qos=1, retain=True).wait_for_publish(5)
        assert take(receiver, 1) == [b"new"]
        assert receiver.gather(QUICK) == []


def test_what_is_published_is_retained_however_much_it_is(small_broker):
    sent = {f"lm/1/node-{number}/ack": b"%d" % number for number in range(500)}
    with receiving(small_broker) as receiver:
        assert receiver._line.answer.receive_maximum == 20
        for topic, payload in sent.items():
            receiver.publish(topic, payload)
        receiver.gather(Limits(1, 0.0, 0.1))
    assert receiver.connections == 1
    assert read_retained(small_broker, "lm/1/+/ack", 500) == sent


def test_newest_of_a_topic_wins_and_close_sends_what_waits(broker):
    with receiving(broker) as receiver:
        for number in range(100):
            receiver.publish("lm/1/box-1/ack", b"%d" % number)
        receiver.publish("lm/1/box-2/ack", b"gone", retain=False)
    assert read_retained(broker, "lm/1/+/ack", 1) == {"lm/1/box-1/ack": b"99"}


def test_what_was_under_way_goes_out_again_after_a_cut(mosquitto):
    sent = {f"lm/1/node-{number}/ack": b"%d" % number for number in range(300)}
    with Proxy(mosquitto) as proxy, receiving(proxy) as receiver:
        proxy.cut()
        for topic, payload in sent.items():
            receiver.publish(topic, payload)
        receiver.breathe()  # into a connection that is no more
        receiver.publish("lm/1/node-7/ack", b"newer")
        wait_until(lambda: not receiver.gather(QUICK) and receiver.connections == 2)
    found = read_retained(mosquitto, "lm/1/+/ack", 300)
    assert found == sent | {"lm/1/node-7/ack": b"newer"}


# who may come in


def to_password_line(name, password):
    """A line of Mosquitto's password_file: PBKDF2 with SHA-512, 101 rounds."""
    salt = bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"{name}:$7$101${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n"


@pytest.fixture
def guarded(tmp_path, programs):
    passwords = tmp_path / "passwords"
    passwords.write_text(to_password_line("ann", "secret"))
    passwords.chmod(0o600)
    settings = {"allow_anonymous": "false", "password_file": str(passwords)}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker:
        yield broker


def test_who_has_the_password_may_come_in(guarded):
    login = {"username": "ann", "password": "secret"}
    with closing(Receiver(to_address(guarded, **login), "test-ingest", PAGES)) as receiver:
        with sending(guarded, **login) as client:
            client.publish(TOPIC, b"1", qos=1).wait_for_publish(5)
        assert take(receiver, 1) == [b"1"]


@pytest.mark.parametrize("protocol", [4, 5])
@pytest.mark.parametrize("login", [{}, {"username": "ann", "password": "guess"}])
def test_refusal_is_one_sentence_without_the_password(guarded, protocol, login, monkeypatch):
    monkeypatch.setattr("ingest.receiver.read_version", lambda *_: protocol)
    with pytest.raises(BrokerError) as refused:
        Receiver(to_address(guarded, **login), "test-ingest", PAGES)
    sentence = str(refused.value)
    assert sentence == f"the MQTT broker at 127.0.0.1:{guarded.port} refuses us: not authorized"


def test_refusal_while_asking_for_the_version_is_the_same_sentence(guarded):
    with pytest.raises(BrokerError, match="refuses us: not authorized"):
        Receiver(to_address(guarded), "test-ingest", PAGES)


def test_topic_that_no_broker_allows_is_named(mosquitto):
    with pytest.raises(BrokerError, match=r"does not let us subscribe to lm/#/page"):
        Receiver(to_address(mosquitto), "test-ingest", ["lm/#/page"])


@pytest.fixture
def certificate(tmp_path):
    """Paths of a key and a certificate that 127.0.0.1 signed for itself."""
    key, file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    words += " -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", key, "-out", file]
    subprocess.run([openssl, *words.split(), *files], check=True, capture_output=True)
    return key, file


def test_tls_with_a_certificate_that_is_trusted(tmp_path, programs, certificate, monkeypatch):
    key, file = certificate
    settings = {"keyfile": str(key), "certfile": str(file)}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker:
        address = to_address(broker, tls=True)
        with pytest.raises(BrokerError, match=r"no MQTT broker at .*certificate verify failed"):
            Receiver(address, "test-ingest", PAGES)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        expected = [b"%d " % number + bytes(5000) for number in range(2000)]
        with closing(Receiver(address, "test-ingest", PAGES)) as receiver:
            publisher = open_client(address, "test-nodes")
            connect(publisher, address)
            publisher.loop_start()
            for payload in expected:
                publisher.publish(TOPIC, payload, qos=1)
            assert take(receiver, 2000) == expected
            publisher.disconnect()
            publisher.loop_stop()


def test_no_broker_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(BrokerError, match=f"no MQTT broker at 127.0.0.1:{port} .*refused"):
        Receiver(Address("127.0.0.1", port), "test-ingest", PAGES)


# what no real broker does


class Scripted(threading.Thread):
    """Answers each connection with given bytes, one string for each packet that comes."""

    def __init__(self, *connections):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self.listener.getsockname()
        self.script = connections
        self.start()

    def run(self):
        for answers in self.script:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                for answer in answers:
                    if not client.recv(4096) or answer == "hang up":
                        break
                    client.sendall(bytes.fromhex(answer))
                else:
                    while client.recv(4096):
                        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.join(5)


WELCOME_4, WELCOME_5, GRANTED = "20020000", "2003000000", "9003000101"


def test_version_that_is_refused_in_the_words_of_either_version_is_given_up():
    for refusal in (["20020001"], ["2003008400"], ["hang up"]):
        with Scripted(refusal, [WELCOME_4, GRANTED]) as broker, receiving(broker) as receiver:
            assert receiver._version == 4


def test_topic_that_is_not_granted_is_named_with_the_reason():
    with (
        Scripted([WELCOME_5], [WELCOME_5, "9005000100" + "0187"]) as broker,
        pytest.raises(BrokerError, match=r"subscribe to v3/# \(not authorized\)"),
    ):
        Receiver(to_address(broker), "test-ingest", ["lm/#", "v3/#"])


@pytest.mark.parametrize("answer", ["485454502f312e31", "20020000ff", ""])
def test_who_is_no_broker_is_told_apart(answer, monkeypatch):
    monkeypatch.setattr(connection, "PATIENCE_S", 0.3)
    with Scripted([answer]) as other, pytest.raises(BrokerError, match="as an MQTT broker"):
        Receiver(to_address(other), "test-ingest", PAGES)


@pytest.mark.parametrize("nonsense", ["3000", "f000", "40ffffffff7f", "82020001", "900100"])
def test_nonsense_breaks_the_connection_and_not_the_receiver(nonsense, caplog, monkeypatch):
    monkeypatch.setattr("ingest.receiver.FAREWELL_S", 0.1)
    again = [WELCOME_4, GRANTED + "3208000161" + "0001" + b"yes".hex()]
    script = (["20020001"], [WELCOME_4, GRANTED, nonsense], again)
    with Scripted(*script) as broker, receiving(broker) as receiver:
        receiver.publish("lm/1/box-1/ack", b"", retain=False)
        assert take(receiver, 1, seconds=5) == [b"yes"]
        assert receiver.connections == 2
    assert "is lost" in caplog.text


def test_keep_alive_is_the_one_that_the_broker_wants():
    welcome = "20060000031300" + "01"  # with a server keep alive of 1 s
    script = ([WELCOME_5], [welcome, "9004000100" + "01", "d000"])
    with Scripted(*script) as broker, receiving(broker) as receiver:
        began = time.monotonic()
        while receiver._line._heard < began + 0.1 and time.monotonic() < began + 3:
            receiver.gather(QUICK)
        assert receiver._line._heard - began == pytest.approx(1 / 3, abs=0.3)
        assert receiver.connections == 1
