"""Whether a node's first page has arrived: by the database, or by the pages of an installation."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from storage import reader
from storage.pool import connect

from .errors import FlashError

STEP_S = 2.0
PATIENCE_S = 15

Look = Callable[[], str | None]  # time of the latest sample, None when there is none


def by_database(dsn: str, node: str) -> Look:
    """Look into the database; FlashError when the node is not registered."""

    def look() -> str | None:
        with connect(dsn, reading=True) as connection:
            found = reader.nodes(connection)
        known = dict(zip(found["name"], found["last"], strict=True))
        if node not in known:
            raise FlashError(unregistered(node))
        last = known[node]
        return None if last is None or last != last else str(last)  # noqa: PLR0124 - NaT

    return look


def by_site(site: str, node: str) -> Look:
    """Ask an installation; FlashError when it does not know the node or does not answer."""
    url = f"{site.rstrip('/')}/v1/nodes/{node}"

    def look() -> str | None:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - http(s)
                return json.load(answer)["last"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise FlashError(unregistered(node)) from None
            raise FlashError(f"{url} answers {error.code}: try again later") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise FlashError(f"{url} does not answer as an installation does: see --site") from None

    return look


def unregistered(node: str) -> str:
    """Sentence about a node that nobody added."""
    return (
        f"no node {node} is registered, so its pages would be kept aside: add it on the page of "
        f"your own nodes, or by meten node add {node}"
    )


def wait_for_page(
    look: Look, before: str | None, seconds: float, sleep: Callable[[float], None] = time.sleep
) -> str:
    """Return the time of the first sample that is newer than ``before``; FlashError in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found is not None and found != before:
            return found
        sleep(STEP_S)
    raise FlashError(
        f"no page came within {seconds / 60:.0f} minutes: what its LED says is in "
        "docs/node-life.md, and what it says of itself is shown by meten node logs"
    )
