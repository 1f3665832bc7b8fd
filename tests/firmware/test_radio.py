from hypothesis import given
from hypothesis import strategies as st

from firmware.radio import AGAIN_S, TRY_S, Errand


def test_radio_is_on_while_pages_go_and_off_when_none_is_left():
    errand = Errand()
    kept = [0, 0, 3, 3, 2, 1, 0, 0]
    assert [errand.look(second, pages, True) for second, pages in enumerate(kept)] == [
        False,
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_without_a_network_it_is_tried_for_five_minutes_every_hour():
    errand = Errand()
    on = [second for second in range(7000) if errand.look(second, 3, True)]
    assert len(on) == 2 * TRY_S
    assert on[TRY_S] - on[0] == TRY_S + AGAIN_S


def test_slow_network_is_given_time_as_long_as_pages_go():
    errand = Errand()
    states = [errand.look(second, 100 - second // 200, True) for second in range(0, 19_000, 10)]
    assert all(states)


def test_what_is_measured_meanwhile_does_not_end_a_transfer():
    errand = Errand(12)
    assert not errand.look(0, 11, True)
    assert errand.look(1, 12, True)
    assert errand.look(100, 13, True)
    assert errand.look(200, 5, True)  # fewer than are worth beginning with
    assert errand.look(200 + TRY_S - 1, 6, True)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 5), st.booleans())))
def test_radio_is_never_on_without_a_page_or_against_the_battery(looks):
    errand, now = Errand(), 0
    for later, kept, allowed in looks:
        now += later
        assert not errand.look(now, kept, allowed) or (kept and allowed)
