"""Nodes of the registry: `meten node add` with all that belongs to one, and which there are."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lokaalmeten.errors import StorageError
from storage.failures import say_failures
from storage.logins import give_login
from storage.people import add_sensor, place_node
from storage.pool import connect
from storage.registry import Node, add_node, read_nodes


def add_to_registry(
    dsn: str,
    name: str,
    kind: str,
    place: Mapping[str, Any],
    owner: str | None,
    project: str | None,
    sensors: Sequence[str],
) -> tuple[Node, str]:
    """Register all of it or nothing; ``sensors`` are MODEL or MODEL:QUANTITY,...

    A node that was not there gets a password for the broker, which is returned; else "".
    """
    with connect(dsn) as connection, say_failures(connection), connection.transaction():
        is_new = name not in read_nodes(connection)
        node = add_node(connection, name, kind, **place)
        place_node(connection, node.id, owner=owner, project=project)
        for sensor in sensors:
            model, _, keys = sensor.partition(":")
            quantities = [key.strip() for key in keys.split(",") if key.strip()]
            add_sensor(connection, node.id, model, datetime.now(UTC), quantities=quantities)
        return node, give_login(connection, name) if is_new else ""


def find_nodes(dsn: str, name: str | None) -> list[str]:
    """Names of all registered nodes, or of the one that is named; StorageError without any."""
    with connect(dsn) as connection:
        found = read_nodes(connection)
    if name is not None and name not in found:
        raise StorageError(f"there is no node {name}; see: meten node list")
    if not found:
        raise StorageError("no node is registered yet; see: meten node add --help")
    return list(found) if name is None else [name]
