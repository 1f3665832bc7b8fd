"""What lies in the table of observations, read row by row: the start of a slow answer."""

import numpy as np
import pandas as pd

from lokaalmeten.quality import BITS
from lokaalmeten.quantities import BY_KEY, SLOT

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
    good = [flags is None or flags >> BITS * SLOT[key] & 7 == 1 for _, _, flags, _ in rows]
    found["good"] = np.array(good, np.bool_) & found["value"].notna()
    return found
