"""Pages of 60 samples, encoded and decoded.

``decode_1000_pages_ms``      1,000 pages of boxes from bytes to columns, CRC and all
``decode_samples_per_s``      the same as a rate
``decode_speedup``            how many times faster that is than reading record by record
``decode_bikes_ms``           the same for bikes, where every sample gets its H3 cell
``encode_page_us``            one page through the node's own writer, on this machine
``town_day_s``                a day of the virtual town: samples, noise, pages
"""

import numpy as np

from ingest.decode import Message, decode
from ingest.virtual.city import City
from ingest.virtual.nodes import Run
from ingest.virtual.pages import write_pages
from lokaalmeten import wire
from lokaalmeten.memory import keep_freed_memory
from tests.benchmarks.timing import measure_s
from tests.services.pages import BIKE, BOX, FakeNode, box_samples, to_page

PAGES = 1000
START = 1_795_392_000  # 2026-11-23T00:00Z
NODES = 100


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds; ``scale`` times 1,000 pages, given as if there were 1,000."""
    keep_freed_memory()  # as the ingest does
    count = max(round(PAGES * scale), 1)
    boxes, bikes = make_messages(BOX, count), make_messages(BIKE, count)
    samples = box_samples(wire.SAMPLES)
    town, hours = City(1), 24 * min(scale, 1)
    Run(town, START).pages(START + 60)  # draws the town
    seconds = measure_s(
        {
            "bulk": lambda: decode(boxes, registry(moving=False)),
            "one by one": lambda: [read_slowly(message.payload) for message in boxes],
            "bikes": lambda: decode(bikes, registry(moving=True)),
            "encode": lambda: [to_page(BOX, samples) for _ in range(10)],
            "town": lambda: Run(town, START).pages(START + round(hours * 3600)),
        }
    )
    per_1000 = PAGES / count
    return {
        "decode_1000_pages_ms": 1000 * seconds["bulk"] * per_1000,
        "decode_speedup": seconds["one by one"] / seconds["bulk"],
        "decode_samples_per_s": count * wire.SAMPLES / seconds["bulk"],
        "decode_bikes_ms": 1000 * seconds["bikes"] * per_1000,
        "encode_page_us": 1e6 * seconds["encode"] / 10,
        "town_day_s": seconds["town"] * 24 / hours,
    }


def make_messages(schema: int, count: int) -> list[Message]:
    """Messages with a full page each, of NODES nodes in turn, every value different."""
    rng = np.random.default_rng(schema)
    fields = wire.record_fields(schema)[2:]
    messages = []
    for number in range(count):
        columns = {"bits": np.zeros(wire.SAMPLES, np.int64)}
        columns |= {name: rng.integers(0, 30_000, wire.SAMPLES) for name, _ in fields}
        if schema == BIKE:
            columns["lat"] = rng.integers(520_000_000, 522_000_000, wire.SAMPLES)
            columns["lon"] = rng.integers(49_000_000, 52_000_000, wire.SAMPLES)
        time = START + 60 * np.arange(wire.SAMPLES)
        (page,) = write_pages(schema, 7, number, time, columns)
        messages.append(Message(f"lm/1/node-{number % NODES}/page", page, START + 86_400))
    return messages


def registry(*, moving: bool) -> dict[str, FakeNode]:
    """Registered nodes of one kind."""
    return {f"node-{number}": FakeNode(number, moving=moving) for number in range(NODES)}


def read_slowly(page: bytes) -> object:
    """Accept and read one page, record by record."""
    return None if wire.refuse_page(page) else wire.read_page(page)
