"""A Mosquitto by `meten broker setup`: a node has its own topics, others have none.

Nodes are paho clients of MQTT 3.1.1 and 5; who may log in comes from a real database.
"""

import json
import os
import pwd
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from itertools import product
from types import SimpleNamespace

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from rich.console import Console

from ingest.connection import Connection, read_version
from ingest.payloads.topics import OWN
from lokaalmeten.cli import broker_files
from lokaalmeten.cli.broker_files import PASSWORDS, Doors, set_up
from lokaalmeten.cli.broker_logins import has_read, write_logins
from lokaalmeten.errors import BrokerError, StorageError
from lokaalmeten.processes import free_port, stop, wait_for_port
from lokaalmeten.settings import Address, to_address
from storage.logins import give_login, revoke_login
from storage.pool import connect
from storage.registry import add_node
from tests.services.meten import ingesting, meten, running, wait_until

BOTH = (MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5)
VERSIONS = pytest.mark.parametrize("version", BOTH)
OTHERS = ("lm/1/box-8/page", "lm/1/box-7/ack", "lm/1/box-7/cmd", "v1.1/x", "lm/1/crowd/pier/zone/a")


class Place:
    """A broker with the files of `meten broker setup`, and how to get in."""

    def __init__(self, folder, dsn, said, port):
        self.folder, self.dsn, self.port = folder, dsn, port
        self.url = re.search(r"LOKAALMETEN_BROKER=(\S+)", said)[1]
        self.log = folder / "broker.log"

    @contextmanager
    def broker(self, programs):
        """Mosquitto, as its operator starts it."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [programs.mosquitto, "-c", self.folder / "mosquitto.conf"], stderr=log
            )
        try:
            wait_for_port("127.0.0.1", self.port, process, self.log)
            yield process
        finally:
            stop(process)

    def following(self):
        """`meten broker follow`."""
        log = self.folder / "follow.log"
        return running("broker", "follow", self.folder, log=log, dsn=self.dsn)


@pytest.fixture
def place(timescale_database, tmp_path):
    said, port = StringIO(), free_port()
    set_up(tmp_path / "broker", Doors(port, free_port()), None, Console(file=said, width=200))
    return Place(tmp_path / "broker", timescale_database, said.getvalue(), port)


def add(place, *names):
    """New nodes that the broker knows, and their passwords."""
    with connect(place.dsn) as connection:
        for name in names:
            add_node(connection, name, "box", lat=52.09, lon=5.12)
        passwords = [give_login(connection, name) for name in names]
        write_logins(connection, place.folder / PASSWORDS)
    return passwords


class Visitor:
    """A client that is in, what it hears, and whether it was put out."""

    def __init__(self, client):
        self.client, self.heard, self.answers = client, [], []
        self.gone = threading.Event()
        client.on_connect = lambda _c, _d, _f, reason, _p: self.answers.append(reason)
        client.on_message = lambda _c, _d, message: self.heard.append(message.topic)
        client.on_disconnect = lambda *_: self.gone.set()

    def listen(self, *topics):
        """Subscribe, and wait for the answer, whatever it is."""
        answered = threading.Event()
        self.client.on_subscribe = lambda *_: answered.set()
        self.client.subscribe([(topic, 1) for topic in topics])
        assert answered.wait(10)

    def say(self, *topics):
        """Publish something on each, and wait until the broker has it."""
        for topic in topics:
            self.client.publish(topic, "x", qos=1).wait_for_publish(10)


@contextmanager
def logged_in(place, version, name=None, password=None):
    """A client that is in; one that is refused is an AssertionError."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=version)
    if name:
        client.username_pw_set(name, password)
    visitor = Visitor(client)
    client.connect("127.0.0.1", place.port)
    client.loop_start()
    try:
        wait_until(lambda: visitor.answers, 10)
        assert not visitor.answers[0].is_failure, visitor.answers[0]
        yield visitor
    finally:
        client.disconnect()
        client.loop_stop()


def gets_in(place, version, name, password):
    try:
        with logged_in(place, version, name, password):
            return True
    except AssertionError:
        return False


