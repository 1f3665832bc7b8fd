"""When a bike is ridden: by its accelerometer, and by the receiver's speed as a second opinion.

    PARKED --moves--> STIRRING --five seconds of it--> RIDING --ten minutes without--> PARKED
       ^------ three quiet seconds ------'

The accelerometer is always on and takes next to nothing, but wind shakes a bike on its stand and
smooth asphalt does not. So a speed, when there is one, has the last word.
"""

PARKED, STIRRING, RIDING = 0, 1, 2

START_S = 5  # of movement: somebody who locks a bike or lifts it is done sooner
GAP_S = 3  # of quiet that movement may have before it is a ride
END_S = 600  # a level crossing, a shop; the first Snuffelfiets units waited as long
SLOW_MM_S = 1000  # a receiver that stands still says up to half of it; walking a bike is faster


class Ride:
    """State of one bike; `look` at least once a second while it may move."""

    def __init__(self):
        """Parked."""
        self.state = PARKED
        self._began = 0  # of the movement that may become a ride
        self._moved = 0  # last movement

    def look(self, now, moved, speed):
        """Take one look and return the state.

        ``now`` in seconds that only grow, ``moved`` by the accelerometer since the look before,
        ``speed`` in mm/s; None is for what is not known.
        """
        if is_moving(moved, speed):
            self._move(now)
        elif self._is_over(now):
            self.state = PARKED
        return self.state

    def _is_over(self, now):
        quiet = now - self._moved
        return quiet >= END_S if self.state == RIDING else quiet > GAP_S

    def _move(self, now):
        # whoever looks every second has seen the end; one that napped has not
        if self.state == PARKED or self._is_over(now - 1):
            self.state, self._began = STIRRING, now
        self._moved = now
        if self.state == STIRRING and now - self._began >= START_S:
            self.state = RIDING


def is_moving(moved, speed):
    """The receiver's word when it has a fix, else that of the accelerometer."""
    if speed is not None:
        return speed >= SLOW_MM_S
    return moved is True
