"""`meten node tell` and `update`: commands to nodes, over the broker."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.link import connect, open_client
from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .releases import ReleaseError

COMMANDS = ("configure", "selftest", "restart", "update", "locate", "report")
PATIENCE_S = 10.0


def to_payload(do: str, arguments: Mapping[str, Any]) -> bytes:
    """A command with an id of its own."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    return json.dumps({"id": name, "do": do, **arguments}).encode()


def read_arguments(do: str, words: Sequence[str]) -> dict[str, Any]:
    """Arguments of KEY=VALUE: a value that is JSON is that, any other a text.

    Those of "configure" are keys of the configuration.

    >>> read_arguments("update", ["percent=5", "url=https://a.nl/r"])
    {'percent': 5, 'url': 'https://a.nl/r'}
    >>> read_arguments("configure", ["interval_s=5"])
    {'config': {'interval_s': 5}}
    """
    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not key or not equals:
            raise ReleaseError(f"{word!r} is not KEY=VALUE")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return {"config": found} if do == "configure" and "config" not in found else found


def check_url(url: str) -> None:
    """Refuse what a node would not take as the address of a release."""
    scheme, _, rest = url.partition("://")
    plain = all("!" <= letter <= "~" for letter in url) and len(url) <= 200
    if scheme not in ("http", "https") or not rest.partition("/")[0] or not plain:
        raise ReleaseError(
            f"{url!r} is not where nodes can fetch a release: put the file on a web server and "
            "give its http:// or https:// address"
        )


def publish(
    address: Address, nodes: Sequence[str], payload: bytes, *, retain: bool = False
) -> None:
    """Send a command to nodes; BrokerError when the broker does not take it."""
    client = open_client(address, f"lokaalmeten-tell-{secrets.token_hex(4)}")
    connect(client, address)
    client.loop_start()
    try:
        waiting = [
            client.publish(f"lm/1/{node}/cmd", payload, qos=1, retain=retain) for node in nodes
        ]
        for message in waiting:
            message.wait_for_publish(PATIENCE_S)
            if not message.is_published():
                raise BrokerError(f"the MQTT broker at {address} does not take the command")
    finally:
        client.disconnect()
        client.loop_stop()
