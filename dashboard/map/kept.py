"""What all maps need and what changes seldom: asked of the database once in a while, for all."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any


class Kept:
    """Answers by name; who asks says how old one may be, and who asks first has others wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._locks: dict[str, Lock] = {}
        self._held: dict[str, tuple[float, Any]] = {}

    def ask(self, name: str, question: Callable[[], Any], oldest_s: float) -> Any:
        """Answer of a question, or the one of before when it is not older than that."""
        with self._lock:
            lock = self._locks.setdefault(name, Lock())
        with lock:
            if name in self._held:
                asked, answer = self._held[name]
                if self._clock() - asked < oldest_s:
                    return answer
            asked = self._clock()
            answer = question()
            self._held[name] = asked, answer
            return answer
