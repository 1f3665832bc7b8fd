"""The page on the wire: golden bytes, saturation, and every way in which a page is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten import wire
from lokaalmeten.quantities import BY_KEY

GOLDEN = Path(__file__).parent / "golden"
MIDNIGHT = 1767225600  # 2026-01-01T00:00:00Z
NOTHING_13 = (None,) * 13
FINE_10 = (498, 0, 988, 1831, -1, 100981, 29999, 14888, 5623, 3979)
BEYOND_10 = (-(2**40), 2**40, 2**31 - 1, 40000, -40000, -(2**31), 65535, -1, -32768, 32768)

# What was written by hand, byte by byte, into golden/NAME.hex from the diagram in wire.py:
# (schema, boot, sequence, time, flags), then the samples as they are given to ``add``.
GOLDEN_PAGES = {
    "box": (
        (1, 0x01020304, 7, MIDNIGHT, 0),
        [
            (0, 0, 710, 1025, 1130, 1240, -321, 8750, 101325, 30123, 15200, 428, 4312, 6150, 5012),
            (3540, 21, *NOTHING_13),
        ],
    ),
    "bike": (
        (2, 0xDEADBEEF, 4294967295, MIDNIGHT, 0),
        [
            (0, 2, None, None, None, 500, 812, 990, 1830, 6020, 100980, 0, 65534, 5510, 3980),
            (5, 0, 520906950, 51213140, 350, *FINE_10),
            (65535, 65535, 2**31, -(2**31), 70000, *BEYOND_10),
        ],
    ),
    "counter": ((3, 0, 0, 5, wire.FLAG_TICKS), [(180, 16, 0, 12, None)]),
    "anchor": ((4, 0xA1B2C3D4, 258, MIDNIGHT, 0), [(2, 16, 946684800 + 325)]),
}


def read_golden(name):
    lines = (GOLDEN / f"{name}.hex").read_text().splitlines()
    return bytes.fromhex("".join(line.split("#")[0] for line in lines))


def write_page(head, samples, room=wire.SAMPLES):
    schema, boot, sequence, time, flags = head
    writer = wire.PageWriter(schema, room)
    writer.begin(boot, sequence, time, flags)
    for offset, bits, *counts in samples:
        assert writer.add(time + offset, bits, *counts)
    return bytes(writer.seal())


def slow_crc32(data):
    """CRC-32 of IEEE 802.3, bit by bit: reflected 0xEDB88320, begins with ones, ends inverted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def with_crc(body):
    return bytes(body) + slow_crc32(body).to_bytes(4, "little")


def test_letters_of_the_wire_are_those_of_the_table_of_quantities():
    keys = {key for _, _, keys in wire.SCHEMAS.values() for key in keys}
    assert {key: BY_KEY[key].code for key in keys} == wire.CODES


@pytest.mark.parametrize("name", GOLDEN_PAGES)
def test_writer_makes_the_golden_bytes(name):
    head, samples = GOLDEN_PAGES[name]
    assert write_page(head, samples).hex(" ") == read_golden(name).hex(" ")


@pytest.mark.parametrize("name", GOLDEN_PAGES)
def test_golden_page_is_good_and_ends_in_its_crc(name):
    page = read_golden(name)
    assert wire.refuse_page(page) is None
    assert slow_crc32(page[:-4]) == int.from_bytes(page[-4:], "little")


def test_golden_box_reads_as_it_was_written():
    head, samples = GOLDEN_PAGES["box"]
    assert wire.read_page(read_golden("box")) == (*head, samples)


def test_golden_anchor_reads_as_it_was_written():
    head, samples = GOLDEN_PAGES["anchor"]
    assert wire.read_page(read_golden("anchor")) == (*head, samples)


