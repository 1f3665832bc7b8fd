"""A million samples joined with a route of a thousand legs, and the usual way beside it."""

import numpy as np
import pandas as pd

from ingest.routes.joining import NONE, join
from ingest.routes.route import Float, Route, to_route
from lokaalmeten.geo import METRES_PER_DEGREE
from tests.benchmarks.timing import measure_s

POINTS, LEGS = 1_000_000, 1000
CORRIDOR_M = 25.0
SOME = 10  # legs of which the usual way is timed: it does the same for each of them


def measure_join(scale: float) -> dict[str, float]:
    """Seconds for POINTS by LEGS, and how many times as long the usual way takes for them."""
    route = make_route(LEGS)
    lat, lon = make_points(route, max(round(POINTS * scale), 1))
    points = pd.DataFrame({"lat": lat, "lon": lon})
    seconds = measure_s(
        {
            "ours": lambda: join(route, lat, lon, CORRIDOR_M),
            "usual": lambda: join_usually(route, points, range(SOME)),
        },
        rounds=3,
    )
    return {
        "route_join_s": seconds["ours"] * POINTS / len(lat),
        "route_join_vs_peer_way": seconds["usual"] * LEGS / SOME / seconds["ours"],
    }


def make_route(legs: int) -> Route:
    """A winding route of legs of 5 to 40 m."""
    rng = np.random.default_rng(1)
    heading = np.cumsum(rng.normal(0, 0.3, legs))
    metres = rng.uniform(5, 40, legs)
    north, east = (np.cumsum(metres * way) for way in (np.cos(heading), np.sin(heading)))
    lat = 52.09 + np.concatenate([[0], north]) / METRES_PER_DEGREE
    return to_route(lat, 5.12 + np.concatenate([[0], east]) / METRES_PER_DEGREE / 0.614)


def make_points(route: Route, count: int) -> tuple[Float, Float]:
    """Positions along a route with the error of a usual fix; one in five is outside."""
    rng = np.random.default_rng(2)
    lat, lon = route.find_place(rng.uniform(0, route.length_m, count))
    shift = rng.normal(0, 20, (2, count)) / METRES_PER_DEGREE
    return lat + shift[0], lon + shift[1] / 0.614


def join_usually(route: Route, points: pd.DataFrame, legs: range) -> pd.DataFrame:
    """The first leg that a point lies beside, leg by leg over all rows, as users' tools do it.

    Both angles at the ends of a leg are less than a right one, and the perpendicular is short
    enough; a data frame of all points is filled on the way.
    """
    x, y = route.to_plane(points["lat"].to_numpy(), points["lon"].to_numpy())
    frame = pd.DataFrame({"x": x, "y": y, "leg": NONE, "offset": np.nan, "along": np.nan})
    for leg in legs:
        ax, ay, bx, by = route.x[leg], route.y[leg], route.x[leg + 1], route.y[leg + 1]
        length = np.hypot(bx - ax, by - ay)
        frame["to_start"] = np.hypot(frame["x"] - ax, frame["y"] - ay)
        frame["to_end"] = np.hypot(frame["x"] - bx, frame["y"] - by)
        towards = (frame["x"] - ax) * (bx - ax) + (frame["y"] - ay) * (by - ay)
        back = (frame["x"] - bx) * (ax - bx) + (frame["y"] - by) * (ay - by)
        start = (towards / (frame["to_start"] * length)).clip(-1, 1)
        frame["start_angle"] = np.degrees(np.arccos(start))
        end = (back / (frame["to_end"] * length)).clip(-1, 1)
        frame["end_angle"] = np.degrees(np.arccos(end))
        frame["far"] = frame["to_start"] * np.sin(np.radians(frame["start_angle"]))
        inside = (
            (frame["leg"] == NONE)
            & (frame["far"] <= CORRIDOR_M)
            & (frame["start_angle"] < 90)
            & (frame["end_angle"] < 90)
        )
        frame.loc[inside, "leg"] = leg
        frame.loc[inside, "offset"] = frame.loc[inside, "far"]
        walked = frame.loc[inside, "to_start"] * np.cos(np.radians(frame["start_angle"]))
        frame.loc[inside, "along"] = route.along[leg] + walked
    return frame
