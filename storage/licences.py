"""Under which licence samples are public, who said so, and who is named for it.

A word is said of a node, of all nodes of an owner, or of a project, and holds from a moment on;
which one counts for a sample the view ``public.node_license`` tells. Rides have no public name, so
nobody can be named for them: they are CC0.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from psycopg.rows import class_row

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, name_place, say_failures
from .people import find_number

Role = Literal["individual", "institutional"]  # OGC 22-022 (STAplus), Party
CC0, CC_BY = "CC0-1.0", "CC-BY-4.0"
LICENCES: Mapping[str, tuple[str, str]] = {  # name by SPDX: title and where its text stands
    CC0: ("CC0 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
    CC_BY: (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
}
LONGEST = 200  # letters of a name

_ADD = """
INSERT INTO private.consent (node_id, owner_id, project_id, license, display_name, role, since)
VALUES (%(node)s, %(owner)s, %(project)s, %(license)s, %(party)s, %(role)s,
    coalesce(%(since)s, now()))
"""
_CONSENTS = """
SELECT CASE WHEN n.id IS NOT NULL THEN 'node' WHEN o.id IS NOT NULL THEN 'owner'
        ELSE 'project' END AS kind,
    coalesce(n.name, o.name, p.name) AS name, c.license, c.display_name AS party, c.role, c.since,
    c.noted_at
FROM private.consent c
    LEFT JOIN private.node n ON n.id = c.node_id
    LEFT JOIN private.owner o ON o.id = c.owner_id
    LEFT JOIN private.project p ON p.id = c.project_id
ORDER BY kind, name, c.since, c.id
"""
_RIDERS = "SELECT count(*) FROM private.node WHERE moving AND owner_id = %s"
_LICENSED = """
SELECT node, license, party, role FROM public.node_license
WHERE (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
    AND since < %(stop)s AND until > %(start)s
ORDER BY node, since
"""


@dataclass(frozen=True)
class Consent:
    """One word on a licence, as it was said."""

    kind: str  # node, owner or project
    name: str
    license: str
    party: str
    role: Role
    since: datetime
    noted_at: datetime


class Licensed(NamedTuple):
    """A fixed node while its samples have one licence."""

    node: str
    license: str
    party: str = ""
    role: Role = "individual"


def add_consent(
    connection: Connection,
    license_: str,
    *,
    node: str | None = None,
    owner: str | None = None,
    project: str | None = None,
    party: str = "",
    role: Role = "individual",
    since: datetime | None = None,
) -> int:
    """Note a licence; return how many moving nodes the owner has, of which it does not speak.

    ``party`` is who is named, in public. Without ``since`` it holds from now on. Raises
    StorageError for what is not there, and for a licence or name that cannot be.
    """
    check_consent(license_, party, role)
    if sum(each is not None for each in (node, owner, project)) != 1:
        raise StorageError("a licence is of one node, of one owner or of one project")
    with say_failures(connection), connection.transaction():
        numbers = {
            "node": None if node is None else find_fixed(connection, node),
            "owner": None if owner is None else find_number(connection, "owner", owner),
            "project": None if project is None else find_number(connection, "project", project),
        }
        values = {"license": license_, "party": party, "role": role, "since": since}
        connection.execute(_ADD, numbers | values)
        note(connection, "licence said", **numbers, license=license_)
        (riding,) = connection.execute(_RIDERS, [numbers["owner"]]).fetchone() or (0,)
    return riding


def find_fixed(connection: Connection, name: str) -> int:
    """Number of a fixed node; StorageError when there is no such."""
    query = "SELECT id, moving FROM private.node WHERE name = %s"
    number, moving = connection.execute(query, [name]).fetchone() or (0, False)
    if not number:
        raise StorageError(f"{name_place(connection)}: there is no node {name}")
    if moving:
        raise StorageError(
            f"{name_place(connection)}: {name} moves with a person; its rides have no name in"
            " public, so nobody can be named for them, and they are CC0"
        )
    return number


def check_consent(license_: str, party: str, role: str) -> None:
    """Refuse what cannot be said, with a StorageError."""
    if license_ not in LICENCES:
        raise StorageError(f"a licence is one of {', '.join(LICENCES)}, not {license_!r}")
    if role not in ("individual", "institutional"):
        raise StorageError(f"who is named is individual or institutional, not {role!r}")
    if len(party) > LONGEST or (party and (not party.isprintable() or not party.strip())):
        raise StorageError(f"who is named has a name of 1 to {LONGEST} letters")
    if license_ == CC_BY and not party:
        raise StorageError(f"{CC_BY} asks to name somebody: say who, with the public name")


def read_consents(connection: Connection) -> list[Consent]:
    """All that was ever said, by what it is about and the moment from which it holds. Private."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Consent)) as cursor:
        return cursor.execute(_CONSENTS).fetchall()


def read_licensed(
    connection: Connection, start: datetime, stop: datetime, nodes: Collection[str] | None = None
) -> list[Licensed]:
    """Licences of fixed nodes, all or these, in a period; one node may have several."""
    values = {"nodes": None if nodes is None else list(nodes), "start": start, "stop": stop}
    with say_failures(connection):
        found = connection.execute(_LICENSED, values).fetchall()
    return list(dict.fromkeys(Licensed(*row) for row in found))


def list_names(licensed: Iterable[Licensed], *, rides: bool = False) -> list[str]:
    """Names of the licences involved; without any data that of what nobody spoke of."""
    found = {each.license for each in licensed} | ({CC0} if rides else set())
    return [name for name in LICENCES if name in (found or {CC0})]


def list_parties(licensed: Iterable[Licensed]) -> dict[str, Role]:
    """Who is named, in the order of names, and what each is."""
    return {each.party: each.role for each in sorted(licensed, key=lambda e: e.party) if each.party}


def to_terms(licensed: Sequence[Licensed], *, rides: bool = False) -> dict[str, Any]:
    """What a Data Package says: licences, who is named, and that of each node where they differ."""
    names, parties = list_names(licensed, rides=rides), list_parties(licensed)
    terms: dict[str, Any] = {"licenses": [to_licence(name) for name in names]}
    if parties:
        terms["contributors"] = [{"title": name, "role": "contributor"} for name in parties]
    if parties or len(names) > 1:
        terms["nodes"] = [to_row(each) for each in licensed]
    return terms


def to_row(licensed: Licensed) -> dict[str, str]:
    """A node with its licence, and who is named for it."""
    named = {"party": licensed.party} if licensed.party else {}
    return {"node": licensed.node, "license": licensed.license, **named}


def to_licence(name: str) -> dict[str, str]:
    """A licence as a Data Package has it."""
    title, path = LICENCES[name]
    return {"name": name, "title": title, "path": path}


def to_sentence(terms: Mapping[str, Any]) -> str:
    """End of a citation: who is named and the licences, of what ``to_terms`` says."""
    parties = "; ".join(each["title"] for each in terms.get("contributors", ()))
    titles = ", ".join(each["title"] for each in terms["licenses"])
    return f"By {parties}. {titles}." if parties else f"{titles}."
