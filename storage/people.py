"""Who and what is behind the nodes: owners (private), projects (public) and sensors.

Each change notes itself in the log, in its own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import sql
from psycopg.rows import class_row

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import BY_KEY

from .events import note
from .failures import Connection, name_place, say_failures
from .registry import NAME


@dataclass(frozen=True)
class Owner:
    """A person or body that has nodes."""

    id: int
    name: str
    label: str
    email: str
    nodes: int


@dataclass(frozen=True)
class Project:
    """Nodes that were set out together, and how long their data are kept (days, None = default)."""

    id: int
    name: str
    label_nl: str
    label_en: str
    description: str
    url: str
    keep_raw_days: int | None
    keep_rejected_days: int | None
    keep_delivery_days: int | None
    keep_forecast_days: int | None
    nodes: int


_ADD_OWNER = """
INSERT INTO private.owner AS o (name, label, email, language)
VALUES (%(name)s, %(label)s, %(email)s, coalesce(%(language)s, 'nl'))
ON CONFLICT (name) DO UPDATE SET
    label = CASE EXCLUDED.label WHEN '' THEN o.label ELSE EXCLUDED.label END,
    email = CASE EXCLUDED.email WHEN '' THEN o.email ELSE EXCLUDED.email END,
    language = coalesce(%(language)s, o.language)
RETURNING id
"""

_FORGET_EMAIL = "UPDATE private.owner SET email = '' WHERE id = %s"
_FORGET_MAIL = "DELETE FROM private.node_notice WHERE owner_id = %s AND state = 'waiting'"

_OWNERS = """
SELECT id, name, label, email,
    (SELECT count(*) FROM private.node n WHERE n.owner_id = o.id) AS nodes
FROM private.owner o ORDER BY name
"""

_ADD_PROJECT = """
INSERT INTO private.project (name) VALUES (%s) ON CONFLICT (name) DO NOTHING RETURNING id
"""

# NULL is what was not given, 0 days is the default again.
_SET_PROJECT = """
UPDATE private.project SET
    label_nl = coalesce(%(label_nl)s, label_nl),
    label_en = coalesce(%(label_en)s, label_en),
    description = coalesce(%(description)s, description),
    url = coalesce(%(url)s, url),
    keep_raw_days = nullif(coalesce(%(keep_raw_days)s, keep_raw_days), 0),
    keep_rejected_days = nullif(coalesce(%(keep_rejected_days)s, keep_rejected_days), 0),
    keep_delivery_days = nullif(coalesce(%(keep_delivery_days)s, keep_delivery_days), 0),
    keep_forecast_days = nullif(coalesce(%(keep_forecast_days)s, keep_forecast_days), 0)
WHERE name = %(name)s
RETURNING id
"""

_PROJECTS = """
SELECT id, name, label_nl, label_en, description, url, keep_raw_days, keep_rejected_days,
    keep_delivery_days, keep_forecast_days,
    (SELECT count(*) FROM private.node n WHERE n.project_id = p.id) AS nodes
FROM private.project p ORDER BY name
"""

_PLACE = """
UPDATE private.node SET
    owner_id = coalesce(%(owner)s, owner_id), project_id = coalesce(%(project)s, project_id)
WHERE id = %(node)s
"""

_ADD_SENSOR = """
INSERT INTO private.sensor (node_id, model, serial, quantities, since)
SELECT %(node)s, %(model)s, %(serial)s, %(quantities)s, %(since)s
WHERE NOT EXISTS (
    SELECT FROM private.sensor
    WHERE node_id = %(node)s AND model = %(model)s AND serial = %(serial)s AND until IS NULL
)
RETURNING id
"""


def add_owner(
    connection: Connection,
    name: str,
    *,
    label: str = "",
    email: str = "",
    language: str | None = None,
) -> int:
    """Register an owner, or bring label, address and language (nl, en) up to date; the number.

    Raises StorageError for an impossible name or address.
    """
    check_name("owner", name)
    if email and "@" not in email.strip("@"):
        raise StorageError(f"owner {name}: {email!r} is not an e-mail address")
    values = {"name": name, "label": label, "email": email, "language": language}
    with say_failures(connection), connection.transaction():
        (number,) = connection.execute(_ADD_OWNER, values).fetchone() or (0,)
        note(connection, "owner added or changed", owner=number)
    return number


def forget_email(connection: Connection, name: str) -> None:
    """Forget where an owner is reached, with all mail that waits; StorageError for no such."""
    with say_failures(connection), connection.transaction():
        number = find_number(connection, "owner", name)
        connection.execute(_FORGET_EMAIL, [number])
        connection.execute(_FORGET_MAIL, [number])
        note(connection, "address of an owner forgotten", owner=number)


def read_owners(connection: Connection) -> list[Owner]:
    """All owners by name, with the number of their nodes."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Owner)) as cursor:
        return cursor.execute(_OWNERS).fetchall()