def test_golden_bike_reads_back_cut_to_its_letters():
    *head, records = wire.read_page(read_golden("bike"))
    assert tuple(head) == GOLDEN_PAGES["bike"][0]
    assert records[:2] == GOLDEN_PAGES["bike"][1][:2]
    high, low = 2**31 - 1, 1 - 2**31
    places = (high, low, 65534)
    counts = (low, high, high, 32767, -32767, low, 65534, 0, -32767, 32767)
    assert records[2] == (65535, 255, *places, *counts)


@pytest.mark.parametrize(("schema", "size"), [(1, 39), (2, 41), (3, 9), (4, 7)])
def test_record_has_the_drawn_size(schema, size):
    one = write_page((schema, 0, 0, 0, 0), [(0, 0) + (0,) * values_of(schema)])
    two = write_page((schema, 0, 0, 0, 0), [(0, 0) + (0,) * values_of(schema)] * 2)
    assert (len(one), len(two) - len(one)) == (20 + size + 4, size)


def values_of(schema):
    return len(wire.record_fields(schema)) - 2


@pytest.mark.parametrize(
    ("count", "code", "expected"),
    [
        (None, "h", -32768),
        (None, "H", 65535),
        (None, "i", -2147483648),
        (0, "h", 0),
        (-32768, "h", -32767),
        (32768, "h", 32767),
        (-1, "H", 0),
        (65535, "H", 65534),
        (-(2**31), "i", -2147483647),
        (2**31, "i", 2147483647),
        (None, "I", 4294967295),
        (-1, "I", 0),
        (2**32 - 1, "I", 4294967294),
    ],
)
def test_count_saturates_and_never_becomes_the_sentinel(count, code, expected):
    assert wire.saturate(count, code) == expected


def test_saturated_signed_value_lies_beyond_its_valid_span():
    """It must fail the span check, or a value cut to its letter would pass as measured."""
    for quantity in BY_KEY.values():
        low, high = wire.SPAN[quantity.code]
        if quantity.code != "H":
            assert high > quantity.high * quantity.per
            assert low < quantity.low * quantity.per


