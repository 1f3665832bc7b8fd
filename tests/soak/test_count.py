"""The count of a soak finds what is lost, doubled or changed."""

import random

import numpy as np
import pytest

from lokaalmeten.wire import read_page, record_fields, refuse_page
from tests.services.pages import BOX
from tests.soak.count import compare
from tests.soak.fleet import KEYS, PAGE_S, STRANGER, Box, spoil, take_pages, to_counts

BEGIN = 1_790_000_000
NOTHING = {"missing": 0, "never_sent": 0, "other_values": 0, "doubled": 0}


@pytest.fixture
def box():
    """A box of three pages, and one of moments that it had already, by a wrong clock."""
    begins = [BEGIN, BEGIN + PAGE_S, BEGIN + 2 * PAGE_S, BEGIN + PAGE_S // 2]
    return Box(7, BEGIN, boot=1, pages=begins)


@pytest.fixture
def rows(box):
    moments = np.unique(np.add.outer(box.pages, np.arange(PAGE_S)))
    counts = to_counts(box.number, moments)
    return np.column_stack([moments, *(counts[key] for key in KEYS)])


def found(box, rows):
    return compare(box.number, np.array(box.pages), rows)


def test_what_is_stored_once_and_unchanged_is_right(box, rows):
    assert found(box, rows) == NOTHING | {"moments_twice": PAGE_S, "stored": 3 * PAGE_S}


@pytest.mark.parametrize(
    ("spoiled", "wrong"),
    [
        (lambda rows: np.delete(rows, 5, axis=0), {"missing": 1}),
        (lambda rows: np.vstack([rows, rows[:2]]), {"doubled": 2}),
        (lambda rows: rows + np.eye(1, 1 + len(KEYS), 3, dtype=int), {"other_values": 180}),
        (lambda rows: np.vstack([rows, later(rows)]), {"never_sent": 60}),
    ],
)
def test_a_row_too_few_too_many_or_changed_is_found(box, rows, spoiled, wrong):
    counted = found(box, spoiled(rows))
    assert {name: counted[name] for name in NOTHING} == NOTHING | wrong


def later(rows):
    """Rows of the box as they would be a page later than its last."""
    moments = rows[-PAGE_S:, 0] + PAGE_S
    counts = to_counts(7, moments)
    return np.column_stack([moments, *(counts[key] for key in KEYS)])


def test_a_page_holds_what_the_count_expects_by_the_clock_of_its_box():
    chance = random.Random(3)
    box = Box(3, BEGIN, boot=9)
    for first in (0, 1):
        page = box.seal(chance)
        schema, _, sequence, begin, _, records = read_page(page)
        assert (schema, sequence, begin) == (BOX, first, box.pages[first])
        names = [name for name, _ in record_fields(schema)]
        sent = {name: [row[at] for row in records] for at, name in enumerate(names)}
        moments = begin + np.array(sent["offset"])
        expected = to_counts(3, moments)
        assert all(sent[key] == expected[key].tolist() for key in KEYS)


def test_values_differ_by_box_moment_and_quantity():
    moments = np.arange(BEGIN, BEGIN + 1000)
    one, other = to_counts(1, moments), to_counts(2, moments)
    for key in KEYS:
        assert len(np.unique(one[key])) > 800
        assert (one[key] != other[key]).mean() > 0.99
    assert (one["pm1"] != one["pm25"]).mean() > 0.99


def test_clocks_jump_and_what_nobody_can_use_comes_beside_the_pages():
    chance = random.Random(1)
    fleet = [Box(number, BEGIN, boot=number) for number in range(50)]
    pages = take_pages(fleet, chance, BEGIN + 20 * PAGE_S)
    assert len(pages) == 50 * 20
    assert any(np.any(np.diff(box.pages) != PAGE_S) for box in fleet)
    spoilt = set()
    junk = spoil(pages * 5, chance, spoilt)
    assert {name == STRANGER for name, _ in junk} == {True, False}
    assert {page for _, page in junk} == spoilt
    assert {refuse_page(page) for name, page in junk if name != STRANGER} == {"crc"}
