"""What a board runs before main.py: chooses which of two folders of software is used.

It lies in the root of the board's file system and no update ever changes it, so it does as little
as it can. What it knows is in slots.json:

    good    folder of the software that does well, "a" or "b"; "" is what came with the board
    trial   folder of a release that is tried, "" when none is
    tries   how much of the trial is used up
    version of the release that is tried

A release that is tried must confirm itself (firmware/update/trial.py) before its tries are used up:
three starts, or 300 times awake from deep sleep, whichever comes first. Then `good` runs again.
"""

import json
import os
import sys

STATE = "/slots.json"
START, WAKE, MOST = 100, 1, 300
FRESH = {"good": "", "trial": "", "tries": 0, "version": "", "refused": ""}


def choose(state, awake):
    """Folder to run now, after noting it in ``state``; ``awake`` is a start out of deep sleep."""
    if not state["trial"]:
        return state["good"]
    if state["tries"] >= MOST:
        state["refused"] = state["version"]
        state["trial"] = ""
        return state["good"]
    state["tries"] += WAKE if awake else START
    return state["trial"]


def read_state(path):
    """What is known; as of a new board when nothing can be read."""
    state = dict(FRESH)
    try:
        with open(path) as file:
            state.update(json.load(file))
    except (OSError, ValueError, TypeError):
        pass
    return state


def write_state(path, state):
    """Write it beside the old one, then rename: a power cut leaves one of the two."""
    with open(path + ".new", "w") as file:
        json.dump(state, file)
    os.rename(path + ".new", path)


def start(path=STATE, awake=False):
    """Folder to run. What cannot be counted is not tried."""
    state = read_state(path)
    before = dict(state)
    folder = choose(state, awake)
    if state != before:
        try:
            write_state(path, state)
        except OSError:
            return before["good"]
    return folder


def is_awake():
    """Tell whether the board comes out of deep sleep."""
    try:
        import machine

        return machine.reset_cause() == machine.DEEPSLEEP_RESET
    except (ImportError, AttributeError):
        return False


if __name__ == "__main__":
    folder = start(awake=is_awake())
    if folder:
        sys.path.insert(0, "/" + folder)
