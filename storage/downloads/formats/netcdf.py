"""NetCDF-CF: discrete sampling geometry ``timeSeries``, as a contiguous ragged array.

    station     a node in one cell, with the number of its samples (CF conventions, 9.3.3)
    obs         samples of all stations behind each other

A node that moved is several stations of one name. The library is an extra: ``netcdf``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

import numpy as np

from lokaalmeten.errors import FormatError
from lokaalmeten.quality import Flag

from ..table import Block, Field, Stretch, Table
from .form import MOST_CELLS, Form, Package, Take

CHUNK_ROWS = 65_536
UNITS = {  # of UDUNITS, by the unit in UCUM
    "ug/m3": "ug m-3",
    "Cel": "degree_Celsius",
    "kOhm": "kohm",
    "{tick}": "1",
    "[ppm]": "1e-6",
    "dB(A)": "dB",
}
STANDARD = {  # names of the CF standard name table
    "pm1": "mass_concentration_of_pm1_ambient_aerosol_particles_in_air",
    "pm25": "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air",
    "pm10": "mass_concentration_of_pm10_ambient_aerosol_particles_in_air",
    "no2": "mass_concentration_of_nitrogen_dioxide_in_air",
    "co2": "mole_fraction_of_carbon_dioxide_in_air",
    "temperature": "air_temperature",
    "humidity": "relative_humidity",
    "pressure": "air_pressure",
}
FLAG = {
    "standard_name": "quality_flag",
    "flag_values": np.array([flag.value for flag in Flag], np.int8),
    "flag_meanings": " ".join(flag.name.lower() for flag in Flag),
}
TIME = {
    "standard_name": "time",
    "units": "seconds since 1970-01-01 00:00:00",
    "calendar": "standard",
    "axis": "T",
}


def check_library() -> None:
    """Raise FormatError where h5netcdf is not installed."""
    try:
        import h5netcdf  # noqa: F401, PLC0415 - an extra
        import h5py  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise FormatError(
            "NetCDF is not written here, because its library is not installed: ask for parquet,"
            " or have who runs this server install lokaalmeten[netcdf]."
        ) from error


@contextmanager
def open_netcdf(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """Write the samples, and at the end the stations."""
    import h5netcdf  # noqa: PLC0415 - an extra

    with h5netcdf.File(file, "w") as opened:
        made: Any = opened
        made.attrs.update(to_attributes(package))
        made.dimensions["obs"] = None
        add_variable(made, "time", "f8", TIME)
        for field in table.measured:
            add_variable(made, field.name, *to_variable(field, table.measured))
        stations: dict[Stretch, int] = {}
        rows = 0

        def take(block: Block) -> None:
            nonlocal rows
            stop = rows + len(block)
            made.resize_dimension("obs", stop)
            made["time"][rows:stop] = block.time.view(np.int64) / 1e6
            for field in table.measured:
                made[field.name][rows:stop] = block.columns[field.name]
            stations[block.stretch] = stations.get(block.stretch, 0) + len(block)
            rows = stop

        yield take
        write_stations(made, stations)


def to_attributes(package: Package) -> dict[str, str]:
    """Attributes of the file (CF conventions, 2.6; Attribute Convention for Data Discovery)."""
    return {
        "Conventions": "CF-1.11",
        "featureType": "timeSeries",
        "title": package["title"],
        "summary": package["description"],
        "license": " ".join(each["path"] for each in package["licenses"]),
        "references": package["citation"],
    }


def add_variable(made: Any, name: str, kind: str, told: Mapping[str, Any]) -> None:
    """A compressed variable of samples, which grows."""
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    fill = {"fillvalue": np.nan} if kind == "f8" and name != "time" else {}
    made.create_variable(name, ("obs",), kind, chunks=(CHUNK_ROWS,), **packed, **fill)
    made[name].attrs.update(told)


def to_variable(field: Field, measured: Sequence[Field]) -> tuple[str, dict[str, Any]]:
    """Type and attributes of a measured column."""
    told: dict[str, Any] = {"long_name": field.description}
    if field.kind == "flag":
        return "i1", told | FLAG
    if field.kind == "number":
        return "i4", told
    key = field.name.removesuffix("_corrected")
    beside = [f"{key}_flag"] if any(each.name == f"{key}_flag" for each in measured) else []
    if key in STANDARD:
        told["standard_name"] = STANDARD[key]
    told |= {"units": UNITS.get(field.unit, field.unit), "coordinates": "time lat lon station_name"}
    return "f8", told | {"ancillary_variables": " ".join(beside)}


def write_stations(made: Any, stations: Mapping[Stretch, int]) -> None:
    """Where every station is and how many samples it has."""
    made.dimensions["station"] = len(stations)
    counts = np.fromiter(stations.values(), np.int32, len(stations))
    lat, lon = (
        np.array([np.nan if value is None else value for value in column], np.float64)
        for column in ([each.lat for each in stations], [each.lon for each in stations])
    )
    row_size = {"long_name": "number of samples", "sample_dimension": "obs"}
    north = {"standard_name": "latitude", "units": "degrees_north"}
    east = {"standard_name": "longitude", "units": "degrees_east"}
    for name, values, told in (
        ("row_size", counts, row_size),
        ("lat", lat, north),
        ("lon", lon, east),
    ):
        made.create_variable(name, ("station",), data=values).attrs.update(told)
    names = [each.node for each in stations]
    cells = [f"{each.cell:x}" if each.cell else "" for each in stations]
    id_ = {"cf_role": "timeseries_id", "long_name": "name of the node"}
    add_texts(made, "station_name", names, id_)
    add_texts(made, "cell", cells, {"long_name": "H3 cell of resolution 9"})


def add_texts(made: Any, name: str, texts: Sequence[str], told: Mapping[str, str]) -> None:
    """A variable of stations with strings of NetCDF-4."""
    import h5py  # noqa: PLC0415 - an extra

    made.create_variable(name, ("station",), h5py.string_dtype())
    if texts:
        made[name][:] = np.array(texts, object)
    made[name].attrs.update(told)


NETCDF = Form(
    ".nc",
    "application/x-netcdf",
    {"format": "netcdf", "mediatype": "application/x-netcdf"},
    open_netcdf,
    most_cells=MOST_CELLS // 2,
    grows=False,
    check=check_library,
)
