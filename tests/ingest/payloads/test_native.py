import orjson
import pytest
from h3.api import basic_int as h3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.decode import DAY_S, EARLIEST, Message
from ingest.payloads import native
from lokaalmeten import wire
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, QUANTITIES
from tests.ingest.payloads.reading import NODES, reasons_of, rows_of
from tests.services.pages import NOON

DOM = {"lat": 52.0906950, "lon": 5.1213140}  # the Dom tower of Utrecht


def send(*samples, node="box-1", received=NOON + 60):
    """Decode one message: a sample, a list of samples, or the bytes themselves."""
    (document,) = samples
    payload = document if isinstance(document, bytes) else orjson.dumps(document)
    return native.decode([Message(f"lm/1/{node}/json", payload, received)], NODES)


def test_a_sample_becomes_a_row_of_whole_steps():
    decoded = send({"t": NOON, "pm25": 12.34, "temperature": -3.7, "pressure": 101325})
    (rows,) = decoded.batch
    assert rows.keys == ("pm25", "temperature", "pressure")
    assert rows.counts.tolist() == [[1234], [-370], [101325]]
    assert rows.time.tolist() == [NOON]
    assert rows.node.tolist() == [1]
    assert decoded.rejected == []


def test_a_message_by_hand_needs_no_time():
    assert rows_of(send(b'{"pm25": 12.3}')) == [(1, NOON + 60, {"pm25": 12.3})]
    assert rows_of(send({"t": None, "pm25": 12.3})) == [(1, NOON + 60, {"pm25": 12.3})]


def test_a_list_is_as_many_samples_in_its_order():
    batch = [{"t": NOON + 9, "pm25": 1}, {"t": NOON, "pm10": 2}, {"t": NOON + 5, "pm25": 3}]
    assert rows_of(send(batch)) == [
        (1, NOON + 9, {"pm25": 1}),
        (1, NOON, {"pm10": 2}),
        (1, NOON + 5, {"pm25": 3}),
    ]


def test_samples_of_all_messages_share_their_columns_in_the_order_of_the_table():
    messages = [
        Message("lm/1/box-1/json", b'{"pm10": 2, "pm25": 1}', NOON),
        Message("lm/1/box-2/json", b'{"battery": 4.1, "pm25": 3}', NOON + 1),
        Message("lm/1/box-1/json", b'{"pm10": 4, "pm25": 5}', NOON + 2),
    ]
    (rows,) = native.decode(messages, NODES).batch
    assert rows.keys == ("pm25", "pm10", "battery")
    assert rows.node.tolist() == [1, 3, 1]
    assert rows.time.tolist() == [NOON, NOON + 1, NOON + 2]
    gap = int(MISSING)
    assert rows.counts.tolist() == [[100, 300, 500], [200, gap, 400], [gap, 4100, gap]]


@pytest.mark.parametrize(
    "time",
    [
        1_760_000_000,
        1_760_000_000.9,
        "2025-10-09T08:53:20Z",
        "2025-10-09T10:53:20+02:00",
        "2025-10-09 08:53:20.987654321+00:00",
    ],
)
def test_time_is_unix_seconds_or_iso_with_a_zone_and_fractions_fall_off(time):
    assert rows_of(send({"t": time, "pm25": 1})) == [(1, 1_760_000_000, {"pm25": 1})]


def test_null_is_missing_and_still_a_sample():
    decoded = send({"t": NOON, "pm25": None, "pm10": 7})
    assert rows_of(decoded) == [(1, NOON, {"pm10": 7})]
    assert decoded.batch[0].flags.tolist() == [[Flag.MISSING], [Flag.NOT_EVALUATED]]
    assert rows_of(send({"t": NOON, "pm25": None})) == [(1, NOON, {})]


def test_a_moving_node_brings_its_place():
    (rows,) = send({"t": NOON, "pm25": 1, **DOM, "accuracy": 2.5}, node="bike-1").batch
    assert rows.lat.tolist() == [520906950]
    assert rows.lon.tolist() == [51213140]
    assert rows.horizontal.tolist() == [2500]
    assert rows.cell.tolist() == [h3.latlng_to_cell(52.0906950, 5.1213140, 11)]


@pytest.mark.parametrize("accuracy", [None, -1, 1e308, 2_147_484])
def test_an_accuracy_that_is_none_is_missing(accuracy):
    (rows,) = send({"t": NOON, **DOM, "accuracy": accuracy}, node="bike-1").batch
    assert rows.horizontal.tolist() == [MISSING]


