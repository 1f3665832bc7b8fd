import hashlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.update.release import (
    check_files,
    is_path,
    read_keys,
    read_length,
    read_manifest,
    refuse,
    to_place,
)
from firmware.version import VERSION, to_number


def make_manifest(**changed):
    file = {"path": "firmware/main.py", "bytes": 3, "sha256": "0" * 64}
    return {"format": 1, "version": "1.2.3", "channel": "stable", "files": [file]} | changed


def refuse_with(**changed):
    facts = {"running": "1.2.2", "refused": "", "wanted": "stable", "share": 100, "node": "box-1"}
    return refuse(make_manifest(), **(facts | changed))


def test_a_newer_release_is_taken():
    assert refuse_with() is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"running": "1.2.4"}, "1.2.3 is older than 1.2.4, which is running"),
        ({"running": "1.10.0"}, "1.2.3 is older than 1.10.0, which is running"),
        ({"running": "1.2.3"}, "1.2.3 is running"),
        ({"refused": "1.2.3"}, "1.2.3 was tried here and did not do well"),
        ({"wanted": "off"}, "updates are switched off here"),
        ({"wanted": "1.2.2"}, "this node is to stay at 1.2.2"),
        ({"share": 0}, "this node is not among the first 0 %"),
    ],
)
def test_a_release_that_is_not_wanted_is_refused_by_name(changed, said):
    assert refuse_with(**changed) == said


def test_a_pinned_node_takes_its_version_and_no_older_one():
    assert refuse_with(wanted="1.2.3") is None
    assert refuse_with(wanted="1.2.3", running="1.3.0") is not None


def test_a_test_release_goes_to_those_who_want_to_test():
    manifest = make_manifest(channel="test")
    facts = ("1.2.2", "")
    assert refuse(manifest, *facts, "stable", 100, "box-1") == "1.2.3 is a test release"
    assert refuse(manifest, *facts, "test", 100, "box-1") is None


@given(st.text(min_size=1, max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_who_is_asked_first_stays_asked_when_the_share_grows(node, some, more):
    some, more = sorted((some, more))
    if refuse_with(node=node, share=some) is None:
        assert refuse_with(node=node, share=more) is None


def test_a_share_is_about_that_share_of_the_nodes_and_not_always_the_same():
    nodes = [f"box-{number}" for number in range(2000)]
    first = {node for node in nodes if to_place(node, "1.0.0") < 10}
    then = {node for node in nodes if to_place(node, "1.0.1") < 10}
    assert 140 < len(first) < 260
    assert len(first & then) < 60
    # by another road: the four first bytes of SHA-256, the lowest first
    drawn = hashlib.sha256(b"box-7 1.0.0").digest()
    assert to_place("box-7", "1.0.0") == int.from_bytes(drawn[:4], "little") % 100


@pytest.mark.parametrize(
    "path",
    [
        "firmware/main.py",
        "firmware/link/mqtt.py",
        "firmware/main.mpy",
        "lokaalmeten/__init__.py",
    ],
)
def test_a_path_of_the_software_is_written(path):
    assert is_path(path)


@pytest.mark.parametrize(
    "path",
    [
        *("boot.py", "main.py", "/firmware/main.py", "firmware/../boot.py", "firmware//x.py"),
        *("firmware", "firmware/", "firmware/.py", "firmware/x", "firmware/x.json", "a/b.py"),
        *("firmware/x.py.new", "firmware/X.py", "firmware/x.py\n", "firmware/é.py", None, 3, []),
        *("firmware\\x.py", "firmware/" + "x" * 90 + ".py", "slots.json", "release.pub", ""),
    ],
)
def test_a_path_that_leads_elsewhere_is_never_written(path):
    assert not is_path(path)
    with pytest.raises(ValueError, match="may not be written"):
        check_files([{"path": path, "bytes": 1, "sha256": "0" * 64}])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "format"),
        (b'{"format": 2}', "format"),
        (json.dumps(make_manifest(version="1.2")).encode(), "no version"),
        (json.dumps(make_manifest(version=1)).encode(), "no version"),
        (json.dumps(make_manifest(channel="beta")).encode(), "no channel"),
        (json.dumps(make_manifest(files=[])).encode(), "no files"),
        (json.dumps(make_manifest(files={})).encode(), "no files"),
        (json.dumps(make_manifest(files=[3])).encode(), "may not be written"),
    ],
)
def test_a_manifest_that_is_none_is_refused_by_name(content, said):
    with pytest.raises(ValueError, match=said):
        read_manifest(content)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bytes": -1}, "impossible size"),
        ({"bytes": 65537}, "impossible size"),
        ({"bytes": True}, "impossible size"),
        ({"bytes": 1.0}, "impossible size"),
        ({"sha256": "00"}, "no SHA-256"),
        ({"sha256": None}, "no SHA-256"),
        ({"path": "firmware/other.py"}, "no main.py"),
    ],
)
def test_a_file_that_is_impossible_is_refused_by_name(changed, said):
    with pytest.raises(ValueError, match=said):
        check_files([make_manifest()["files"][0] | changed])


def test_a_file_that_is_named_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        check_files(make_manifest()["files"] * 2)


def test_a_release_that_does_not_fit_is_refused():
    files = [
        {"path": f"firmware/x{index}.py", "bytes": 65536, "sha256": "0" * 64} for index in range(17)
    ]
    with pytest.raises(ValueError, match="more than fit"):
        check_files(files)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_json_is_refused_with_a_sentence_and_never_a_crash(value):
    with pytest.raises(ValueError, match=r"\w"):
        read_manifest(json.dumps(make_manifest(files=value, version=value)).encode())


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"LMR1", "cut off"),
        (b"<html><h", "not a release"),
        (struct.pack("<4sI", b"LMR1", 0), "0 bytes"),
        (struct.pack("<4sI", b"LMR1", 32769), "32769 bytes"),
        (struct.pack("<4sI", b"LMR1", 2**32 - 1), "4294967295 bytes"),
    ],
)
def test_what_is_no_release_is_seen_by_its_first_bytes(head, said):
    with pytest.raises(ValueError, match=said):
        read_length(head)


def test_keys_are_lines_of_hex_and_the_rest_is_passed_over():
    assert read_keys(b"00" * 64 + b"\n# spare\n" + b"11" * 64 + b"\n22\n") == [
        bytes(64),
        b"\x11" * 64,
    ]
    assert read_keys(None) == []


@given(*(st.tuples(*(st.integers(0, 999),) * 3) for _ in range(2)))
def test_versions_are_ordered_as_their_parts(one, other):
    text = [".".join(map(str, parts)) for parts in (one, other)]
    assert (to_number(text[0]) < to_number(text[1])) == (one < other)


@pytest.mark.parametrize(
    "version", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.1000", None]
)
def test_what_is_no_version_has_no_number(version):
    assert to_number(version) is None


def test_the_software_has_a_version():
    assert to_number(VERSION) is not None
