"""`meten node add`: a node, whose it is, where it belongs and what is in it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from storage.failures import say_failures
from storage.people import add_sensor, place_node
from storage.pool import connect
from storage.registry import Node, add_node


def add_to_registry(
    dsn: str,
    name: str,
    kind: str,
    place: Mapping[str, Any],
    owner: str | None,
    project: str | None,
    sensors: Sequence[str],
) -> Node:
    """Register all of it or nothing; ``sensors`` are MODEL or MODEL:QUANTITY,..."""
    with connect(dsn) as connection, say_failures(connection), connection.transaction():
        node = add_node(connection, name, kind, **place)
        place_node(connection, node.id, owner=owner, project=project)
        for sensor in sensors:
            model, _, keys = sensor.partition(":")
            quantities = [key.strip() for key in keys.split(",") if key.strip()]
            add_sensor(connection, node.id, model, datetime.now(UTC), quantities=quantities)
    return node
