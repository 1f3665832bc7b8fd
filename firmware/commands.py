"""Commands of the owner: JSON on lm/1/<node>/cmd, each done once, however often it comes.

    {"id": "2026-11-26-1", "do": "locate"}

A command is written down before it is done: one that restarts the node is not done again by the
node that comes up, to which the broker gives the retained message once more. What became of it
stays in the list, which is part of the status.
"""

import asyncio
import json

from micropython import const

from firmware.loading import forget

KEPT = "commands.json"
MOST_BYTES = 4096
MOST_KEPT = 16
MOST_WAITING = 4
_MOST_SAID = const(160)

# what is to be done: the keys that it takes, and whether each must be there
ACTIONS = {
    "configure": {"config": True},
    "selftest": {},
    "restart": {},
    "update": {"url": True, "percent": False},
    "locate": {"seconds": False},
    "report": {},
}


class Commands:
    """Takes commands and does one after the other."""

    def __init__(self, files, actions, tell):
        """``actions`` is {name of ACTIONS: coroutine function of the command}.

        It returns a sentence, or raises ValueError with one. ``tell()`` publishes the status.
        """
        self.kept = read_kept(files)  # newest last: {"id", "do", "outcome", "said"}
        self._files = files
        self._actions = actions
        self._tell = tell
        self._waiting = []
        self._came = asyncio.Event()
        self._end_interrupted()

    def on_command(self, payload):
        """Take a payload as it came; whatever it is, this returns."""
        command, said = read(payload)
        if self._knows(command["id"]):
            return
        if not said and command["do"] not in self._actions:
            said = "this node cannot do that"
        if not said and len(self._waiting) >= MOST_WAITING:
            said = "too many commands at once"
        if said:
            self._note(command, "refused", said)
            self._tell()
            return
        self._note(command, "taken", "")
        self._waiting.append(command)
        self._came.set()

    async def run(self):
        """Do what comes, for ever."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                await self._do(self._waiting.pop(0))

    async def _do(self, command):
        try:
            said = await self._actions[command["do"]](command)
            self._note(command, "done", said or "")
        except ValueError as error:
            self._note(command, "refused", str(error))
        except Exception as error:  # a command must not end what does the next one
            self._note(command, "failed", "%s %s" % (type(error).__name__, error))
        self._tell()

    def _knows(self, name):
        return any(one["id"] == name for one in self.kept)

    def _note(self, command, outcome, said):
        """Write down how a command stands."""
        kept = [one for one in self.kept if one["id"] != command["id"]]
        one = {"id": command["id"], "do": command["do"], "outcome": outcome}
        one["said"] = said[:_MOST_SAID]
        kept.append(one)
        self.kept = kept[-MOST_KEPT:]
        try:
            self._files.write(KEPT, json.dumps(self.kept).encode())
        except OSError:
            pass  # then it is done once as long as the node runs

    def _end_interrupted(self):
        """A command that was under way when the node stopped is not done again."""
        for one in self.kept:
            if one["outcome"] == "taken":
                restart = one["do"] == "restart"
                one["outcome"] = "done" if restart else "failed"
                one["said"] = "" if restart else "the node stopped meanwhile"


def read(payload):
    """(command, "") of a payload, or one with a name of its own and a sentence that refuses it."""
    from firmware.command import read_command

    found = read_command(payload)
    forget("firmware.command")
    return found


def read_kept(files):
    """What was done before; [] where nothing can be read."""
    try:
        kept = json.loads(files.read(KEPT) or b"[]")
        return [{key: str(one[key]) for key in ("id", "do", "outcome", "said")} for one in kept]
    except (ValueError, KeyError, TypeError):
        return []
