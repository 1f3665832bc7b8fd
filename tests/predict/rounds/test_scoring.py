from datetime import UTC, datetime

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaalmeten.forecasts import LEVELS, PARTS, TALLIES, Issued
from predict.rounds.scoring import find_changes, judge, score_hour

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
SAID = np.array([[1, 2, 3, 4, 5, 6, 7]], np.float32)


def test_the_loss_is_what_one_works_out_by_hand():
    # off from each level by -2 ... 4 (came 5); twice the mean of level x off, or (level - 1) x off
    by_hand = (0.025 * 4 + 0.1 * 3 + 0.25 * 2 + 0.5 * 1 + 0 + 0.1 * 1 + 0.025 * 2) * 2 / 7
    found = judge(SAID, np.array([3], np.float32), np.array([5], np.float32))
    assert found["loss"].tolist() == [round(1000 * by_hand)]
    assert found["missed"].tolist() == [1000]
    assert found["naive"].tolist() == [2000]
    assert [found[f"inside{level}"].tolist() for level in (50, 80, 95)] == [[1], [1], [1]]


def test_a_single_value_loses_its_error():
    found = judge(
        np.full((1, 7), 4, np.float32), np.array([4], np.float32), np.array([6.5], np.float32)
    )
    assert found["loss"] == found["missed"] == found["naive"] == 2500


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 1000, width=32), min_size=7, max_size=7),
    st.floats(0, 1000, width=32),
    st.floats(0, 1000, width=32),
)
def test_it_is_the_same_as_level_by_level(said, naive, came):
    said = sorted(said)
    found = judge(
        np.array([said], np.float32), np.array([naive], np.float32), np.array([came], np.float32)
    )
    slow = 0.0
    for level, value in zip(LEVELS, said, strict=True):
        slow += max(level * (came - value), (level - 1) * (came - value))
    assert abs(found["loss"][0] - 2000 * slow / 7) <= 0.51
    assert found["inside80"][0] == (said[1] <= came <= said[5])


def test_each_forecast_counts_for_its_place_and_how_far_ahead_it_was():
    numbers = np.array([7, 3], np.int32)
    issued = Issued(
        np.array([3, 3, 7, 3], np.int32),
        np.array([0, 5, 71, 6], np.int32),
        SAID.repeat(4, axis=0),
        np.zeros(4, np.float32),
    )
    found = score_hour(numbers, START, np.array([8, 4], np.float32), issued)
    assert found.series.tolist() == [7, 3]
    assert found.value.tolist() == [8, 4]
    counts = found.tallies["forecasts"]
    assert (counts[0, PARTS - 1], counts[1, 0], counts[1, 1], counts.sum()) == (1, 2, 1, 4)
    assert found.tallies["inside95"].sum(axis=1).tolist() == [0, 3]
    assert found.tallies["missed"][0, PARTS - 1] == 4000


def test_an_hour_of_which_nothing_was_said_counts_nothing():
    none = Issued(
        np.array([], np.int32),
        np.array([], np.int32),
        np.zeros((0, 7), np.float32),
        np.array([], np.float32),
    )
    found = score_hour(np.array([7], np.int32), START, np.array([8], np.float32), none)
    assert all((found.tallies[name] == 0).all() for name in TALLIES)


def test_what_is_fresh_other_or_gone_is_told_apart_from_what_is_the_same():
    table = np.array([[1, np.nan], [2, 5], [np.nan, 6]], np.float32)
    hours = START + 3600 * np.array([0, 1, 1, 2, 9])
    scored = pd.DataFrame(
        {"series_id": [9, 9, 4, 9, 9], "hour": hours, "value": [1.0, 2.5, 5.0, 7.0, 1.0]}
    )
    fresh, gone = find_changes(table, START, np.array([9, 4], np.int32), scored)
    assert fresh.tolist() == [[False, False], [True, False], [False, True]]
    assert gone.tolist() == [[False, False], [False, False], [True, False]]
