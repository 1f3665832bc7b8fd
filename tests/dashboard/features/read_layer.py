"""Read a layer with GDAL and print it as JSON: an own process, for GDAL waits without letting go.

python -m tests.dashboard.features.read_layer ADDRESS LAYER [WEST,SOUTH,EAST,NORTH]
"""

import json
import sys

import pyogrio.raw


def main(address, layer, box=None):
    bbox = None if box is None else tuple(map(float, box.split(",")))
    meta, _, shapes, columns = pyogrio.raw.read(f"OAPIF:{address}", layer=layer, bbox=bbox)
    fields = {
        name: [str(value) for value in column]
        for name, column in zip(meta["fields"].tolist(), columns, strict=True)
    }
    said = {"type": meta["geometry_type"], "crs": meta["crs"], "fields": fields}
    print(json.dumps(said | {"places": sum(shape is not None for shape in shapes)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
