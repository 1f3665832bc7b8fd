"""The ground plane on the back: the board less what is near to other copper.

KiCad keeps a filled area as outlines without holes; so each hole is joined to the outline by a
slit without width, as KiCad itself does it.
"""

from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from ..board import Board
from .copper import BACK, CLEARANCE, EDGE, HOLE_ROOM, VIA, Copper
from .copper import Point as At
from .routes import GROUND

THERMAL_GAP, SPOKE = 0.3, 0.5  # a pad with a hole is held by four spokes, or no iron heats it
THINNEST = 0.2
ROUND = 8  # pieces of a quarter of a circle


def find_plane(board: Board, copper: Copper) -> list[list[At]]:
    """Return the outlines of the plane, hole-free, in mm."""
    width, height = board.carrier["size"]
    free: BaseGeometry = box(EDGE, EDGE, width - EDGE, height - EDGE)
    free = free.difference(unary_union(_strangers(board, copper)))
    for land in copper.lands:
        if land.net == GROUND and BACK in land.layers:
            pad = box(*_corners(land.at, land.half, 0))
            gap = box(*_corners(land.at, land.half, THERMAL_GAP)).difference(pad)
            free = free.difference(gap.difference(_spokes(land.at, land.half)))
    free = free.buffer(-THINNEST / 2).buffer(THINNEST / 2, quad_segs=ROUND).simplify(0.005)
    pieces = [one for one in getattr(free, "geoms", [free]) if isinstance(one, Polygon)]
    return [to_outline(piece) for piece in pieces if _holds(piece, copper)]


def to_outline(piece: Polygon) -> list[At]:
    """Return the points of a polygon whose holes are joined to its outline by slits."""
    piece = orient(piece)  # holes run the other way round
    outline = [(x, y) for x, y in piece.exterior.coords[:-1]]
    holes = [[(x, y) for x, y in ring.coords[:-1]] for ring in piece.interiors]
    for hole in sorted(holes, key=min):
        first = hole.index(min(hole))
        hole = hole[first:] + hole[:first]  # noqa: PLW2901 - begins at its leftmost point
        edge, foot = _look_left(outline, hole[0])
        outline[edge + 1 : edge + 1] = [foot, *hole, hole[0], foot]
    return [(round(x, 4), round(y, 4)) for x, y in outline]


def _look_left(outline: list[At], eye: At) -> tuple[int, At]:
    """Return the edge that lies nearest to the left of a point, and the point seen on it."""
    best, found = -1.0, (-1, eye)
    for i, (ax, ay) in enumerate(outline):
        bx, by = outline[(i + 1) % len(outline)]
        if (ay <= eye[1]) == (by <= eye[1]):
            continue
        x = ax + (eye[1] - ay) * (bx - ax) / (by - ay)
        if best < x <= eye[0]:
            best, found = x, (i, (x, eye[1]))
    if found[0] < 0:
        raise ValueError(f"a hole at {eye} lies outside of its outline")
    return found


def _strangers(board: Board, copper: Copper) -> list[BaseGeometry]:
    room = CLEARANCE + 0.02
    found: list[BaseGeometry] = [
        Point(x, y).buffer(HOLE_ROOM, quad_segs=ROUND) for x, y in board.carrier["holes"]
    ]
    found += [
        box(*_corners(land.at, land.half, room))
        for land in copper.lands
        if land.net != GROUND and BACK in land.layers
    ]
    for track in copper.tracks:
        if track.net != GROUND and track.layer == BACK:
            line = LineString([track.start, track.end])
            found.append(line.buffer(track.width / 2 + room, quad_segs=ROUND))
    found += [
        Point(via.at).buffer(VIA / 2 + room, quad_segs=ROUND)
        for via in copper.vias
        if via.net != GROUND
    ]
    return found


def _spokes(at: At, half: At) -> BaseGeometry:
    reach = max(half) + THERMAL_GAP + 0.1
    across = box(at[0] - reach, at[1] - SPOKE / 2, at[0] + reach, at[1] + SPOKE / 2)
    along = box(at[0] - SPOKE / 2, at[1] - reach, at[0] + SPOKE / 2, at[1] + reach)
    return across.union(along)


def _corners(at: At, half: At, room: float) -> tuple[float, float, float, float]:
    x, y = half[0] + room, half[1] + room
    return at[0] - x, at[1] - y, at[0] + x, at[1] + y


def _holds(piece: Polygon, copper: Copper) -> bool:
    """Tell whether a piece of the plane touches ground; an island without it is left away."""
    points = [via.at for via in copper.vias if via.net == GROUND]
    points += [land.at for land in copper.lands if land.net == GROUND and BACK in land.layers]
    return any(piece.distance(Point(at)) < 1e-6 for at in points)
