import asyncio
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.actions import Actions
from firmware.commands import ACTIONS, MOST_BYTES, MOST_KEPT, MOST_WAITING, Commands
from firmware.config import load
from firmware.files import Files


@pytest.fixture
def files(tmp_path):
    return Files(os, str(tmp_path))


class Node:
    """Commands with actions that note what they did."""

    def __init__(self, files, fail=None):
        self.done, self.told = [], 0

        async def act(command):
            self.done.append(command["id"])
            if fail:
                raise fail
            return "said"

        self.commands = Commands(files, dict.fromkeys(ACTIONS, act), self.tell)

    def tell(self):
        self.told += 1

    def take(self, *payloads):
        """Take payloads and do what they say; the list that is kept."""

        async def live():
            for payload in payloads:
                self.commands.on_command(payload)
            running = asyncio.create_task(self.commands.run())
            for _ in range(50):
                await asyncio.sleep(0)
            running.cancel()

        asyncio.run(live())
        return self.commands.kept


def to_command(name="1", do="locate", **more):
    return json.dumps({"id": name, "do": do} | more).encode()


def test_a_command_is_done_and_its_outcome_is_told(files):
    node = Node(files)
    kept = node.take(to_command("a", "locate", seconds=5))
    assert kept == [{"id": "a", "do": "locate", "outcome": "done", "said": "said"}]
    assert node.told == 1


def test_a_command_that_comes_again_is_done_once(files):
    node = Node(files)
    node.take(*[to_command()] * 5)
    assert node.done == ["1"]


def test_a_retained_command_is_not_done_again_by_the_node_that_starts(files):
    Node(files).take(to_command(do="restart"))
    again = Node(files)
    again.take(to_command(do="restart"))
    assert again.done == []
    assert again.commands.kept[0]["outcome"] == "done"


@pytest.mark.parametrize(("do", "outcome"), [("restart", "done"), ("selftest", "failed")])
def test_a_command_that_the_power_cut_off_is_not_done_again_and_says_so(files, do, outcome):
    node = Node(files)
    node.commands.on_command(to_command(do=do))  # written down, and then the node stops
    again = Node(files)
    again.take(to_command(do=do))
    assert again.done == []
    assert again.commands.kept[0]["outcome"] == outcome


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "it is not JSON"),
        (b"reboot", "it is not JSON"),
        (bytes(range(256)), "it is not JSON"),
        (b"\xff" * 300, "it is not JSON"),
        (b"[" * 3000, "it is not JSON"),
        (b"x" * 100_000, "it has 100000 bytes, 4096 is the most"),
        (b'"locate"', "it is not a JSON object"),
        (b"[1, 2]", "it is not a JSON object"),
        (b"{}", "it has no id"),
        (b'{"id": 7, "do": "locate"}', "it has no id"),
        (b'{"id": "", "do": "locate"}', "it has no id"),
        (to_command("x" * 41), "it has no id"),
        (to_command(do="format"), "there is no such command"),
        (b'{"id": "1", "do": ["locate"]}', "there is no such command"),
        (b'{"id": "1"}', "there is no such command"),
        (to_command(do="update"), "update needs url"),
        (to_command(do="configure"), "configure needs config"),
        (to_command(do="restart", when="now"), "restart takes no when"),
    ],
)
def test_what_is_no_command_is_answered_and_never_a_crash(files, payload, said):
    node = Node(files)
    kept = node.take(payload, payload)
    assert len(kept) == 1
    assert kept[0]["outcome"] == "refused"
    assert kept[0]["said"].startswith(said)
    assert (node.done, node.told) == ([], 1)


@given(st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
def test_any_bytes_are_taken_without_a_crash(tmp_path_factory, payload):
    node = Node(Files(os, str(tmp_path_factory.mktemp("node"))))
    node.commands.on_command(memoryview(payload))
    assert len(node.commands.kept) == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ValueError("not so"), "refused"), (OSError(28), "failed"), (MemoryError(), "failed")],
)
def test_a_command_that_fails_says_why_and_the_next_is_done(files, error, outcome):
    node = Node(files, error)
    kept = node.take(to_command("1"), to_command("2"))
    assert [one["outcome"] for one in kept] == [outcome] * 2
    assert all(one["said"] for one in kept)


