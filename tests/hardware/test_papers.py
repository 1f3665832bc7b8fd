"""Bill of materials and power budget, against sums worked out by hand."""

import csv
import io

import pytest

from hardware.tools import bom, power
from hardware.tools.board import read_board
from tests.firmware import currents


def lines_of(board):
    return list(csv.DictReader(io.StringIO(bom.to_bom(board))))


@pytest.mark.parametrize(
    ("stem", "euro"),
    [
        ("f1", 12 + 33 + 6 + 9 + 4 + 2),
        ("b1", 52 + 40 + 4 + 8 + 4 + 4 + 3),
    ],
)
def test_total_is_the_sum_of_what_is_bought(stem, euro):
    assert float(lines_of(read_board(stem))[-1]["euro"]) == euro


def test_same_parts_are_one_line(board):
    lines = lines_of(board)[:-1]
    keys = [(line["part"], line["number"], line["what"]) for line in lines]
    assert len(set(keys)) == len(keys)
    assert sum(int(line["quantity"]) for line in lines) == sum(
        part.quantity for part in board.parts.values()
    )


def test_two_pull_ups_are_one_line_of_two():
    line = next(line for line in lines_of(read_board("b2")) if "R7" in line["refs"].split())
    assert (line["refs"], line["quantity"], line["euro"]) == ("R7 R8", "2", "0.10")


def test_every_line_has_a_number_an_alternative_and_says_that_prices_are_estimates(board):
    for line in lines_of(board)[:-1]:
        assert all(line[key] for key in ("maker", "number", "alternative", "what"))
        assert line["prices"] == "estimate 2025, unverified"


@pytest.mark.parametrize(
    ("euro", "expected"), [(0, "A"), (4.99, "A"), (5, "B"), (19.9, "B"), (20, "C"), (99, "C")]
)
def test_price_classes(euro, expected):
    assert bom.find_class(euro) == expected


def test_current_behind_a_converter_is_told_at_the_cell():
    sensor = read_board("b2").parts["U4"]
    assert power.to_supply(sensor, "riding", 3.7) == pytest.approx(55 * 5 / 3.7 / 0.88)  # 84.5


def test_a_ride_takes_129_milliamps_and_a_cell_lasts_23_hours():
    board = read_board("b2")
    riding = sum(power.find_currents(board, "riding").values())
    assert riding == pytest.approx(30 + 84.46 + 0.4 + 3 + 0.006 + 10 + 1, abs=0.01)
    life = power.find_life(board)
    assert life["hours of riding"] == pytest.approx(3500 * 0.85 / 128.87, abs=0.01)
    assert life["days parked"] == pytest.approx(2975 / 0.404 / 24, rel=0.01)
    assert life["days with an hour of riding"] == pytest.approx(
        2975 / (128.87 + 23 * 0.404), rel=0.01
    )


def test_currents_are_those_of_the_firmware_s_days():
    """`tests/firmware/currents.py`, with which whole days of a unit are counted."""
    riding = power.find_currents(read_board("b2"), "riding")
    assert (riding["U1"], riding["U6"], riding["U8"], riding["rest"]) == (
        currents.AWAKE,
        currents.GAS,
        currents.GNSS,
        currents.REST,
    )
    assert riding["U4"] == pytest.approx(currents.SPS30, abs=1)
    parked = sum(power.find_currents(read_board("b2"), "parked").values())
    assert parked == pytest.approx(currents.DEEP_SLEEP, rel=0.05)
    assert power.find_currents(read_board("b1"), "parked")["U1"] == currents.LIGHT_SLEEP


def test_budget_says_that_it_was_not_measured_and_has_every_part_that_draws(board):
    text = power.to_budget(board)
    assert "not measured" in text
    for part in board.parts.values():
        assert (f"| {part.ref} {part.name} |" in text) == bool(part.draw)


def test_columns_of_the_budget_add_up(board):
    rows = [line.split("|")[2:-1] for line in power.to_budget(board).splitlines() if "|" in line]
    numbers = [[float(cell) for cell in row] for row in rows[2:]]
    for column in zip(*numbers, strict=True):
        assert sum(column[:-1]) == pytest.approx(column[-1], abs=0.06 * len(column))
