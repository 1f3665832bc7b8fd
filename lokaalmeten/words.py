"""What nodes say of themselves, between who hears it and who keeps it."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """How a node is; ``said`` is a JSON object as text, None when the broker spoke of it."""

    node: str
    heard: int  # Unix seconds
    online: bool
    said: str | None


@dataclass(frozen=True)
class Log:
    """One entry of the log of a node."""

    node: str
    heard: int  # Unix seconds
    said: str


def to_log(said: str) -> str:
    """Entry of a log: the text of a crash where it holds one, as it came where not.

    >>> to_log('{"text": "ValueError: no"}'), to_log("fell over")
    ('ValueError: no', 'fell over')
    """
    try:
        found = json.loads(said)
    except ValueError:
        return said
    return str(found["text"]).strip() if isinstance(found, dict) and "text" in found else said
