from hypothesis import given
from hypothesis import strategies as st

from firmware.ride import END_S, GAP_S, PARKED, RIDING, SLOW_MM_S, START_S, STIRRING, Ride

# pieces of moving and of standing still, long enough for every way that a ride can go
PIECES = st.lists(
    st.tuples(
        st.sampled_from([True, False, None]),
        st.one_of(st.none(), st.integers(0, 3 * SLOW_MM_S)),
        st.one_of(st.integers(1, 9), st.sampled_from([END_S - 1, END_S, END_S + 1])),
    ),
    max_size=25,
)


def find_rides(moving):
    """(start, last movement) of every ride, from all seconds of movement at once."""
    rides, begun, last, riding = [], None, None, False
    for second in moving:
        most = END_S if riding else GAP_S + 1
        if begun is None or second - last > most:
            begun, riding = second, False
        if not riding and second - begun >= START_S:
            riding = True
            rides.append([second, second])
        if riding:
            rides[-1][1] = second
        last = second
    return rides


def run(looks, began=1000):
    ride = Ride()
    return [ride.look(began + second, *look) for second, look in enumerate(looks)]


@given(PIECES)
def test_state_of_every_second_is_that_of_one_who_knows_the_whole_day(pieces):
    looks = [(moved, speed) for moved, speed, seconds in pieces for _ in range(seconds)]
    moving = [
        second
        for second, (moved, speed) in enumerate(looks)
        if (moved is True if speed is None else speed >= 1000)
    ]
    rides = find_rides(moving)
    for second, state in enumerate(run(looks)):
        expected = any(start <= second < last + END_S for start, last in rides)
        assert (state == RIDING) == expected, second


def test_ride_begins_after_five_seconds_of_movement_and_ends_ten_minutes_after_the_last():
    states = run([(True, None)] * 60 + [(False, None)] * 700)
    assert states.index(RIDING) == 5
    assert len(states) - states[::-1].index(RIDING) == 59 + 600


def test_bike_that_is_bumped_into_is_not_ridden():
    states = run(([(True, None)] * 3 + [(False, None)] * 5) * 100)
    assert set(states) == {PARKED, STIRRING}


def test_wait_at_a_level_crossing_belongs_to_the_ride():
    states = run([(True, None)] * 60 + [(False, 0)] * 599 + [(True, 5000)] * 10)
    assert set(states[6:]) == {RIDING}


def test_receiver_sees_a_ride_on_asphalt_that_the_accelerometer_does_not():
    assert run([(False, 5000)] * 60)[-1] == RIDING
    assert run([(None, 5000)] * 60)[-1] == RIDING


def test_bike_that_the_wind_shakes_on_its_stand_has_ended_its_ride():
    states = run([(True, 5000)] * 60 + [(True, 300)] * 601)
    assert states[-1] == PARKED


def test_nothing_known_is_no_movement():
    assert set(run([(None, None)] * 1000)) == {PARKED}


def test_movement_between_two_naps_does_not_add_up():
    ride = Ride()
    for nap in range(50):
        assert ride.look(10 * nap, True, None) == STIRRING
