"""Levels at the numbers of Fruin's tables, and at a municipality's own."""

import numpy as np
import pytest

from predict.crowd.levels import (
    LETTERS,
    QUEUE,
    UNKNOWN,
    WALKWAY_FLOW,
    to_service,
    to_signal,
)


@pytest.mark.parametrize(
    ("density", "letter"),
    [(0, "A"), (0.30, "A"), (0.32, "B"), (0.5, "C"), (0.9, "D"), (2.0, "E"), (2.2, "F"), (9, "F")],
)
def test_a_walkway_has_the_level_of_fruins_table(density, letter):
    assert LETTERS[int(to_service(density))] == letter


def test_queues_and_flows_have_tables_of_their_own():
    assert LETTERS[int(to_service(1.2, QUEUE))] == "C"
    assert LETTERS[int(to_service(50, WALKWAY_FLOW))] == "D"


def test_what_is_unknown_has_no_level():
    assert to_service(np.nan) == UNKNOWN
    assert to_signal([np.nan], np.array([[1, 2, 3]])).tolist() == [UNKNOWN]


def test_a_signal_begins_at_its_limit():
    limits = np.array([[1, 2, 3.5]])
    assert [int(to_signal([x], limits)[0]) for x in (0.99, 1, 2, 3.5)] == [0, 1, 2, 3]
