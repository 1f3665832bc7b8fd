"""The uplink: pages from the outbox to the broker, the ingest's word back to the outbox.

    wait until there is a network
    connect, go on with the session, subscribe
    send what the broker did not acknowledge again, marked DUP
    send pages while the window has room; messages such as the status go first
    when the connection ends: wait longer each time, and begin again

Nothing here ever stops the measuring, and nothing restarts the node.
"""

import asyncio
import json

from micropython import const

from firmware.link import packets
from firmware.link.delivery import Delivery
from firmware.link.mqtt import KEEPALIVE_S, Session
from firmware.link.packets import Frame
from firmware.link.window import Window
from firmware.loading import forget
from lokaalmeten.wire import PAGE_BYTES

OFFLINE = b'{"online":false}'
_LOGS = const(4)  # crash logs that wait; of more the oldest goes
_PUBACK_MS = const(30_000)  # a broker that has a packet for so long and says nothing is not well
STATUS = "status"


class Uplink:
    """``online`` while a broker listens; ``trouble`` says why not, in a sentence, else None."""

    def __init__(self, node, outbox, clock, time, pause, on_command, on_open=None):
        """``pause`` is a Backoff; ``on_command(payload)`` takes what comes on the topic cmd.

        ``on_open()`` hears that the broker let the node in.
        """
        self.online = False
        self.trouble = None
        self.sent = 0  # pages, each time that one is sent
        self._topic = "lm/1/" + node + "/"
        self._node = node
        self._outbox = outbox
        self._time = time
        self._pause = pause
        self._on_command = on_command
        self._on_open = on_open
        self._delivery = Delivery(outbox, clock)
        self._window = Window(time)
        self._frame = Frame(self._topic + "page", PAGE_BYTES)
        self._wake = asyncio.Event()
        self._session = None
        self._status = None
        self._status_due = False
        self._logs = []

    @property
    def asks(self):
        """Tell whether an answer of the broker is due."""
        return self._session is not None and self._session.asks

    def publish_status(self, payload):
        """Have the broker keep this JSON as what the node last said, now and when it comes back."""
        self._status = payload
        self._status_due = True
        self._wake.set()

    def publish_log(self, payload):
        """Send a crash log, once."""
        self._logs = (self._logs + [payload])[-_LOGS:]
        self._wake.set()

    async def run(self, open_stream, broker, wait_for_network, log):
        """Keep a connection for ever.

        ``open_stream()`` is awaited and gives a stream; ``broker`` has a user and a password, or
        None; ``log(text)`` tells the owner.
        """
        while True:
            await wait_for_network()
            try:
                await self._run_once(open_stream, broker)
            except (OSError, ValueError, asyncio.TimeoutError) as error:
                from firmware.link.trouble import explain

                trouble = explain(error)
                forget("firmware.link.trouble")
                if trouble != self.trouble:
                    log("broker: " + trouble)
                self.trouble = trouble
            await asyncio.sleep_ms(self._pause.next_ms())

    async def _run_once(self, open_stream, broker):
        """One connection, until it ends; always by an exception."""
        stream = await open_stream()
        from firmware.link.greeting import connect

        try:
            session = Session(stream, self._time, self._on_message, self._on_puback)
            self._session = session
            known = await session.open(
                connect(
                    self._node,
                    KEEPALIVE_S,
                    self._topic + STATUS,
                    OFFLINE,
                    broker.user,
                    broker.password,
                )
            )
            self._resume(known)
            await self._run_session(session)
        finally:
            self.online = False  # also when the radio is switched off
            self._session = None
            await stream.wait_closed()  # MicroPython's close() does nothing

    def _resume(self, known):
        """Go on where the last connection ended, or begin again when the broker forgot."""
        self.online, self.trouble = True, None
        self._pause.reset()
        self._status_due = self._status is not None  # the will may have been published
        if not known:
            self._window.clear()
            self._delivery.restart()
        if self._on_open is not None:
            self._on_open()

    async def _run_session(self, session):
        """Read, watch and send until one of them fails."""
        tasks = [
            asyncio.create_task(work)
            for work in (session.read(), session.watch(self._tick), self._send(session))
        ]
        try:
            await first_to_end(tasks)
        finally:
            for task in tasks:
                task.cancel()

    # what comes

    def _on_message(self, topic, payload):
        if topic == self._topic + "ack":
            acks = read_acks(payload)
            if acks:
                self._delivery.acknowledge(acks)
                self._wake.set()
        elif topic == self._topic + "cmd":
            self._on_command(payload)

    def _on_puback(self, packet_id):
        self._window.release(packet_id)
        if self._session is not None:
            self._session.waiting = self._window.used
        self._wake.set()

    def _tick(self):
        """Now and then: notice what nobody tells, also that there is a new page."""
        if self._window.age_ms() > _PUBACK_MS:
            raise OSError("the broker does not acknowledge")
        self._delivery.look()
        self._wake.set()

    # what goes

    async def _send(self, session):
        await session.subscribe((self._topic + "ack", self._topic + "cmd"))
        self._window.touch()
        for packet_id, item in self._window.pairs():
            await self._send_item(session, packet_id, item, packets.DUP)
        while True:
            while not self._window.full():
                item = self._choose()
                if item is None:
                    break
                await self._send_item(session, self._window.take(item), item, 0)
            await self._wake.wait()
            self._wake.clear()

    def _choose(self):
        """What is sent next: a (topic, payload, flags), the address of a page, or None."""
        if self._status_due:
            self._status_due = False
            return (STATUS, self._status, packets.RETAIN)
        if self._logs:
            return ("log", self._logs.pop(0), 0)
        return self._delivery.next()

    async def _send_item(self, session, packet_id, item, flags):
        if isinstance(item, tuple):
            topic, payload, own = item
            frame = Frame(self._topic + topic, len(payload))
            frame.payload[:] = payload
            packet = frame.seal(len(payload), packet_id, own | flags)
        else:
            size = self._outbox.read(item, self._frame.payload)
            if not size:  # it was acknowledged or made room meanwhile
                self._window.release(packet_id)
                return
            self.sent += 1
            packet = self._frame.seal(size, packet_id, flags)
        session.waiting = self._window.used
        await session.send(packet)


async def first_to_end(tasks):
    """Wait for the first of tasks that never end by themselves; raises what it raised."""
    ended = asyncio.Event()
    failures = []

    async def follow(task):
        try:
            await task
        except Exception as error:  # it is raised again below
            failures.append(error)
        ended.set()

    followers = [asyncio.create_task(follow(task)) for task in tasks]
    try:
        await ended.wait()
    finally:
        for follower in followers:
            follower.cancel()
    raise failures[0] if failures else OSError("the connection ended")


def read_acks(payload):
    """(boot, high, gaps) of each boot that the ingest tells of (docs/protocol.md); else []."""
    acks = []
    try:
        said = json.loads(payload)
        for one in [said] + said.get("others", []):
            numbers = [one["boot"], one["high"]]
            for first, last in one["gaps"]:
                numbers += (first, last)
            for number in numbers:
                if type(number) is not int:
                    return []
            acks.append((one["boot"], one["high"], one["gaps"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return acks
