"""From a virtual node to a row, whatever dies on the way."""

import random
import signal
import struct
import threading
import time

import psycopg
import pytest

from ingest.link import connect, open_client
from ingest.virtual.city import City
from ingest.virtual.nodes import Run
from ingest.virtual.publisher import Outlet
from lokaalmeten import wire
from lokaalmeten.cli.city import register
from lokaalmeten.settings import Address
from storage.store import Store
from tests.services.meten import running, wait_until
from tests.services.pages import BOX, box_samples, to_anchor, to_page

START = 1_760_000_000
KILLS = 6


@pytest.fixture(scope="module")
def delivery():
    """Six hours of a whole city: (node, page) as the nodes would send them."""
    return City(), Run(City(), START).pages(START + 6 * 3600)


def expected_rows(pages):
    """(node, time) of every sample, read one by one; a page that comes twice counts once."""
    rows = set()
    for name, page in pages:
        _, _, _, begin, _, records = wire.read_page(page)
        rows |= {(name, begin + record[0]) for record in records}
    return rows


def stored_rows(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT name, extract(epoch FROM time)::bigint FROM private.observation"
            " JOIN private.node ON id = node_id"
        ).fetchall()


def count_rows(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT count(*) FROM private.observation").fetchone()[0]


def count_rejected(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT count(*) FROM private.rejected").fetchone()[0]


class Publisher(threading.Thread):
    """Sends all pages at QoS 1, at a steady pace until hurried; ends when the broker has them."""

    def __init__(self, broker, pages, seconds):
        super().__init__()
        self.address = Address(broker.host, broker.port)
        self.pages = pages
        self.pause = seconds / len(pages)
        self.hurry = threading.Event()

    def run(self):
        client = open_client(self.address, "test-nodes")
        connect(client, self.address)
        client.loop_start()
        sent = []
        for name, page in self.pages:
            sent.append(client.publish(f"lm/1/{name}/page", page, qos=1))
            self.hurry.wait(self.pause)
        for info in sent:
            info.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()


def test_every_page_is_stored_exactly_once_though_the_ingest_is_killed_again_and_again(
    timescale_database, mosquitto, delivery, tmp_path
):
    city, pages = delivery
    register(city, timescale_database)
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }
    log = tmp_path / "ingest.log"
    with running("ingest", log=log, **settings):
        # the persistent session exists from here on: the broker keeps what comes while we are dead
        wait_until(lambda: "ready" in log.read_text())
    publisher = Publisher(mosquitto, pages, seconds=60)
    publisher.start()
    moments = random.Random(1)
    for _ in range(KILLS):
        before = count_rows(timescale_database)
        with running("ingest", log=log, **settings) as ingest:
            wait_until(lambda before=before: count_rows(timescale_database) > before)
            time.sleep(moments.uniform(0, 0.3))
            ingest.send_signal(signal.SIGKILL)
            ingest.wait()
    assert publisher.is_alive(), "the kills must fall while nodes publish"
    publisher.hurry.set()
    publisher.join()
    expected = expected_rows(pages)
    with running("ingest", log=log, **settings):
        wait_until(lambda: count_rows(timescale_database) >= len(expected))
    rows = stored_rows(timescale_database)
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def test_nodes_lose_nothing_when_the_broker_is_killed_and_forgets_what_it_acknowledged(
    timescale_database, mosquitto, delivery, tmp_path
):
    city, pages = delivery
    register(city, timescale_database)
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }
    log, stop = tmp_path / "ingest.log", threading.Event()
    with running("ingest", log=log, **settings):
        wait_until(lambda: "ready" in log.read_text())
    nodes = Outlet(Address(mosquitto.host, mosquitto.port), "test-nodes", again_s=2.0)
    # nobody takes the pages from the broker; it acknowledges them all and dies with them
    nodes.deliver(pages, stop)
    wait_until(lambda: nodes.acknowledged == len(pages))
    assert nodes.kept == len(pages)
    mosquitto.kill()
    mosquitto.start()
    expected = expected_rows(pages)
    with running("ingest", log=log, **settings):

        def everything_is_committed():
            nodes.deliver([], stop)
            return nodes.kept == 0

        wait_until(everything_is_committed, seconds=60, step=0.2)
    nodes.close()
    rows = stored_rows(timescale_database)
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def test_what_the_ingest_refuses_is_kept_and_the_rest_goes_on(
    timescale_database, mosquitto, delivery, tmp_path
):
    _, pages = delivery
    name, good = next(pair for pair in pages if pair[0].startswith("box"))
    with Store(timescale_database) as store:
        store.add_node(name, "box", lat=52.0, lon=5.0)
    bad = [
        ("stranger", good, "unknown node"),
        (name, good[:-1], "length"),
        (name, good[:-1] + bytes([good[-1] ^ 255]), "crc"),
        (name, good[:2] + b"\x07" + good[3:], "version"),
        (name, b"", "short"),
        (name, b"{}", "short"),
    ]
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }
    with running("ingest", log=tmp_path / "ingest.log", **settings) as ingest:
        wait_until(lambda: "ready" in (tmp_path / "ingest.log").read_text())
        sender = Publisher(mosquitto, [*[(node, page) for node, page, _ in bad], (name, good)], 0.1)
        sender.start()
        sender.join()
        wait_until(lambda: count_rows(timescale_database) > 0)
        assert ingest.poll() is None
    with psycopg.connect(timescale_database) as connection:
        kept = connection.execute("SELECT node, reason, payload FROM private.rejected").fetchall()
    assert sorted((n, r, bytes(p)) for n, r, p in kept) == sorted((n, r, p) for n, p, r in bad)


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_both_brokers_carry_a_page_to_a_row(broker, database, delivery, tmp_path, request):
    broker = request.getfixturevalue(broker)
    city, pages = delivery
    register(city, database)
    some = pages[:20]
    settings = {"dsn": database, "broker": f"mqtt://{broker.host}:{broker.port}"}
    log = tmp_path / "ingest.log"
    with running("ingest", log=log, **settings):
        wait_until(lambda: "ready" in log.read_text())
        sender = Publisher(broker, some, 0.2)
        sender.start()
        sender.join()
        expected = expected_rows(some)
        wait_until(lambda: count_rows(database) >= len(expected))
    assert set(stored_rows(database)) == expected


