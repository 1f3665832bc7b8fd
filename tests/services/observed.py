"""What lies in the table of observations, read row by row: the start of a slow answer."""

import pandas as pd

from lokaalmeten.quality import unpack_flags
from lokaalmeten.quantities import BY_KEY

CLOCK = "Europe/Amsterdam"


def read_values(connection, key):
    """All values of a quantity: node, time, hour and day (by the clock), steps, value, good."""
    rows = connection.execute(
        f"SELECT n.name, o.time, o.flags, o.{key} FROM private.observation o"
        f" JOIN private.node n ON n.id = o.node_id ORDER BY n.name, o.time".encode()
    ).fetchall()
    found = pd.DataFrame(rows, columns=["node", "time", "flags", "steps"])
    found["time"] = pd.to_datetime(found["time"], utc=True)
    found["hour"] = found["time"].dt.floor("h")
    found["day"] = found["time"].dt.tz_convert(CLOCK).dt.date
    found["value"] = found["steps"].astype(float) / BY_KEY[key].per
    found["good"] = (unpack_flags(key, found["flags"].to_numpy()) == 1) & found["value"].notna()
    return found
