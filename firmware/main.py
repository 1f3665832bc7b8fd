"""A node's life.

    every sensor lives in a task of its own
    on the beat: what is fresh becomes a sample, and the watchdog is fed
    sixty samples are a page: keep it
    whatever else a node does (link, time, commands) runs beside it and cannot stop the beat

The watchdog guards the sampler and nothing else: a node without a network is a healthy node.
"""

import asyncio

from lokaalmeten.wire import BIT_CLOCK_UNSURE, FLAG_TICKS

AGAIN_MS = 10_000  # a task that fell over is started again after this


async def live(sensors, sampler, clock, beat_s, feed, others=(), note=print, beats=None):
    """Sample on every beat of ``clock``. Ends, with the open page kept, only after ``beats``.

    ``others`` are functions that give a coroutine each; ``feed()`` feeds the watchdog; ``note``
    hears of what went wrong.
    """
    tasks = [asyncio.create_task(sensor.run(asyncio.sleep_ms)) for sensor in sensors]
    tasks += [asyncio.create_task(keep_alive(other, note)) for other in others]
    while beats is None or beats > 0:
        now, since_boot = await clock.beat(beat_s, asyncio.sleep_ms)
        measure(sampler, now, since_boot, clock.unsure, feed, note)
        beats = None if beats is None else beats - 1
    sampler.close()
    for task in tasks:
        task.cancel()


def measure(sampler, now, since_boot, unsure, feed, note):
    """Take a sample; when that fails the watchdog hears nothing, and the next one may succeed."""
    flags = FLAG_TICKS if since_boot else 0
    bits = BIT_CLOCK_UNSURE if unsure and not since_boot else 0
    try:
        sampler.sample(now, flags, bits)
        feed()
    except Exception as error:
        note(error)


async def keep_alive(other, note):
    """Run a task for ever: start it again when it fell over."""
    while True:
        try:
            await other()
            return
        except Exception as error:  # whatever it was, the beat goes on
            note(error)
        await asyncio.sleep_ms(AGAIN_MS)
