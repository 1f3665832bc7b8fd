"""Work beside the main loop: it begins by itself and is over when it was closed."""

import threading

from ingest.beside import Beside


class Counter(Beside):
    def __init__(self):
        self.rounds, self.ended, self.ran = 0, False, threading.Event()
        super().__init__()

    def _work(self):
        while not self._stop.wait(0.001):
            self.rounds += 1
            self.ran.set()
        self.ended = True


def test_work_goes_on_until_it_is_closed_and_not_after():
    counter = Counter()
    assert counter.ran.wait(10)
    counter.close()
    rounds = counter.rounds
    assert counter.ended
    assert not counter.ran.clear()
    assert not counter.ran.wait(0.02)
    assert counter.rounds == rounds
