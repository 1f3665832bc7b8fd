"""What a release is, for people, for archives and for programs.

datapackage.json    tables, columns, licences, checksums (datapackage.org)
datacite.json       what a DOI asks for (DataCite Metadata Schema 4.5, as JSON)
CHANGELOG.md        what changed since the release before, of all of this month
SHA256SUMS          for `sha256sum --check`
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from lokaalmeten.geo import to_centres

from ..licences import Role
from ..package import TITLE
from .changes import Changes
from .manifest import File, Manifest

WORDS = (
    "Samples of sensors of citizens and municipalities, checked and not smoothed, with a QARTOD"
    " flag for each value; indicative, not an official measurement. Fixed nodes stand in H3 cells"
    " of resolution 9; of rides only the middle is told, in cells of resolution 10, without a name."
)
SUBJECTS = ("air quality", "noise", "climate", "citizen science", "sensor")
SCHEMA = "http://datacite.org/schema/kernel-4"
DEGREES = 4  # decimals of the box: 10 m, of centres of cells


def cite(publisher: str, version: str, year: int, sentence: str) -> str:
    """One sentence to quote a release by; ``sentence`` is of ``licences.to_sentence``."""
    return f"{publisher} ({year}): {TITLE}, {version[:7]}. Version {version}. {sentence}"


def to_package(exported: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    """The `datapackage.json` of an export, with what makes it a release."""
    sums = {file.path: file.sha256 for file in manifest.files}
    told = [each | {"hash": f"sha256:{sums[each['path']]}"} for each in exported["resources"]]
    return {
        **exported,
        "title": manifest.title,
        "description": WORDS,
        "version": manifest.version,
        "created": manifest.made_at,
        "citation": manifest.citation,
        "resources": told,
    }


def to_datacite(
    manifest: Manifest, parties: Mapping[str, Role], box: Sequence[float] | None
) -> dict[str, Any]:
    """What is needed to register a DOI; ``box`` is west, south, east, north in degrees."""
    day = datetime.fromisoformat(manifest.made_at)
    kinds = {"individual": "Personal", "institutional": "Organizational"}
    named = [{"name": name, "nameType": kinds[role]} for name, role in parties.items()]
    others = {"name": f"Contributors of {manifest.publisher}", "nameType": "Organizational"}
    first, last = find_days(manifest.month)
    sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    place = [] if box is None else [{"geoLocationBox": dict(zip(sides, box, strict=True))}]
    address = {"url": f"{manifest.address}/{manifest.version}/"} if manifest.address else {}
    return {
        "creators": [*named, others],
        "titles": [{"title": manifest.title, "lang": "en"}],
        "publisher": {"name": manifest.publisher},
        "publicationYear": f"{day:%Y}",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Sensor measurements"},
        "subjects": [{"subject": word} for word in SUBJECTS],
        "dates": [
            {"date": f"{first}/{last}", "dateType": "Collected"},
            {"date": f"{day:%Y-%m-%d}", "dateType": "Issued"},
        ],
        "language": "en",
        "version": manifest.version,
        "sizes": [f"{manifest.rows} rows", f"{manifest.bytes} bytes"],
        "formats": ["application/vnd.apache.parquet"],
        "rightsList": [to_rights(each) for each in manifest.terms["licenses"]],
        "descriptions": [{"description": WORDS, "descriptionType": "Abstract", "lang": "en"}],
        "geoLocations": place,
        **address,
        "schemaVersion": SCHEMA,
    }


def to_rights(licence: Mapping[str, str]) -> dict[str, str]:
    """A licence as DataCite has it."""
    return {
        "rights": licence["title"],
        "rightsUri": licence["path"],
        "rightsIdentifier": licence["name"],
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }


def find_days(month: str) -> tuple[str, str]:
    """First and last day of a month.

    >>> find_days("2024-02")
    ('2024-02-01', '2024-02-29')
    """
    first = datetime.strptime(month, "%Y-%m")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"


def find_box(paths: Sequence[Path]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the centres of all cells in files; None without any."""
    found: set[str] = set()
    for path in paths:
        for batch in pq.ParquetFile(path).iter_batches(columns=["cell"]):
            found.update(batch.column(0).unique().drop_null().to_pylist())
    if not found:
        return None
    lat, lon = to_centres(np.array([int(cell, 16) for cell in found], np.int64))
    sides = (lon.min(), lat.min(), lon.max(), lat.max())
    west, south, east, north = (round(float(side), DEGREES) for side in sides)
    return west, south, east, north


def to_sums(files: Sequence[File]) -> bytes:
    """Lines as `sha256sum` writes and checks them."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files).encode()


def say_changes(changes: Mapping[str, Changes]) -> list[str]:
    """Sentences on what changed in each table, and why that happens."""
    return [line for name, each in changes.items() for line in say_table(name, each)]


def say_table(name: str, changes: Changes) -> list[str]:
    """The same of one table."""
    kind, said = ("nodes" if name == "observations" else "rides"), []
    if changes.added:
        new = f", {changes.came} {kind} that are new" if changes.came else ""
        said.append(f"{name}: {changes.added:,} rows added: pages that came late{new}")
    if changes.removed:
        gone = f", {changes.left} {kind} that left" if changes.left else ""
        said.append(f"{name}: {changes.removed:,} rows removed: not public any more{gone}")
    if changes.remeasured:
        said.append(f"{name}: {changes.remeasured:,} rows with another raw value or place")
    if changes.judged:
        said.append(f"{name}: {changes.judged:,} rows with other flags: checks looked again")
    if changes.corrected:
        said.append(f"{name}: {changes.corrected:,} rows corrected otherwise: calibrations changed")
    return said


def to_changelog(manifests: Sequence[Manifest]) -> bytes:
    """Releases of a month, the newest first."""
    lines = ["# Changelog\n"]
    for manifest in reversed(manifests):
        lines.append(f"\n## {manifest.version}, {manifest.made_at[:10]}\n\n")
        said = [f"Withdrawn: {manifest.withdrawn}"] if manifest.withdrawn else manifest.changes
        lines += [f"- {line}\n" for line in said]
    return "".join(lines).encode()
