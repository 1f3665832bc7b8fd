"""Pages for the tests of what carries them."""

from lokaalmeten import wire

LONGEST = 3000  # of a page with sixty samples of any schema
NOON = 1_795_435_200  # 2026-11-23T12:00:00Z


def make_page(boot, sequence, samples=5, schema=3, time=None, flags=0):
    """One page: its numbers tell in its values where it came from."""
    writer = wire.PageWriter(schema, samples)
    begin = NOON + 60 * sequence if time is None else time
    writer.begin(boot, sequence, begin, flags)
    values = len(wire.record_fields(schema)) - 2
    for sample in range(samples):
        writer.add(begin + sample, 0, *[sequence % 1000 + sample] * values)
    return bytes(writer.seal())


def make_anchor(boot, sequence, ticks=0):
    return make_page(boot, sequence, 1, wire.ANCHOR)


def name_of(page):
    """(boot, sequence)"""
    _, boot, sequence, _, _, _ = wire.read_page(page)
    return boot, sequence


def read_flash(data):
    """Pages in the bytes of a node's flash that do not go over the end of a sector, by their CRC.

    They may have been acknowledged since.
    """
    pages, at = [], 0
    while (at := data.find(wire.MAGIC, at)) >= 0:
        for end in range(at + wire.HEADER_BYTES, min(at + LONGEST, len(data)) + 1):
            if wire.refuse_page(data[at:end]) is None:
                pages.append(data[at:end])
                break
        at += 1
    return pages
