"""Formats of downloads, by the word that asks for them; one file each, blocks in, bytes out."""

from . import comma, geojson, geoparquet, netcdf, parquet
from .form import Form

FORMATS: dict[str, Form] = {
    "csv": comma.CSV,
    "csv.gz": comma.PACKED_CSV,
    "parquet": parquet.PARQUET,
    "geoparquet": geoparquet.GEOPARQUET,
    "geojson": geojson.GEOJSON,
    "netcdf": netcdf.NETCDF,
}
