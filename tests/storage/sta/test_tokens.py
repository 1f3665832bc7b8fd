"""Tokens: what was written is read, what was not is refused."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sta.faults import BadQueryError
from storage.sta.model import Kind
from storage.sta.tokens import read_token, to_token

KEY = ["box é", 1.5, datetime(2026, 3, 29, 1, 0, 0, 5, UTC), date(2026, 3, 29), True, None]
KINDS = [Kind.TEXT, Kind.NUMBER, Kind.TIME, Kind.DATE, Kind.BOOL, Kind.TEXT]


def test_a_key_comes_back_as_it_was():
    assert read_token(["Things"], to_token(["Things"], KEY), KINDS) == KEY


@given(st.text(max_size=40))
def test_any_other_text_is_refused(text):
    with pytest.raises(BadQueryError):
        read_token(["Things"], text, [Kind.TEXT])


def test_a_token_of_another_order_is_refused():
    with pytest.raises(BadQueryError):
        read_token(["Things", "name"], to_token(["Things"], KEY), KINDS)


@pytest.mark.parametrize("kinds", [KINDS[:-1], [Kind.NUMBER, *KINDS[1:]], list(reversed(KINDS))])
def test_a_key_of_other_kinds_is_refused(kinds):
    with pytest.raises(BadQueryError):
        read_token(["Things"], to_token(["Things"], KEY), kinds)
