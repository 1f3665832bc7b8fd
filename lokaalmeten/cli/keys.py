"""`meten key list` and `meten crowd plan history` as tables."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from storage.access import Key, read_keys
from storage.crowd_plans import Version, read_versions
from storage.pool import connect

MOST = 6  # changes that are named; the rest are counted


def show_keys(dsn: str, out: Console) -> None:
    """One line a key; the keys themselves are not there to be shown."""
    with connect(dsn) as connection:
        found = read_keys(connection)
    table = Table("key", "role", "for", "account", "area", "opens", "last used (UTC)", box=None)
    for each in found:
        used = "never" if each.last_used_at is None else to_minute(each.last_used_at)
        who = (each.prefix, each.role, escape(each.label), escape(each.account or "-"))
        table.add_row(*who, to_reach(each), to_state(each), used)
    out.print(table if found else "no key yet; make one with: meten key add --help")


def to_reach(key: Key) -> str:
    """Where a key opens something, or whose nodes."""
    if key.role in ("owner", "project"):
        name = key.owner or key.project
        return f"of {name}" if name else "nowhere"
    return key.area or "everywhere"


def to_state(key: Key) -> str:
    """Until when a key opens anything, or since when not."""
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at.astimezone(UTC):%Y-%m-%d}"
    end = f"{key.expires_at.astimezone(UTC):%Y-%m-%d}"
    return f"until {end}" if key.opens else f"expired {end}"


def to_minute(moment: datetime) -> str:
    """A moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def show_history(dsn: str, place: str, out: Console) -> None:
    """One line a version, the newest first: when, who, and what it changed."""
    with connect(dsn) as connection:
        found = read_versions(connection, place)
    table = Table("version", "saved (UTC)", "who", "key", "what changed", box=None)
    lines = [to_line(found[0], "first plan")]
    lines += [to_line(after, name_changes(before, after)) for before, after in pairwise(found)]
    for line in reversed(lines):
        table.add_row(*line)
    out.print(table)


def to_line(version: Version, changed: str) -> tuple[str, ...]:
    """Cells of a version."""
    who, key = escape(version.who), version.key or "command line"
    return (str(version.version), to_minute(version.saved_at), who, key, escape(changed))


def name_changes(before: Version, after: Version) -> str:
    """What a version changed: parts that were added, removed or changed, then settings."""
    old, new = to_parts(before.plan), to_parts(after.plan)
    found = [f"{name} added" for name in new if name not in old]
    found += [f"{name} removed" for name in old if name not in new]
    found += [f"{name} changed" for name in new if name in old and new[name] != old[name]]
    if before.plan.get("name") != after.plan.get("name"):
        found.append("name changed")
    for field, said in (("step_s", "interval"), ("empty_hour", "empty hour"), ("open", "public")):
        if getattr(before, field) != getattr(after, field):
            found.append(f"{said} changed")
    more = [f"{len(found) - MOST} more"] if len(found) > MOST else []
    return ", ".join([*found[:MOST], *more]) or "order or other facts"


def to_parts(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Features of a plan by kind and id."""
    parts = {}
    for feature in plan.get("features", ()):
        said = feature["properties"]
        parts[f"{said['kind']} {said['id']}"] = (said, feature["geometry"])
    return parts
