"""Outlines as GeoJSON, and which places they hold, edge by edge."""


def to_ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def box(west, south, east, north):
    """A Polygon of four corners."""
    return {"type": "Polygon", "coordinates": [to_ring(west, south, east, north)]}


def cut_hole(outline, hole):
    """A Polygon with another cut out of it."""
    rings = [*outline["coordinates"], hole["coordinates"][0][::-1]]
    return {"type": "Polygon", "coordinates": rings}


def join(*polygons):
    """A MultiPolygon."""
    return {"type": "MultiPolygon", "coordinates": [polygon["coordinates"] for polygon in polygons]}


def holds(outline, x, y):
    """Tell whether a place lies in any of the polygons, outside their holes."""
    given = outline["coordinates"]
    polygons = [given] if outline["type"] == "Polygon" else given
    return any(
        ring_holds(outer, x, y) and not any(ring_holds(hole, x, y) for hole in holes)
        for outer, *holes in polygons
    )


def ring_holds(ring, x, y):
    """Tell whether a way from the place to the east crosses a ring an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside
