"""The wire under the real MicroPython: the same bytes, the same refusals, the same reading."""

from collections import Counter
from pathlib import Path

from lokaalmeten import wire
from tests.firmware.random_pages import make_lines

PAGES = 1000
SCRIPT = Path(__file__).parent / "random_pages.py"


def test_thousand_random_pages_are_the_same_bytes_on_the_node(micropython):
    on_node = micropython.run(SCRIPT, PAGES).splitlines()
    here = list(make_lines(PAGES))
    assert len(on_node) == PAGES
    for index, (theirs, ours) in enumerate(zip(on_node, here, strict=True)):
        assert theirs == ours, f"page {index}"


def test_random_pages_are_damaged_in_every_way_worth_comparing():
    """Guards the test above: it must not compare a thousand pages that are all alike."""
    reasons = Counter(line.split()[1] for line in make_lines(PAGES))
    assert reasons["None"] > PAGES / 3
    assert {"short", "length", "crc"} <= set(reasons)
    lengths = {len(line.split()[0]) for line in make_lines(PAGES)}
    assert len(lengths) > 100
    schemas = {line[6:8] for line in make_lines(PAGES)}
    assert schemas == {f"{schema:02x}" for schema in wire.SCHEMAS}
