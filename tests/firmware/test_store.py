import json
import os

import pytest

from firmware.store import Store


class Files:
    """os and open of a flash whose power goes at the n-th operation."""

    def __init__(self, fails_at=None):
        self.left = fails_at

    def _spend(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt

    def open(self, path, mode="r"):
        if mode == "w":
            self._spend()
        return open(path, mode)  # noqa: PTH123 - what is tried is an opener

    def rename(self, before, after):
        self._spend()
        os.replace(before, after)  # noqa: PTH105 - likewise


def test_numbers_outlive_a_power_off(tmp_path):
    path = str(tmp_path / "numbers.json")
    assert Store(path, os).read("sps30_cleaned") is None
    Store(path, os).write("sps30_cleaned", 1_795_435_200)
    assert Store(path, os).read("sps30_cleaned") == 1_795_435_200


@pytest.mark.parametrize("fails_at", [0, 1])
def test_power_cut_while_writing_leaves_the_old_number(tmp_path, fails_at):
    path = str(tmp_path / "numbers.json")
    Store(path, os).write("a", 1)
    files = Files(fails_at)
    with pytest.raises(KeyboardInterrupt):
        Store(path, files, files.open).write("a", 2)
    assert Store(path, os).read("a") == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"a": 1'])
def test_damaged_file_is_an_empty_store_and_can_be_written_again(tmp_path, text):
    path = tmp_path / "numbers.json"
    path.write_text(text)
    store = Store(str(path), os)
    assert store.read("a") is None
    store.write("a", 3)
    assert json.loads(path.read_text()) == {"a": 3}
