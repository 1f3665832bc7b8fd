"""Unix seconds, whichever epoch the board counts from.

MicroPython counts from 1970 on some ports and from 2000-01-01 on others, the ESP32 among them
(docs.micropython.org, module time). The time module comes in as an argument.
"""

EPOCH_2000 = 946684800  # Unix seconds of 2000-01-01T00:00:00Z
EARLIEST = 1767225600  # 2026-01-01T00:00:00Z: a clock that stands before it was never set


def unix(time):
    """Unix seconds by the board's clock, or None when it was never set."""
    since = EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0
    seconds = int(time.time()) + since
    return seconds if seconds >= EARLIEST else None


def wait_for_beat(time, beat_s):
    """Sleep until the next whole multiple of ``beat_s`` seconds; return it as Unix seconds.

    Waits for as long as the clock is not set. A clock that is put back while we sleep does not
    keep us waiting: the next beat is then the first one of the new time.
    """
    before, due = 0, None
    while True:
        now = unix(time)
        if now is None:
            time.sleep(1)
            continue
        if due is None or now < before:
            due = (now // beat_s + 1) * beat_s
        if now >= due:
            return now
        before = now
        time.sleep(min(due - now, 1))
