"""Answers of the API: columns as lists, and what every value must be told with."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import numpy as np
from fastapi.responses import JSONResponse
from pandas import DataFrame, DatetimeIndex
from pandas.api.types import is_datetime64_any_dtype, is_float_dtype

from lokaalmeten.quality import Flag

from ..hexagons import to_hex
from ..periods import Span
from ..source import Source
from ..words import find_unit

RAW = "raw, checked"
PROCESSING = "raw, checked; corrected where it says so"
SAMPLE = "one sample"
SECOND = timedelta(seconds=1)  # times are told to the second
MEAN = "mean of the values flagged good"
FLAGS = {str(int(flag)): flag.name.lower().replace("_", " ") for flag in Flag}


async def answer(
    source: Source, question: Callable[..., dict[str, Any]], *facts: Any
) -> JSONResponse:
    """Ask in a thread and write the JSON there too: 100,000 numbers would hold up the others."""

    def ask(connection: Any) -> JSONResponse:
        return JSONResponse(question(connection, *facts))

    return await source.ask(ask)


def describe(key: str, span: Span, processing: str = PROCESSING) -> dict[str, Any]:
    """What makes a number a measurement: quantity, unit, processing, period."""
    about = {"quantity": key, "unit": find_unit(key), "processing": processing}
    return about | {"period": to_period(*span)}


def to_period(start: Any, end: Any) -> dict[str, str | None]:
    """A period: the start is in it, the end is not."""
    return {"start": to_text(start), "end": to_text(end)}


def to_extent(times: Any, length: timedelta) -> dict[str, str | None] | None:
    """Period of values that each stand for so long from their time on; None without any."""
    return to_period(times.min(), times.max() + length) if len(times) else None


def to_text(moment: Any) -> str | None:
    """One moment as ISO 8601 in UTC; None for NaT."""
    known = moment == moment  # noqa: PLR0124 - NaT
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if known else None


def to_list(column: Any) -> list[Any]:
    """Column as JSON can hold it: times as ISO 8601 in UTC, missing as null."""
    if is_datetime64_any_dtype(column):
        moments = DatetimeIndex(column).tz_convert("UTC").tz_localize(None)
        texts = np.datetime_as_string(moments.to_numpy("datetime64[s]"), timezone="UTC").tolist()
        return [None if text == "NaT" else text for text in texts]
    if is_float_dtype(column):
        values = column.to_numpy(float)
        rounded = np.round(values, 4).tolist()
        return [
            value if known else None
            for value, known in zip(rounded, np.isfinite(values).tolist(), strict=True)
        ]
    return column.tolist()


def to_lists(frame: DataFrame, names: dict[str, str]) -> dict[str, list[Any]]:
    """Columns of a frame under their names in the API; cells as H3 strings."""
    return {
        name: to_hex(frame[column]) if column == "cell" else to_list(frame[column])
        for column, name in names.items()
    }


def to_rows(frame: DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    """Rows of a short frame as objects."""
    columns = to_lists(frame, names)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
