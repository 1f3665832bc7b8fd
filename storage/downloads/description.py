"""What a download is, for people and programs: a Data Package (datapackage.org) of one file."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..export import read_corrections
from ..failures import Connection
from ..licences import read_licensed, to_sentence, to_terms
from ..package import TIME
from .formats.form import Form
from .selection import Selection
from .table import Field, Table

WORDS = {
    "observations": (
        "samples of fixed nodes",
        "Samples of sensors of citizens and municipalities, checked, not smoothed; indicative, not"
        " an official measurement. A place is the centre of an H3 cell of resolution 9, some 350 m"
        " wide.",
    ),
    "rides": (
        "samples of rides",
        "Samples of sensors on bikes, checked, not smoothed; indicative, not an official"
        " measurement. Only the public part of each ride: begin and end are left out, its moment is"
        " known to the hour, its places to H3 cells of resolution 10, some 130 m wide.",
    ),
}


def describe(
    form: Form,
    table: Table,
    pieces: Sequence[Any],
    fields: Sequence[Field],
    terms: Mapping[str, Any],
    corrections: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The `datapackage.json` of a download; the same for the same data.

    ``terms`` are of ``licences.to_terms``.
    """
    selection = table.selection
    what, told = WORDS[selection.of]
    missing = {"missingValues": [""]} if form.media.startswith("text/csv") else {}
    schema = {"fields": [column.describe() for column in fields], **missing}
    resource = {
        "name": selection.of,
        "title": what.capitalize(),
        "path": name_file(form, selection),
        "profile": "tabular-data-resource",
        **form.facts,
        "schema": schema | {"primaryKey": table.key},
    }
    return {
        "profile": "tabular-data-package",
        "name": f"lokaalmeten-{selection.of}",
        "title": f"Lokaal meten: {what}",
        "description": told,
        **terms,
        "citation": cite(selection, pieces, to_sentence(terms)),
        "selection": to_facts(selection),
        "resources": [resource],
        "corrections": list(corrections),
    }


def find_corrections(connection: Connection, selection: Selection) -> list[dict[str, Any]]:
    """What is behind the numbers of column ``correction``, of the selected quantities."""
    if not selection.numbered:
        return []
    found = read_corrections(connection)
    return [each for each in found if each["quantity"] in selection.corrected]


def find_terms(
    connection: Connection, selection: Selection, pieces: Sequence[Any]
) -> dict[str, Any]:
    """Licences of what is selected, and who is named for them; for rides nobody is."""
    if selection.of == "rides":
        return to_terms([], rides=True)
    nodes = {piece.node for piece in pieces}
    return to_terms(read_licensed(connection, selection.start, selection.stop, nodes))


def name_file(form: Form, selection: Selection) -> str:
    """Name that tells what is in it, such as ``observations-pm25-2026-01-01-2026-02-01.csv``."""
    what = selection.keys if len(selection.keys) <= 2 else (f"{len(selection.keys)}-quantities",)
    where = [part for part in (selection.zone, *selection.nodes[:1]) if part]
    if len(selection.nodes) > 1:
        where[-1] = f"{len(selection.nodes)}-nodes"
    days = [f"{moment:%Y-%m-%d}" for moment in (selection.start, selection.stop)]
    return "-".join([selection.of, *where, *what, *days]) + form.suffix


def cite(selection: Selection, pieces: Sequence[Any], end: str) -> str:
    """One sentence to quote it by; ``end`` names people and licences."""
    count = len(pieces if selection.of == "rides" else {piece.node for piece in pieces})
    what = ", ".join(selection.keys) or "nothing"
    of = "rides" if selection.of == "rides" else "nodes"
    start, stop = (f"{moment:{TIME}}" for moment in (selection.start, selection.stop))
    said = f"Lokaal meten, {what} of {count} {of} from {start} to {stop}."
    return f"{said} {end}"


def to_facts(selection: Selection) -> dict[str, Any]:
    """What was asked for, under the names of the parameters."""
    return {
        "start": f"{selection.start:{TIME}}",
        "end": f"{selection.stop:{TIME}}",
        "quantity": list(selection.keys),
        "node": list(selection.nodes),
        "municipality": selection.zone,
        "bbox": selection.box and list(selection.box),
        "processing": selection.processing,
        "quality": sorted(selection.flags),
    }
