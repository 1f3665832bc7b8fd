# pyright: reportAttributeAccessIssue=false
"""For MicroPython: what an owner does with a node, on littlefs over a flash chip in memory.

Prints one JSON object a step. Arguments: address of a release, public key, a port that is free.
"""

import asyncio
import io
import json
import os
import socket
import sys

from flash_model import make, mount

from firmware import config, crash, led, portal, selftest
from firmware.actions import Actions
from firmware.commands import ACTIONS, Commands
from firmware.config_trial import Trial
from firmware.files import Files
from firmware.improv import Improv, to_packet
from firmware.status import WILL, Status
from firmware.update.slots import Slots
from firmware.update.updater import Updater

BOARD = "/board"


def say(step, **found):
    print(json.dumps({"step": step, "found": found}))


def make_board():
    flash = make(256)
    mount(flash, BOARD)
    return flash, Files(os, BOARD)


def configure(files):
    """Changes, corruption and a trial that is taken back."""
    wanted = {"node": "box-7", "networks": [{"ssid": "a"}], "broker": {"host": "h", "user": "u"}}
    said = config.change(files, wanted)
    wrong = config.change(files, {"interval_s": True, "other": 1, "zones": [[1, 2, 3]]})
    Trial(files).note_connection()
    config.change(files, {"networks": [{"ssid": "typo"}]})
    back = Trial(files).look(600)
    read = config.load(files)
    say("config", said=said, wrong=wrong, back=back, networks=read.networks, error=read.error)
    files.write("config.json", b'{"node": "bo')
    read = config.load(files)
    say("corrupt", node=read.node, broker=read.broker.host, error=read.error)
    config.change(files, wanted)


async def command(files):
    """Commands of every kind, and what is none."""
    done = []

    async def act(given):
        done.append(given["do"])
        if given["do"] == "update":
            raise ValueError("not so")
        return "said"

    commands = Commands(files, dict.fromkeys(ACTIONS, act), lambda: None)
    rubbish = [b"", b"\xff\xfe", b"[" * 2000, b"x" * 9000, b"{}", b'{"id":"0","do":"x"}', b"1e999"]
    for payload in rubbish:
        commands.on_command(memoryview(payload))
    refused = [one["outcome"] for one in commands.kept]
    for number, do in enumerate(("locate", "report", "selftest")):
        payload = json.dumps({"id": "c%d" % number, "do": do}).encode()
        commands.on_command(payload)
        commands.on_command(payload)
    running = asyncio.create_task(commands.run())
    await asyncio.sleep_ms(20)
    running.cancel()
    again = Commands(files, dict.fromkeys(ACTIONS, act), lambda: None)
    again.on_command(b'{"id": "c0", "do": "locate"}')
    say("commands", refused=refused, done=done, kept=len(again.kept))


def fall_over(files):
    """A crash with a traceback, through the memory of the clock to flash."""
    kept = [b""]

    def memory(*given):
        if given:
            kept[0] = given[0]
        return kept[0]

    def to_text(error):
        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()

    def main():
        return {}["nothing"]

    restarted = []
    crashes = crash.Crashes(memory, files)
    crash.run(main, crashes, to_text, lambda: {"free": 1}, lambda: restarted.append(1))
    crashes.settle()
    said = [json.loads(one) for one in crash.Crashes(memory, files).payloads()]
    say("crash", restarted=restarted, entries=len(said), text=said[0]["text"], left=len(kept[0]))


async def test_self(files):
    """Parts of every kind."""

    def fail():
        raise OSError(19)

    async def probe():
        return "serial 1"

    lines = []
    parts = [("sps30", fail), ("bme280", probe), ("flash", lambda: selftest.probe_flash(files))]
    results = await selftest.run(parts, lines.append)
    say("selftest", passed=[passed for _, passed, _ in results], last=lines[-1])


async def blink():
    """A round of every pattern, and locating."""
    now = [0]

    async def sleep_ms(length):
        now[0] += length

    light = led.Led(lambda on: None, {"offline": lambda: True})
    light.locate(1)
    shown = []
    while len(shown) < 9:
        shown.append(light.state())
        await light.show(light.state(), sleep_ms)
    say("led", shown=shown)


async def provision():
    """Improv with garbage around it."""
    sent, given = [], []

    async def connect(ssid, password):
        given.append([ssid, password])
        return True

    board = Improv(sent.append, ("a", "b", "c", "d"), lambda: [("n", -60, True)], connect)
    await board.take(b"hello IMPROV")
    await board.take(to_packet(3, b"\x03\x00")[:-1])
    await board.take(to_packet(3, b"\x04\x00")[:-1])
    await board.take(to_packet(3, b"\x01\x07\x02ab\x03xyz")[:-1])
    say("improv", given=given, packets=len(sent), state=board.state)


async def fill_in(files):
    """The portal over real sockets."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setblocking(False)
    line.bind(socket.getaddrinfo("127.0.0.1", 0)[0][-1])

    class Point:
        def active(self, on):
            pass

    async def start_server(serve, host, port):
        return await asyncio.start_server(serve, "127.0.0.1", PORT)

    door = portal.Portal(["n<1>"], config.load(files), lambda given: config.change(files, given))
    opened = asyncio.create_task(
        portal.run(Point(), door, line, start_server, asyncio.sleep_ms, 10)
    )
    await asyncio.sleep_ms(50)
    form = await fetch(b"GET / HTTP/1.1\r\nAccept-Language: nl\r\n\r\n")
    wrong = await fetch(b"GARBAGE\r\n\r\n")
    body = b"ssid=n%3C1%3E&password=12345678&node=box-9&host=h%3A8884&secret=s+1"
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    saved = await fetch(head + body)
    answered = await opened
    read = config.load(files)
    say(
        "portal",
        form=form.split(b"\r\n")[0].decode(),
        escaped=b"n&lt;1&gt;" in form,
        wrong=len(wrong),
        saved=b"Saved" in saved,
        answered=answered,
        networks=read.networks[0],
        port=read.broker.port,
    )


PORT = int(sys.argv[3])


async def fetch(request):
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(request)
    await writer.drain()
    got = b""
    while True:
        more = await reader.read(1024)
        if not more:
            break
        got += more
    writer.close()
    await writer.wait_closed()
    return got


async def update(files, url, key):
    """A release from a real web server."""
    files.write("release.pub", key.encode())
    slots = Slots(files)
    restarted = asyncio.Event()

    async def connect(host, port, tls):
        return await asyncio.open_connection(host, port)

    updater = Updater(files, slots, connect, "box-7", "stable", "0.0.1", restarted.set)
    updater.ask(url)
    ticks = [0]

    async def count():
        while True:
            ticks[0] += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    running = asyncio.create_task(updater.run())
    await asyncio.wait_for(restarted.wait(), 30)
    running.cancel()
    counting.cancel()
    names = files.names("a")
    say("update", said=updater.said, files=len(names), others_ran=ticks[0] > 256)


async def main(url, key):
    _, files = make_board()
    configure(files)
    await command(files)
    fall_over(files)
    await test_self(files)
    await blink()
    await provision()
    await fill_in(files)
    await update(files, url, key)
    published = []
    table = Actions(files, None, None, None, None, None).table()
    Status({"node": "box-7"}, {"outbox": lambda: {"kept": 1}}, published.append).tell()
    say("status", online=json.loads(published[0])["online"], will=json.loads(WILL), do=len(table))


asyncio.run(main(sys.argv[1], sys.argv[2]))
