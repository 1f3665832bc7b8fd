"""How often an address may try a key: a few times a minute, in the memory of one process."""

from collections.abc import Callable

MOST, SPAN_S = 5, 60.0
ADDRESSES = 10_000  # that are remembered; beyond, those whose minute is over are forgotten


class Tries:
    """Wrong tries of each address within the last minute; ``clock`` is in seconds, rising."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._made: dict[str, list[float]] = {}

    def take(self, address: str) -> bool:
        """Count a try before it is made, so that many at once are counted; False when it is over.

        A try that was refused here is not counted: who waits a minute may go on.
        """
        now = self._clock()
        if len(self._made) >= ADDRESSES:
            self._made = {who: at for who, at in self._made.items() if at[-1] > now - SPAN_S}
        made = [at for at in self._made.get(address, ()) if at > now - SPAN_S]
        if len(made) >= MOST:
            return False
        self._made[address] = [*made, now]
        return True

    def forget(self, address: str) -> None:
        """Forget the tries of an address of which one was right."""
        self._made.pop(address, None)
