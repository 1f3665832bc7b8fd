"""A node's life.

    every sensor lives in a task of its own
    on the beat: what is fresh becomes a sample, and the watchdog is fed
    sixty samples are a page: keep it
    whatever else a node does (link, time, commands) runs beside it and cannot stop the beat

The watchdog guards the sampler and nothing else: a node without a network is a healthy node.
"""

import asyncio

AGAIN_MS = 10_000  # a task that fell over is started again after this


async def live(sensors, sampler, beat, feed, others=(), note=print, beats=None):
    """Sample on every beat. Ends, with the open page kept, only when ``beats`` says so.

    ``others`` are functions that give a coroutine each; ``feed()`` feeds the watchdog; ``note``
    hears of what went wrong.
    """
    tasks = [asyncio.create_task(sensor.run(asyncio.sleep_ms)) for sensor in sensors]
    tasks += [asyncio.create_task(keep_alive(other, note)) for other in others]
    await measure(sampler, beat, feed, note, beats)
    sampler.close()
    for task in tasks:
        task.cancel()


async def measure(sampler, beat, feed, note, beats):
    """Take the samples; whoever cannot keep a page hears so, and no sample feeds the watchdog."""
    while beats is None or beats > 0:
        await beat.wait(asyncio.sleep_ms)
        try:
            sampler.sample(beat.now, beat.flags)
            feed()
        except Exception as error:  # the next sample may be taken all the same
            note(error)
        beats = None if beats is None else beats - 1


async def keep_alive(other, note):
    """Run a task for ever: start it again when it fell over."""
    while True:
        try:
            await other()
            return
        except Exception as error:  # whatever it was, the beat goes on
            note(error)
        await asyncio.sleep_ms(AGAIN_MS)
