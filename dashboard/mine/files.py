"""A ride as files: GPX 1.1 (topografix.com/GPX/1/1) and CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.exposure import HOLE_S
from lokaalmeten.quantities import BY_KEY

GPX = "application/gpx+xml"
CSV = "text/csv; charset=utf-8"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Lokaal meten" xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:lm="urn:lokaalmeten:quantities">\n'
)


def write_gpx(
    name: str, seconds: Any, lat: Any, lon: Any, samples: pd.DataFrame, *, dated: bool
) -> str:
    """A track in segments without holes; values of all quantities as extensions of its points.

    ``seconds`` (n,) rise: Unix seconds when ``dated``, and then each point has its time. A sample
    without a place is no point of it.
    """
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    seconds, lat, lon = (np.asarray(each)[placed] for each in (seconds, lat, lon))
    keys = [key for key in BY_KEY if key in samples]
    values = {key: samples[key].to_numpy(float)[placed] for key in keys}
    stamps = to_stamps(seconds) if dated else [""] * len(placed)
    cuts = np.flatnonzero(np.diff(seconds) > HOLE_S) + 1
    rows = np.split(np.arange(len(placed)), cuts) if len(placed) else []
    segments = "".join(
        f"<trkseg>\n{''.join(to_point(row, lat, lon, stamps, values) for row in some)}</trkseg>\n"
        for some in rows
    )
    return f"{HEAD}<trk>\n<name>{escape(name)}</name>\n{segments}</trk>\n</gpx>\n"


def to_point(
    row: int, lat: Any, lon: Any, stamps: Sequence[str], values: dict[str, NDArray[Any]]
) -> str:
    """One point; elements in the order of the schema."""
    said = "".join(
        f"<lm:{key}>{column[row]:.10g}</lm:{key}>"
        for key, column in values.items()
        if np.isfinite(column[row])
    )
    time = f"<time>{stamps[row]}</time>" if stamps[row] else ""
    more = f"<extensions>{said}</extensions>" if said else ""
    return f'<trkpt lat="{lat[row]:.7f}" lon="{lon[row]:.7f}">{time}{more}</trkpt>\n'


def write_csv(columns: Mapping[str, Sequence[Any]], samples: pd.DataFrame) -> str:
    """The columns, then value and flag of each quantity as the API has them; empty is missing."""
    keys = [name for key in BY_KEY if key in samples for name in (key, f"{key}_flag")]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*columns, *keys])
    parts = [*columns.values(), *(to_texts(samples[name].to_numpy()) for name in keys)]
    writer.writerows(zip(*parts, strict=True))
    return file.getvalue()


def to_texts(values: NDArray[Any], form: str = ".10g") -> Iterator[str]:
    """Numbers as text, nothing for a missing one."""
    return (format(value, form) if value == value else "" for value in values.tolist())  # noqa: PLR0124


def to_stamps(seconds: Any) -> list[str]:
    """Unix seconds as 2026-01-31T23:59:00Z."""
    moments = np.asarray(seconds, np.int64).astype("datetime64[s]")
    return [f"{text}Z" for text in np.datetime_as_string(moments).tolist()]
