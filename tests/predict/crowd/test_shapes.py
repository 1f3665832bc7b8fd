"""A plan that is about to be kept can be drawn; else a sentence says why not."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.errors import FormatError
from predict.crowd.plan import check_plan, read_place
from predict.crowd.shapes import MOST_CORNERS, crosses_itself

from .places import SQUARE, changed, passage, plan, zone

BOW_TIE = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]


def drawn(kind, coordinates):
    """The plan with other coordinates for its first feature of a kind."""
    found = plan()
    feature = next(each for each in found["features"] if each["properties"]["kind"] == kind)
    feature["geometry"]["coordinates"] = coordinates
    return found


def crosses_slowly(ring):
    """Whether any two sides share a point inside both: solved pair by pair."""
    sides = list(zip(ring, np.roll(ring, -1, axis=0), strict=True))
    for number, (a, b) in enumerate(sides):
        for c, d in sides[number + 1 :]:
            across = np.array([b - a, c - d]).T
            if abs(np.linalg.det(across)) < 1e-12:
                continue
            s, t = np.linalg.solve(across, c - a)
            if 1e-9 < s < 1 - 1e-9 and 1e-9 < t < 1 - 1e-9:
                return True
    return False


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 2), min_size=3, max_size=9, unique=True))
def test_sides_cross_as_they_do_when_each_pair_is_solved(corners):
    ring = np.array(corners, np.float64)
    assert crosses_itself(ring) == crosses_slowly(ring)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (drawn("zone", [BOW_TIE]), "zone 'square': its outline crosses itself"),
        (drawn("zone", [SQUARE, BOW_TIE]), "zone 'square': its outline crosses itself"),
        (drawn("zone", []), "zone 'square' is drawn with one outline or more"),
        (drawn("zone", [SQUARE * 300]), f"with 1 to {MOST_CORNERS:,} corners"),
        (drawn("zone", [[["4.9", "52.3"]] * 4]), "zone 'square': a corner is a longitude"),
        (drawn("passage", [[4.9, 52.37]]), "passage 'gate' is a line between two places"),
        (drawn("passage", [[4.9, 52.37]] * 2), "passage 'gate' is a line between two places"),
        (drawn("passage", [[4.9, 52.37], [4.9, True]]), "passage 'gate': a corner is"),
        (drawn("counter", [4.9, 152.37]), "counter 'gate-f': a corner is a longitude"),
        (drawn("counter", [4.9, float("nan")]), "counter 'gate-f': a corner is a longitude"),
        (changed("counter", "gate-f", kind=["zone"]), "kind is one of zone, passage, counter"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(wrong, says):
    with pytest.raises(FormatError) as refused:
        check_plan(wrong)
    assert says in str(refused.value)


def test_what_is_kept_already_is_read_though_a_check_is_new():
    wide = [SQUARE[0], SQUARE[2], SQUARE[1], [4.9, 52.375], SQUARE[0]]
    kept = drawn("zone", [wide])
    assert len(read_place(kept).zones.ids) == 2
    with pytest.raises(FormatError, match="crosses itself"):
        check_plan(kept)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats() | st.sampled_from(
        ["zone", "passage", "counter", "Polygon", "LineString", "Point", "a", "forward"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["kind", "id", "from", "to", "type", "coordinates", "limits", "passage"]),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
SAID = ["id", "name", "area_m2", "capacity", "limits", "from", "to", "width_m", "passage", "share"]


@given(
    st.sampled_from(["zone", "passage", "counter"]),
    st.dictionaries(st.sampled_from([*SAID, "direction", "kind"]), JSON, max_size=3),
    st.none() | JSON,
)
def test_whatever_is_sent_is_a_place_or_a_sentence(kind, said, coordinates):
    found = plan() if coordinates is None else drawn(kind, coordinates)
    feature = next(each for each in found["features"] if each["properties"]["kind"] == kind)
    feature["properties"] |= said
    with suppress(FormatError):  # anything else fails
        assert check_plan(found).zones.ids


def test_a_plan_as_it_should_be_is_read_as_before():
    assert check_plan(plan()).zones.ids == ("square", "street")
    corner = zone("corner", [*SQUARE[:3], SQUARE[0]])
    assert check_plan(
        {"type": "FeatureCollection", "features": [corner, passage("p", None, "corner")]}
    ).zones.ids == ("corner",)