@VERSIONS
def test_a_node_writes_and_reads_its_own_topics_and_no_other(place, programs, version):
    seven, eight = add(place, "box-7", "box-8")
    service = to_address(place.url)
    with (
        place.broker(programs),
        logged_in(place, version, service.username, service.password) as all_seeing,
        logged_in(place, version, "box-7", seven) as node,
        logged_in(place, version, "box-8", eight) as other,
    ):
        all_seeing.listen("lm/1/#", "v3/+/devices/+/up")
        node.listen("lm/1/box-7/#", "lm/1/+/ack")
        other.listen("#", "lm/1/box-7/#")
        own = {f"lm/1/box-7/{form}" for form in (*OWN, "status", "log")}
        node.say(*own)
        all_seeing.say("lm/1/box-7/ack", "lm/1/box-8/ack")
        for topic in OTHERS:  # one each: a broker may put out who tries
            with logged_in(place, version, "box-7", seven) as liar:
                liar.client.publish(topic, "x", qos=1)
                liar.client.publish("lm/1/box-7/log", "last", qos=1)
        all_seeing.say("lm/1/end")
        wait_until(lambda: "lm/1/end" in all_seeing.heard, 10)
        wait_until(lambda: "lm/1/box-7/ack" in node.heard and "lm/1/box-8/ack" in other.heard, 10)
        told = {"lm/1/box-7/ack", "lm/1/box-8/ack", "lm/1/end"}
        assert set(all_seeing.heard) == own | told
        assert set(node.heard) == {"lm/1/box-7/ack"}
        assert set(other.heard) == {"lm/1/box-8/ack"}


def test_nobody_else_gets_in(place, programs):
    add(place, "box-7")
    strangers = [(None, None), ("box-7", "wrong"), ("lokaalmeten", "wrong")]
    with place.broker(programs):
        for version, (name, password) in product(BOTH, strangers):
            assert not gets_in(place, version, name, password)


@VERSIONS
def test_a_password_that_is_taken_away_is_out_within_two_seconds(place, programs, version):
    with place.broker(programs), place.following():
        password, other = add(place, "box-7", "box-8")
        wait_until(lambda: gets_in(place, version, "box-7", password), 10)
        with (
            logged_in(place, version, "box-8", other) as stays,
            logged_in(place, version, "box-7", password) as node,
        ):
            done = meten("node", "login", "box-7", "--revoke", dsn=place.dsn)
            revoked = time.monotonic()
            assert done.returncode == 0, done.stderr
            assert node.gone.wait(2), "it was still connected after two seconds"
            print(f"out after {time.monotonic() - revoked:.2f} s")
            assert not gets_in(place, version, "box-7", password)
            assert not stays.gone.is_set()
        with connect(place.dsn) as connection:
            renewed = give_login(connection, "box-7")
        wait_until(lambda: gets_in(place, version, "box-7", renewed), 10)


def test_who_came_back_to_a_broker_that_restarted_stays_when_passwords_are_read_anew(
    place, programs
):
    """Mosquitto 2.0.21 put others out after that where a session had an end."""
    (password,) = add(place, "box-7")
    address = to_address(place.url)
    with place.broker(programs):
        closing = [Connection(address, 5, f"ingest-{number}", 100) for number in range(3)]
        for each in closing:
            each.close(politely=True)
    with place.broker(programs) as process:
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "Reloading config." in place.log.read_text(), 10)
        back = [Connection(address, 5, f"ingest-{number}", 100) for number in range(3)]
        with logged_in(place, MQTTProtocolVersion.MQTTv5, "box-7", password) as node:
            assert not node.gone.wait(4)
        for each in back:
            each.receive()  # ConnectionResetError where it was put out
            each.close(politely=True)
    assert "Expiring client" not in place.log.read_text()


def test_a_broker_that_knows_all_passwords_is_not_told_again(place, programs):
    add(place, "box-7")
    with place.broker(programs):
        with place.following():
            wait_until(
                lambda: "1 nodes may log in" in (place.folder / "follow.log").read_text(), 30
            )
        assert has_read(place.folder)
        assert "Reloading config." not in place.log.read_text()
        add(place, "box-8")  # as `meten broker logins` does
        assert not has_read(place.folder)


