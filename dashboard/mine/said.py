"""What a node says of itself, read with care: it may say anything."""

from collections.abc import Mapping
from typing import Any

LONGEST = 200  # letters of one thing that are shown
MOST = 20  # things of one kind
MOST_NUMBER = 1e15  # none that is told is larger


def read_number(said: Mapping[str, Any], key: str) -> float | None:
    """A number under a key; None for anything else.

    >>> read_number({"battery_mv": 3700}, "battery_mv"), read_number({"time": "no"}, "time")
    (3700.0, None)
    """
    value = said.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MOST_NUMBER else None


def read_text(said: Mapping[str, Any], key: str) -> str:
    """A text under a key; empty where there is none."""
    value = said.get(key)
    return cut(value) if isinstance(value, str) else ""


def read_parts(said: Mapping[str, Any], key: str) -> dict[str, str]:
    """Texts by name of an object under a key, as of sensors and of a self-test."""
    value = said.get(key)
    if not isinstance(value, dict):
        return {}
    return {cut(str(name)): cut(str(part)) for name, part in list(value.items())[:MOST]}


def read_count(said: Mapping[str, Any], key: str, part: str) -> int | None:
    """A whole number in an object under a key, as of the outbox."""
    value = said.get(key)
    found = read_number(value, part) if isinstance(value, dict) else None
    return None if found is None else int(found)


def find_failed(said: Mapping[str, Any]) -> list[str]:
    """Names of the sensors that failed.

    >>> find_failed({"sensors": {"sps30": "failed: no answer", "bme280": "well"}})
    ['sps30']
    """
    parts = read_parts(said, "sensors")
    return [name for name, state in parts.items() if state.startswith("failed")]


def cut(text: str) -> str:
    """A text that is not too long, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
