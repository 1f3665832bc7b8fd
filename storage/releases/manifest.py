"""What a release says of itself, in `release.json`: it is written last, and makes it visible."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lokaalmeten.errors import FormatError

from .target import Target

NAME = "release.json"
FORMAT = 1  # to be raised when an older program could not read it
VERSION = re.compile(r"([1-9][0-9]{3}-[0-9]{2})\.([1-9][0-9]*)")  # 2026-10.1: the first of a month


@dataclass(frozen=True)
class File:
    """One file of a release."""

    path: str  # below the release
    bytes: int
    sha256: str
    rows: int | None = None  # of a table


@dataclass(frozen=True)
class Manifest:
    """A release."""

    version: str
    month: str
    made_at: str  # UTC
    title: str
    publisher: str
    address: str  # where people find the target, empty when nobody said it
    citation: str
    licenses: Sequence[str]
    changes: Sequence[str]  # since the one before, in sentences
    files: Sequence[File]
    terms: Mapping[str, Any]  # of licences.to_terms; empty when withdrawn
    withdrawn: str = ""  # why its files are gone

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(file.rows or 0 for file in self.files)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def number(self) -> int:
        """Which one of its month it is, from 1 on."""
        return int(self.version.partition(".")[2])


def write_manifest(target: Target, manifest: Manifest) -> None:
    """Make a release visible, or tell that it is withdrawn."""
    content = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=2, ensure_ascii=False)
    target.write(f"{manifest.version}/{NAME}", content.encode() + b"\n")


def read_manifest(target: Target, version: str) -> Manifest:
    """A release that is there; FormatError when it is damaged or of a newer version."""
    place = f"{version}/{NAME}"
    try:
        found = json.loads(target.read(place))
        if found.pop("format") > FORMAT:
            raise FormatError(f"{target.url}/{place} was written by a newer version; install that")
        return Manifest(files=[File(**file) for file in found.pop("files")], **found)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise FormatError(f"{target.url}/{place} is damaged; restore it from a copy") from None


def read_manifests(target: Target) -> list[Manifest]:
    """All releases that are visible, the oldest month first and in the order of their numbers."""
    versions = [name for name in target.names() if VERSION.fullmatch(name)]
    there = [name for name in versions if target.has(f"{name}/{NAME}")]
    found = [read_manifest(target, version) for version in there]
    return sorted(found, key=lambda manifest: (manifest.month, manifest.number))
