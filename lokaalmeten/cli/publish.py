"""`meten publish`: newest values of fixed nodes out to the broker, until stopped.

1. read the latest sample of every fixed node, as the public sees it
2. of those that are newer than what was told, each value as an observation (ingest/outward.py)
3. where Home Assistant is to know: how it shows each series, once

A broker or database that is away is said once a try and tried again; what came meanwhile is told by
its newest value.
"""

import logging
import threading
from dataclasses import dataclass, field

import pandas as pd

from ingest.outward import find_series, to_configurations, to_observations
from ingest.telling import Teller
from lokaalmeten.errors import BrokerError, StorageError
from lokaalmeten.settings import Address
from storage import reader
from storage.pool import connect

LOG = logging.getLogger("lokaalmeten.publish")
CLIENT = "lokaalmeten-publish"


@dataclass
class Told:
    """What others know already."""

    times: dict[str, pd.Timestamp] = field(default_factory=dict)  # by node
    series: set[tuple[str, str]] = field(default_factory=set)

    def find_newer(self, latest: pd.DataFrame) -> pd.DataFrame:
        """Samples that are newer than what was told of their node."""
        before = pd.to_datetime(latest["node"].map(self.times.get), utc=True)  # NaT: nothing yet
        return latest.loc[before.isna() | (latest["time"] > before)]

    def note(self, latest: pd.DataFrame) -> None:
        """Remember that these were told."""
        self.times |= dict(zip(latest["node"], latest["time"], strict=True))
        self.series |= set(find_series(latest))


def publish(
    dsn: str, address: Address, every_s: float, stop: threading.Event, *, home: bool
) -> None:
    """Publish every ``every_s`` seconds; with ``home`` for Home Assistant too.

    Raises StorageError or BrokerError when one of them cannot be reached at the start.
    """
    connect(dsn).close()
    told = Told()
    with Teller(address, CLIENT):
        LOG.info("publishing to %s", address)
    while not stop.is_set():
        try:
            go_on(dsn, address, every_s, stop, told, home=home)
        except (StorageError, BrokerError) as problem:
            LOG.warning("nothing published this time: %s", problem)
            stop.wait(every_s)


def go_on(
    dsn: str,
    address: Address,
    every_s: float,
    stop: threading.Event,
    told: Told,
    *,
    home: bool,
) -> None:
    """Publish until told to stop, or until database or broker fail."""
    with connect(dsn) as connection, Teller(address, CLIENT) as teller:
        while True:
            newer = told.find_newer(reader.latest(connection))
            messages = to_configurations(newer, told.series) if home else []
            messages += to_observations(newer)
            teller.send(messages)
            told.note(newer)
            if messages:
                LOG.debug("%d messages of %d nodes", len(messages), len(newer))
            if stop.wait(every_s):
                return