def test_a_moving_node_may_send_its_place_alone():
    assert rows_of(send({"t": NOON, **DOM}, node="bike-1")) == [(2, NOON, DOM)]


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"lat": 52.09},
        {"lat": 52.09, "lon": None},
        {"lat": 90.0001, "lon": 5.12},
        {"lat": 52.09, "lon": -180.5},
        {"lat": 1e300, "lon": 1e300},
    ],
)
def test_a_place_that_is_none_is_missing(place):
    (rows,) = send({"t": NOON, "pm25": 1, "accuracy": 3, **place}, node="bike-1").batch
    assert rows.lat.tolist() == rows.lon.tolist() == rows.horizontal.tolist() == [MISSING]
    assert rows.cell.tolist() == [0]


def test_a_fixed_node_stays_where_the_registry_puts_it():
    (rows,) = send({"t": NOON, "pm25": 1, **DOM, "accuracy": 2}).batch
    assert rows.cell.tolist() == [0]  # its place is known
    assert rows.lat.tolist() == rows.lon.tolist() == rows.horizontal.tolist() == [MISSING]


def test_fixed_and_moving_nodes_mix_in_a_batch():
    payload = orjson.dumps({"t": NOON, "pm25": 1, **DOM})
    messages = [Message(f"lm/1/{node}/json", payload, NOON) for node in ("bike-1", "box-1")]
    (rows,) = native.decode(messages, NODES).batch
    assert rows.cell.tolist() == [h3.latlng_to_cell(52.0906950, 5.1213140, 11), 0]
    assert rows.lat.tolist() == [520906950, MISSING]


def test_bits_of_the_device_are_kept():
    assert send({"t": NOON, "pm25": 1, "bits": 5}).batch[0].bits.tolist() == [5]
    assert send({"t": NOON, "pm25": 1}).batch[0].bits.tolist() == [0]


@pytest.mark.parametrize("bits", [-1, 65536, 1.5, 1e300])
def test_bits_that_are_none_are_left_out_and_the_payload_is_kept(bits):
    decoded = send({"t": NOON, "pm25": 1, "bits": bits})
    assert decoded.batch[0].bits.tolist() == [0]
    assert reasons_of(decoded) == ["bits"]


def test_a_value_beyond_its_letter_saturates_as_on_the_wire():
    decoded = send({"t": NOON, "pm25": 1e300, "temperature": -1e18, "co2": 2**64 - 1, "shock": -5})
    of = dict(zip(decoded.batch[0].keys, decoded.batch[0].counts[:, 0].tolist(), strict=True))
    assert of == {"pm25": 2**31 - 1, "temperature": -32767, "co2": 65534, "shock": 0}


def test_unknown_keys_are_ignored_beside_a_known_one():
    decoded = send({"t": NOON, "pm25": 1, "rssi": -70, "name": "x", "more": {"a": [1]}})
    assert rows_of(decoded) == [(1, NOON, {"pm25": 1})]
    assert decoded.rejected == []


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b'{"pm25": 1', "not JSON"),
        (b'{"pm25": NaN}', "not JSON"),
        (b'{"pm25": 1e400}', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 5000, "not JSON"),
        (b"12.3", "not a sample"),
        (b'"pm25"', "not a sample"),
        (b"[1, null]", "not a sample"),
        (b"[]", "empty"),
        (b"{}", "empty"),
        (b'{"t": 1760000000}', "empty"),
        (b'{"t": 1760000000, "lat": 52.1, "lon": 5.1}', "empty"),  # a fixed node has its place
        (b'{"t": 1760000000, "bits": 1}', "empty"),
        (b'{"pm2_5": 12}', "unknown quantity"),
        (b'{"pm25": "12.3"}', "not a number"),
        (b'{"pm25": true}', "not a number"),
        (b'{"pm25": [1]}', "not a number"),
        (b'{"pm25": 1, "t": "yesterday"}', "unreadable time"),
        (b'{"pm25": 1, "t": true}', "unreadable time"),
        (b'{"pm25": 1, "t": [1760000000]}', "unreadable time"),
        (b'{"pm25": 1, "t": "2025-10-09T08:53:20"}', "time without zone"),
        (b'{"pm25": 1, "t": 0}', "no time"),
        (b'{"pm25": 1, "t": -1e300}', "no time"),
        (b'{"pm25": 1, "t": "0001-01-01T00:00:00+14:00"}', "no time"),
        (b'{"pm25": 1, "t": 1760000000000}', "future"),  # milliseconds
        (b'{"pm25": 1, "t": 1e300}', "future"),
    ],
)
def test_what_cannot_be_used_is_kept_with_a_named_reason(payload, reason):
    decoded = send(payload)
    (refused,) = decoded.rejected
    assert (refused.node, refused.topic) == ("box-1", "lm/1/box-1/json")
    assert (refused.reason, refused.payload, refused.received) == (reason, payload, NOON + 60)
    assert decoded.batch == []


