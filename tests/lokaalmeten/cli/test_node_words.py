"""From what a node says to what a person reads, and back: the ingest, the broker, `meten node`."""

import json
import subprocess
import time

import pytest

from ingest.link import connect, open_client
from lokaalmeten.settings import Address
from storage.node_status import read_known
from storage.pool import connect as connect_database
from storage.registry import add_node
from tests.services.meten import meten, running

SAID = {
    "online": True,
    "node": "box-7",
    "version": "1.2.3",
    "sensors": {"sps30": "failed: no answer", "bme280": "well"},
    "outbox": {"kept": 3, "dropped": 17},
    "commands": [{"id": "1", "do": "locate", "outcome": "done", "said": "blinking"}],
}


@pytest.fixture
def place(postgres_database, mosquitto):
    """Settings of a database with one node, and its broker."""
    with connect_database(postgres_database) as connection:
        add_node(connection, "box-7", "box")
        add_node(connection, "box-8", "box")
    return {"dsn": postgres_database, "broker": f"mqtt://127.0.0.1:{mosquitto.port}"}


def open_node(place):
    address = Address("127.0.0.1", int(place["broker"].rsplit(":")[-1]))
    client = open_client(address, "box-7")
    client.will_set("lm/1/box-7/status", b'{"online": false}', qos=1, retain=True)
    connect(client, address)
    client.loop_start()
    return client


def wait_until(place, holds, seconds=60):
    """What is known of box-7, once it is so, or when it takes too long."""
    until = time.monotonic() + seconds
    with connect_database(place["dsn"]) as connection:
        while True:
            (known,) = read_known(connection, "box-7")
            if holds(known) or time.monotonic() > until:
                return known
            time.sleep(0.1)


def wait_for_subscription(place):
    """The session must be there: who has never subscribed hears nothing."""
    client = open_node(place)
    until = time.monotonic() + 60
    with connect_database(place["dsn"]) as connection:
        while read_known(connection, "box-7")[0].heard_at is None and time.monotonic() < until:
            client.publish("lm/1/box-7/status", b'{"online": true}', qos=1).wait_for_publish(9)
            time.sleep(0.1)
    client.disconnect()
    client.loop_stop()


def test_what_a_node_says_is_shown_and_so_is_that_it_is_lost(place, tmp_path):
    with running("ingest", log=tmp_path / "ingest.log", **place):
        wait_for_subscription(place)
        node = open_node(place)
        node.publish("lm/1/box-7/log", json.dumps({"text": "ValueError: x"}), qos=1)
        node.publish("lm/1/box-7/status", json.dumps(SAID), qos=1, retain=True).wait_for_publish(9)
        assert wait_until(place, lambda known: known.said).said["version"] == "1.2.3"
        shown = meten("node", "show", "box-7", **place).stdout
        for text in ("online, now", "1.2.3", "sps30: failed: no answer", "dropped: 17"):
            assert text in shown
        assert "locate, done, blinking" in shown
        assert "ValueError: x" in shown
        listed = meten("node", "list", **place).stdout.splitlines()
        (line,) = [line for line in listed if "box-7" in line]
        assert line.split()[-2:] == ["sps30", "17"]
        assert "never said how it is" in "".join(line for line in listed if "box-8" in line)
        node.loop_stop()
        node.socket().close()  # as when the power goes: the broker speaks for it
        lost = wait_until(place, lambda known: not known.online)
        assert not lost.online
        assert lost.said["version"] == "1.2.3"


@pytest.fixture
def heard(programs, mosquitto):
    """Starts listening to commands; call it for those that came."""
    command = [programs.mosquitto_sub, "-p", str(mosquitto.port), "-t", "lm/1/+/cmd", "-v"]
    listener = subprocess.Popen(
        [*command, "-R", "-W", "30", "-C", "1"], stdout=subprocess.PIPE, text=True
    )
    time.sleep(1)

    def read():
        topic, _, payload = listener.communicate(timeout=40)[0].strip().partition(" ")
        return topic, json.loads(payload)

    return read


def test_a_node_is_told_what_to_do(place, heard):
    done = meten("node", "tell", "box-7", "locate", "seconds=30", **place)
    assert done.returncode == 0, done.stderr
    topic, command = heard()
    assert topic == "lm/1/box-7/cmd"
    assert command.pop("id")
    assert command == {"do": "locate", "seconds": 30}


def test_an_update_waits_at_the_broker_for_nodes_that_are_away(place, programs, mosquitto):
    url = "https://meet.example.nl/lokaalmeten-1.2.0.release"
    done = meten("node", "update", "--percent", 10, "--release", url, **place)
    assert done.returncode == 0, done.stderr
    assert "10 % of 2 nodes" in done.stdout
    came = subprocess.run(
        [
            programs.mosquitto_sub,
            "-p",
            str(mosquitto.port),
            "-t",
            "lm/1/+/cmd",
            "-v",
            "-C",
            "2",
            "-W",
            "20",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    topics = [line.split(" ", 1)[0] for line in came]
    commands = [json.loads(line.split(" ", 1)[1]) for line in came]
    assert topics == ["lm/1/box-7/cmd", "lm/1/box-8/cmd"]
    assert commands[0] == commands[1]
    assert (commands[0]["do"], commands[0]["url"], commands[0]["percent"]) == ("update", url, 10)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tell", "box-9", "locate"), "there is no node box-9"),
        (("tell", "box-7", "explode"), "'explode' is none of"),
        (("tell", "box-7", "locate", "seconds"), "'seconds' is not KEY=VALUE"),
        (("update", "--release", "https://h/r"), "the name of one node, or --percent"),
        (("update", "box-7", "--percent", 5, "--release", "https://h/r"), "--percent of all"),
        (("update", "box-7", "--release", "r.release"), "put the file on a web server"),
        (("show", "box-9"), "there is no node box-9"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(place, words, said):
    done = meten("node", *words, **place)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
