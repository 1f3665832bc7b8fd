"""What nodes say of themselves, between who hears it and who keeps it."""

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
