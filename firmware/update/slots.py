"""The two folders of software, and which is tried: what firmware/root/boot.py reads at every start.

good runs -> the other folder is filled -> try_out -> restart -> trial runs -> confirm
                                                                   or: give_up, or used up
"""

import json

STATE = "slots.json"
KEYS = ("good", "trial", "version", "refused")  # texts; "tries" is a number


class Slots:
    """Reads once which folder runs, and writes what is to run next."""

    def __init__(self, files):
        """``files`` is the root of the board."""
        self._files = files
        self._state = read_state(files)
        on_trial = self._state["trial"] and self._state["tries"]
        self.running = self._state["trial"] if on_trial else self._state["good"]
        self.on_trial = bool(on_trial)

    @property
    def spare(self):
        """Folder that may be filled: neither runs nor is known to do well."""
        return "b" if self._state["good"] == "a" else "a"

    @property
    def refused(self):
        """Version that was tried and did not do well; "" for none."""
        return self._state["refused"]

    @property
    def version(self):
        """Version that is tried, or was last."""
        return self._state["version"]

    def prepare(self):
        """Make sure that the spare folder, which is to be filled, is not run meanwhile."""
        if self._state["trial"]:
            self._write({"trial": "", "tries": 0})

    def try_out(self, version):
        """Have the spare folder run from the next start on, on trial."""
        self._write({"trial": self.spare, "tries": 0, "version": version})

    def confirm(self):
        """Keep what runs on trial; what was given up stays so, until the restart."""
        if not self._state["trial"]:
            return
        self._write({"good": self._state["trial"], "trial": "", "tries": 0, "refused": ""})
        self.on_trial = False

    def give_up(self):
        """Have what was there before run from the next start on, and not try this release again.

        Until that start it is on trial still: its folder must not be filled while it runs.
        """
        self._write({"trial": "", "tries": 0, "refused": self._state["version"]})

    def _write(self, changed):
        state = dict(self._state)
        state.update(changed)
        self._files.write(STATE, json.dumps(state).encode())
        self._state = state


def read_state(files):
    """What slots.json says; as of a new board where it says nothing."""
    state = {"tries": 0}  # type: dict
    for key in KEYS:
        state[key] = ""
    content = files.read(STATE)
    if content is not None:
        try:
            state.update(json.loads(content))
        except (ValueError, TypeError):
            pass
    return state
