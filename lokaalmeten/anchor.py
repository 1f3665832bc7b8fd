"""Time told afterwards: the anchor of a boot, and a page that was held until there is one."""

from typing import NamedTuple

from .rejected import Rejected


class Anchor(NamedTuple):
    """How far pages that were stamped before their node knew the time lie from it; of one boot."""

    node_id: int
    boot: int
    time: int  # Unix seconds at which the node compared its clocks
    shift: int  # seconds, to be added to the times of those pages
    unsure: bool  # by the board's own clock, not by GNSS or NTP


class Held(NamedTuple):
    """A page that is kept aside for its time, of a boot that has an anchor now."""

    id: int  # of the refused message
    page: Rejected
    shift: int  # seconds, to be added to its time
    unsure: bool
