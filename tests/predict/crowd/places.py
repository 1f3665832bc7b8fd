"""A square with a street to it, both with a way out; small enough to work out by hand."""

import copy

from predict.crowd.plan import read_place

SQUARE = [[4.9, 52.37], [4.901, 52.37], [4.901, 52.371], [4.9, 52.371], [4.9, 52.37]]
STREET = [[4.901, 52.37], [4.902, 52.37], [4.902, 52.3701], [4.901, 52.3701], [4.901, 52.37]]


def zone(name, ring=SQUARE, **said):
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {"kind": "zone", "id": name, **said},
    }


def passage(name, start, end, **said):
    shape = {"type": "LineString", "coordinates": [[4.9, 52.37], [4.901, 52.37]]}
    said = {"kind": "passage", "id": name, "from": start, "to": end, "width_m": 4, **said}
    return {"type": "Feature", "geometry": shape, "properties": said}


def counter(name, where, direction="forward", **said):
    shape = {"type": "Point", "coordinates": [4.9, 52.37]}
    said = {"kind": "counter", "id": name, "passage": where, "direction": direction, **said}
    return {"type": "Feature", "geometry": shape, "properties": said}


def plan():
    """Outside -gate-> street -arch-> square -stairs-> outside, each counted both ways."""
    return {
        "type": "FeatureCollection",
        "name": "Town",
        "features": [
            zone("square", area_m2=1000, capacity=2000),
            zone("street", STREET, area_m2=500),
            passage("gate", None, "street", width_m=5),
            passage("arch", "street", "square", width_m=4),
            passage("stairs", "square", None, width_m=2),
            *(
                counter(f"{where}-{way[0]}", where, way)
                for where in ("gate", "arch", "stairs")
                for way in ("forward", "backward")
            ),
        ],
    }


def changed(what, name, /, **said):
    """The plan with other properties for one feature."""
    found = copy.deepcopy(plan())
    for feature in found["features"]:
        if feature["properties"]["kind"] == what and feature["properties"]["id"] == name:
            feature["properties"].update(said)
    return found


def place():
    return read_place(plan())
