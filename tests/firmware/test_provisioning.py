"""A browser gives a node that was just flashed its network, over the serial line."""

import asyncio
import json
import os
from types import SimpleNamespace

import pytest

from firmware import config, provisioning
from firmware.files import Files
from firmware.improv import to_packet
from firmware.provisioning import Provisioning

SETTINGS = to_packet(3, b"\x01\x10\x04home\x0asecret-pwd")[:-1]
CTRL_C = b"\x03"


class Serial:
    """What comes in on the line, byte by byte; then nothing more."""

    def __init__(self, octets):
        self.octets = octets

    async def read(self, count):
        if not self.octets:
            await asyncio.sleep(3600)
        octet, self.octets = self.octets[:count], self.octets[count:]
        return octet


class Wifi:
    async def join(self, ssid, password):
        return password == "secret-pwd"


async def let_run(told):
    task = asyncio.create_task(told.listening)
    for _ in range(500):
        await asyncio.sleep(0)
    task.cancel()


def hear(told):
    """Let it listen until nothing more comes."""
    asyncio.run(let_run(told))
    assert told.keys == [-1, 3]
    return told


@pytest.fixture
def board(tmp_path, monkeypatch):
    """`board(octets)` is a node with nothing configured, to which those bytes come."""
    monkeypatch.setattr(provisioning, "RESTART_S", 0)

    def listen(octets):
        files = Files(os, str(tmp_path))
        told = SimpleNamespace(files=files, keys=[], sent=[], restarted=0)

        def restart():
            told.restarted += 1

        chip = SimpleNamespace(
            urandom=os.urandom,
            serial=Serial(octets),
            write=told.sent.append,
            interrupt=told.keys.append,
            machine=SimpleNamespace(unique_id=lambda: bytes(6)),
        )
        setup = Provisioning(chip, files, config.load(files), Wifi(), "1.2.3", restart)

        told.listening = setup.listen()
        return told

    return listen


def test_network_that_lets_the_node_in_is_kept_and_the_node_starts_anew(board):
    told = hear(board(b"boot: ok\r\n" + SETTINGS))  # the type of the packet is a Ctrl-C
    (wanted,) = json.loads(told.files.read("config.json"))["networks"]
    assert wanted == {"ssid": "home", "password": "secret-pwd"}
    assert told.restarted == 1


def test_network_that_does_not_let_the_node_in_changes_nothing(board):
    told = hear(board(to_packet(3, b"\x01\x0b\x04home\x05wrong")[:-1]))
    assert told.files.read("config.json") is None
    assert told.restarted == 0
    assert any(b"IMPROV\x01\x02\x01\x03" in packet for packet in told.sent)  # unable to connect


def test_who_interrupts_between_packets_gets_the_repl(board):
    told = board(b"\r" + CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        told.listening.send(None)  # without a loop, which would take it for a Ctrl-C of ours
    assert told.keys == [-1, 3]


def test_damaged_packet_changes_nothing(board):
    told = hear(board(SETTINGS[:-1] + b"\0"))  # its sum is wrong
    assert told.files.read("config.json") is None
