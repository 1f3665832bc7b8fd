"""Values with their flags, and with what they are corrected to, by which version."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pandas import DataFrame

from storage import reader

from .answers import to_list, to_rows

VERSION = {name: name for name in ("quantity", "version", "method", "scope", "gain")} | {
    "made_at": "madeAt"
}
NUMBERED = {"correction": "correction", **VERSION}
DATED = {"node": "node", **VERSION, "since": "since", "until": "until"}


def to_values(frame: DataFrame, keys: Sequence[str]) -> dict[str, Any]:
    """Raw values and flags of each quantity."""
    return {
        "values": {key: to_list(frame[key]) for key in keys},
        "flags": {key: to_list(frame[f"{key}_flag"]) for key in keys},
    }


def to_corrected(connection: Any, frame: DataFrame, keys: Sequence[str]) -> dict[str, Any]:
    """Corrected values of each quantity that has any, and the versions behind their numbers."""
    numbers = to_numbers(frame) if "correction" in frame else []
    used = sorted({number for number in numbers if number is not None})
    return {
        "corrected": {
            key: to_list(frame[f"{key}_corrected"]) for key in keys if f"{key}_corrected" in frame
        },
        "correction": numbers,
        "corrections": to_rows(reader.corrections(connection, used), NUMBERED) if used else [],
    }


def to_numbers(frame: DataFrame) -> list[int | None]:
    """Number of the correction of each row, None where nothing is corrected."""
    numbers = frame["correction"].to_numpy(float)
    found = np.nan_to_num(numbers).astype(np.int64).astype(object)
    found[np.isnan(numbers)] = None
    return found.tolist()


def to_calibrations(found: DataFrame) -> list[dict[str, Any]]:
    """Versions that hold in a period; ``node`` only where one was made for a node alone."""
    return to_rows(found, DATED)
