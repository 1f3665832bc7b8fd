"""What can be compared, and what is refused with a sentence."""

from datetime import date

import pytest

from dashboard.places.choice import read_choice
from dashboard.problems import UnfitError

CELL = "8919691a2dbffff"


def test_an_address_comes_back_from_what_it_asks_for():
    query = {"place": f"node:a area:b hexagon:{CELL}", "quantity": "pm10"}
    choice = read_choice(query | {"first": "2026-10-01", "last": "2026-10-31"})
    assert choice.places == (("node", "a"), ("area", "b"), ("hexagon", CELL))
    assert choice.spans == ((date(2026, 10, 1), date(2026, 10, 31)),)
    assert choice.is_hourly
    assert choice.query() == (
        f"place=node:a&place=area:b&place=hexagon:{CELL}&quantity=pm10"
        "&first=2026-10-01&last=2026-10-31"
    )


def test_periods_stand_side_by_side():
    choice = read_choice({"place": "a", "period": "2026-01-01..2026-02-01 2025-01-01..2025-01-31"})
    assert choice.several
    assert not choice.is_hourly  # 32 days
    assert "period=2026-01-01..2026-02-01&period=2025-01-01..2025-01-31" in choice.query()


def test_a_form_adds_a_period_to_its_days():
    query = {"first": "2026-05-01", "last": "2026-05-02", "period": "2026-04-01..2026-04-02"}
    assert len(read_choice(query).spans) == 2


def test_without_days_it_is_the_last_week():
    choice = read_choice({"place": "a"}, newest=date(2026, 5, 4))
    assert choice.spans == ((date(2026, 4, 28), date(2026, 5, 4)),)


def test_bare_names_and_blanks_are_understood():
    choice = read_choice({"place": f"box-7, {CELL}  node:box-7 "})
    assert choice.places == (("node", "box-7"), ("hexagon", CELL))


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"quantity": "ozone"}, "unfit.quantity"),
        ({"place": "town:x"}, "unfit.place"),
        ({"place": "node:' OR 1=1"}, "unfit.place"),
        ({"place": "hexagon:8919691a2dbfff0"}, "unfit.cell"),
        ({"place": "hexagon:8019fffffffffff"}, "unfit.resolution"),
        ({"place": "hexagon:1e9"}, "unfit.place"),
        ({"first": "2026-10-31", "last": "2026-10-01"}, "unfit.days"),
        ({"first": "2026-02-30"}, "unfit.day"),
        ({"first": "0001-01-01"}, "unfit.day"),
        ({"first": "2020-01-01", "last": "2026-01-01"}, "unfit.long"),
        ({"period": "2026-10-01"}, "unfit.span"),
        ({"period": "2026-10-31..2026-10-01"}, "unfit.days"),
        ({"place": "a b c d e f g"}, "unfit.many"),
        ({"place": "a b c", "period": "2026-01-01..2026-01-02 2026-02-01..2026-02-02"
          " 2026-03-01..2026-03-02"}, "unfit.many"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(query, key):
    with pytest.raises(UnfitError) as caught:
        read_choice(query)
    assert caught.value.key == key
