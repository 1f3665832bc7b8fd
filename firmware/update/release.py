"""A release: one file with everything that a node needs to judge and install it.

    MMMM llll manifest signature contents

    M  magic, the letters "LMR1"
    l  length of the manifest, u32, little-endian
    manifest   JSON: {"format": 1, "version": "1.4.0", "channel": "stable",
                      "files": [{"path": ..., "bytes": ..., "sha256": ...}, ...]}
    signature  ECDSA P-256 with SHA-256 of all bytes before it: r and s, 32 bytes each
    contents   of the files, in the order of the manifest

The signature comes before the contents, so that nothing is fetched that nobody signed.
"""

import binascii
import hashlib
import json
import struct

from micropython import const

from firmware.version import to_number

MAGIC = b"LMR1"
HEAD = "<4sI"
HEAD_BYTES = 8
SIGNATURE_BYTES = 64
MOST_MANIFEST = 32768
MOST_FILES = 200
_MOST_FILE = const(65536)
_MOST_TOTAL = const(1048576)
FOLDERS = ("firmware", "lokaalmeten")
CHANNELS = ("stable", "test")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def read_length(head):
    """Length of the manifest; raises ValueError when this is no release."""
    if len(head) != HEAD_BYTES:
        raise ValueError("the release is cut off")
    magic, length = struct.unpack(HEAD, head)
    if magic != MAGIC:
        raise ValueError("it is not a release")
    if not 0 < length <= MOST_MANIFEST:
        raise ValueError("its manifest has %d bytes" % length)
    return length


def digest(head, manifest):
    """What is signed."""
    signed = hashlib.sha256(head)
    signed.update(manifest)
    return signed.digest()


def read_keys(text):
    """Public keys of those who may sign, one a line, x and y in hex; [] for none."""
    keys = []
    for line in (text or b"").decode().split():
        try:
            keys.append(binascii.unhexlify(line))
        except ValueError:
            continue
    return [key for key in keys if len(key) == 64]


def read_manifest(content):
    """Manifest as a dictionary; raises ValueError with a sentence when it is not one."""
    try:
        manifest = json.loads(content)
    except (ValueError, UnicodeError):
        raise ValueError("its manifest is not JSON") from None
    if type(manifest) is not dict or manifest.get("format") != 1:
        raise ValueError("its manifest has a format that this node does not know")
    if to_number(manifest.get("version")) is None:
        raise ValueError("its manifest names no version")
    if manifest.get("channel") not in CHANNELS:
        raise ValueError("its manifest names no channel")
    check_files(manifest.get("files"))
    return manifest


def check_files(files):
    """Raise ValueError unless every file has a place and a size that are possible."""
    if type(files) is not list or not 0 < len(files) <= MOST_FILES:
        raise ValueError("its manifest lists no files, or too many")
    paths = set()
    total = 0
    for file in files:
        if type(file) is not dict or not is_path(file.get("path")):
            raise ValueError("its manifest names a file that may not be written")
        size = file.get("bytes")
        if type(size) is not int or not 0 <= size <= _MOST_FILE:
            raise ValueError("%s has an impossible size" % file["path"])
        if type(file.get("sha256")) is not str or len(file["sha256"]) != 64:
            raise ValueError("%s has no SHA-256" % file["path"])
        paths.add(file["path"])
        total += size
    if len(paths) != len(files):
        raise ValueError("its manifest names a file twice")
    if total > _MOST_TOTAL:
        raise ValueError("it has %d bytes, more than fit" % total)
    if "firmware/main.py" not in paths and "firmware/main.mpy" not in paths:
        raise ValueError("it has no main.py")


def is_path(path):
    """Tell whether a path leads into the software and nowhere else: firmware/link/mqtt.py."""
    if type(path) is not str or len(path) > 80:
        return False
    parts = path.split("/")
    name, _, kind = parts[-1].partition(".")
    if len(parts) < 2 or parts[0] not in FOLDERS or kind not in ("py", "mpy"):
        return False
    return all(part and all(letter in LETTERS for letter in part) for part in parts[:-1] + [name])


def refuse(manifest, running, refused, wanted, share, node):
    """Say in a sentence why this node does not take a release; None when it does.

    ``running`` is its version, ``refused`` the one that did not do well, ``wanted`` the setting
    "update" of its configuration, ``share`` the percentage of nodes that are asked.
    """
    version = manifest["version"]
    if wanted == "off":
        return "updates are switched off here"
    if to_number(wanted) is not None and version != wanted:
        return "this node is to stay at %s" % wanted
    if version == running:
        return "%s is running" % version
    if (to_number(version) or 0) < (to_number(running) or 0):
        return "%s is older than %s, which is running" % (version, running)
    if version == refused:
        return "%s was tried here and did not do well" % version
    if manifest["channel"] == "test" and wanted == "stable":
        return "%s is a test release" % version
    if to_place(node, version) >= share:
        return "this node is not among the first %d %%" % share
    return None


def to_place(node, version):
    """Where a node stands in the order in which a release is handed out: 0 to 99.

    The same for ever for one release; another for the next, so that not always the same go first.
    """
    drawn = hashlib.sha256((node + " " + version).encode()).digest()
    return struct.unpack("<I", drawn[:4])[0] % 100
