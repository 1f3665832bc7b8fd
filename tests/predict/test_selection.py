import numpy as np
import pytest

from predict.selection import choose


@pytest.mark.parametrize(
    ("trees", "chosen", "words"),
    [
        ([0.9, 0.9, 0.9, 0.9], "trees", "by -10.00% and win 4 of 4 parts: taken"),
        ([0.998, 0.998, 0.998, 0.998], "ridge", "by -0.20% and win 4 of 4 parts: not worth it"),
        ([0.5, 1.01, 1.01, 1.01], "ridge", "by -11.75% and win 1 of 4 parts: not worth it"),
        ([1.1, 1.1, 1.1, 1.1], "ridge", "by +10.00% and win 0 of 4 parts: not worth it"),
        ([0.9, np.nan, 0.9, 0.9], "ridge", "not worth it"),
    ],
)
def test_other_way_is_taken_when_it_is_better_by_enough_and_in_most_parts(trees, chosen, words):
    made = choose("1-24 h", {"ridge": np.ones(4), "trees": np.array(trees)}, "ridge")
    assert (made.group, made.chosen) == ("1-24 h", chosen)
    assert words in made.reason


def test_best_of_several_ways_is_compared():
    losses = {"ridge": np.ones(3), "a": np.full(3, 0.95), "b": np.full(3, 0.9)}
    assert choose("all", losses, "ridge").chosen == "b"


@pytest.mark.parametrize("base", [[np.nan, 1.0], [0.0, 0.0]])
def test_without_a_loss_to_compare_with_the_plain_way_stays(base):
    made = choose("all", {"ridge": np.array(base), "trees": np.array([0.1, 0.1])}, "ridge")
    assert (made.chosen, made.gain) == ("ridge", 0.0)
    assert choose("all", {"ridge": np.ones(2)}, "ridge").chosen == "ridge"
