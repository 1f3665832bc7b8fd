import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import crash
from firmware.crash import MOST, Crashes
from firmware.files import Files


class Memory:
    """Memory of the clock of an ESP32: 2,048 bytes that survive a reset."""

    def __init__(self, content=b""):
        self.content = content

    def __call__(self, *given):
        if given:
            assert len(given[0]) <= MOST
            self.content = bytes(given[0])
        return self.content


@pytest.fixture
def files(tmp_path):
    return Files(os, str(tmp_path))


def texts(crashes):
    return [json.loads(one)["text"] for one in crashes.payloads()]


def test_a_crash_survives_the_reset_and_then_the_power(files):
    memory = Memory()
    Crashes(memory, files).note("Traceback", {"free_heap": 1234})
    Crashes(memory, files).settle()
    assert memory.content == b""
    after = Crashes(Memory(), files)
    assert json.loads(after.payloads()[0]) == {"free_heap": 1234, "text": "Traceback"}
    after.forget()
    assert Crashes(Memory(), files).payloads() == []


@given(st.lists(st.text(max_size=3000), max_size=12))
def test_the_newest_crashes_are_kept_within_the_bound(tmp_path_factory, said):
    files = Files(os, str(tmp_path_factory.mktemp("node")))
    memory = Memory()
    crashes = Crashes(memory, files)
    for text in said:
        crashes.note(text, {})
        if len(text) % 2:
            crashes.settle()
    crashes.settle()
    kept = texts(crashes)
    assert len(files.read("crash.log") or b"") <= MOST
    assert len(kept) >= min(len(said), 1)
    for found, text in zip(reversed(kept), reversed(said), strict=False):
        assert text.endswith(found)


@given(st.binary(max_size=200), st.booleans())
def test_memory_that_holds_anything_holds_no_crash_or_some_and_never_fails(rubbish, ours):
    entries = crash.read((crash.MAGIC if ours else b"") + rubbish)
    assert sum(map(len, entries)) <= len(rubbish)


def test_a_crash_that_flash_cannot_take_stays_in_memory(files, monkeypatch):
    memory = Memory()
    crashes = Crashes(memory, files)
    crashes.note("one", {})

    def fail(name, content):
        raise OSError(28)

    with monkeypatch.context() as patched:
        patched.setattr(files, "write", fail)
        crashes.settle()
    assert memory.content != b""
    crashes.settle()
    assert texts(crashes) == ["one"]


def test_whatever_ends_the_program_is_kept_and_the_node_starts_anew(files):
    crashes, restarted = Crashes(Memory(), files), []

    def fall_over():
        raise MemoryError("no room")

    crash.run(fall_over, crashes, repr, dict, lambda: restarted.append(1))
    crashes.settle()
    assert texts(crashes) == ["MemoryError('no room')"]
    assert restarted == [1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_is_at_the_serial_line_gets_the_repl(files, error):
    def stop():
        raise error

    with pytest.raises(error):
        crash.run(stop, Crashes(Memory(), files), repr, dict, lambda: pytest.fail("restarted"))
