"""The status: one retained JSON object that says how a node is; docs/protocol.md has its keys.

It is published when something in it changes that somebody may wait for, and every quarter of an
hour. The broker publishes WILL in its place when the connection is lost.
"""

import json

from micropython import const

WILL = b'{"online": false}'
_LOOK_S = const(10)  # from look to look
EVERY_S = 900  # at least
RESTLESS = ("time", "uptime_s", "free_heap", "outbox", "battery_mv")  # no reason to publish


class Status:
    """Puts together what the parts say, and publishes it."""

    def __init__(self, fixed, sources, publish):
        """``fixed`` are facts of this boot, ``sources`` {key: function that says how it stands}.

        ``publish(payload)`` sends it.
        """
        self._fixed = fixed
        self._sources = sources
        self._publish = publish
        self._told = None
        self._waited_s = 0

    def read(self):
        """Everything, as a dictionary; what cannot say how it stands says why."""
        found = {"online": True}  # type: dict[str, object]
        found.update(self._fixed)
        for key, source in self._sources.items():
            try:
                found[key] = source()
            except Exception as error:  # one part must not silence the others
                found[key] = "%s %s" % (type(error).__name__, error)
        return found

    def tell(self):
        """Publish now."""
        found = self.read()
        self._told = self._calm(found)
        self._waited_s = 0
        self._publish(json.dumps(found).encode())

    def look(self, passed_s):
        """Publish when there is news, or when it is time; ``passed_s`` since the last look."""
        self._waited_s += passed_s
        if self._waited_s >= EVERY_S or self._calm(self.read()) != self._told:
            self.tell()

    async def run(self, sleep):
        """Look for ever; ``sleep`` is asyncio's."""
        while True:
            self.look(_LOOK_S)
            await sleep(_LOOK_S)

    def _calm(self, found):
        return json.dumps([found[key] for key in sorted(found) if key not in RESTLESS])


def read_sensors(sensors, states, unknown=()):
    """{name: state} of sensors, with what the last error was of those that failed.

    ``unknown`` are names in the configuration of which this board has no sensor.
    """
    found = dict.fromkeys(unknown, "not on this board")
    for sensor in sensors:
        said = states[sensor.state]
        found[sensor.name] = "%s: %s" % (said, sensor.error) if said == "failed" else said
    return found
