"""A made-up event: a square that fills on the second afternoon, and the counts of its gates."""

import csv
import json
from datetime import UTC, datetime, timedelta

import numpy as np

START = datetime(2026, 5, 1, 3, tzinfo=UTC)  # five in the morning
STEP = timedelta(minutes=15)
DAY = 96
SIDE = 0.0006  # degrees: some 67 by 41 metres


def said(gate, way):
    """One node a gate counts both ways."""
    return {"node": gate, "direction": way}


def make_plan():
    """A square of 2,000 square metres that people enter by one gate and leave by another."""
    ring = [
        [5.0, 52.0],
        [5.0 + SIDE, 52.0],
        [5.0 + SIDE, 52.0 + SIDE],
        [5.0, 52.0 + SIDE],
        [5.0, 52.0],
    ]
    point = {"type": "Point", "coordinates": [5.0, 52.0]}
    line = {"type": "LineString", "coordinates": ring[:2]}
    square = {"type": "Polygon", "coordinates": [ring]}
    rows = [
        (square, {"kind": "zone", "id": "square", "area_m2": 2000, "capacity": 6000}),
        (line, {"kind": "passage", "id": "north", "from": None, "to": "square", "width_m": 8}),
        (line, {"kind": "passage", "id": "south", "from": "square", "to": None, "width_m": 8}),
        *(
            (point, {"kind": "counter", "id": f"{gate}-{way}", "passage": gate, **said(gate, way)})
            for gate in ("north", "south")
            for way in ("forward", "backward")
        ),
    ]  # fmt: skip
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in rows],
    }


def make_counts(intervals, seed=1):
    """People a quarter by counter (t, 4); three times as many on the second day as on the first."""
    rng = np.random.default_rng(seed)
    rows = np.arange(intervals)
    size = np.where(rows < DAY, 120, 360)
    come = size * np.exp(-(((rows % DAY - 40) / 8) ** 2))
    go = size * np.exp(-(((rows % DAY - 60) / 8) ** 2))
    table = np.stack([come, 0.05 * go, go, 0.05 * come], axis=1)
    return rng.poisson(table)


def write_event(folder, intervals):
    """Plan and counts as files; the counts too."""
    counts = make_counts(intervals)
    plan, event = folder / "square.geojson", folder / "event.csv"
    plan.write_text(json.dumps(make_plan()))
    names = ["north-forward", "north-backward", "south-forward", "south-backward"]
    with event.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["time", *names])
        for row, people in enumerate(counts.tolist()):
            lines.writerow([(START + row * STEP).isoformat(), *people])
    return plan, event, counts