ON_AT = START - 3600  # when nodes of the tests below were switched on, without the time


def in_ticks(minute, boot):
    """Ten samples of a box, one a minute, by a clock that counts from when it was switched on."""
    begin = 60 * minute
    flags = wire.FLAG_TICKS
    samples = box_samples(10, start=begin)
    return to_page(BOX, samples, boot=boot, sequence=minute, time=begin, flags=flags)


def test_pages_without_a_time_are_stored_at_theirs_when_an_anchor_of_their_boot_came(
    timescale_database, mosquitto, tmp_path
):
    with Store(timescale_database) as store:
        store.add_node("box-1", "box", lat=52.0, lon=5.0)
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }
    early = [("box-1", in_ticks(minute, boot=7)) for minute in (0, 10)]
    other = ("box-1", in_ticks(0, boot=8))
    anchor = ("box-1", to_anchor(3600, boot=7, sequence=2, time=START))
    late = [("box-1", in_ticks(minute, boot=7)) for minute in (20, 30)]
    log, stop = tmp_path / "ingest.log", threading.Event()
    nodes = Outlet(Address(mosquitto.host, mosquitto.port), "test-nodes", again_s=30.0)
    with running("ingest", log=log, **settings):
        wait_until(lambda: "ready" in log.read_text())
        nodes.deliver([*early, other], stop)
        wait_until(lambda: count_rejected(timescale_database) == 3)
        nodes.deliver([anchor], stop)
        wait_until(lambda: count_rejected(timescale_database) == 1)
        assert count_rows(timescale_database) == 20
        nodes.deliver([*late, early[0]], stop)
        wait_until(lambda: count_rows(timescale_database) == 40)
        wait_until(lambda: count_rejected(timescale_database) == 1)

        def everything_is_committed():
            nodes.deliver([], stop)
            return nodes.kept == 0

        wait_until(everything_is_committed)
    nodes.close()
    rows = stored_rows(timescale_database)
    assert sorted(rows) == [("box-1", ON_AT + 60 * minute) for minute in range(40)]


def to_clockless(pages):
    """The same pages by clocks that count from ON_AT, and an anchor of each node, in any order."""
    sent, boots = [], {}
    for name, page in pages:
        ticks = bytearray(page)
        boots[name], _, begin = struct.unpack_from("<III", page, 4)
        struct.pack_into("<I", ticks, 12, begin - ON_AT)
        struct.pack_into("<H", ticks, 18, wire.FLAG_TICKS)
        struct.pack_into("<I", ticks, len(page) - 4, wire.crc32(ticks[:-4]))
        sent.append((name, bytes(ticks)))
    now = START + 6 * 3600
    anchors = [
        (name, to_anchor(now - ON_AT, boot=boot, sequence=10**6, time=now))
        for name, boot in boots.items()
    ]
    mixed = [*sent, *anchors]
    random.Random(2).shuffle(mixed)
    return mixed


def test_a_town_without_clocks_is_stored_exactly_once_though_the_ingest_is_killed(
    timescale_database, mosquitto, delivery, tmp_path
):
    city, pages = delivery
    register(city, timescale_database)
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }
    log = tmp_path / "ingest.log"
    with running("ingest", log=log, **settings):
        wait_until(lambda: "ready" in log.read_text())
    publisher = Publisher(mosquitto, to_clockless(pages), seconds=30)
    publisher.start()
    moments = random.Random(3)
    for _ in range(KILLS):
        before = count_rows(timescale_database)
        with running("ingest", log=log, **settings) as ingest:
            wait_until(lambda before=before: count_rows(timescale_database) > before)
            time.sleep(moments.uniform(0, 0.3))
            ingest.send_signal(signal.SIGKILL)
            ingest.wait()
    assert publisher.is_alive(), "the kills must fall while nodes publish"
    publisher.hurry.set()
    publisher.join()
    expected = expected_rows(pages)
    with running("ingest", log=log, **settings):
        wait_until(lambda: count_rows(timescale_database) >= len(expected))
        wait_until(lambda: count_rejected(timescale_database) == 0)
    rows = stored_rows(timescale_database)
    assert len(rows) == len(set(rows))
    assert set(rows) == expected
