"""Alerts beside what came, on rows that can be read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from predict.crowd.hindsight import compare, measure_auc


def flags(text):
    return np.array([sign == "#" for sign in text])[:, None]


def test_an_alert_before_is_a_hit_with_its_lead():
    found = compare(flags("....##.."), flags("..####.."), 2)
    assert (found.hits, found.missed, found.false, found.lead_rows.tolist()) == (1, 0, 0, [2])


def test_an_alert_during_is_too_late():
    found = compare(flags("...###.."), flags("....##.."), 2)
    assert (found.hits, found.missed, found.false) == (0, 1, 0)


def test_an_alert_that_ended_just_before_is_not_false():
    assert compare(flags("....#..."), flags(".##....."), 2).false == 0
    assert compare(flags("......#."), flags(".##....."), 2).false == 1


def test_gauges_are_counted_together():
    above, alert = (
        np.hstack([flags("..#.."), flags("..#..")]),
        np.hstack([flags(".##.."), flags(".....")]),
    )
    found = compare(above, alert, 1)
    assert (found.hits, found.missed, found.false) == (1, 1, 0)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30
    )
)
def test_the_area_is_the_share_of_pairs_in_order(pairs):
    chance, came = np.array([c for c, _ in pairs]), np.array([b for _, b in pairs])
    yes, no = chance[came], chance[~came]
    found = measure_auc(chance, came)
    if not len(yes) or not len(no):
        assert np.isnan(found)
        return
    score = [(y > n) + 0.5 * (y == n) for y in yes for n in no]
    assert abs(found - sum(score) / len(score)) < 1e-12
