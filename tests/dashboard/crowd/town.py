"""A made-up feast at a harbour, counted and looked at as `meten crowd watch` would do it.

Two days of a quarter of an hour each; the square fills up towards the end of the second. One
counter fell silent and one is stuck. The last situation is of ``end``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from predict.crowd.keeping import name_gauges, to_kept
from predict.crowd.plan import read_place
from predict.crowd.situation import look
from predict.crowd.warning import Rules, no_alerts, update_alerts
from storage import crowd
from storage.crowd_events import Ahead, Planned, add_planned, write_ahead
from storage.pool import connect

NAME, TITLE = "havenfeest", "Havenfeest"
STEP = timedelta(minutes=15)
DAY = 96
ROWS = 2 * DAY
LOOKED = 40  # of the last intervals: ten hours
SILENT, SILENT_ROWS = "hek-forward", 6
STUCK, STUCK_ROWS = "oost-backward", 9
LAT, LON = 52.377, 4.905
SEEN, MEASURE = "twee mensen onderweg, 06", "Ingang brug eenrichting"
# id, name, square metres, west, south, east, north in metres from the corner
ZONES = (
    ("plein", "Plein", 1500, 0, 0, 70, 60),
    ("kade", "Kade", 2200, 0, 75, 120, 105),
    ("markt", "Markt", 1200, 85, 0, 135, 60),
    ("park", "Park", 6000, -110, 0, -15, 105),
)
# id, name, from, to, width, ends in metres
PASSAGES = (
    ("noord", "Noordpoort", None, "kade", 6, (60, 105, 60, 130)),
    ("brug", "Brug", "kade", "plein", 5, (35, 75, 35, 60)),
    ("steeg", "Steeg", "plein", "markt", 1.2, (70, 30, 85, 30)),
    ("oost", "Oostpoort", "markt", None, 4, (135, 30, 160, 30)),
    ("laan", "Laan", "park", "plein", 5, (-15, 30, 0, 30)),
    ("hek", "Hek", None, "park", 4, (-135, 50, -110, 50)),
)
# people an interval at the height of the second day, forward and backward
SIZES = {
    "noord": (1290, 60), "brug": (1210, 40), "steeg": (700, 30),
    "oost": (640, 40), "laan": (160, 20), "hek": (200, 30),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Where and when it is."""

    dsn: str
    end: datetime


def to_degrees(x, y):
    """Longitude and latitude of metres from the corner."""
    return [LON + x / (111_195 * np.cos(np.radians(LAT))), LAT + y / 111_195]


def feature(shape, *points, **said):
    """A feature of GeoJSON of points in metres."""
    corners = [to_degrees(*point) for point in points]
    inner = {"Point": corners[0], "LineString": corners, "Polygon": [corners]}[shape]
    geometry = {"type": shape, "coordinates": inner}
    return {"type": "Feature", "geometry": geometry, "properties": said}


def make_plan():
    """Zones, passages, and two counters in each of these."""
    features = []
    for name, title, area, west, south, east, north in ZONES:
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        said = {"kind": "zone", "id": name, "name": title, "area_m2": area, "capacity": 3 * area}
        features.append(feature("Polygon", *ring, **said))
    for name, title, start, stop, width, (x, y, x2, y2) in PASSAGES:
        said = {"kind": "passage", "id": name, "name": title, "width_m": width}
        features.append(
            feature("LineString", (x, y), (x2, y2), **said, **{"from": start, "to": stop})
        )
        for way in ("forward", "backward"):
            said = {"kind": "counter", "id": f"{name}-{way}", "passage": name, "direction": way}
            features.append(feature("Point", (x, y), **said))
    return {"type": "FeatureCollection", "name": TITLE, "features": features}


def make_counts(counters, seed=1):
    """People an interval (t, k): a wave each day, the second twice as high, faults at the end."""
    rng = np.random.default_rng(seed)
    rows = np.arange(ROWS)
    wave = np.where(rows < DAY + 50, 0.5, 1.0) * np.exp(-((((rows - 2) % DAY - 92) / 12) ** 2))
    table = np.stack(
        [
            rng.poisson(SIZES[gate][way == "backward"] * wave + 1)
            for gate, way in (name.split("-") for name in counters)
        ],
        axis=1,
    ).astype(float)
    table[-SILENT_ROWS:, counters.index(SILENT)] = np.nan
    table[-STUCK_ROWS:, counters.index(STUCK)] = table[-STUCK_ROWS, counters.index(STUCK)]
    return table


