"""What the files of an export are, for people and programs: a Data Package (datapackage.org).

Fields, units and descriptions come from the table of quantities.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, CORRECTED

TITLE = "Local measurements of the living environment"
FLAGS = "QARTOD flag: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing"
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Table:
    """One kind of file: its key, and the columns before the quantities as (name, facts)."""

    name: str
    title: str
    key: tuple[str, ...]
    first: tuple[tuple[str, dict[str, str]], ...]

    def header(self, keys: Sequence[str]) -> list[str]:
        """Names of all columns of a file with these quantities."""
        return [field["name"] for field in self.fields(keys)]

    def fields(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """What each column is."""
        fields: list[dict[str, Any]] = [{"name": name, **facts} for name, facts in self.first]
        for key in keys:
            quantity = BY_KEY[key]
            value = {"name": key, "type": "number", "title": quantity.en, "unit": quantity.unit}
            step = f"{quantity.en} in steps of {1 / quantity.per:g}, unit in UCUM; empty is missing"
            fields.append({**value, "description": step})
            allowed = {"enum": [flag.value for flag in Flag], "required": True}
            flag = {"name": f"{key}_flag", "type": "integer", "description": FLAGS}
            fields.append({**flag, "constraints": allowed})
        for key in (key for key in keys if key in CORRECTED):
            quantity = BY_KEY[key]
            told = f"{quantity.en}, corrected by calibration; empty is not corrected"
            value = {"name": f"{key}_corrected", "type": "number", "unit": quantity.unit}
            fields.append({**value, "description": told})
        if set(keys) & set(CORRECTED):
            told = "By what values were corrected: a number of corrections in datapackage.json"
            fields.append({"name": "correction", "type": "integer", "description": told})
        return fields


@dataclass(frozen=True)
class Resource:
    """A file that was written."""

    table: Table
    month: str
    folder: Path
    place: str  # below the folder
    rows: int
    facts: Mapping[str, Any]  # of its form
    part: int = 0  # of the month

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / self.place


OBSERVATIONS = Table(
    "observations",
    "Samples of fixed nodes, by node and time",
    ("node", "time"),
    (
        ("node", {"type": "string", "description": "Name of the node"}),
        ("time", {"type": "datetime", "format": TIME, "description": "Moment of the sample, UTC"}),
        ("cell", {"type": "string", "description": "H3 cell, resolution 9; empty is no place"}),
    ),
)
RIDES = Table(
    "rides",
    "Samples of the public parts of rides, by ride and second",
    ("ride", "second"),
    (
        ("ride", {"type": "string", "format": "uuid", "description": "Name drawn for this ride"}),
        ("hour", {"type": "datetime", "format": TIME, "description": "Hour it starts in, UTC"}),
        (
            "second",
            {"type": "integer", "unit": "s", "description": "Since the public part began"},
        ),
        ("cell", {"type": "string", "description": "H3 cell, resolution 10; empty is no place"}),
    ),
)


def describe(
    files: Sequence[Resource],
    keys: Sequence[str],
    terms: Mapping[str, Any],
    corrections: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The `datapackage.json` of files with these quantities, and of what corrected them.

    ``terms`` are of ``licences.to_terms``.
    """
    return {
        "profile": "tabular-data-package",
        "name": "lokaalmeten",
        "title": TITLE,
        **terms,
        "resources": [to_resource(file, keys) for file in files],
        "corrections": list(corrections),
    }


def to_json(package: Mapping[str, Any]) -> bytes:
    """The bytes of the file."""
    return json.dumps(package, indent=2, ensure_ascii=False).encode() + b"\n"


def to_resource(file: Resource, keys: Sequence[str]) -> dict[str, Any]:
    """One file and its columns."""
    missing = {"missingValues": [""]} if file.facts["format"] == "csv" else {}
    return {
        "profile": "tabular-data-resource",
        "name": f"{file.table.name}-{file.month}" + (f"-{file.part}" if file.part else ""),
        "title": file.table.title,
        "path": file.place,
        **file.facts,
        "bytes": file.path.stat().st_size,
        "rows": file.rows,
        "schema": {
            "fields": file.table.fields(keys),
            **missing,
            "primaryKey": list(file.table.key),
        },
    }
