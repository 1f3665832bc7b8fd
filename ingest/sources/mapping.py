"""What a TOML file says of a CSV.

name = "school"            # first half of the lasting name of each device
time = "Datum"             # column of times
columns.pm25 = "PM2,5"     # a column in our unit, or:
columns.pressure = { name = "Druk (hPa)", factor = 100 }

time_format = "%d-%m-%Y %H:%M"   # ISO 8601 when absent
zone = "Europe/Amsterdam"        # UTC when absent; not used where times say their own
time_is = "end"                  # of the span; start when absent
period = 3600                    # seconds; 0, a moment, when absent
device = "box-1"                 # one device, or:
node = "Sensor"                  # column that names it
kind = "bike"                    # it moves; box when absent
model = "SPS30"
lat = "Lat"                      # columns, degrees
lon = "Lon"
decimal = ","                    # point when absent
separator = ";"                  # told by the header when absent
preamble = 9                     # lines before the header
long = ["Stof", "Waarde"]        # columns of names and of values; then `columns` names the names
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from lokaalmeten.errors import FormatError
from lokaalmeten.quantities import BY_KEY

from .local_time import read_zone
from .sensor_community import EARLIEST
from .table import SEPARATORS
from .values import Column

KINDS = ("box", "bike", "counter")
WORDS = {int: "number", list: "list", dict: "table", str: "text"}


@dataclass(frozen=True)
class Mapping:
    """A mapping as its file says it."""

    name: str
    time: str
    columns: dict[str, Column]  # by quantity
    time_format: str = ""
    zone: str = "UTC"
    time_is: str = "start"
    period: int = 0  # seconds
    device: str = ""
    node: str = ""
    kind: str = "box"
    model: str = ""
    lat: str = ""
    lon: str = ""
    decimal: str = "."
    separator: str = ""
    preamble: int = 0
    long: Sequence[str] = field(default_factory=list)
    earliest: int = EARLIEST  # Unix seconds

    @property
    def at_end(self) -> bool:
        """True when a time is that of the end of its span."""
        return self.time_is == "end"

    @property
    def texts(self) -> list[str]:
        """Columns that must be there, beside that of times."""
        return [name for name in (self.node, *self.long) if name]

    @property
    def some(self) -> list[str]:
        """Columns of values, of which one must be there."""
        return [] if self.long else [column.name for column in self.columns.values()]

    @property
    def optional(self) -> list[str]:
        """Columns that may be there."""
        return [name for name in (self.lat, self.lon) if name]

    @property
    def separators(self) -> Sequence[str]:
        """What may be between two cells."""
        return (self.separator,) if self.separator else SEPARATORS


def read_mapping(path: Path) -> Mapping:
    """Read a mapping; FormatError, with the place, when it is none or says what cannot be."""
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: is not TOML: {error}") from error
    known = {one.name for one in fields(Mapping)} - {"earliest"}
    if odd := sorted(set(said) - known):
        raise FormatError(f"{path}: there is no {odd[0]!r}, only {', '.join(sorted(known))}")
    if lacking := [name for name in ("name", "time", "columns") if not said.get(name)]:
        raise FormatError(f"{path}: lacks {lacking[0]}")
    check_types(path, said)
    columns = read_columns(path, said.pop("columns"))
    mapping = Mapping(columns=columns, **said)
    check_mapping(path, mapping)
    return mapping


def check_types(path: Path, said: dict[str, Any]) -> None:
    """Refuse a number where there is a text to be, and so on, with a FormatError."""
    kinds = {"period": int, "preamble": int, "long": list, "columns": dict}
    for name, value in said.items():
        kind = kinds.get(name, str)
        if not isinstance(value, kind):
            raise FormatError(f"{path}: {name} is {value!r}, which is no {WORDS[kind]}")


def read_columns(path: Path, said: Any) -> dict[str, Column]:
    """Columns by quantity."""
    columns = {}
    for key, column in said.items():
        if key not in BY_KEY:
            raise FormatError(f"{path}: there is no quantity {key!r}, only {', '.join(BY_KEY)}")
        try:
            columns[key] = Column(column) if isinstance(column, str) else Column(**column)
        except TypeError as error:
            raise FormatError(
                f"{path}: columns.{key} is a name, or a table of name, factor and offset"
            ) from error
    return columns


def check_mapping(path: Path, said: Mapping) -> None:
    """Refuse what cannot be, with a FormatError."""
    read_zone(said.zone)
    wrong = {
        "device or node: say one of them": bool(said.device) == bool(said.node),
        "time_is: start or end": said.time_is not in ("start", "end"),
        "period: seconds of the span, 0 for a moment": not 0 <= said.period < 2**31,
        "time_is: the end of a moment is that moment, say its period": said.at_end
        and not said.period,
        f"kind: one of {', '.join(KINDS)}": said.kind not in KINDS,
        "lat and lon: both or none": bool(said.lat) != bool(said.lon),
        "decimal: point or comma": said.decimal not in (".", ","),
        "long: a column of names and one of values": len(said.long) not in (0, 2),
    }
    for sentence, is_wrong in wrong.items():
        if is_wrong:
            raise FormatError(f"{path}: {sentence}")
