"""`meten zone add`: zones of a file of GeoJSON.

1. read the file as features
2. name each, and refuse a name that comes twice
3. find the cells of each; one that cannot be a zone is left out
4. write it
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from lokaalmeten.errors import FormatError, LokaalmetenError, StorageError
from storage.pool import connect
from storage.zones import find_zone_cells, write_zone

SHAPES = ("Polygon", "MultiPolygon")
Feature = Mapping[str, Any]


@dataclass(frozen=True)
class Naming:
    """How zones are named: by properties, or a single one as given."""

    name_from: str | None = None
    label_from: str | None = None
    name: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Named:
    """A zone of a file."""

    name: str
    label: str
    outline: Feature


def run_add(dsn: str, file: Path, kind: str, naming: Naming, out: Console) -> bool:
    """Write the zones of a file and say so; False when some could not be one."""
    left_out: list[StorageError] = []
    with connect(dsn) as connection:
        zones = list(name_features(file, read_features(file), naming))
        quiet = not out.is_terminal  # or it would write an empty line
        for zone in track(zones, "adding", console=out, transient=True, disable=quiet):
            try:
                cells = find_zone_cells(zone.name, kind, zone.label, zone.outline)
            except StorageError as error:
                left_out.append(error)
            else:
                write_zone(connection, zone.name, kind, zone.label, zone.outline, cells)
    if len(zones) == len(left_out) == 1:
        raise left_out[0]
    for error in left_out:
        out.print(f"left out: {error}", markup=False, highlight=False, soft_wrap=True)
    added = len(zones) - len(left_out)
    noun = "zone" if added == 1 else "zones"
    out.print(
        f"{added} {noun} of {file}; see: meten zone list",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return not left_out


def read_features(file: Path) -> list[Feature]:
    """Features of a file, a bare shape as one without properties. Raises FormatError."""
    try:
        whole: Any = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise FormatError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{file}: is not JSON: {error}") from error
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind in SHAPES:
        return [{"geometry": whole}]
    features: Any = whole.get("features") if kind == "FeatureCollection" else [whole]
    if not isinstance(features, list) or not features or not all(map(is_feature, features)):
        said = "a FeatureCollection, a Feature, a Polygon or a MultiPolygon"
        raise FormatError(f"{file}: is no GeoJSON of areas: expected {said}")
    return features


def is_feature(thing: object) -> bool:
    """Tell whether something of a file is a feature with a shape."""
    return (
        isinstance(thing, dict)
        and thing.get("type") == "Feature"
        and isinstance(thing.get("geometry"), dict)
        and isinstance(thing.get("properties") or {}, dict)
    )


def name_features(file: Path, features: Sequence[Feature], naming: Naming) -> Iterator[Named]:
    """Name each feature of a file. Raises FormatError for one that cannot be named."""
    if (naming.name is None) == (naming.name_from is None):
        raise LokaalmetenError("say how to name zones: either --name-from PROPERTY or --name NAME")
    if naming.name is not None and len(features) > 1:
        raise FormatError(f"{file}: has {len(features)} features: name them with --name-from")
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        named = name_feature(f"{file}: feature {number}", feature, naming)
        if named.name in numbers:
            those = f"{numbers[named.name]} and {number}"
            raise FormatError(f"{file}: features {those} are both called {named.name}")
        numbers[named.name] = number
        yield named


def name_feature(where: str, feature: Feature, naming: Naming) -> Named:
    """Name one feature; of a property a name is made of what may be in one."""
    properties = feature.get("properties") or {}
    called = naming.name
    if naming.name_from is not None:
        called = read_property(where, properties, naming.name_from)
    assert called is not None
    label = naming.label or called
    if naming.label_from is not None:
        label = read_property(where, properties, naming.label_from)
    name = called if naming.name_from is None else to_name(called)
    return Named(name, label, feature["geometry"])


def read_property(where: str, properties: Mapping[str, Any], key: str) -> str:
    """A property as text. Raises FormatError with what there is when it is not there."""
    value = properties.get(key)
    if not isinstance(value, str | int) or not str(value).strip():
        there = ", ".join(map(str, properties)) or "none"
        raise FormatError(f"{where} has no property {key}; it has: {there}")
    return str(value).strip()


def to_name(called: str) -> str:
    """A name of letters, digits and - of any text.

    >>> to_name("GM0344"), to_name("Súdwest-Fryslân"), to_name("'s-Hertogenbosch")
    ('gm0344', 'sudwest-fryslan', 's-hertogenbosch')
    """
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
