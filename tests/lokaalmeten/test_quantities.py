"""The table of quantities: complete, consistent, and wide enough on the wire."""

import pytest

from lokaalmeten.quantities import BY_KEY, QUANTITIES, SLOT
from lokaalmeten.wire import SCHEMAS, SPAN

# Slots are written into every stored row: this list may only grow at its end.
SLOTS = [
    *("pm1", "pm25", "pm4", "pm10", "temperature", "humidity", "pressure", "gas_resistance"),
    *("voc_raw", "nox_raw", "no2", "co2", "sound_laeq", "sound_lamax", "count_in", "count_out"),
    *("battery", "shock"),
]


def test_slots_are_only_ever_appended():
    assert [quantity.key for quantity in QUANTITIES][: len(SLOTS)] == SLOTS
    assert [SLOT[key] for key in SLOTS] == list(range(len(SLOTS)))


def test_flags_of_all_quantities_fit_one_64_bit_number():
    assert 3 * len(QUANTITIES) <= 63


def test_keys_are_unique_and_usable_as_column_names():
    assert len(BY_KEY) == len(QUANTITIES)
    assert all(key.isidentifier() and key == key.lower() for key in BY_KEY)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_quantity_is_stated_in_whole_numbers_with_a_source(quantity):
    assert all(type(value) is int for value in (quantity.per, quantity.low, quantity.high))
    assert quantity.low < quantity.high
    assert quantity.per in (1, 10, 100, 1000)
    assert quantity.nl
    assert quantity.en
    assert quantity.unit
    assert len(quantity.source) > 10


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_valid_span_fits_its_letter_on_the_wire(quantity):
    low, high = SPAN[quantity.code]
    assert low <= quantity.low * quantity.per
    assert quantity.high * quantity.per <= high


def test_every_schema_names_known_quantities_once():
    for _, _, keys in SCHEMAS.values():
        assert len(set(keys)) == len(keys)
        assert set(keys) <= set(BY_KEY)
