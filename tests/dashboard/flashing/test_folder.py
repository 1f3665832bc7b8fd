"""What of a folder a browser may have, and which boards it can flash."""

import json

import pytest

from dashboard.flashing.folder import Firmware, Offer


@pytest.fixture
def folder(tmp_path):
    """A folder with all of an F1, and a B2 without its files."""
    (tmp_path / "interpreter.bin").write_bytes(b"\xe9")
    (tmp_path / "f1.bin").write_bytes(b"lfs")
    for board in ("f1", "b2"):
        parts = [{"path": "interpreter.bin", "offset": 0}, {"path": f"{board}.bin", "offset": 9}]
        said = {"version": "1.2.0", "builds": [{"parts": parts}]}
        (tmp_path / f"{board}.json").write_text(json.dumps(said))
    (tmp_path / "secret.bin").write_bytes(b"")
    return tmp_path


def test_boards_of_which_everything_is_there_are_offered(folder):
    assert Firmware(str(folder)).list() == [Offer("f1", "1.2.0")]
    (folder / "b2.bin").write_bytes(b"lfs")
    assert Firmware(str(folder)).list() == [Offer("f1", "1.2.0"), Offer("b2", "1.2.0")]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "builds": []}', "\x00"])
def test_manifest_that_says_nothing_offers_nothing(folder, content):
    (folder / "f1.json").write_text(content)
    assert Firmware(str(folder)).list() == []


@pytest.mark.parametrize("name", ["secret.bin", "../f1.bin", "f1.bin/", ".f1.bin", "b1.bin", ""])
def test_other_files_stay_where_they_are(folder, name):
    assert Firmware(str(folder)).find(name) is None
    assert Firmware(str(folder)).find("f1.bin") == folder / "f1.bin"


def test_without_a_folder_there_is_nothing():
    assert Firmware("").list() == []
    assert Firmware("").find("f1.bin") is None
