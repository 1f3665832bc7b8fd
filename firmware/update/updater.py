"""The updater: from a command to a release that is tried.

    ask for a release -> fetch its manifest -> is it signed, and wanted here? -> fetch what changed
    -> read all of it back from flash -> have boot.py try it -> restart

What was asked for lies in update.json until it is installed or refused: a node that is switched off
in between goes on where it was, file by file.
"""

import asyncio
import binascii
import hashlib
import json

from firmware.update.download import open_download, read_url
from firmware.update.p256 import verify_in_steps
from firmware.update.release import (
    HEAD_BYTES,
    SIGNATURE_BYTES,
    digest,
    read_keys,
    read_length,
    read_manifest,
    refuse,
)

WANTED = "update.json"
KEYS = "release.pub"
WAITS_S = (10, 60, 300, 1800, 3600)  # after a failure; the last one repeats
MOST_TRIES = 30  # a day
RESERVE = 65536  # bytes of flash that stay free for everything else


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
        read_url(url)
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
        for tries in range(MOST_TRIES):
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
        self.said = "looking at the release"
        download = await open_download(self._connect, url, 0)
        try:
            manifest = await self._read_manifest(download)
            said = refuse(
                manifest, self._running, self._slots.refused, self._wanted, share, self._node
            )
            if said:
                raise ValueError(said)
            self._check_room(manifest)
            self._slots.prepare()
            spare = Spare(self._files, self._slots.spare, self._slots.running)
            begin = download.at
            for number, file in enumerate(manifest["files"]):
                self.said = "fetching %s, file %d" % (manifest["version"], number + 1)
                if not spare.has(file):
                    if download.at != begin:
                        await download.close()
                        download = await open_download(self._connect, url, begin)
                    await spare.fill(file, download)
                begin += file["bytes"]
                await asyncio.sleep(0)
        finally:
            await download.close()
        spare.finish(manifest["files"])
        self._slots.try_out(manifest["version"])
        self._files.remove(WANTED)
        return manifest["version"]

    async def _read_manifest(self, download):
        """Manifest that is signed by one whose key this node has."""
        keys = read_keys(self._files.read(KEYS))
        if not keys:
            raise ValueError("this node knows no key of releases")
        head = await download.read_all(HEAD_BYTES)
        content = await download.read_all(read_length(head))
        signature = await download.read_all(SIGNATURE_BYTES)
        signed = digest(head, content)
        for key in keys:
            answer = None
            for answer in verify_in_steps(key, signed, signature):  # noqa: B007 - the last one
                await asyncio.sleep(0)  # samples are taken meanwhile
            if answer:
                return read_manifest(content)
        raise ValueError("it is not signed by a key that this node knows")

    def _check_room(self, manifest):
        need = sum([file["bytes"] for file in manifest["files"]]) + RESERVE
        if self._files.free() < need:
            raise ValueError("there is no room for it: %d bytes are needed" % need)


class Spare:
    """The folder that is filled; ``running`` is the one from which unchanged files are taken."""

    def __init__(self, files, folder, running):
        self._files = files
        self._folder = folder
        self._running = running

    def has(self, file):
        """Tell whether a file is there, after taking it over when it did not change."""
        if self._hash(self._folder, file) == file["sha256"]:
            return True
        if not self._running or self._hash(self._running, file) != file["sha256"]:
            return False
        name = self._folder + "/" + file["path"]
        self._files.write(name, self._files.read(self._running + "/" + file["path"], file["bytes"]))
        return True

    async def fill(self, file, download):
        """Write a file from what comes; raises ValueError when it is not what was signed."""
        name = self._folder + "/" + file["path"]
        self._files.make_folders(name)
        seen = hashlib.sha256()
        left = file["bytes"]
        with self._files.open(self._files.path(name + ".new"), "wb") as out:
            while left:
                got = await download.read(left)
                out.write(got)
                seen.update(got)
                left -= len(got)
        if to_hex(seen) != file["sha256"]:
            raise ValueError("%s is not what was signed" % file["path"])
        self._files.rename(name + ".new", name)

    def finish(self, files):
        """Remove what is not part of the release; raises OSError unless all reads back right."""
        wanted = {self._folder + "/" + file["path"] for file in files}
        for name in self._files.names(self._folder):
            if name not in wanted:
                self._files.remove(name)
        for file in files:
            if self._hash(self._folder, file) != file["sha256"]:
                raise OSError("%s is not on flash as it was written" % file["path"])

    def _hash(self, folder, file):
        """SHA-256 of a file as it is on flash; None when it is not there."""
        seen = hashlib.sha256()
        try:
            with self._files.open(self._files.path(folder + "/" + file["path"]), "rb") as content:
                while True:
                    got = content.read(512)
                    if not got:
                        return to_hex(seen)
                    seen.update(got)
        except OSError:
            return None


def read_wanted(files):
    """What was asked for; None when nothing is, or nothing that can be read."""
    try:
        wanted = json.loads(files.read(WANTED) or b"")
        return {"url": wanted["url"], "share": wanted["share"]}
    except (ValueError, KeyError, TypeError):
        return None


def to_hex(digest):
    """Text of a SHA-256 that is complete."""
    return binascii.hexlify(digest.digest()).decode()
