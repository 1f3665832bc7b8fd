"""sensor.community: its archive, one file a sensor and day, or a type and month.

Traps, as 488,000 real rows of two places show them:

- P1 is PM10 and P2 is PM2.5; P0 is PM1 and P4 is PM4 where the sensor tells them;
- the PPD42NS tells counts of particles under the same names, no mass: its rows are refused;
- times are those at which the server got the row, UTC without a mark;
- pressure is Pa.

A node is a location: the box that somebody hung up, with all its sensors. A particle sensor and
its humidity come in files of their own and often in the same second; their rows complete one
another there. Two sensors of one quantity at a location share its column: of the same second the
first that came stays.
"""

from collections.abc import Iterator

import numpy as np

from lokaalmeten.observations import Int32

from .columns import Refusals, to_groups
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Column, read_values, refuse_silent, take, to_samples

EARLIEST = 1_420_070_400  # 2015-01-01: the network began in that year
COLUMNS = {  # all in our units
    "pm1": Column("P0"),
    "pm25": Column("P2"),
    "pm4": Column("P4"),
    "pm10": Column("P1"),
    "temperature": Column("temperature"),
    "humidity": Column("humidity"),
    "pressure": Column("pressure"),
    "co2": Column("co2_ppm"),
    "sound_laeq": Column("noise_LAeq"),
    "sound_lamax": Column("noise_LA_max"),
}
PLACE = ("sensor_id", "sensor_type", "location", "lat", "lon", "timestamp")
FORM = Form(
    "a sensor.community archive",
    PLACE,
    some=[column.name for column in COLUMNS.values()],
    separators=(";", ","),
)
PARTICLES = ("P0", "P1", "P2", "P4")
COUNTER = "PPD"  # sensor_type of those that count particles


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Yield the rows of an archive from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, now)


def to_part(chunk: Chunk, now: int) -> Part:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    refusals = Refusals(len(chunk))
    seconds, wrong = chunk.seconds("timestamp")
    refusals.refuse_times(seconds, wrong, "timestamp", now, EARLIEST)
    values = read_values(chunk, COLUMNS, refusals)
    kind, kinds = to_groups(chunk.text("sensor_type"))
    counter = np.array([name.upper().startswith(COUNTER) for name in kinds], np.bool_)[kind]
    refusals.refuse(counter, "counts particles, tells no mass")
    node, devices = find_devices(chunk, kind, kinds, refusals)
    refuse_silent(values, refusals)
    good = refusals.good
    rows = to_samples(node[good], seconds[good], take(values, good))
    return Part(chunk.next_line, chunk.read, chunk.list_bad(refusals), rows, devices)


def find_devices(
    chunk: Chunk, kind: Int32, kinds: list[str], refusals: Refusals
) -> tuple[Int32, list[Device]]:
    """Index (n,) of each row into the locations of a chunk, and what is known of those."""
    node, locations = to_groups(chunk.text("location"))
    refusals.refuse(np.array([not name for name in locations], np.bool_)[node], "location is empty")
    _, first = np.unique(node, return_index=True)
    mass = any(chunk.has(name) for name in PARTICLES)
    devices = []
    for name, row in zip(locations, first.tolist(), strict=True):
        lat, lon = (read_degrees(chunk, axis, row) for axis in ("lat", "lon"))
        known = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
        place = (lat, lon) if known and (lat, lon) != (0, 0) else (None, None)
        model = kinds[kind[row]] if mass else ""  # it is by its particle sensor that one is known
        label = f"sensor.community {name}"
        devices.append(Device(f"sensor.community:{name}", "box", model, label, *place))
    return node, devices


def read_degrees(chunk: Chunk, axis: str, row: int) -> float | None:
    """One latitude or longitude of a chunk; None when it is no number."""
    text = chunk.text(axis)[row].as_py()
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def looks_like(head: str) -> bool:
    """Tell whether a file begins as an archive does."""
    return head.startswith("sensor_id;") and "timestamp" in head.partition("\n")[0]


SOURCE = Source(
    "sensor.community",
    FORM.kind,
    "timestamp is the moment at which the server got the row, in UTC",
    looks_like,
    read,
    fills=True,
)
