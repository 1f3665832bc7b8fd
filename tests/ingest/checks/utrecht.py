"""Utrecht in the first half of 2023: a small reader of its own, and a store in memory."""

import csv
from datetime import datetime
from typing import NamedTuple

import numpy as np

from lokaalmeten.findings import Hours, Places


class Utrecht(NamedTuple):
    names: list[str]
    hours: Hours
    places: Places


def read_utrecht(folder, file="pm25_2023h1.csv"):
    """Values within the span of a sensor, as hours of one sample; node i is ``names[i]``."""
    found = []
    with (folder / file).open() as lines:
        head, *rows = csv.reader(lines)
    names = head[1:]
    for row in rows:
        ends = int(datetime.fromisoformat(row[0]).timestamp())  # phenomenonTime is the end
        for node, text in enumerate(row[1:]):
            if text and 0 <= float(text) <= 1000:
                found.append((node, ends - 3600, round(float(text) * 100)))
    node, hour, steps = np.array(found, np.int64).T
    low = steps.astype(np.int32)
    hours = Hours(node.astype(np.int32), hour, np.ones(len(low), np.int32), steps, low, low)
    return Utrecht(names, hours, read_places(folder, names))


def read_places(folder, names):
    with (folder / "things_locations.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    index = {name: node for node, name in enumerate(names)}
    known = [(index[row["name"].strip()], row) for row in rows if row["name"].strip() in index]
    return Places(
        np.array([node for node, _ in known], np.int32),
        np.array([float(row["lat"]) for _, row in known]),
        np.array([float(row["lon"]) for _, row in known]),
    )


class MemoryStore:
    """Hours of one quantity; keeps what is found."""

    def __init__(self, town, quantity="pm25"):
        self.town, self.quantity, self.found = town, quantity, []

    def read_hours(self, quantity, first, after):
        hours = self.town.hours
        inside = (hours.hour >= first) & (hours.hour < after) & (quantity == self.quantity)
        return Hours(*(column[inside] for column in hours))

    def read_places(self, first, after):
        return self.town.places

    def write_findings(self, found, first, after, nodes):
        self.found += found
        return 0
