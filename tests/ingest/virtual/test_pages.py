import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.virtual.pages import ABSENT, PAUSE_S, write_pages
from lokaalmeten import wire


def slow_pages(schema, boot, sequence, time, columns):
    """One sample after the other through the node's own writer."""
    writer = wire.PageWriter(schema)
    names = [name for name, _ in wire.record_fields(schema)][2:]
    pages = []
    for row, moment in enumerate(time):
        if row == 0 or writer.full() or moment - time[row - 1] > PAUSE_S:
            pages += [bytes(writer.seal())] if row else []
            writer.begin(boot, sequence + len(pages), moment)
        counts = [columns[name][row] for name in names]
        known = [None if count == ABSENT else count for count in counts]
        assert writer.add(moment, columns["bits"][row], *known)
    return [*pages, bytes(writer.seal())] if len(time) else []


@st.composite
def samples(draw):
    schema = draw(st.sampled_from(sorted(wire.SCHEMAS)))
    size = draw(st.integers(0, 200))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.choice(
        [1, 5, 60, PAUSE_S, PAUSE_S + 1, 86_400], size, p=[0.3, 0.3, 0.3, *[1 / 30] * 3]
    )
    columns = {"bits": rng.integers(0, 65536, size)}
    for name, code in wire.record_fields(schema)[2:]:
        low, high = wire.SPAN[code]
        edges = [low, high, low - 1, high + 1, wire.MISSING[code], ABSENT, 0, 2**40, -(2**40)]
        inside = rng.integers(low, high + 1, size)
        columns[name] = np.where(rng.uniform(size=size) < 0.5, rng.choice(edges, size), inside)
    return schema, rng.integers(0, 2**32), 5, 1_700_000_000 + np.cumsum(steps), columns


@given(samples())
def test_bulk_pages_are_the_bytes_of_the_nodes_own_writer(sample):
    schema, boot, sequence, time, columns = sample
    listed = {name: column.tolist() for name, column in columns.items()}
    slow = slow_pages(schema, int(boot), sequence, time.tolist(), listed)
    assert write_pages(schema, int(boot), sequence, time, columns) == slow


def test_no_samples_are_no_pages():
    nothing = np.zeros(0, np.int64)
    columns = {name: nothing for name, _ in wire.record_fields(3)}
    assert write_pages(3, 1, 1, nothing, columns) == []