def test_too_many_commands_at_once_are_refused(files):
    kept = Node(files).take(*[to_command(str(number)) for number in range(MOST_WAITING + 2)])
    assert sum(one["outcome"] == "refused" for one in kept) == 2


def test_the_list_has_a_bound_and_so_has_each_of_its_lines(files):
    node = Node(files, ValueError("x" * 5000))
    for number in range(MOST_KEPT + 9):
        node.take(to_command(str(number)))
    assert len(node.commands.kept) == MOST_KEPT
    assert len(files.read("commands.json")) < MOST_BYTES


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[1]", b'[{"id": 1}]', b"\xff"])
def test_a_list_that_cannot_be_read_is_an_empty_one(files, content):
    files.write("commands.json", content)
    assert Node(files).commands.kept == []


def test_flash_that_is_full_does_not_keep_a_command_from_being_done_once(files, monkeypatch):
    def fail(name, content):
        raise OSError(28)

    node = Node(files)
    monkeypatch.setattr(files, "write", fail)
    node.take(to_command(), to_command())
    assert node.done == ["1"]


# what the commands do


class Parts:
    def __init__(self):
        self.asked, self.located, self.restarted, self.reported = [], [], 0, 0

    def ask(self, url, share):
        self.asked.append((url, share))

    def locate(self, seconds):
        self.located.append(seconds)

    async def selftest(self):
        return [("flash", True, "ok"), ("sps30", False, "OSError 19")]

    def restart(self):
        self.restarted += 1

    def report(self):
        self.reported += 1


def act(files, parts, **command):
    """What an action says, or the sentence with which it refuses."""
    actions = Actions(files, parts, parts, parts.selftest, parts.report, parts.restart, 0)

    async def live():
        try:
            said = await actions.table()[command["do"]](command)
        except ValueError as error:
            said = f"refused: {error}"
        await asyncio.sleep(0.01)
        return said

    return asyncio.run(live())


def test_every_command_has_an_action(files):
    parts = Parts()
    table = Actions(files, parts, parts, parts.selftest, parts.report, parts.restart).table()
    assert table.keys() == ACTIONS.keys()


def test_a_configuration_is_changed_and_the_node_starts_by_it(files):
    parts = Parts()
    said = act(files, parts, do="configure", config={"interval_s": 300})
    assert (said, parts.restarted) == ("restarting by it", 1)
    assert load(files).interval_s == 300


@pytest.mark.parametrize("changed", [{}, [], None, "x", {"interval_s": 0}, {"other": 1}])
def test_a_configuration_that_is_wrong_changes_nothing(files, changed):
    parts = Parts()
    said = act(files, parts, do="configure", config=changed)
    assert said.startswith("refused: ")
    assert (parts.restarted, load(files).interval_s) == (0, None)


def test_a_password_is_never_in_what_is_said(files):
    for password in ("secret1", "s3cret" * 40, "sec\x00ret99"):
        changed = {"networks": [{"ssid": "a", "password": password}]}
        assert password not in act(files, Parts(), do="configure", config=changed)


def test_the_other_commands(files):
    parts = Parts()
    assert act(files, parts, do="selftest") == "FAIL: sps30"
    act(files, parts, do="locate")
    act(files, parts, do="locate", seconds=5)
    act(files, parts, do="update", url="https://h/r", percent=10)
    act(files, parts, do="report")
    act(files, parts, do="restart")
    assert parts.located == [60, 5]
    assert parts.asked == [("https://h/r", 10)]
    assert (parts.reported, parts.restarted) == (1, 1)


@pytest.mark.parametrize(
    "command",
    [
        *({"do": "locate", "seconds": s} for s in (0, 601, "5", 1.5, None, True)),
        *({"do": "update", "url": "http://h/", "percent": p} for p in (-1, 101, "5", None, True)),
        {"do": "update", "url": 3},
    ],
)
def test_what_a_command_cannot_mean_is_refused(files, command):
    assert act(files, Parts(), **command).startswith("refused: ")
