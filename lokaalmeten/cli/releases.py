"""Releases of the node software: the one file that a node fetches, and the key that signs it.

How it is laid out is drawn in firmware/update/release.py.
"""

import hashlib
import json
import os
import re
import struct
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from lokaalmeten.errors import LokaalmetenError

SHARED = ("lokaalmeten/__init__.py", "lokaalmeten/wire.py")
LEFT_OUT = ("firmware/root/", "firmware/simulated/", "firmware/typings/", "firmware/manifest.py")
VERSION = re.compile(r'^VERSION = "([0-9.]+)"', re.MULTILINE)
MAGIC = b"LMR1"


class ReleaseError(LokaalmetenError):
    """A release cannot be made, or a key not be used."""


def make_key(path: Path) -> str:
    """Write a new private key, which only its owner can read; its public key as nodes want it."""
    key = ec.generate_private_key(ec.SECP256R1())
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ReleaseError(f"{path} cannot be made: {error.strerror}") from None
    with os.fdopen(file, "wb") as out:
        out.write(written)
    return to_public(key)


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Private key of a file; refuses one that others can read, as ssh does."""
    try:
        mode = path.stat().st_mode & 0o777
        content = path.read_bytes()
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise ReleaseError(f"others can read {path} (mode {mode:o}): chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        raise ReleaseError(f"{path} holds no private key that can be used") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ReleaseError(f"{path} holds a key of another kind than ECDSA P-256")
    return key


def to_public(key: ec.EllipticCurvePrivateKey) -> str:
    """Line of release.pub: x and y of the public key, in hex."""
    numbers = key.public_key().public_numbers()
    return (numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")).hex()


def read_software(folder: Path) -> dict[str, bytes]:
    """Everything that a node runs, by its path; ``folder`` is a checkout of this repository."""
    found = sorted(path.relative_to(folder).as_posix() for path in folder.glob("firmware/**/*.py"))
    names = [name for name in found if not name.startswith(LEFT_OUT)]
    if "firmware/main.py" not in names:
        raise ReleaseError(f"{folder.absolute()} has no node software: run it in the repository")
    return {name: (folder / name).read_bytes() for name in [*SHARED, *names]}


def read_version(software: dict[str, bytes]) -> str:
    """Version of the software, as firmware/version.py says it."""
    found = VERSION.search(software.get("firmware/version.py", b"").decode())
    if found is None:
        raise ReleaseError("firmware/version.py names no version")
    return found[1]


def make_release(
    software: dict[str, bytes], key: ec.EllipticCurvePrivateKey, channel: str = "stable"
) -> bytes:
    """One file that a node can judge and install."""
    manifest = {
        "format": 1,
        "version": read_version(software),
        "channel": channel,
        "files": [
            {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in software.items()
        ],
    }
    written = json.dumps(manifest, separators=(",", ":")).encode()
    signed = struct.pack("<4sI", MAGIC, len(written)) + written
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return signed + signature + b"".join(software.values())
