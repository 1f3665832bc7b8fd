"""Which releases there are: `index.json` beside them, made of what each says of itself."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from lokaalmeten.errors import FormatError

from .manifest import Manifest, read_manifests
from .target import Target

INDEX = "index.json"


class Listed(NamedTuple):
    """A release as a feed or a catalogue tells it."""

    id: str  # its version
    month: str
    title: str
    url: str  # of its datapackage.json
    updated: datetime
    summary: str
    licenses: tuple[str, ...]
    rows: int
    bytes: int
    is_latest: bool  # of its month, and not withdrawn


def list_releases(target: str) -> list[Listed]:
    """All releases in a folder or at an address, the newest first; none where there is no list.

    Raises FormatError for a place that cannot be read.
    """
    place = Target(target)
    if not place.has(INDEX):
        return []
    try:
        found = json.loads(place.read(INDEX))
        return [to_listed(place.url, each) for each in found["releases"]]
    except (ValueError, TypeError, KeyError):
        raise FormatError(f"{place.url}/{INDEX} is damaged; the next release mends it") from None


def to_listed(url: str, told: dict[str, Any]) -> Listed:
    """One release of the index; where nobody said where people find it, as the target is named."""
    start = told["address"] or url
    return Listed(
        told["version"],
        told["month"],
        told["title"],
        f"{start}/{told['version']}/datapackage.json",
        datetime.fromisoformat(told["updated"]),
        told["summary"],
        tuple(told["licenses"]),
        told["rows"],
        told["bytes"],
        told["isLatest"],
    )


def write_index(target: Target) -> None:
    """Tell what is there now."""
    manifests = read_manifests(target)
    latest = {each.month: each.version for each in manifests if not each.withdrawn}
    newest = sorted(manifests, key=lambda each: (each.month, each.number), reverse=True)
    told = [to_entry(each, is_latest=latest.get(each.month) == each.version) for each in newest]
    content = json.dumps({"releases": told}, indent=2, ensure_ascii=False)
    target.write(INDEX, content.encode() + b"\n")


def to_entry(manifest: Manifest, *, is_latest: bool) -> dict[str, Any]:
    """A release in the index."""
    summary = f"withdrawn: {manifest.withdrawn}" if manifest.withdrawn else ""
    return {
        "version": manifest.version,
        "month": manifest.month,
        "title": manifest.title,
        "address": manifest.address,
        "updated": manifest.made_at,
        "summary": summary or "; ".join(manifest.changes),
        "citation": manifest.citation,
        "licenses": list(manifest.licenses),
        "rows": manifest.rows,
        "bytes": manifest.bytes,
        "isLatest": is_latest,
        "tables": {
            file.path.partition("/")[0]: f"{manifest.version}/{file.path}"
            for file in manifest.files
            if file.rows is not None
        },
    }