def test_an_unknown_node_is_named_before_its_payload():
    decoded = send(b"{", node="stranger")
    assert [(one.node, one.reason) for one in decoded.rejected] == [("stranger", "unknown node")]


def test_the_borders_of_time_themselves_are_stored():
    received = NOON
    for time in (EARLIEST, received + DAY_S):
        assert len(rows_of(send({"t": time, "pm25": 1}, received=received))) == 1
    for time, reason in ((EARLIEST - 1, "no time"), (received + DAY_S + 1, "future")):
        decoded = send({"t": time, "pm25": 1}, received=received)
        assert (decoded.batch, reasons_of(decoded)) == ([], [reason])


def test_what_can_be_used_of_a_message_is_stored_and_the_whole_is_kept_once():
    decoded = send([{"t": NOON, "pm25": "many", "pm10": 7}, 9, {"t": 0, "pm25": 1}])
    assert rows_of(decoded) == [(1, NOON, {"pm10": 7})]
    assert reasons_of(decoded) == ["not a sample"]  # the first thing that is seen


def test_one_bad_message_does_not_touch_its_neighbours():
    good, bad = b'{"pm25": 1}', b'{"pm25": 1}, {"pm25": 2}'
    payloads = (good, bad, good, b'{"pm25": "x"}', good)
    messages = [Message("lm/1/box-1/json", p, NOON + i) for i, p in enumerate(payloads)]
    decoded = native.decode(messages, NODES)
    assert [time for _, time, _ in rows_of(decoded)] == [NOON, NOON + 2, NOON + 4]
    assert reasons_of(decoded) == ["not JSON", "not a number"]


def test_the_reason_is_that_of_the_message_and_its_first_bad_sample():
    two = b'[{"pm25": 1}, {"pm10": 1}]'
    first = b'[{"pm25": 1, "t": "x"}, {"pm25": 1}, {"pm10": "y"}]'
    other = b'[{"pm10": "y"}, {"pm25": 1, "t": "x"}]'
    for payloads in ((two, first, other), (two, other, first)):
        messages = [Message("lm/1/box-1/json", payload, NOON) for payload in payloads]
        found = {one.payload: one.reason for one in native.decode(messages, NODES).rejected}
        assert found == {first: "unreadable time", other: "not a number"}


# the slow obvious way


def slow_steps(key, value):
    if value is None:
        return int(MISSING)
    low, high = wire.SPAN[BY_KEY[key].code]
    per = BY_KEY[key].per
    return round(min(max(value, low / per), high / per) * per)


numbers = st.none() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, width=32)
samples = st.fixed_dictionaries(
    {"t": st.integers(EARLIEST, NOON)},
    optional={quantity.key: numbers for quantity in QUANTITIES},
).filter(lambda sample: len(sample) > 1 and not any(v in (1e400, -1e400) for v in sample.values()))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(sorted(NODES)), st.lists(samples, min_size=1))))
def test_columns_hold_what_decoding_value_by_value_gives(sent):
    messages = [Message(f"lm/1/{node}/json", orjson.dumps(batch), NOON) for node, batch in sent]
    decoded = native.decode(messages, NODES)
    assert decoded.rejected == []
    expected = [(NODES[node].id, sample) for node, batch in sent for sample in batch]
    if not expected:
        assert decoded.batch == []
        return
    (rows,) = decoded.batch
    keys = [q.key for q in QUANTITIES if any(q.key in sample for _, sample in expected)]
    assert rows.keys == tuple(keys)
    assert rows.node.tolist() == [node for node, _ in expected]
    assert rows.time.tolist() == [sample["t"] for _, sample in expected]
    assert rows.counts.T.tolist() == [
        [slow_steps(key, sample.get(key)) for key in keys] for _, sample in expected
    ]
