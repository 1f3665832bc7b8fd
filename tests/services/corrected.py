"""Samples with corrected values, and the calibration that stands behind them."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from lokaalmeten.observations import MISSING
from storage.calibrations import add_calibration
from storage.corrections import number_sets, read_applied


def correct(connection, made, key, gain):
    """Samples of one node, of which one quantity is corrected by a line through 0."""
    since = datetime.fromtimestamp(int(made.time[0]), UTC)
    parameters = {"line": {"gain": gain}}
    add_calibration(
        connection, key, "line", parameters, since, node=int(made.node[0]), applied=True
    )
    (number,) = number_sets(connection, [(read_applied(connection)[-1].id,)])
    raw = made.counts[made.keys.index(key)]
    corrected = np.where(raw == MISSING, MISSING, np.round(gain * raw)).astype(np.int32)
    some = np.where(corrected == MISSING, MISSING, number).astype(np.int32)
    return replace(made, corrected_keys=(key,), corrected=corrected[None], correction=some)
