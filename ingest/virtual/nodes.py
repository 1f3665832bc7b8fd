"""When the nodes of Meetstad take a sample, and when something in them fails.

Every random number belongs to a node and a moment, so a sample is the same whatever window it
is asked for with. Only the sequence numbers count from the start of a run, as after a boot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from lokaalmeten import wire
from lokaalmeten.quantities import BY_KEY

from .city import City, VirtualNode, to_degrees
from .field import Field
from .local import DAY, HOUR
from .noise import to_key, uniform
from .pages import ABSENT, write_pages
from .rides import Ride, rides_between
from .sensors import PM, Float, Int, count_people, find_place, sense

SCHEMA = {name: number for number, (name, _, _) in wire.SCHEMAS.items()}
DEGREE = 10**7  # steps of a position on the wire
BOX_S, COUNTER_S = 60, 180  # a sample every
BOX_VOLT, BIKE_VOLT = 5.0, 3.95

OUTAGE = 0.004  # share of hours in which a fixed node has no power
PM_FAULT = 0.006  # share of hours in which its particulate sensor gives nothing
GAP = 0.001  # share of single values that are missing
CLEANING_S = 120  # once a week the fan cleans itself and the sensor warms up again
WARM_UP_S = 30  # SPS30 datasheet: 8 to 30 s until it may be trusted
NO_FIX = (1, 7)  # samples at the start of a ride before the receiver knows where it is


@dataclass(frozen=True)
class Samples:
    """Samples of one node: n moments, and whole steps by field name (ABSENT where missing)."""

    time: Int  # (n,) Unix seconds, ascending
    columns: Mapping[str, Int]  # each (n,): "bits" and every field of the node's schema


def take_samples(field: Field, node: VirtualNode, start: int, stop: int) -> Samples:
    """Samples of a node with ``start <= time < stop``."""
    if node.kind == "bike":
        rides = rides_between(field.city, node, start, stop)
        return _join([_sample_ride(field, node, ride, start, stop) for ride in rides])
    return _sample_fixed(field, node, start, stop)


def _sample_fixed(field: Field, node: VirtualNode, start: int, stop: int) -> Samples:
    """A box or counter: on its own beat, all day, except when the power is off."""
    key = partial(to_key, field.city.seed, node.name)
    step = BOX_S if node.kind == "box" else COUNTER_S
    phase = key("phase") % step
    time = np.arange(start + (phase - start) % step, stop, step, dtype=np.int64)
    time = time[uniform(key("outage"), time // HOUR) >= OUTAGE]
    truth = field.truth(node.lat or 0.0, node.lon or 0.0, time)
    if node.kind == "counter":
        values = count_people(key, truth, time, COUNTER_S)
        return _to_samples(node, key, time, np.zeros(len(time), np.int64), values)
    values = sense(key, truth, time, BOX_VOLT)
    fault = uniform(key("fault"), time // HOUR) < PM_FAULT
    values |= {name: np.where(fault, np.nan, values[name]) for name in PM}
    cleaned = (time + key("cleaning") % (7 * DAY)) % (7 * DAY) < CLEANING_S
    bits = fault * wire.BIT_PM_ERROR | cleaned * wire.BIT_WARM_UP
    return _to_samples(node, key, time, bits, values)


def _sample_ride(field: Field, node: VirtualNode, ride: Ride, start: int, stop: int) -> Samples:
    """A bike while it rides, with a place as soon as its receiver has one."""
    key = partial(to_key, field.city.seed, node.name)
    rows = (ride.time >= start) & (ride.time < stop)
    time, x, y = ride.time[rows], ride.x[rows], ride.y[rows]
    begun = int(ride.time[0])
    age = time - begun
    values = sense(key, field.truth(*to_degrees(x, y), time), time, BIKE_VOLT)
    values["temperature"] = values["temperature"] + 1.2 * np.exp(-age / 600)  # it stood indoors
    values |= find_place(key, time, x, y)
    unseen = NO_FIX[0] + int((NO_FIX[1] + 1 - NO_FIX[0]) * uniform(key("fix"), begun))
    no_fix = np.flatnonzero(rows) < unseen
    values |= {name: np.where(no_fix, np.nan, values[name]) for name, _ in wire.PLACE}
    bits = no_fix * wire.BIT_NO_FIX | (age < WARM_UP_S) * wire.BIT_WARM_UP
    return _to_samples(node, key, time, bits, values)


def _to_samples(
    node: VirtualNode, key: partial[int], time: Int, bits: Int, values: Mapping[str, Float]
) -> Samples:
    """Whole steps of everything the schema holds, with a few values lost on the way."""
    columns = {"bits": bits}
    per = {"lat": DEGREE, "lon": DEGREE, "accuracy": 1}
    for name, _ in wire.record_fields(SCHEMA[node.kind])[2:]:
        known = np.isfinite(values[name])
        if name not in per:
            known &= uniform(key("gap " + name), time) >= GAP
        steps = np.where(known, values[name], 0) * (per.get(name) or BY_KEY[name].per)
        columns[name] = np.where(known, np.rint(steps).astype(np.int64), ABSENT)
    return Samples(time, columns)


def _join(parts: list[Samples]) -> Samples:
    """Samples of several rides as one; none at all when there was no ride."""
    nothing = np.zeros(0, np.int64)
    names = ["bits", *(name for name, _ in wire.record_fields(SCHEMA["bike"])[2:])]
    columns = {name: np.concatenate([nothing, *(p.columns[name] for p in parts)]) for name in names}
    return Samples(np.concatenate([nothing, *(part.time for part in parts)]), columns)


class Run:
    """All nodes from one switch-on: pages of what was measured since they were last asked for.

    The same city, ``start`` and moments of asking give the same bytes.
    """

    def __init__(self, city: City, start: int) -> None:
        """Switch on at ``start`` (Unix seconds)."""
        self.city = city
        self.start = self.now = start
        self._field = Field(city)
        self._sent = dict.fromkeys([node.name for node in city.nodes], 0)

    def pages(self, stop: int) -> list[tuple[str, bytes]]:
        """(node name, page) of everything measured before ``stop`` and not handed out yet."""
        pages = [(node.name, page) for node in self.city.nodes for page in self._write(node, stop)]
        self.now = stop
        return pages

    def _write(self, node: VirtualNode, stop: int) -> list[bytes]:
        samples = take_samples(self._field, node, self.now, stop)
        boot = to_key(self.city.seed, node.name, self.start) & 0xFFFFFFFF
        sequence = self._sent[node.name]
        pages = write_pages(SCHEMA[node.kind], boot, sequence, samples.time, samples.columns)
        self._sent[node.name] += len(pages)
        return pages
