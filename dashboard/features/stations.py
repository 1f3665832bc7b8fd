"""Stations of official networks: where they are and who runs them.

Their values are not told here: under which licence each network shares them is not ours to say.
"""

from typing import Any

from storage.stations import read_stations as read_all

from .table import Asked, Table, to_points


def read_stations(connection: Any, _asked: Asked) -> Table:
    """Stations with code, name, kind, operator and url."""
    found = read_all(connection)
    names = ("code", "name", "kind", "operator", "url")
    return Table(
        found["code"].to_list(),
        to_points(found["latitude"].to_numpy(float), found["longitude"].to_numpy(float)),
        {name: found[name].to_list() for name in names},
    )
