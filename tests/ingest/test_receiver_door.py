"""Who may come in at a real broker; a scripted one only for what no real one does."""

import base64
import hashlib
import shutil
import socket
import subprocess
import threading
import time
from contextlib import closing

import pytest

from ingest import connection
from ingest.broker import LocalBroker
from ingest.link import connect, open_client
from ingest.receiver import Receiver
from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address
from tests.ingest.receiving import (
    PAGES,
    QUICK,
    TOPIC,
    receiving,
    sending,
    take,
    to_address,
)

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
