"""One release of one month, from the database to where people find it.

1. look which releases of the month there are
2. write the month to a folder of our own, as `meten db export` does
3. count what changed since the last one; when nothing did, end here
4. describe it
5. send the files and read them back
6. write `release.json`, which makes it visible, and the list of all releases

A release is never written over: what others have cited stays what it was. Only withdrawing.py takes
files away, for what should not have been public.
"""

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lokaalmeten.errors import FormatError

from ..export import PACKAGE, export
from ..failures import Connection
from ..licences import Role, list_parties, read_licensed, to_sentence
from ..manifest import read_digest
from ..package import OBSERVATIONS, RIDES, TIME, TITLE, Resource, Table, to_json
from ..parquet import PARQUET
from .changes import Changes, compare
from .description import (
    cite,
    find_box,
    say_changes,
    to_changelog,
    to_datacite,
    to_package,
    to_sums,
)
from .listing import write_index
from .manifest import (
    NAME,
    File,
    Manifest,
    read_manifests,
    write_manifest,
)
from .target import Target

TABLES = (OBSERVATIONS, RIDES)
SUMS = "SHA256SUMS"
TERMS = ("licenses", "contributors", "nodes")  # of licences.to_terms
MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")

Told = Callable[[str, float, float], None]  # what is done, how much of it, and of how much


@dataclass(frozen=True)
class Publisher:
    """Who publishes, and where people find it: an address, or empty."""

    name: str
    address: str = ""


def find_month(now: datetime, month: str = "") -> tuple[datetime, datetime]:
    """First moment of a month (UTC) and of the next; the last whole one when none is named.

    Raises FormatError for what is no month, and for one that is not over.
    """
    if month and not MONTH.fullmatch(month):
        raise FormatError(f"a month is written as 2026-10, not {month!r}")
    this = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = (this - timedelta(days=1)).replace(day=1)
    if month:
        start = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)
    if start >= this:
        raise FormatError(f"{month} is not over yet; a release is of a whole month, in UTC")
    return start, (start + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True)
class Draft:
    """A month as it was written, in a folder of our own."""

    folder: Path
    start: datetime
    stop: datetime
    resources: Sequence[Resource]
    package: Mapping[str, Any]  # of the export

    @property
    def month(self) -> str:
        """Such as 2026-10."""
        return f"{self.start:%Y-%m}"

    @property
    def terms(self) -> dict[str, Any]:
        """What it says of licences."""
        return {key: self.package[key] for key in TERMS if key in self.package}


def publish(
    connection: Connection,
    target: Target,
    month: str,
    publisher: Publisher,
    now: datetime,
    told: Told = lambda _what, _done, _total: None,
) -> Manifest | None:
    """Release a month, the last whole one for ""; None when nothing changed since its last release.

    Raises StorageError when the database refuses, FormatError for a month without anything public
    and for a target that cannot be used.
    """
    start, stop = find_month(now, month)
    earlier = [each for each in read_manifests(target) if each.month == f"{start:%Y-%m}"]
    with tempfile.TemporaryDirectory(prefix="meten-release-") as made:
        draft = write_draft(connection, Path(made), start, stop, told)
        changes = find_changes(target, earlier, draft, Path(made))
        if not changes:
            write_index(target)  # of a run that was cut off before
            return None
        manifest = to_manifest(draft, earlier, changes, publisher, now)
        parties = list_parties(read_licensed(connection, start, stop))
        described = write_descriptions(draft, manifest, earlier, parties)
        manifest = replace(manifest, files=[*manifest.files, *described])
        send(target, draft.folder, manifest, told)
    write_index(target)
    return manifest


def write_draft(
    connection: Connection, made: Path, start: datetime, stop: datetime, told: Told
) -> Draft:
    """Write the tables of a month, and their columns."""

    def tell(done: float, total: int) -> None:
        told("writing", done, total)

    folder = made / "release"
    resources = export(connection, folder, start, stop, form=PARQUET, told=tell)
    return Draft(folder, start, stop, resources, json.loads((folder / PACKAGE).read_bytes()))


