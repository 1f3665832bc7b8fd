"""The outbox: pages that are not yet known to be committed, in a ring on flash.

    the sampler keeps a page          it is on flash when `keep` returns
    the uplink finds it and sends it  as often as needed: PUBACK is not delivery
    the ingest says what is committed `acknowledge` marks that as done with, and nothing else does

When the ring is full the oldest pages make room and are counted. Anchors are never dropped: without
theirs, pages that went before would stay without a time (docs/protocol.md).
"""

import struct

from firmware.ring import Ring
from lokaalmeten.wire import ANCHOR, HEADER, HEADER_BYTES, refuse_page

LATE = 8  # pages that can lie on flash after one of a higher number: numbers are taken first


class Outbox:
    """Pages of this boot and of earlier ones. ``boot`` is this boot's id, new at every start.

    A page is named by its address in the ring, which only grows. After ``find`` the attributes
    ``page_boot`` and ``page_sequence`` tell whose page it is, and ``length`` its bytes.
    """

    def __init__(self, flash, urandom):
        """``flash`` is a partition of its own; ``urandom`` gives so many random bytes."""
        self._ring = Ring(flash)
        self._head = bytearray(HEADER_BYTES)
        self._failed = 0
        self.taken = 0  # numbers of this boot that were handed out
        self.page_boot = self.page_sequence = self.length = 0
        self.boot = self._choose_boot(urandom)

    @property
    def kept(self):
        """Pages that are not known to be committed."""
        return self._ring.live

    @property
    def dropped(self):
        """Pages lost for want of room since the flash was first used, and for its faults."""
        return self._ring.dropped + self._failed

    @property
    def end(self):
        """Address that the next page gets, or a little before it."""
        return self._ring.end

    def take_sequence(self):
        """Number of the next page or anchor of this boot."""
        self.taken += 1
        return self.taken - 1

    def keep(self, page):
        """Write a page; a flash that does not work costs the page, which is counted."""
        try:
            self._ring.append(page, lasting=page[3] == ANCHOR)
        except OSError:
            self._failed += 1

    def find(self, at):
        """Address of the first kept page from ``at`` on, or None when there is none."""
        at = self._ring.find(at)
        if at is not None:
            self.length = self._ring.length
            self._ring.read(at, self._head)
            _, _, _, self.page_boot, self.page_sequence, _, _, _ = struct.unpack_from(
                HEADER, self._head, 0
            )
        return at

    def after(self, at):
        """Where to look on after the page at ``at``."""
        return self._ring.after(at)

    def read(self, at, buffer):
        """Fill the buffer, a memoryview, with the page at ``at``; return its bytes.

        0 when there is no such page any more. One that the flash spoiled is dropped: the ingest
        would refuse it for ever.
        """
        if self.find(at) != at:
            return 0
        page = buffer[: self.length]
        self._ring.read(at, page)
        if refuse_page(page) is None:
            return self.length
        self._ring.clear(at)
        self._failed += 1
        return 0

    def acknowledge(self, acks):
        """Forget what ``acks`` cover, (boot, high, gaps) each; return how many pages that were.

        Of a boot the pages up to ``high`` are forgotten but those in ``gaps``. One walk for all,
        no further than the pages about the last ``high``: thousands may lie behind them. An anchor
        that the ring copied to its end is forgotten when a page there is.
        """
        before = self.kept
        told = {}
        for boot, high, gaps in acks:
            told[boot] = (high, gaps)
        boot = None
        at = self.find(0)
        while at is not None and told:
            if self.page_boot != boot and self._head[3] != ANCHOR:
                told.pop(boot, None)  # the pages of a boot lie together
                boot = self.page_boot
            if self.page_boot in told:
                high, gaps = told[self.page_boot]
                if self.page_sequence > high + LATE:
                    del told[self.page_boot]
                elif self.page_sequence <= high and not is_in(self.page_sequence, gaps):
                    self._ring.clear(at)
            at = self.find(self.after(at))
        return before - self.kept

    def _choose_boot(self, urandom):
        """A boot id that no kept page has."""
        boot = int.from_bytes(urandom(4), "little")
        at = self.find(0)
        while at is not None:
            if self.page_boot == boot:
                return self._choose_boot(urandom)
            at = self.find(self.after(at))
        return boot


def is_in(sequence, gaps):
    """Tell whether a number lies in one of the ranges, both ends included."""
    return any(first <= sequence <= last for first, last in gaps)
