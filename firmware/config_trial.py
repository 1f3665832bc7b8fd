"""The trial of a configuration: it is good when it leads to the broker, and else taken back.

Loaded at the start, and forgotten when what is wanted is what was good before.
"""

from firmware.config import BAD, ERROR, GOOD, WANTED, read

DEADLINE_S = 600  # for the first connection with a new configuration
LINK = ("node", "networks", "broker")  # what leads to a connection


class Trial:
    """Whether the configuration that runs leads to a connection."""

    def __init__(self, files):
        """Look whether it is another one than the last good one, in what leads to the broker."""
        self._files = files
        wanted, good = files.read(WANTED), files.read(GOOD)
        self._wanted = wanted if wanted is not None and not read(wanted)[1] else None
        self.over = self._wanted is None or self._wanted == good  # nothing is to be tried or kept
        self.on = self._wanted is not None and good is not None and link_of(wanted) != link_of(good)

    def note_connection(self):
        """The broker let us in: what runs is good."""
        if self._wanted is not None and self._wanted != self._files.read(GOOD):
            self._files.write(GOOD, self._wanted)
        self.on = False

    def look(self, uptime_s):
        """Put the good one back when it takes too long; True: restart to use it."""
        if not self.on or uptime_s < DEADLINE_S:
            return False
        said = "the new configuration led to no connection in %d minutes" % (DEADLINE_S // 60)
        self._files.write(BAD, self._wanted)
        self._files.write(ERROR, (said + "; the one before is used (see config.bad.json)").encode())
        self._files.write(WANTED, self._files.read(GOOD))
        self.on = False
        return True


def link_of(content):
    """What in a configuration leads to a connection."""
    found, problems = read(content)
    return None if problems else [found.get(key) for key in LINK]
