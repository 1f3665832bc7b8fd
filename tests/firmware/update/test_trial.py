"""The choice at every start, and the trial of a release: who wins, and after what."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.files import Files
from firmware.root import boot
from firmware.update.slots import Slots
from firmware.update.trial import ALONE_S, DEAD_S, HEALTHY_S, Trial


@pytest.fixture
def files(tmp_path):
    return Files(os, str(tmp_path))


def start(files, awake=False):
    return boot.start(files.path("slots.json"), awake)


def run_trial(slots, samples, broker, uptime_s):
    trial = Trial(slots)
    for _ in range(samples):
        trial.note_sample()
    if broker:
        trial.note_broker()
    return trial.look(uptime_s)


def test_a_new_board_runs_what_came_with_it(files):
    assert start(files) == ""
    assert Slots(files).spare == "a"
    assert files.read("slots.json") is None, "a start of a new board writes nothing"


def test_a_release_that_does_not_confirm_itself_is_started_three_times(files):
    Slots(files).try_out("1.1.0")
    assert [start(files) for _ in range(5)] == ["a", "a", "a", "", ""]
    assert Slots(files).refused == "1.1.0"


def test_waking_up_uses_up_the_trial_slowly(files):
    Slots(files).try_out("1.1.0")
    ran = [start(files, awake=True) for _ in range(400)]
    assert ran == ["a"] * 300 + [""] * 100


def test_a_confirmed_release_stays_and_the_next_goes_to_the_other_folder(files):
    Slots(files).try_out("1.1.0")
    assert start(files) == "a"
    slots = Slots(files)
    assert (slots.running, slots.on_trial) == ("a", True)
    assert run_trial(slots, 3, broker=True, uptime_s=HEALTHY_S) == "confirmed"
    assert [start(files) for _ in range(9)] == ["a"] * 9
    assert Slots(files).spare == "b"
    Slots(files).try_out("1.2.0")
    assert [start(files) for _ in range(5)] == ["b", "b", "b", "a", "a"]


@pytest.mark.parametrize(
    ("samples", "broker", "uptime_s", "found"),
    [
        (3, True, HEALTHY_S - 1, None),
        (3, True, HEALTHY_S, "confirmed"),
        (3, False, ALONE_S - 1, None),
        (3, False, ALONE_S, "confirmed"),
        (2, True, DEAD_S - 1, None),
        (2, True, DEAD_S, "given up"),
        (0, False, ALONE_S, "given up"),
    ],
)
def test_a_trial_is_decided_by_samples_broker_and_time(files, samples, broker, uptime_s, found):
    Slots(files).try_out("1.1.0")
    start(files)
    slots = Slots(files)
    assert run_trial(slots, samples, broker, uptime_s) == found
    after = {"confirmed": "a", "given up": "", None: "a"}
    assert start(files) == after[found]
    assert Slots(files).refused == ("1.1.0" if found == "given up" else "")


def test_what_was_given_up_is_not_confirmed_before_the_restart(files):
    files.write("slots.json", b'{"good": "b"}')
    Slots(files).try_out("1.1.0")
    start(files)
    slots = Slots(files)
    slots.give_up()
    slots.confirm()
    assert start(files) == "b"
    assert Slots(files).refused == "1.1.0"


def test_what_is_not_on_trial_is_not_judged(files):
    assert run_trial(Slots(files), 0, broker=False, uptime_s=10**6) is None


def test_before_the_restart_the_old_software_is_not_on_trial(files):
    slots = Slots(files)
    slots.try_out("1.1.0")
    again = Slots(files)
    assert (again.running, again.on_trial) == ("", False)


def test_a_folder_that_is_filled_is_never_run_meanwhile(files):
    slots = Slots(files)
    slots.try_out("1.1.0")
    slots.prepare()
    assert start(files) == ""


def test_a_release_that_cannot_be_counted_is_not_tried(files, monkeypatch):
    Slots(files).try_out("1.1.0")

    def fail(path, state):
        raise OSError(28)

    monkeypatch.setattr(boot, "write_state", fail)
    assert start(files) == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff", b'{"good": "a"'])
def test_a_state_that_cannot_be_read_runs_what_came_with_the_board(files, content):
    files.write("slots.json", content)
    assert start(files) == ""
    assert Slots(files).running == ""


@given(st.lists(st.sampled_from(["start", "wake", "try", "confirm", "give up", "prepare"])))
def test_whatever_happens_the_folder_to_be_filled_is_not_the_one_that_runs(tmp_path_factory, steps):
    files = Files(os, str(tmp_path_factory.mktemp("board")))
    ran = start(files)
    slots = Slots(files)
    for step in steps:
        if step in ("start", "wake"):
            ran = start(files, step == "wake")
            slots = Slots(files)
            assert slots.running == ran
        elif slots.on_trial:
            if step == "confirm":
                slots.confirm()
            elif step == "give up":
                slots.give_up()
        elif step == "try":
            slots.prepare()
            slots.try_out("1.1.0")
        if not slots.on_trial:
            # only then is it filled
            assert slots.spare != slots.running
        json.loads(files.read("slots.json") or b"{}")
