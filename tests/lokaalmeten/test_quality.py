from itertools import product

import numpy as np

from lokaalmeten.quality import Flag, worst

RANK = [Flag.MISSING, Flag.FAIL, Flag.SUSPECT, Flag.GOOD, Flag.NOT_EVALUATED]  # the first wins


def test_the_worst_of_any_three_flags_is_the_first_in_rank():
    answers = list(product(Flag, repeat=3))
    first, second, third = (np.array(column, np.uint8) for column in zip(*answers, strict=True))
    expected = [min(answer, key=RANK.index) for answer in answers]
    found = worst(first, second, third)
    assert found.dtype == np.uint8
    assert found.tolist() == expected