def build(dsn, end):
    """Register the place and write its situations up to ``end``, a quarter of an hour."""
    plan = make_plan()
    place = read_place(plan)
    gauges = name_gauges(place)
    counts = make_counts(list(place.counters.ids))
    empty = np.isin(np.arange(ROWS), (0, 50, 50 + DAY))
    alerts = no_alerts(len(gauges))
    with connect(dsn) as connection:
        crowd.add_place(connection, crowd.Registered(NAME, plan, 900, 5, True))
        for row in range(ROWS - LOOKED, ROWS):
            at = end - (ROWS - 1 - row) * STEP
            found = look(place, counts[: row + 1], 900, empty[: row + 1])
            alerts, events = update_alerts(
                alerts, int(at.timestamp()), found.chance, found.signal, Rules()
            )
            happened = [
                crowd.Happened(at, each.what, gauges[each.gauge], each.level) for each in events
            ]
            kept = to_kept(place, found, alerts)
            crowd.write_situation(connection, NAME, at, kept, happened)
        seen = crowd.Happened(end, "seen", "zone/plein", None, SEEN)
        crowd.note(connection, NAME, seen)
        plan_ahead(connection, gauges, end)
        done = crowd.Happened(end - timedelta(minutes=2), "measure", "passage/brug", None, MEASURE)
        crowd.note(connection, NAME, done)
    return Town(dsn, end)


def plan_ahead(connection, gauges, end):
    """An event in two days and one that was, and three days of hours of which one is full.

    In the 49th hour 4,000 people are expected and the square passes orange with a chance of 0.3.
    """
    hour = end.replace(minute=0) + timedelta(hours=1)
    for name, starts in (("Havenfeest", hour + timedelta(hours=46)), ("Vorig feest", end - STEP)):
        stop = starts + (timedelta(hours=6) if name == "Havenfeest" else STEP)
        planned = Planned(0, name, "feest", starts, stop, 6000)
        add_planned(connection, NAME, planned, beside=True)
    people = np.full((72, 3), (50.0, 100.0, 200.0))
    people[48] = 3000, 4000, 5500
    chance = np.zeros((len(gauges), 3, 72))
    chance[0, :2, 48] = 0.8, 0.3
    levels, quantiles = np.array([0.1, 0.5, 0.9]), np.full((72, len(gauges), 3), 10.0)
    basis = ["core"] * 48 + ["like days"] * 24
    said = Ahead(end, hour, gauges, basis, 12, levels, quantiles, people, chance)
    write_ahead(connection, NAME, said)


def copy(dsn, name, earlier, *, is_open=True):
    """The same place under another name, as if all of it had been so much earlier."""
    with connect(dsn) as connection:
        crowd.add_place(connection, crowd.Registered(name, make_plan(), 900, 5, is_open))
        for query in COPIES:
            connection.execute(query, {"earlier": earlier, "name": name, "of": NAME})


COPIES = (
    """
    INSERT INTO private.crowd_state
    SELECT
        p.id, s.time - %(earlier)s, s.gauges, s.people, s.value, s.signal, s.counters, s.judged,
        s.ahead_s, s.levels, s.quantiles, s.chance, s.alerts
    FROM private.crowd_state s, private.crowd_place o, private.crowd_place p
    WHERE p.name = %(name)s AND o.name = %(of)s AND s.place_id = o.id
    """,
    """
    INSERT INTO private.crowd_event (place_id, time, what, gauge, level, note)
    SELECT p.id, e.time - %(earlier)s, e.what, e.gauge, e.level, e.note
    FROM private.crowd_event e, private.crowd_place o, private.crowd_place p
    WHERE p.name = %(name)s AND o.name = %(of)s AND e.place_id = o.id
    """,
)


def find_end(moment=None):
    """The newest quarter of an hour."""
    seconds = (moment or datetime.now(UTC)).timestamp()
    return datetime.fromtimestamp(seconds // 900 * 900, UTC)
