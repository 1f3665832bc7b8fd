"""Life with an owner, put together: main.py makes one of these and starts its tasks.

on_command <- the uplink        note_sample <- the sampler
note_connection <- the uplink, when the broker let us in
"""

from micropython import const

from firmware.commands import ACTIONS, Commands
from firmware.led import Led
from firmware.loading import forget
from firmware.status import Status
from firmware.update.slots import Slots
from firmware.update.updater import Updater
from firmware.version import VERSION

_LOOK_S = const(10)
FIRST = "first.json"  # a command of who has the board on a cable, for when it is connected


class Owner:
    """Commands, status, updates and the LED of one node."""

    def __init__(self, files, wanted, crashes, uptime_s, restart):
        """``wanted`` is the configuration, ``uptime_s()`` counts since the start of this boot."""
        self._files = files
        self._wanted = wanted
        self._crashes = crashes
        self._uptime_s = uptime_s
        self._restart = restart
        self._slots = Slots(files)
        self._trial = make_trial(self._slots)
        self._config_trial = make_config_trial(files)
        self._results = {}

    def join(self, facts, sources, publish, publish_log, connect, parts, write):
        """Join the other parts, once they are made.

        ``facts`` and ``sources`` are of Status: what this class knows itself is added.
        ``publish(payload)`` and ``publish_log(payload)`` send at QoS 1, ``connect`` is of Updater,
        ``parts()`` gives those of the self-test, ``write(text)`` writes to the serial line.
        """
        self._publish_log = publish_log
        self._parts = parts
        self._write = write
        self.updater = Updater(
            self._files,
            self._slots,
            connect,
            self._wanted.node,
            self._wanted.update,
            VERSION,
            self._restart,
        )
        own = {
            "uptime_s": self._uptime_s,
            "config_error": lambda: self._wanted.error,
            "update": self.read_update,
            "selftest": lambda: self._results,
            "commands": lambda: self.commands.kept[-4:],
        }
        own.update(sources)
        fixed = {"node": self._wanted.node, "version": VERSION}
        fixed.update(facts)
        self.status = Status(fixed, own, publish)

    def light(self, put, states):
        """Make the LED; ``states`` are of Led, what this class knows itself is added."""
        own = {"update": self.updates, "unconfigured": lambda: not self._wanted.networks}
        own.update(states)
        self.led = Led(put, own)
        # the stub has only texts and nothing as what a key can be given
        act = dict.fromkeys(ACTIONS, self._act)  # pyright: ignore[reportCallIssue, reportArgumentType]
        self.commands = Commands(self._files, act, self.status.tell)
        self.on_command = self.commands.on_command

    def tasks(self, sleep, sleep_ms):
        """Functions that give a coroutine each, to run for as long as the node does."""
        return (
            self.commands.run,
            self.updater.run,
            lambda: self.status.run(sleep),
            lambda: self.led.run(sleep_ms),
            lambda: self.watch(sleep),
        )

    def note_sample(self):
        """A sample was taken."""
        if self._trial is not None:
            self._trial.note_sample()

    def note_connection(self):
        """The broker let us in."""
        if self._trial is not None:
            self._trial.note_broker()
        if self._config_trial is not None:
            self._config_trial.note_connection()
        for payload in self._crashes.payloads():
            self._publish_log(payload)
        self._crashes.forget()
        self.status.tell()
        first = self._files.read(FIRST)
        if first is not None:
            self._files.remove(FIRST)
            self.on_command(first)

    async def watch(self, sleep):
        """Look whether what is on trial does well, for ever."""
        while True:
            await sleep(_LOOK_S)
            uptime_s = self._uptime_s()
            back = self._config_trial is not None and self._config_trial.look(uptime_s)
            if back or (self._trial is not None and self._trial.look(uptime_s) == "given up"):
                self._restart()

    async def _act(self, command):
        """Do what a command says; what it takes is loaded for it."""
        from firmware.actions import Actions

        actions = Actions(
            self._files, self.updater, self.led, self.test, self.report, self._restart
        )
        try:
            return await actions.table()[command["do"]](command)
        finally:
            forget("firmware.actions")

    async def test(self):
        """Run the self-test; its results are in the status from then on."""
        from firmware import selftest

        results = await selftest.run(self._parts(), self._write)
        self._results = selftest.to_report(results)
        forget("firmware.selftest")
        return results

    def report(self):
        """Publish everything now."""
        self.status.tell()

    def updates(self):
        """Tell whether a release is fetched or tried."""
        return self._slots.on_trial or self.updater.said.split(" ")[0] in ("looking", "fetching")

    def read_update(self):
        """How updates stand, for the status."""
        found = {"wants": self._wanted.update, "said": self.updater.said}
        if self._slots.on_trial:
            found["trial"] = VERSION
        if self._slots.refused:
            found["taken_back"] = self._slots.refused
        return found


def make_trial(slots):
    """Trial of the release that runs; None when it is none."""
    if not slots.on_trial:
        return None
    from firmware.update.trial import Trial

    return Trial(slots)


def make_config_trial(files):
    """Trial of the configuration; None when there is nothing to try or to keep."""
    from firmware.config_trial import Trial

    trial = Trial(files)
    if not trial.over:
        return trial
    forget("firmware.config_trial")
    return None