def test_the_ingest_works_by_the_account_of_the_services(place, programs, tmp_path):
    (password,) = add(place, "box-7")

    login, _, where = place.url.removeprefix("mqtt://").rpartition("@")
    services = SimpleNamespace(host=f"{login}@127.0.0.1", port=int(where.partition(":")[2]))
    with place.broker(programs), ingesting(place.dsn, services, tmp_path / "ingest.log"):
        with logged_in(place, MQTTProtocolVersion.MQTTv5, "box-7", password) as node:
            sample = json.dumps({"pm25": 12.5})
            node.client.publish("lm/1/box-7/json", sample, qos=1).wait_for_publish(5)

        def stored():
            with connect(place.dsn) as connection:
                return connection.execute("SELECT count(*) FROM private.observation").fetchone()[0]

        assert wait_until(stored, 20) == 1
    assert login.partition(":")[2] not in (tmp_path / "ingest.log").read_text()


def test_nodes_come_in_by_a_certificate_of_their_authority(timescale_database, programs, tmp_path):
    assert meten("ca", "init", tmp_path / "ca").returncode == 0
    assert meten("ca", "issue", tmp_path / "ca", "localhost").returncode == 0
    folder, port = tmp_path / "broker", free_port()
    set_up(folder, Doors(port, free_port()), tmp_path / "ca/localhost", Console(quiet=True))
    place = Place(folder, timescale_database, "LOKAALMETEN_BROKER=x", port)
    (password,) = add(place, "box-7")
    broker = Address("localhost", port, "box-7", password, tls=True)
    with place.broker(programs):
        trusted = replace(broker, authority=(tmp_path / "ca/ca.pem").read_text())
        assert read_version(trusted, "box-7") == 5
        with pytest.raises(BrokerError, match="CERTIFICATE_VERIFY_FAILED"):
            read_version(broker, "box-7")  # the system does not know this authority


def test_files_are_private_hold_no_password_and_are_not_written_over(place):
    login = place.url.partition("://")[2].partition("@")[0]
    files = {each.name: each for each in place.folder.iterdir()}
    assert set(files) == {"mosquitto.conf", "acl", "passwords"}
    assert files["passwords"].stat().st_mode & 0o077 == 0
    assert not [each for each in files.values() if login.partition(":")[2] in each.read_text()]
    again = meten("broker", "setup", place.folder)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    missing = meten("broker", "setup", place.folder / "x", "--tls", place.folder / "meet")
    assert missing.returncode == 2
    assert "meten ca issue" in missing.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_all_files_are_of_the_user_and_the_group_of_mosquitto(tmp_path, monkeypatch):
    """Where its package is installed; "nobody" is on every machine."""
    monkeypatch.setattr(broker_files, "USER", "nobody")
    broker_files.write_broker(tmp_path / "broker", Doors(8883, 1883), None)
    wanted = pwd.getpwnam("nobody")
    for each in (tmp_path / "broker", *(tmp_path / "broker").iterdir()):
        assert (each.stat().st_uid, each.stat().st_gid) == (wanted.pw_uid, wanted.pw_gid), each


def test_a_new_node_gets_a_password_and_one_that_is_there_keeps_its_own(timescale_database):
    words = ("node", "add", "box-7", "--lat", 52.1, "--lon", 5.1)
    new = meten(*words, dsn=timescale_database)
    assert re.search(r"password at the broker, shown this once: [a-z0-9]{20}\n", new.stdout)
    assert "password" not in meten(*words, dsn=timescale_database).stdout
    coded = meten("node", "login", "box-7", "--code", dsn=timescale_database)
    assert coded.stdout.count("\n") > 15  # the code
    unknown = meten("node", "login", "box-9", dsn=timescale_database)
    assert unknown.returncode == 2
    assert "there is no node box-9" in unknown.stderr
    with connect(timescale_database) as connection:
        revoke_login(connection, "box-7")
        with pytest.raises(StorageError, match="has no password"):
            revoke_login(connection, "box-7")
        events = connection.execute("SELECT what FROM private.event WHERE what ~ 'login'")
        assert [what for (what,) in events] == ["login of a node made"] * 2 + [
            "login of a node revoked"
        ]


def test_a_database_that_is_away_changes_nothing(tmp_path):
    log = tmp_path / "log"
    (tmp_path / "passwords").write_text("x:y\n")
    with running("broker", "follow", tmp_path, log=log, dsn="postgresql://127.0.0.1:1/none"):
        wait_until(lambda: "stays as it is" in log.read_text(), 20)
    assert (tmp_path / "passwords").read_text() == "x:y\n"
