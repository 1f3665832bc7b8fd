"""`meten virtual`: a small invented town on the air."""

import logging
import threading

from ingest.virtual.city import City
from ingest.virtual.publisher import publish
from lokaalmeten.settings import Settings, to_address
from storage.store import Store

LOG = logging.getLogger("lokaalmeten.virtual")


def run_city(settings: Settings, stop: threading.Event, *, history_h: int, seed: int) -> None:
    """Publish until ``stop``; registers the nodes first when a database is named."""
    city = City(seed)
    dsn = settings.dsn.get_secret_value()
    if dsn:
        register(city, dsn)
    address = to_address(settings.broker.get_secret_value())
    publish(city, address, stop, history_h=history_h, report=report)


def register(city: City, dsn: str) -> None:
    """Make the nodes known, so that the ingest takes their pages."""
    with Store(dsn) as store:
        for node in city.nodes:
            facts = {"lat": node.lat, "lon": node.lon, "label": node.label, "model": "virtual"}
            store.add_node(node.name, node.kind, **facts)


def report(pages: int) -> None:
    """Say how many pages were delivered."""
    LOG.info("the virtual nodes delivered %d pages", pages, extra={"pages": pages})
