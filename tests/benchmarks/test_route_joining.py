import numpy as np
import pandas as pd

from ingest.routes.joining import NONE, join
from tests.benchmarks.route_joining import CORRIDOR_M, join_usually, make_points, make_route


def test_both_ways_agree_where_a_point_lies_beside_one_leg():
    """The usual way takes the first leg in reach instead of the nearest, and no corners."""
    route = make_route(30)
    lat, lon = make_points(route, 300)
    ours = join(route, lat, lon, CORRIDOR_M)
    usual = join_usually(route, pd.DataFrame({"lat": lat, "lon": lon}), range(30))
    found = (usual["leg"] != NONE).to_numpy()
    assert (ours.leg[found] != NONE).all()
    same = found & (usual["leg"].to_numpy() == ours.leg)
    assert same.sum() > 100
    np.testing.assert_allclose(usual["offset"][same], ours.offset_m[same], atol=1e-4)
    assert (usual["offset"][found] >= ours.offset_m[found] - 1e-6).all()
