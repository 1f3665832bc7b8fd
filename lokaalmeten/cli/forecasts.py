"""`meten forecast run`: hourly values in, quantiles of the coming hours out."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from functools import partial

from lokaalmeten.errors import StorageError
from predict.job import run
from storage.forecasts import write_forecasts
from storage.reader import hourly
from storage.store import Store

LOG = logging.getLogger("lokaalmeten.forecast")
QUANTITIES = ("pm25", "pm10")
FIRST_LOOK_S = 5  # while nobody has measured anything yet


def run_forecasts(dsn: str, stop: threading.Event, pause: timedelta | None) -> None:
    """Forecast once, or again after each ``pause`` until ``stop``."""
    with Store(dsn) as store:
        issued = forecast_all(store)
        while pause and not stop.wait(pause.total_seconds() if issued else FIRST_LOOK_S):
            try:
                issued = forecast_all(store)
            except StorageError as error:
                LOG.warning("no forecast this time: %s", error)


def forecast_all(store: Store) -> int:
    """Forecast every quantity of every node that has been heard lately; how many were made."""
    now, made = datetime.now(UTC), 0
    for quantity in QUANTITIES:
        read, write = partial(store.ask, hourly), partial(store.ask, write_forecasts)
        issued = run(read, write, now, quantity=quantity)
        fields = {"quantity": quantity, "model": issued.model, "nodes": len(issued.nodes)}
        LOG.info("%s: %s for %d nodes", *fields.values(), extra=fields)
        made += len(issued.nodes)
    return made
