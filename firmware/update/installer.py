"""How a release is installed: fetched into the spare folder, checked, and put on trial.

Loaded when one was asked for, and forgotten when it is installed or refused (`updater.py`).
"""

import asyncio
import binascii
import hashlib

from micropython import const

from firmware.update.download import open_download
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

KEYS = "release.pub"
_RESERVE = const(65536)  # bytes of flash that stay free for everything else


class Installer:
    """Installs one release into the spare folder."""

    def __init__(self, files, slots, connect, node, wanted, running, say):
        """Arguments as of `Updater`; ``say(text)`` hears how it stands."""
        self._files = files
        self._slots = slots
        self._connect = connect
        self._node = node
        self._wanted = wanted
        self._running = running
        self._say = say

    async def install(self, url, share=100):
        """Fetch and check a release and have it tried; its version.

        Raises ValueError with a sentence when it is refused, OSError when it does not come.
        """
        self._say("looking at the release")
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
                self._say("fetching %s, file %d" % (manifest["version"], number + 1))
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
        need = sum([file["bytes"] for file in manifest["files"]]) + _RESERVE
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


def to_hex(digest):
    """Text of a SHA-256 that is complete."""
    return binascii.hexlify(digest.digest()).decode()
