"""What was learned of a quantity: kept until something better is learned."""

from datetime import datetime
from typing import Any

import numpy as np

from lokaalmeten.forecasts import Kept

from .events import note
from .failures import Connection, say_failures
from .forecasts import FORECASTS


def read_fit(connection: Connection, quantity: str, share: str) -> Kept | None:
    """What was learned of a quantity and a share of its places; None when nothing was."""
    values = {"quantity": quantity, "share": share}
    with say_failures(connection):
        row = connection.execute(FORECASTS["fit"].encode(), values).fetchone()
    if row is None:
        return None
    fitted_at, drifted_at, model, series, state = row
    return Kept(fitted_at, drifted_at, model, np.array(series, np.int32), bytes(state))


def write_fit(connection: Connection, quantity: str, share: str, learned: Kept, why: str) -> None:
    """Keep what was learned, instead of what is there."""
    values = {"quantity": quantity, "share": share, "why": why}
    values |= {"fitted_at": learned.fitted_at, "model": learned.model, "state": learned.state}
    with say_failures(connection):
        connection.execute(
            FORECASTS["write_fit"].encode(), values | {"series": learned.series.tolist()}
        )


def note_drift(
    connection: Connection,
    quantity: str,
    share: str,
    at: datetime,
    inside: float,
    low: float,
    high: float,
) -> bool:
    """Note, in the log too, that what was learned does not hold; False when that is noted already.

    ``inside`` is the share of hours inside the interval of 80 %, outside ``low`` to ``high``.
    """
    values = {"quantity": quantity, "share": share, "at": at}
    facts = {"inside": inside, "low": low, "high": high}
    with say_failures(connection), connection.transaction():
        noted = connection.execute(FORECASTS["note_drift"].encode(), values).rowcount == 1
        if noted:
            detail: dict[str, Any] = {"quantity": quantity, "share": share, **facts}
            note(connection, "forecasts drifted", **detail)
    return noted
