"""Releases of an installation, for feed and catalogue: looked for now and then, where they lie."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from lokaalmeten.errors import FormatError
from storage.releases.listing import Listed, list_releases

from .feed import Entry

LOG = logging.getLogger(__name__)
FRESH_S = 300.0  # a month is released seldom, and a store may be far away


class Releases:
    """What lies at an address, such as a folder or s3://bucket/releases; nowhere without one."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._clock = clock
        self._found: Sequence[Listed] = ()
        self._until = float("-inf")

    async def find(self) -> Sequence[Listed]:
        """All of them, the newest first; those of before where the place cannot be read."""
        if self.url and self._until <= self._clock():
            self._until = self._clock() + FRESH_S
            try:
                self._found = await asyncio.to_thread(list_releases, self.url)
            except FormatError as problem:
                LOG.warning("releases are not told of: %s", problem)
        return self._found


def to_entry(listed: Listed) -> Entry:
    """A release as the feed tells it; its name is that of its version, for ever."""
    name = f"release/{listed.id}"
    return Entry(listed.title, name, listed.url, listed.updated, listed.summary)
