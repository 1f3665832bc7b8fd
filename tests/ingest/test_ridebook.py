import logging
from types import SimpleNamespace
from typing import Any

import numpy as np

from ingest.ridebook import RideBook
from lokaalmeten.privacy import Privacy

NOON = 1_760_000_000


class Shelf:
    """A store that holds one ride of three kilometres, ended long ago."""

    def __init__(self):
        self.rides = []

    def read_track(self, node_id, start, stop) -> Any:
        time = np.arange(NOON, NOON + 600, 10)
        lat = (52_0900000 + np.arange(60) * 4500).astype(np.int32)
        return SimpleNamespace(time=time, lat=lat, lon=np.full(60, 5_1200000, np.int32))

    def read_privacy(self, node_id):
        return Privacy("secret")

    def take_due(self, now):
        return []

    def write_rides(self, node_id, start, stop, rides):
        self.rides += rides


def test_settled_rides_are_logged_with_the_name_of_the_node(caplog):
    caplog.set_level(logging.DEBUG, "lokaalmeten")
    shelf = Shelf()
    book = RideBook(shelf, {4: "bike-1"}.get)
    book.note(4, NOON, NOON + 590)
    book.settle(NOON + 86_400)
    assert len(shelf.rides) == 1
    (record,) = caplog.records
    assert (record.levelname, record.node, record.rides) == ("DEBUG", "bike-1", 1)
    book.settle(NOON + 90_000)
    assert len(caplog.records) == 1  # nothing new, nothing said
