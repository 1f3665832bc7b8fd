"""The parts put together, with what main.py would give them."""

import asyncio
import json
import os

import pytest

from firmware import config
from firmware.crash import Crashes
from firmware.files import Files
from firmware.owner import Owner
from firmware.root import boot
from firmware.update.slots import Slots
from firmware.version import VERSION
from tests.services.node import REPOSITORY


class Node:
    def __init__(self, files):
        self.files, self.now, self.restarted = files, 0, 0
        self.published, self.logs, self.written = [], [], []
        crashes = Crashes(lambda *given: b"", files)
        self.owner = Owner(files, config.load(files), crashes, lambda: self.now, self.restart)

        def parts():
            return [("flash", lambda: None)]

        facts, sources = {"boot": 7}, {"outbox": lambda: {"kept": 2, "dropped": 0}}
        self.owner.join(facts, sources, self.published.append, self.logs.append, None, parts, print)
        self.owner.light(lambda on: None, {"offline": lambda: False})

    def restart(self):
        self.restarted += 1

    def pass_time(self, seconds, *commands):
        """Let the tasks run while the clock jumps."""

        async def live():
            async def sleep(length):
                if self.now >= until:
                    await asyncio.sleep(3600)
                await asyncio.sleep(0)

            async def count(length):
                self.now += length
                await sleep(length)

            until = self.now + seconds
            tasks = [asyncio.create_task(t()) for t in self.owner.tasks(sleep, sleep)[:3]]
            tasks.append(asyncio.create_task(self.owner.watch(count)))
            for command in commands:
                self.owner.on_command(json.dumps(command).encode())
            while self.now < until:
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()

        asyncio.run(live())

    @property
    def status(self):
        return json.loads(self.published[-1])


@pytest.fixture
def files(tmp_path):
    files = Files(os, str(tmp_path))
    config.change(files, {"node": "box-7", "networks": [{"ssid": "a"}]})
    return files


def test_a_node_that_connects_says_how_it_is(files):
    node = Node(files)
    node.owner.note_connection()
    assert node.status == {
        "online": True,
        "node": "box-7",
        "version": VERSION,
        "boot": 7,
        "uptime_s": 0,
        "config_error": "",
        "update": {"wants": "stable", "said": ""},
        "selftest": {},
        "commands": [],
        "outbox": {"kept": 2, "dropped": 0},
    }


def test_crashes_are_sent_once(files):
    files.write("crash.log", b"LMC\x02\x00{}")
    node = Node(files)
    node.owner.note_connection()
    node.owner.note_connection()
    assert node.logs == [b"{}"]


def test_a_board_that_was_just_flashed_tests_itself_once_it_is_connected(files):
    files.write("first.json", b'{"id": "1", "do": "selftest"}')
    node = Node(files)
    node.pass_time(100)
    assert node.status.get("selftest", {}) == {}
    node.owner.note_connection()
    node.pass_time(100)
    assert node.status["selftest"] == {"flash": "PASS ok"}
    assert not files.exists("first.json")


def test_a_command_is_done_and_stands_in_the_status(files):
    node = Node(files)
    node.pass_time(100, {"id": "1", "do": "selftest"}, {"id": "2", "do": "locate"})
    assert [one["outcome"] for one in node.status["commands"]] == ["done", "done"]
    assert node.status["selftest"] == {"flash": "PASS ok"}
    assert node.owner.led.state() == "locate"


def test_a_release_on_trial_is_confirmed_and_one_without_samples_is_given_up(files):
    for samples, confirmed in ((3, True), (0, False)):
        Slots(files).try_out("9.9.9")
        boot.start(files.path("slots.json"))
        node = Node(files)
        assert node.owner.led.state() == "update"
        node.owner.note_connection()
        for _ in range(samples):
            node.owner.note_sample()
        node.pass_time(2000)
        assert bool(node.restarted) is not confirmed
        assert (Slots(files).refused == "9.9.9") is not confirmed
        files.remove("slots.json")


def test_a_configuration_that_leads_nowhere_is_taken_back_by_a_restart(files):
    Node(files).owner.note_connection()
    config.change(files, {"networks": [{"ssid": "typo"}]})
    node = Node(files)
    node.pass_time(900)
    assert node.restarted == 1
    after = Node(files)
    after.owner.note_connection()
    assert "led to no connection" in after.status["config_error"]


def test_a_board_that_knows_no_network_shows_it(files):
    config.change(files, {"networks": None})
    assert Node(files).owner.led.state() == "unconfigured"


def test_every_key_of_the_status_is_documented(files):
    node = Node(files)
    node.owner.note_connection()
    protocol = (REPOSITORY / "docs/protocol.md").read_text().partition("## Status")[2]
    for key in node.status:
        assert f"`{key}`" in protocol
