"""A node's life.

    wait for the beat
    read the sensors and join their readings into a sample
    sixty samples are a page: keep it
    and so on, for ever

Today a page is kept by writing it to the serial line. The README says what is still to come.
"""

from firmware.clock import wait_for_beat
from firmware.sampler import Sampler

BEAT_S = 60
BOX = 1  # schema of a fixed box, see lokaalmeten.wire


def run(time, sensors, keep, boot, schema=BOX, beat_s=BEAT_S, beats=None):
    """Sample on every beat; full pages go to ``keep``. Ends only when ``beats`` says so.

    ``time`` is the board's time module, ``boot`` a number that differs from boot to boot.
    """
    sampler = Sampler(schema, sensors, keep, boot)
    while beats is None or beats > 0:
        now = wait_for_beat(time, beat_s)
        sampler.sample(now)
        beats = None if beats is None else beats - 1
    sampler.close()
