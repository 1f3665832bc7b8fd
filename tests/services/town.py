"""What the virtual town measured: pages as its nodes would send them."""

import functools

from ingest.virtual.city import City
from ingest.virtual.nodes import Run
from lokaalmeten.cli.city import register

START = 1_760_000_000  # 2025-10-09 08:53:20 UTC, a working day: the bikes ride
CITY = City()


@functools.cache
def make_pages(hours=6):
    """(node name, page) of all nodes since START, some 66 pages an hour."""
    return tuple(Run(CITY, START).pages(START + hours * 3600))


def register_town(dsn):
    """Make all nodes known, so that the ingest takes their pages."""
    register(CITY, dsn)
