"""GeoParquet 1.1 (geoparquet.org): Parquet with a column of points in WKB.

No coordinate system is named: that is longitude and latitude, OGC:CRS84.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ..table import GEOMETRY, Table
from .form import Form, Package, Take
from .parquet import PARQUET, open_groups

GEO = {
    "version": "1.1.0",
    "primary_column": GEOMETRY.name,
    "columns": {GEOMETRY.name: {"encoding": "WKB", "geometry_types": ["Point"]}},
}


@contextmanager
def open_geoparquet(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """Write blocks as row groups."""
    with open_groups(file, table.spatial, package, {"geo": GEO}) as take:
        yield take


GEOPARQUET = Form(
    ".geo.parquet", PARQUET.media, PARQUET.facts, open_geoparquet, lambda table: table.spatial
)
