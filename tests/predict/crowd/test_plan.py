"""A plan is read as it was drawn, or refused with a sentence that says what to mend."""

import numpy as np
import pytest

from lokaalmeten.errors import FormatError
from predict.crowd.place import DENSITY_LIMITS, FLOW_LIMITS, OUTSIDE
from predict.crowd.plan import read_place
from predict.crowd.shapes import measure_area

from .places import changed, counter, passage, place, plan, zone


def test_zones_passages_and_counters_are_read_with_their_links():
    town = place()
    assert town.name == "Town"
    assert town.zones.ids == ("square", "street")
    assert town.zones.area_m2.tolist() == [1000, 500]
    assert town.zones.capacity[0] == 2000
    assert np.isnan(town.zones.capacity[1])
    assert town.zones.limits.tolist() == [list(DENSITY_LIMITS)] * 2
    assert town.passages.source.tolist() == [OUTSIDE, 1, 0]
    assert town.passages.target.tolist() == [1, 0, OUTSIDE]
    assert town.passages.limits.tolist() == [list(FLOW_LIMITS)] * 3
    assert town.way.tolist() == [0, 1, 2, 3, 4, 5]


def test_who_walks_a_way_leaves_one_zone_and_enters_the_other():
    town, ways = place(), np.array([[1.0, 2, 4, 8, 16, 32]])  # gate in, out, arch in, back, ...
    assert town.entering(ways)[0].tolist() == [4 + 32, 1 + 8]
    assert town.leaving(ways)[0].tolist() == [8 + 16, 2 + 4]


def test_an_area_is_that_of_the_polygon_when_none_is_said():
    found = changed("zone", "square")
    for feature in found["features"]:
        feature["properties"].pop("area_m2", None)
    # 0.001 degree of latitude is 111.2 m, of longitude at 52.37 degrees 111.2 m x cos(52.37)
    side = 111.195
    expected = side * side * np.cos(np.radians(52.3705))
    assert read_place(found).zones.area_m2[0] == pytest.approx(expected, rel=1e-4)


def test_a_hole_is_not_stood_on():
    ring = [[0, 0], [0.002, 0], [0.002, 0.002], [0, 0.002], [0, 0]]
    hole = [[0, 0], [0.001, 0], [0.001, 0.001], [0, 0.001], [0, 0]]
    whole, holed = (
        measure_area("z", {"type": "Polygon", "coordinates": rings})
        for rings in ([ring], [ring, hole])
    )
    assert holed == pytest.approx(0.75 * whole, rel=1e-6)


REFUSED = [
    (changed("passage", "gate", width_m=0), "passage 'gate': width_m is a number above 0"),
    (changed("passage", "gate", width_m=None), "passage 'gate': width_m is a number above 0"),
    (changed("passage", "gate", width_m=True), "width_m is a number above 0 up to 200, not True"),
    (changed("zone", "square", capacity=0), "zone 'square': capacity is a number above 0, not 0"),
    (changed("zone", "square", capacity=float("nan")), "zone 'square': capacity"),
    (changed("zone", "square", area_m2=99_000), "area_m2 99,000 is more than the 7,5"),
    (changed("zone", "square", limits=[2, 1, 3]), "limits are three numbers that rise"),
    (changed("zone", "square", limits=[1, 2]), "limits are three numbers that rise"),
    (changed("zone", "square", id="street"), "two of kind zone have the id 'street'"),
    (changed("zone", "square", id=""), "a zone needs an id of 1 to 60 characters"),
    (changed("passage", "arch", to="plaza"), "passage 'arch': there is no zone 'plaza'"),
    (changed("passage", "arch", to="street"), "leads from zone 'street' to itself"),
    (changed("counter", "gate-f", passage="door"), "counter 'gate-f': there is no passage 'door'"),
    (changed("counter", "gate-f", passage=None), "counter 'gate-f' is in no passage"),
    (changed("counter", "gate-f", direction="in"), "direction is forward or backward, not 'in'"),
    (changed("counter", "gate-f", share=1.5), "share is a number above 0 up to 1, not 1.5"),
    (changed("counter", "gate-f", direction="backward"), "have shares of 2.00 together"),
    (changed("counter", "gate-f", kind="camera"), "kind is one of zone, passage, counter"),
    ({"type": "FeatureCollection", "features": [zone("a")]}, "there is no passage"),
    ({"type": "FeatureCollection", "features": []}, "FeatureCollection of 1 to 10,000 features"),
    ({"type": "Polygon"}, "a plan is a GeoJSON FeatureCollection"),
    ({"type": "FeatureCollection", "features": ["zone"]}, "feature 1: kind is one of"),
    (
        {"type": "FeatureCollection", "features": [{**zone("a"), "geometry": None}]},
        "feature 1: a zone is drawn as Polygon or MultiPolygon, not None",
    ),
    (
        {"type": "FeatureCollection", "features": [zone("a", [[0, 0], [0, 0], [0, 0]])]},
        "zone 'a' has an area of 0.00 m2: nobody can stand there",
    ),
    (
        {"type": "FeatureCollection", "features": [zone("a", [[121000, 487000], [1, 1], [2, 2]])]},
        "zone 'a': position 121000, 487000 is no longitude and latitude",
    ),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED, ids=[says[:40] for _, says in REFUSED])
def test_what_cannot_be_is_refused_with_a_reason(wrong, says):
    if wrong.get("features") and "no passage" not in says:
        wrong["features"].append(passage("p", None, None))
    with pytest.raises(FormatError) as refused:
        read_place(wrong)
    assert says in str(refused.value)


def test_two_counters_may_share_a_passage():
    found = plan()
    found["features"][5]["properties"]["share"] = 0.6
    found["features"].append(counter("gate-f2", "gate", share=0.4))
    assert read_place(found).way.tolist() == [0, 1, 2, 3, 4, 5, 0]