@pytest.mark.parametrize("name", GOLDEN_PAGES)
def test_every_flipped_bit_is_refused(name):
    page = read_golden(name)
    for bit in range(8 * len(page)):
        damaged = bytearray(page)
        damaged[bit // 8] ^= 1 << bit % 8
        assert wire.refuse_page(bytes(damaged)) in wire.REASONS, f"bit {bit}"


@pytest.mark.parametrize("name", GOLDEN_PAGES)
def test_every_truncation_and_extension_is_refused(name):
    page = read_golden(name)
    for length in range(len(page)):
        expected = "short" if length < 24 else "length"
        assert wire.refuse_page(page[:length]) == expected, f"{length} bytes"
    assert wire.refuse_page(page + b"\0") == "length"


def test_page_is_refused_for_the_cheapest_reason_first():
    """One page with every fault; mend them one by one and the next reason shows."""
    page = bytearray(20 + 10) + b"crc?"
    assert wire.refuse_page(bytes(page[:23])) == "short"
    assert wire.refuse_page(bytes(page)) == "magic"
    page[0:2] = b"LM"
    assert wire.refuse_page(bytes(page)) == "version"
    page[2] = 2
    assert wire.refuse_page(bytes(page)) == "schema"
    page[3] = 3
    assert wire.refuse_page(bytes(page)) == "empty"
    page[16] = 1
    assert wire.refuse_page(bytes(page)) == "length"
    del page[20]
    assert wire.refuse_page(bytes(page)) == "crc"
    assert wire.refuse_page(with_crc(page[:-4])) is None


def test_foreign_payloads_are_refused_without_an_exception():
    for payload in (b"", b"{", b'{"pm25": 12.3, "temperature": 20.1}', bytes(5000), b"\xff" * 5000):
        assert wire.refuse_page(payload) in ("short", "magic")


def test_full_page_takes_no_further_sample():
    writer = wire.PageWriter(3, samples=2)
    writer.begin(1, 1, 1000)
    assert writer.empty()
    assert [writer.add(1000 + at, 0, 1, 1, 1) for at in range(3)] == [True, True, False]
    assert writer.full()
    assert len(wire.read_page(writer.seal())[-1]) == 2


@pytest.mark.parametrize(
    ("offset", "fits"), [(-1, False), (0, True), (65535, True), (65536, False)]
)
def test_sample_outside_the_reach_of_the_page_is_not_added(offset, fits):
    writer = wire.PageWriter(3)
    writer.begin(1, 1, MIDNIGHT)
    assert writer.add(MIDNIGHT + offset, 0, 1, 1, 1) is fits
    assert writer.empty() is not fits


@pytest.mark.parametrize("counts", [(1, 2), (1, 2, 3, 4), ()])
def test_wrong_number_of_values_is_an_error_and_never_zeros(counts):
    writer = wire.PageWriter(3)
    writer.begin(1, 1, MIDNIGHT)
    with pytest.raises(ValueError, match="schema 3 takes 3 values"):
        writer.add(MIDNIGHT, 0, *counts)
    assert writer.empty()


def test_buffer_is_used_again_without_traces_of_the_page_before():
    head, samples = GOLDEN_PAGES["box"]
    schema, boot, sequence, time, flags = head
    writer = wire.PageWriter(schema)
    writer.begin(9, 9, 9)
    for at in range(wire.SAMPLES):
        writer.add(9 + at, 65535, *[2**40] * 13)
    writer.seal()
    writer.begin(boot, sequence, time, flags)
    for offset, bits, *counts in samples:
        writer.add(time + offset, bits, *counts)
    assert bytes(writer.seal()) == read_golden("box")
    assert bytes(writer.seal()) == read_golden("box")


@st.composite
def pages(draw):
    """Head and samples of any page, values within and beyond their letters."""
    schema = draw(st.sampled_from(sorted(wire.SCHEMAS)))
    u32 = st.integers(0, 2**32 - 1)
    head = (schema, draw(u32), draw(u32), draw(u32), draw(st.integers(0, 65535)))
    count = st.none() | st.integers(-(2**33), 2**33) | st.integers(-40000, 70000)
    u16, u8 = st.integers(0, 65535), st.integers(0, 255)
    sample = st.tuples(u16, u8, *[count] * values_of(schema))
    return head, draw(st.lists(sample, min_size=1, max_size=8))


def cut(value, code):
    """Slow truth of what a letter can hold: None stays, the sentinel is not a value."""
    spans = {"h": (-32767, 32767), "H": (0, 65534), "i": (-(2**31) + 1, 2**31 - 1)}
    low, high = (spans | {"I": (0, 2**32 - 2)})[code]
    return None if value is None else sorted((low, value, high))[1]


@given(pages())
def test_what_is_written_is_read_back(page):
    head, samples = page
    written = write_page(head, samples)
    assert wire.refuse_page(written) is None
    codes = [code for _, code in wire.record_fields(head[0])][2:]
    expected = [
        (offset, bits, *[cut(value, code) for value, code in zip(counts, codes, strict=True)])
        for offset, bits, *counts in samples
    ]
    assert wire.read_page(written) == (*head, expected)


@given(st.binary(max_size=400))
def test_no_bytes_raise(payload):
    assert wire.refuse_page(payload) in wire.REASONS


@given(st.binary(min_size=0, max_size=300), st.sampled_from([1, 2, 3, 4]), st.integers(0, 65535))
def test_only_a_true_length_and_crc_make_a_page(body, schema, count):
    """Anything behind a believable header: accepted only as whole records under a true CRC."""
    header = b"LM" + bytes([2, schema]) + bytes(12) + count.to_bytes(2, "little") + bytes(2)
    page = with_crc(header + body)
    size = {1: 39, 2: 41, 3: 9, 4: 7}[schema]
    good = count > 0 and len(body) == count * size
    assert (wire.refuse_page(page) is None) == good