def find_changes(
    target: Target, earlier: Sequence[Manifest], draft: Draft, folder: Path
) -> list[str]:
    """What is to be told of a release beside the one before; nothing when they are the same.

    Raises FormatError when there is nothing to release at all.
    """
    last = earlier[-1] if earlier else None
    if last is None or last.withdrawn:
        if not draft.resources:
            raise FormatError(f"nothing public lies in {draft.month}")
        rows = ", ".join(f"{each.table.name} {each.rows:,} rows" for each in draft.resources)
        return [f"{'First' if last is None else 'Anew, after a withdrawal'}: {rows}"]
    files = {each.table.name: each.path for each in draft.resources}
    changes = {
        table.name: compare_with(target, last, table, files.get(table.name), folder)
        for table in TABLES
    }
    said = say_changes(changes)
    if draft.terms != last.terms:
        said.append("licences, or who is named for them, changed")
    return said


def compare_with(
    target: Target, last: Manifest, table: Table, after: Path | None, folder: Path
) -> Changes:
    """What changed in a table since a release, which is fetched only where the bytes differ."""
    file = next((each for each in last.files if each.path.startswith(f"{table.name}/")), None)
    if file is None:
        return compare(table, None, after)
    if after is not None and read_digest(after) == file.sha256:
        return Changes()
    before = folder / f"before-{table.name}.parquet"
    target.fetch(f"{last.version}/{file.path}", before)
    if read_digest(before) != file.sha256:
        raise FormatError(f"{target.url}/{last.version}/{file.path} is not what was released")
    return compare(table, before, after)


def to_manifest(
    draft: Draft,
    earlier: Sequence[Manifest],
    changes: Sequence[str],
    publisher: Publisher,
    now: datetime,
) -> Manifest:
    """What a release says of itself, with its tables for files."""
    version = f"{draft.month}.{earlier[-1].number + 1 if earlier else 1}"
    return Manifest(
        version=version,
        month=draft.month,
        made_at=f"{now.astimezone(UTC):{TIME}}",
        title=f"{TITLE}, {draft.month}",
        publisher=publisher.name,
        address=publisher.address.rstrip("/"),
        citation=cite(publisher.name, version, now.year, to_sentence(draft.terms)),
        licenses=[each["name"] for each in draft.terms["licenses"]],
        changes=list(changes),
        files=[to_file(draft.folder, each.path, each.rows) for each in draft.resources],
        terms=draft.terms,
    )


def write_descriptions(
    draft: Draft, manifest: Manifest, earlier: Sequence[Manifest], parties: Mapping[str, Role]
) -> list[File]:
    """Write what tells people, archives and programs of a release; the files."""
    named = {each["title"] for each in draft.terms.get("contributors", ())}
    tables = [each.path for each in draft.resources]
    kept: dict[str, Role] = {name: role for name, role in parties.items() if name in named}
    datacite = to_datacite(manifest, kept, find_box(tables))
    contents = {
        PACKAGE: to_json(to_package(draft.package, manifest)),
        "datacite.json": to_json(datacite),
        "CHANGELOG.md": to_changelog([*earlier, manifest]),
    }
    for name, content in contents.items():
        (draft.folder / name).write_bytes(content)
    files = [to_file(draft.folder, draft.folder / name) for name in contents]
    (draft.folder / SUMS).write_bytes(to_sums([*manifest.files, *files]))
    return [*files, to_file(draft.folder, draft.folder / SUMS)]


def to_file(folder: Path, path: Path, rows: int | None = None) -> File:
    """Facts of a file of a release."""
    place = path.relative_to(folder).as_posix()
    return File(place, path.stat().st_size, read_digest(path), rows)


def send(target: Target, folder: Path, manifest: Manifest, told: Told) -> None:
    """Send the files, read them back, and make the release visible.

    What a run that was cut off has left under the same number goes. Raises FormatError when a
    file is not what was sent, and when another run was first.
    """
    for done, file in enumerate(manifest.files):
        told("sending", done, len(manifest.files))
        target.send(folder / file.path, f"{manifest.version}/{file.path}")
    for done, file in enumerate(manifest.files):
        told("reading back", done, len(manifest.files))
        target.check(f"{manifest.version}/{file.path}", file.bytes, file.sha256)
    ours = {f"{manifest.version}/{file.path}" for file in manifest.files}
    if target.has(f"{manifest.version}/{NAME}"):
        raise FormatError(f"{target.url}: another run released {manifest.version} meanwhile")
    for place in target.find(manifest.version):
        if place not in ours:
            target.remove(place)
    write_manifest(target, manifest)
