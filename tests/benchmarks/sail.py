"""SAIL Amsterdam 2025 as a place and counts: passages of the sensors, both directions counted."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from predict.crowd.place import Place
from predict.crowd.plan import read_place

FOLDER = Path(__file__).parents[2] / "../shared/data/crowd_sail2025"
STEP_S = 180
KEPT_M = 0.4  # of a width that people keep from its sides, where no effective width is given


def read_sail() -> tuple[Place, np.ndarray]:
    """The place, and people per 3 minutes (t, k), 20 to 22 August."""
    plan, table = read_plan()
    place = read_place(plan)
    return place, table[list(place.counters.ids)].to_numpy(float)


def read_plan() -> tuple[dict, pd.DataFrame]:
    """The plan as GeoJSON, and the counts as they are published, a column a direction."""
    table = pd.read_csv(FOLDER / "sensordata_SAIL2025_20-22aug.csv")
    names = [name for name in table.columns if name.rpartition("_")[2].isdigit()]
    with (FOLDER / "sensor-location.csv").open(encoding="utf-8-sig") as file:
        rows = {row["Objectnummer"]: row for row in csv.DictReader(file)}
    known = {name.rpartition("_")[0] for name in names}
    sensors = sorted(known & rows.keys())  # one sensor has counts and no place
    features = []
    for sensor in sensors:
        lat, lon = map(float, rows[sensor]["Lat/Long"].split(","))
        features.append(_feature("passage", sensor, lat, lon, width_m=_width(rows[sensor])))
        ways = [name for name in names if name.rpartition("_")[0] == sensor]
        for name, direction in zip(ways, ("forward", "backward"), strict=False):
            said = {"passage": sensor, "direction": direction}
            features.append(_feature("counter", name, lat, lon, **said))
    return {"type": "FeatureCollection", "name": "SAIL 2025", "features": features}, table


def _feature(kind: str, name: str, lat: float, lon: float, **said: object) -> dict:
    point = [lon, lat]
    is_line = kind == "passage"
    shape = {
        "type": "LineString" if is_line else "Point",
        "coordinates": [point, point] if is_line else point,
    }
    return {"type": "Feature", "geometry": shape, "properties": {"kind": kind, "id": name, **said}}


def _width(row: dict[str, str]) -> float:
    effective, whole = (row[key].replace(",", ".") for key in ("Effectieve breedte", "Breedte"))
    return float(effective) if effective else float(whole) - KEPT_M


def add_up(counts: np.ndarray, intervals: int) -> np.ndarray:
    """Counts (t, k) of several intervals together."""
    whole = len(counts) // intervals * intervals
    return counts[:whole].reshape(-1, intervals, counts.shape[1]).sum(axis=1)
