import socket
import threading
import time

import pytest
from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.broker import LocalBroker
from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

TOPIC = "lm/1/box-1/page"


class Listener:
    """A paho client that keeps what it gets."""

    def __init__(self, broker, name, *, subscribes=True):
        self.got = []
        self.changed = threading.Condition()
        self.ready = threading.Event()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            protocol=MQTTv5 if broker.kind == "mosquitto" else MQTTv311,
        )
        self.client.on_message = self.keep
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_connect = self.subscribe if subscribes else lambda *_: self.ready.set()
        if broker.kind == "mosquitto":
            lasting = Properties(PacketTypes.CONNECT)
            lasting.SessionExpiryInterval = 3600
            self.client.connect(broker.host, broker.port, clean_start=False, properties=lasting)
        else:
            self.client.connect(broker.host, broker.port)
        self.client.loop_start()

    def subscribe(self, client, *_):
        client.subscribe("lm/#", 1)

    def keep(self, client, data, message):
        with self.changed:
            self.got.append((message.payload, message.retain))
            self.changed.notify_all()

    def wait_for(self, count):
        with self.changed:
            self.changed.wait_for(lambda: len(self.got) >= count, timeout=5)
        return self.got

    def __enter__(self):
        assert self.ready.wait(5)
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker(request):
    return request.getfixturevalue(request.param)


def publish(broker, *payloads, retain=False):
    with Listener(broker, "sender", subscribes=False) as sender:
        for payload in payloads:
            sender.client.publish(TOPIC, payload, qos=1, retain=retain).wait_for_publish(5)


def test_what_is_published_arrives(broker):
    pages = [bytes([number]) * 300 for number in range(100)]
    with Listener(broker, "reader") as reader:
        publish(broker, *pages)
        assert reader.wait_for(100) == [(page, False) for page in pages]


def test_broker_listens_on_the_loopback_address_only(broker):
    assert broker.host == "127.0.0.1"
    other = "127.0.0.2"  # the whole block is this machine, yet not what was asked for
    with pytest.raises(ConnectionRefusedError), socket.create_connection((other, broker.port)):
        pass


def test_kind_is_what_was_asked_for(mosquitto, amqtt):
    assert (mosquitto.kind, amqtt.kind) == ("mosquitto", "amqtt")


def test_nothing_runs_after_the_end(tmp_path, programs):
    mosquitto = LocalBroker(tmp_path / "mosquitto", program=programs.mosquitto)
    for broker in (mosquitto, LocalBroker(tmp_path / "amqtt", kind="amqtt")):
        with broker:
            assert broker.process is not None
            pid = broker.process.pid
            assert processes.is_running(pid, broker.kind)
        assert not processes.is_running(pid, broker.kind)


def test_broker_comes_back_on_the_same_port(broker):
    port = broker.port
    broker.kill()
    broker.start()
    publish(broker, b"again")
    assert broker.port == port


def test_killed_mosquitto_keeps_what_it_wrote_down(mosquitto):
    with Listener(mosquitto, "reader"):
        pass  # leaves a session behind, in which pages queue up
    publish(mosquitto, *[b"queued"] * 2000)
    publish(mosquitto, b"retained", retain=True)
    saved = mosquitto.folder / "mosquitto.db"
    mosquitto.save()
    until = time.monotonic() + 5
    while not saved.exists() and time.monotonic() < until:
        time.sleep(0.01)
    mosquitto.kill()
    mosquitto.start()
    with Listener(mosquitto, "reader") as reader:
        got = [payload for payload, _ in reader.wait_for(2002)]
    assert got.count(b"queued") == 2000
    assert b"retained" in got


def test_port_in_use_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"port {port} of 127.0.0.1"):
            LocalBroker(tmp_path, port=port).start()


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "a file").touch()
    with pytest.raises(ServiceError, match="cannot hold a broker"):
        LocalBroker(tmp_path / "a file/broker").start()


def test_setting_that_mosquitto_refuses_is_told(tmp_path, programs):
    broker = LocalBroker(tmp_path, program=programs.mosquitto, settings={"no_such_setting": "1"})
    with pytest.raises(ServiceError, match=r"mosquitto ended at once: .*no_such_setting"):
        broker.start()


def test_program_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ServiceError, match="no-mosquitto"):
        LocalBroker(tmp_path, program=tmp_path / "no-mosquitto").start()


@pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
@pytest.mark.parametrize("asked", [False, True])
def test_a_port_that_somebody_takes_first_is_left_to_them(
    programs, tmp_path, monkeypatch, kind, asked
):
    program = programs.mosquitto if kind == "mosquitto" else None
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port, look = taken.getsockname()[1], processes.free_port
        answers = iter([port])  # it looks free the first time
        monkeypatch.setattr(
            processes, "free_port", lambda wanted=None: next(answers, None) or look(wanted)
        )
        wanted = port if asked else None
        broker = LocalBroker(tmp_path, program=program, kind=kind, port=wanted)
        if asked:
            with pytest.raises(ServiceError, match=f"port {port} of 127.0.0.1 cannot be used"):
                broker.start()
        else:
            with broker:
                assert broker.port != port
                with Listener(broker, "one"):
                    pass
