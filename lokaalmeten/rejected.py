"""What could not be used: kept with its bytes and a named reason, counted, replayable."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rejected:
    """One message or row that was refused."""

    node: str  # name of the sender as the topic gave it
    topic: str  # MQTT topic, or file and line of an import
    reason: str  # one word or two: "crc", "unknown node", "no time" ...
    payload: bytes  # what arrived, unchanged
    received: int  # Unix seconds
