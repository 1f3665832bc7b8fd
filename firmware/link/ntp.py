"""One question to a time server: SNTP, RFC 4330 chapters 4 and 5, over UDP port 123.

| byte | what |
|---|---|
| 0  | leap indicator (2 bits), version 4, mode: 3 asks, 4 answers |
| 1  | stratum: 1 to 15; 0 is a refusal |
| 24 | originate: what the question had as its transmit time |
| 40 | transmit: seconds since 1900-01-01, u32, then the fraction of a second, u32 |
"""

import struct

from micropython import const

PORT = 123
_BYTES = const(48)
_SINCE_1900 = const(2208988800)  # seconds from 1900 to 1970
_TURN = const(1 << 32)  # the seconds begin again in 2036 (RFC 4330, chapter 3)
PATIENCE_MS = 2000  # an answer that takes longer is of no use either
_LOOK_MS = const(10)


async def ask(socket, host, time, urandom, sleep_ms):
    """Unix seconds by the server ``host``, and the board's ticks at which they held.

    Raises OSError when no answer comes or it is not one to our question. The question carries
    random bytes in place of the time: only who saw it can answer it.
    """
    address = socket.getaddrinfo(host, PORT)[0][-1]
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        line.setblocking(False)
        return await _exchange(line, address, time, urandom(8), sleep_ms)
    finally:
        line.close()


async def _exchange(line, address, time, cookie, sleep_ms):
    begin = time.ticks_ms()
    line.sendto(b"\x23" + bytes(39) + cookie, address)
    while time.ticks_diff(time.ticks_ms(), begin) < PATIENCE_MS:
        await sleep_ms(_LOOK_MS)
        try:
            answer = line.recv(_BYTES + 1)
        except OSError:
            continue  # nothing there yet
        ticks = time.ticks_ms()
        told = read_answer(answer, cookie)
        if told is not None:
            seconds, ms = told
            way = time.ticks_diff(ticks, begin) // 2
            return seconds + (ms + way) // 1000, ticks
    raise OSError("the time server does not answer")


def read_answer(answer, cookie):
    """(Unix seconds, ms) of a sound answer to the question with ``cookie``, else None."""
    if len(answer) != _BYTES or answer[24:32] != cookie:
        return None
    if answer[0] & 7 != 4 or answer[0] >> 6 == 3 or not 1 <= answer[1] <= 15:
        return None  # not an answer, a server without a time of its own, or a refusal
    seconds, fraction = struct.unpack_from(">II", answer, 40)
    if seconds < _TURN >> 1:
        seconds += _TURN
    return seconds - _SINCE_1900, fraction * 1000 >> 32