def add_project(connection: Connection, name: str, **facts: Any) -> int:
    """Register a project with facts as ``set_project`` takes them; return the number.

    Raises StorageError when the name is impossible or taken.
    """
    check_name("project", name)
    with say_failures(connection), connection.transaction():
        added = connection.execute(_ADD_PROJECT, [name]).fetchone()
        if added is None:
            raise StorageError(
                f"{name_place(connection)}: project {name} is there already;"
                " change it with: meten project set"
            )
        set_project(connection, name, **facts)
    return added[0]


def set_project(
    connection: Connection,
    name: str,
    *,
    label_nl: str | None = None,
    label_en: str | None = None,
    description: str | None = None,
    url: str | None = None,
    keep_raw_days: int | None = None,
    keep_rejected_days: int | None = None,
    keep_delivery_days: int | None = None,
    keep_forecast_days: int | None = None,
) -> None:
    """Change what is given of a project; 0 days means the default of ``retention.DEFAULT_DAYS``.

    Raises StorageError when there is no such project, or for an address or number of days that
    is impossible.
    """
    given = {key: value for key, value in locals().items() if key not in ("connection", "name")}
    if url and not url.startswith(("http://", "https://")):
        raise StorageError(f"project {name}: {url!r} is not an address: http://... or https://...")
    if any(value < 0 for key, value in given.items() if key.startswith("keep_") and value):
        raise StorageError(f"project {name}: data cannot be kept for less than a day")
    with say_failures(connection), connection.transaction():
        number = connection.execute(_SET_PROJECT, given | {"name": name}).fetchone()
        if number is None:
            raise StorageError(f"{name_place(connection)}: there is no project {name}")
        said = {key: value for key, value in given.items() if value is not None}
        note(connection, "project added or changed", project=number[0], **said)


def remove_project(connection: Connection, name: str) -> None:
    """Remove a project and its calibrations; its nodes stay, in no project.

    Raises StorageError when there is no such project.
    """
    with say_failures(connection), connection.transaction():
        removed = connection.execute(
            "DELETE FROM private.project WHERE name = %s RETURNING id", [name]
        ).fetchone()
        if removed is None:
            raise StorageError(f"{name_place(connection)}: there is no project {name}")
        note(connection, "project removed", project=removed[0])


def read_projects(connection: Connection) -> list[Project]:
    """All projects by name, with the number of their nodes."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Project)) as cursor:
        return cursor.execute(_PROJECTS).fetchall()


def place_node(
    connection: Connection, node: int, *, owner: str | None = None, project: str | None = None
) -> None:
    """Say whose a node is and in which project; what is not given stays.

    Raises StorageError for an owner or project that is not registered.
    """
    with say_failures(connection), connection.transaction():
        numbers = {
            "owner": None if owner is None else find_number(connection, "owner", owner),
            "project": None if project is None else find_number(connection, "project", project),
        }
        connection.execute(_PLACE, {**numbers, "node": node})
        note(connection, "node registered or changed", node=node, **numbers)


def add_sensor(
    connection: Connection,
    node: int,
    model: str,
    since: datetime,
    *,
    serial: str = "",
    quantities: Sequence[str] = (),
) -> None:
    """Note that a sensor is in a node since a moment; one that is in already stays as it is.

    Raises StorageError for a quantity that does not exist.
    """
    if unknown := [key for key in quantities if key not in BY_KEY]:
        raise StorageError(f"sensor {model}: there is no quantity {unknown[0]!r}")
    values = {"node": node, "model": model, "serial": serial, "since": since}
    with say_failures(connection), connection.transaction():
        added = connection.execute(_ADD_SENSOR, {**values, "quantities": list(quantities)})
        if added.rowcount:
            note(connection, "sensor added", node=node, model=model)


def find_number(connection: Connection, kind: Literal["owner", "project"], name: str) -> int:
    """Number of an owner or project; StorageError when there is none of this name."""
    query = sql.SQL("SELECT id FROM {} WHERE name = %s").format(sql.Identifier("private", kind))
    found = connection.execute(query, [name]).fetchone()
    if found is None:
        raise StorageError(
            f"{name_place(connection)}: there is no {kind} {name}; see: meten {kind} list"
        )
    return found[0]


def check_name(kind: str, name: str) -> None:
    """Refuse a name that cannot be in an address, with a StorageError."""
    if not NAME.fullmatch(name):
        raise StorageError(
            f"{kind} name {name!r} is not possible: a-z, 0-9 and -, first no -,"
            " at most 63 characters"
        )
