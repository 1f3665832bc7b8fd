"""Files read by a source as a whole, and what came of them as plain dictionaries."""

import math
import time
from collections import Counter

from ingest.sources.text import look_at
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY

NOW = int(time.time())


def read_parts(source, path, start=1):
    """Parts of a file, of which the source must know that it is its own."""
    text = look_at(path, source.encoding, source.kind)
    return list(source.read(text, start, NOW))


def write_lines(path, lines, encoding="utf-8"):
    """Write lines to a file."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def list_hours(parts, days=False):
    """Value by (code, quantity, start), one by one; None where it is missing."""
    found = {}
    for part in parts:
        hours = part.days if days else part.hours
        if hours is None:
            continue
        for which, start, value in zip(
            *(c.tolist() for c in (hours.which, hours.time, hours.value)), strict=True
        ):
            key = (*hours.series[which], int(start))
            assert key not in found
            found[key] = None if math.isnan(value) else value
    return found


def list_samples(parts):
    """Value in its unit by (hardware name, quantity, start), one by one."""
    found = {}
    for part in parts:
        rows = part.observations
        assert (rows.period == 3600).all()
        for key, counts in zip(rows.keys, rows.counts, strict=True):
            for node, start, count in zip(
                *(c.tolist() for c in (rows.node, rows.time, counts)), strict=True
            ):
                if count != MISSING:
                    name = (part.devices[node].hardware, key, int(start))
                    assert name not in found
                    found[name] = int(count) / BY_KEY[key].per
    return found


def count_bad(parts):
    """How many lines were refused, by reason."""
    return Counter(bad.reason for part in parts for bad in part.bad)


def list_flags(parts):
    """Flag by (code, quantity, start)."""
    found = {}
    for hours in (part.hours for part in parts if part.hours is not None):
        for which, start, flag in zip(
            *(c.tolist() for c in (hours.which, hours.time, hours.flag)), strict=True
        ):
            found[(*hours.series[which], int(start))] = int(flag)
    return found
