"""Pages from before their node knew the time, and an ingest that dies while it waits for it."""

import random
import signal
import struct
import threading
import time

from ingest.virtual.publisher import Outlet
from lokaalmeten import wire
from storage.store import Store
from tests.services.meten import ingesting, wait_until
from tests.services.pages import BOX, box_samples, to_anchor, to_page
from tests.services.senders import Publisher, to_address
from tests.services.stored import (
    assert_stored_once,
    count_rows,
    read_rejected,
    wait_for_all,
    wait_for_more,
)
from tests.services.town import START, make_pages, register_town

HOURS = 6
ON_AT = START - 3600  # when the nodes were switched on, without the time
KILLS = 6


def in_ticks(minute, boot):
    """Ten samples of a box, one a minute, by a clock that counts from when it was switched on."""
    samples = box_samples(10, start=60 * minute)
    ticks = {"time": 60 * minute, "flags": wire.FLAG_TICKS}
    return "box-1", to_page(BOX, samples, boot=boot, sequence=minute, **ticks)


def in_time(minute):
    """The same ten samples as they must be stored."""
    begin = ON_AT + 60 * minute
    return "box-1", to_page(BOX, box_samples(10, start=begin), time=begin)


def test_pages_without_a_time_are_stored_at_theirs_when_an_anchor_of_their_boot_came(
    timescale_database, mosquitto, tmp_path
):
    with Store(timescale_database) as store:
        store.add_node("box-1", "box", lat=52.0, lon=5.0)
    anchor = "box-1", to_anchor(3600, boot=7, sequence=2, time=START)
    early, late = [in_ticks(0, 7), in_ticks(10, 7)], [in_ticks(20, 7), in_ticks(30, 7)]
    nodes, stop = Outlet(to_address(mosquitto), "test-nodes", again_s=30.0), threading.Event()
    with ingesting(timescale_database, mosquitto, tmp_path / "ingest.log"):
        nodes.deliver([*early, in_ticks(0, boot=8)], stop)
        wait_until(lambda: len(read_rejected(timescale_database)) == 3)
        nodes.deliver([anchor], stop)
        wait_until(lambda: len(read_rejected(timescale_database)) == 1)
        assert_stored_once(timescale_database, [in_time(0), in_time(10)])
        nodes.deliver([*late, early[0]], stop)
        wait_until(lambda: count_rows(timescale_database) == 40)
        # the other boot goes on waiting for an anchor of its own
        wait_until(lambda: read_rejected(timescale_database) == [("box-1", "no time")])

        def everything_is_committed():
            nodes.deliver([], stop)
            return nodes.kept == 0

        wait_until(everything_is_committed)
    nodes.close()
    assert_stored_once(timescale_database, [in_time(minute) for minute in (0, 10, 20, 30)])


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
    now = START + HOURS * 3600
    anchors = [
        (name, to_anchor(now - ON_AT, boot=boot, sequence=10**6, time=now))
        for name, boot in boots.items()
    ]
    mixed = [*sent, *anchors]
    random.Random(2).shuffle(mixed)
    return mixed


def test_a_town_without_clocks_is_stored_exactly_once_though_the_ingest_is_killed(
    timescale_database, mosquitto, tmp_path
):
    register_town(timescale_database)
    pages, log, moments = make_pages(HOURS), tmp_path / "ingest.log", random.Random(3)
    with ingesting(timescale_database, mosquitto, log):
        pass  # its session is there from here on
    with Publisher(mosquitto, to_clockless(pages), seconds=30) as publisher:
        for _ in range(KILLS):
            with ingesting(timescale_database, mosquitto, log) as ingest:
                wait_for_more(timescale_database)
                time.sleep(moments.uniform(0, 0.3))
                ingest.send_signal(signal.SIGKILL)
                ingest.wait()
        assert publisher.is_alive(), "the kills must fall while nodes publish"
    with ingesting(timescale_database, mosquitto, log):
        wait_for_all(timescale_database, pages)
        wait_until(lambda: read_rejected(timescale_database) == [])
    assert_stored_once(timescale_database, pages)
