"""Flash in a file, so that a simulated node still has its pages when it is started again."""

import os

from firmware.simulated.flash import SECTOR, Flash


class Image:
    """The bytes of a file as far as Flash uses them: slices and a length."""

    def __init__(self, path, size):
        try:
            made = os.stat(path)[6] != size
        except OSError:
            made = True
        if made:
            with open(path, "wb") as file:
                for _ in range(size // SECTOR):
                    file.write(b"\xff" * SECTOR)
        self._file = open(path, "r+b")  # noqa: SIM115 - open as long as the node lives
        self._size = size

    def __len__(self):
        return self._size

    def __getitem__(self, span):
        self._file.seek(span.start)
        return self._file.read(span.stop - span.start)

    def __setitem__(self, span, data):
        self._file.seek(span.start)
        self._file.write(data)
        self._file.flush()


def open_flash(path, sectors):
    """Flash of so many sectors in the file, new when it is not there or of another size."""
    return Flash(sectors, data=Image(path, sectors * SECTOR))
