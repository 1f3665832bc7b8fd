"""A few numbers that outlive a power-off, such as when a fan was last cleaned.

One JSON file, written beside the old one and then renamed: littlefs renames as a whole, so that a
power cut leaves the old numbers or the new ones.
"""

import json


class Store:
    """Numbers by name; ``files`` is a folder on flash, ``os`` gives rename and ``open`` opens."""

    def __init__(self, path, os, opener=open):
        """``path`` of the file."""
        self._path = path
        self._os = os
        self._open = opener
        self._numbers = self._load()

    def read(self, name):
        """Number of that name, None when there is none."""
        return self._numbers.get(name)

    def write(self, name, number):
        """Remember a number."""
        self._numbers[name] = number
        with self._open(self._path + ".new", "w") as file:
            json.dump(self._numbers, file)
        self._os.rename(self._path + ".new", self._path)

    def _load(self):
        try:
            with self._open(self._path) as file:
                found = json.load(file)
        except (OSError, ValueError):
            return {}  # the first start, or a file that another hand wrote
        return found if isinstance(found, dict) else {}
