"""What an address of the map may be, and what not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.map.state import LAYERS, QUANTITIES, Place, State, read_state
from dashboard.periods import PERIODS
from dashboard.problems import UnfitError

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2105, 12, 31), timezones=st.just(UTC))
PLACES = st.builds(
    Place,
    st.floats(0, 24).map(lambda value: round(value, 2)),
    st.floats(-85, 85).map(lambda value: round(value, 5)),
    st.floats(-180, 180).map(lambda value: round(value, 5)),
)
STATES = st.builds(
    State,
    st.sampled_from(["", *QUANTITIES]),
    st.sampled_from(list(PERIODS)),
    st.none() | MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0)),
    st.none() | PLACES,
    st.sets(st.sampled_from(LAYERS)).map(
        lambda asked: tuple(layer for layer in LAYERS if layer in asked)
    ),
)


@given(STATES)
def test_a_state_comes_back_from_its_address(state):
    query = dict(pair.split("=") for pair in state.to_query().split("&") if pair)
    assert read_state(query) == state


def test_what_is_usual_stands_in_no_address():
    assert State().to_query() == ""
    assert read_state({"fbclid": "x", "quantity": "", "end": ""}) == State()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"quantity": "geluk"}, "no quantity “geluk”"),
        ({"quantity": "wind_speed"}, "no quantity “wind_speed”"),
        ({"period": "eeuw"}, "no period “eeuw”"),
        ({"end": "gisteren"}, "“gisteren” is no moment"),
        ({"end": "2026-02-30T00:00Z"}, "is no moment"),
        ({"end": "2026-05-04T18:00"}, "is no moment"),  # of which clock?
        ({"end": "0001-01-01T00:00+14:00"}, "is no moment"),
        ({"end": "9999-12-31T23:59Z"}, "is no moment"),
        ({"zoom": "12"}, "go together"),
        ({"zoom": "99", "lat": "52", "lon": "5"}, "from 0 to 24"),
        ({"zoom": "12", "lat": "91", "lon": "5"}, "lat is “91”"),
        ({"zoom": "12", "lat": "52", "lon": "1e9"}, "lon is “1e9”"),
        ({"zoom": "nan", "lat": "52", "lon": "5"}, "zoom is “nan”"),
        ({"layers": "hexagons,wolken"}, "no layer “hexagons,wolken”"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_asked(query, said):
    with pytest.raises(UnfitError) as told:
        read_state(query)
    assert said in str(told.value)
