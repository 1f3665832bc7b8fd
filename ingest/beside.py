"""Work that goes on beside the main loop, in a thread of its own, until it is closed."""

import threading


class Beside:
    """``_work`` runs in a thread from the start on, and returns soon after ``_stop`` is set.

    Whoever inherits it sets what its work needs, and only then starts this class.
    """

    def __init__(self) -> None:
        """Start."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Return when what is under way is done; what is not stays where it was."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        raise NotImplementedError
