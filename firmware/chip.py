"""What a board has built in, in one place: the only thing of the chip that a node is given."""


class Chip:
    """Modules by their names in MicroPython, and what is made of them.

    ``flash`` is the partition of the outbox; ``random`` gives a number below a limit; ``ask`` is a
    coroutine function that gives (Unix seconds, ticks) or raises OSError; ``serial`` is a stream of
    asyncio, None without one; ``write`` writes bytes to it; ``say`` gives a line to who listens;
    ``interrupt(key)`` chooses the key of the serial line that interrupts, -1 for none.
    """

    def __init__(self, **parts):
        for name, part in parts.items():
            setattr(self, name, part)
