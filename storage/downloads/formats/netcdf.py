"""NetCDF-CF: discrete sampling geometries, as contiguous ragged arrays (CF conventions, 9.3.3).

    timeSeries    a station is a node in one cell; a node that moved is several stations of a name
    trajectory    a ride; its cells lie beside its samples
    obs           the samples of all of them behind each other

The library is an extra: ``netcdf``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from lokaalmeten.errors import FormatError
from lokaalmeten.quality import Flag

from ..table import Block, Field, Table
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
ABOUT = {"comment": "from the hour in which the ride starts: up to an hour early, as is public"}
PLACES = {
    "lat": {"standard_name": "latitude", "units": "degrees_north"},
    "lon": {"standard_name": "longitude", "units": "degrees_east"},
}


@dataclass(frozen=True)
class Instances:
    """What samples belong to: a dimension, its columns, and variables with texts of them."""

    dimension: str
    id_: str  # of them the variable that names each
    names: tuple[str, ...]  # of the fields that are the same in all samples of one
    texts: Mapping[str, tuple[str, Mapping[str, str]]]  # column and attributes by variable


_CELL = {"long_name": "H3 cell of resolution 9"}
_NODE = {"cf_role": "timeseries_id", "long_name": "name of the node"}
_RIDE = {"cf_role": "trajectory_id", "long_name": "name drawn for the ride"}
_HOUR = {"long_name": "hour in which the ride starts, UTC"}
INSTANCES = {
    False: Instances(
        "station",
        "station_name",
        ("node", "cell", "longitude", "latitude"),
        {"station_name": ("node", _NODE), "cell": ("cell", _CELL)},
    ),
    True: Instances(
        "trajectory",
        "ride",
        ("ride", "hour"),
        {"ride": ("ride", _RIDE), "hour": ("hour", _HOUR)},
    ),
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
        rides = table.selection.of == "rides"
        made.attrs.update(to_attributes(package, "trajectory" if rides else "timeSeries"))
        made.dimensions["obs"] = None
        beside = [field for field in table.fields if field.name not in INSTANCES[rides].names]
        add_variable(made, "time", "f8", TIME | (ABOUT if rides else {}))
        for field in beside:
            if field.kind != "time":
                add_variable(made, to_name(field), *to_variable(field, beside, rides))
        found: list[Mapping[str, Any]] = []
        counts: list[int] = []
        rows = 0

        def take(block: Block) -> None:
            nonlocal rows
            stop = rows + len(block)
            made.resize_dimension("obs", stop)
            made["time"][rows:stop] = to_seconds(block)
            for field in beside:
                if field.kind != "time":
                    made[to_name(field)][rows:stop] = block.columns[field.name]
            if not found or found[-1] is not block.constants:
                found.append(block.constants)
                counts.append(0)
            counts[-1] += len(block)
            rows = stop

        yield take
        write_instances(made, INSTANCES[rides], found, counts)


def to_seconds(block: Block) -> Any:
    """Unix seconds (n,) of samples; of a ride from the hour in which it starts."""
    if "second" in block.columns:
        return block.constants["hour"].astype("datetime64[s]").view(np.int64) + block.find("second")
    return block.columns["time"].view(np.int64) / 1e6


def to_name(field: Field) -> str:
    """Name of a variable."""
    return {"longitude": "lon", "latitude": "lat"}.get(field.name, field.name)


def to_attributes(package: Package, kind: str) -> dict[str, str]:
    """Attributes of the file (CF conventions, 2.6; Attribute Convention for Data Discovery)."""
    return {
        "Conventions": "CF-1.11",
        "featureType": kind,
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


def to_variable(field: Field, beside: Sequence[Field], rides: bool) -> tuple[str, dict[str, Any]]:
    """Type and attributes of a column of samples."""
    told: dict[str, Any] = {"long_name": field.description}
    if field.kind == "flag":
        return "i1", told | FLAG
    if field.kind == "degrees":
        return "f8", told | PLACES[to_name(field)]
    if field.kind != "value":
        return ("i8" if field.kind == "cell" else "i4"), told
    key = field.name.removesuffix("_corrected")
    flags = [f"{key}_flag"] if any(each.name == f"{key}_flag" for each in beside) else []
    if key in STANDARD:
        told["standard_name"] = STANDARD[key]
    told["units"] = UNITS.get(field.unit, field.unit)
    told["coordinates"] = f"time lat lon {INSTANCES[rides].id_}"
    return "f8", told | {"ancillary_variables": " ".join(flags)}


def write_instances(
    made: Any, shape: Instances, found: Sequence[Mapping[str, Any]], counts: Sequence[int]
) -> None:
    """What every station or ride is, and how many samples it has."""
    dimension = (shape.dimension,)
    made.dimensions[shape.dimension] = len(found)
    row_size = {"long_name": "number of samples", "sample_dimension": "obs"}
    numbers: dict[str, Any] = {"row_size": (np.array(counts, np.int32), row_size)}
    if "longitude" in shape.names:
        for name, column in (("lat", "latitude"), ("lon", "longitude")):
            values = np.array([each[column] for each in found], np.float64)
            numbers[name] = (values, PLACES[name])
    for name, (values, told) in numbers.items():
        made.create_variable(name, dimension, data=values).attrs.update(told)
    for name, (column, told) in shape.texts.items():
        add_texts(made, name, dimension, [to_text(each[column]) for each in found], told)


def to_text(value: Any) -> str:
    """Text of a name, of a cell (0 is none), of an hour."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.datetime64):
        return np.datetime_as_string(value, "s") + "Z"
    return f"{value:x}" if value else ""


def add_texts(
    made: Any,
    name: str,
    dimension: tuple[str],
    texts: Sequence[str],
    told: Mapping[str, str],
) -> None:
    """A variable of stations or rides with strings of NetCDF-4."""
    import h5py  # noqa: PLC0415 - an extra

    made.create_variable(name, dimension, h5py.string_dtype())
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
