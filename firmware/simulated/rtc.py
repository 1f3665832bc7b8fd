"""What a simulated chip knows when it starts: why, what its clock's memory holds, what time it is.

From one run to the next it lies in two files, which are gone once they are read: a node that is
started after a power cut finds none.
"""

import json
import os
import time

import loop
from machine import PWRON_RESET

MEMORY, LEFT = "/rtc.memory", "/rtc.json"


class Left:
    """``unix`` is None when its time is that of the machine."""

    def __init__(self, found, memory, begin):
        """``found`` is what was left, {} for nothing; ``begin`` is where a life begins."""
        self.cause = found.get("cause", PWRON_RESET)
        self.by_pin = found.get("by_pin", False)
        self.unix = found.get("unix", begin)
        self.memory = memory


def read_left(folder, begin):
    """Read what the run before left in a folder."""
    try:
        with open(folder + MEMORY, "rb") as file:
            memory = file.read()
        with open(folder + LEFT) as file:
            found = json.load(file)
    except OSError:
        return Left({}, b"", begin)
    os.remove(folder + MEMORY)
    os.remove(folder + LEFT)
    return Left(found, memory, begin)


def write_left(folder, memory, cause, by_pin):
    """Leave it to the next run."""
    unix = time.time() if loop.is_virtual() else None
    with open(folder + MEMORY, "wb") as file:
        file.write(memory)
    with open(folder + LEFT, "w") as file:
        json.dump({"cause": cause, "by_pin": by_pin, "unix": unix}, file)
