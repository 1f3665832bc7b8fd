"""The updater: from a command to a release that is tried.

    ask for a release -> fetch its manifest -> is it signed, and wanted here? -> fetch what changed
    -> read all of it back from flash -> have boot.py try it -> restart

What was asked for lies in update.json until it is installed or refused: a node that is switched off
in between goes on where it was, file by file.
"""

import asyncio
import json

from micropython import const

from firmware.loading import forget

WANTED = "update.json"
WAITS_S = (10, 60, 300, 1800, 3600)  # after a failure; the last one repeats
_MOST_TRIES = const(30)  # a day
INSTALLER = (  # what is loaded to install a release, and takes a tenth of the memory
    "firmware.update.installer",
    "firmware.update.download",
    "firmware.update.release",
    "firmware.update.p256",
)


class Updater:
    """Installs releases into the spare folder, one at a time."""

    def __init__(self, files, slots, connect, node, wanted, running, restart):
        """``connect(host, port, tls)`` as of asyncio, ``wanted`` the setting "update".

        ``running`` is the version of this software; ``restart()`` is called when a release is to
        be tried.
        """
        self.said = ""  # how it stands, for people
        self._files = files
        self._slots = slots
        self._connect = connect
        self._node = node
        self._wanted = wanted
        self._running = running
        self._restart = restart
        self._asked = asyncio.Event()
        if files.read(WANTED) is not None:
            self._asked.set()

    def ask(self, url, share=100):
        """Have a release installed soon; raises ValueError for what is no address."""
        from firmware.update.download import read_url

        read_url(url)
        forget("firmware.update.download")
        self._files.write(WANTED, json.dumps({"url": url, "share": share}).encode())
        self.said = "asked for"
        self._asked.set()

    async def run(self, sleep=asyncio.sleep):
        """Do what is asked for, for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self._try(sleep)

    async def _try(self, sleep):
        """Install what is asked for; what fails by the network is tried again."""
        wanted = None
        for tries in range(_MOST_TRIES):
            wanted = read_wanted(self._files)
            if wanted is None:
                break
            try:
                version = await self.install(wanted["url"], wanted["share"])
            except ValueError as error:
                self.said = "refused: %s" % error
                break
            except (OSError, asyncio.TimeoutError) as error:
                self.said = "waiting: %s" % (error or "no answer")
                await sleep(WAITS_S[min(tries, len(WAITS_S) - 1)])
            else:
                self.said = "restarting into %s" % version
                self._restart()
                break
        if read_wanted(self._files) == wanted:  # else something newer was asked for meanwhile
            self._files.remove(WANTED)

    async def install(self, url, share=100):
        """Fetch and check a release and have it tried; its version.

        Raises ValueError with a sentence when it is refused, OSError when it does not come.
        """
        if self._slots.on_trial:
            raise OSError("%s is still on trial" % self._running)
        from firmware.update.installer import Installer

        installer = Installer(
            self._files,
            self._slots,
            self._connect,
            self._node,
            self._wanted,
            self._running,
            self._say,
        )
        try:
            version = await installer.install(url, share)
        finally:
            forget(*INSTALLER)
        self._files.remove(WANTED)
        return version

    def _say(self, text):
        self.said = text


def read_wanted(files):
    """What was asked for; None when nothing is, or nothing that can be read."""
    try:
        wanted = json.loads(files.read(WANTED) or b"")
        return {"url": wanted["url"], "share": wanted["share"]}
    except (ValueError, KeyError, TypeError):
        return None
