import asyncio
import os
import time

import pytest

from firmware import selftest
from firmware.clock import unix
from firmware.files import Files


def fail(error):
    def probe():
        raise error

    return probe


async def answer():
    return "serial 42"


async def hang():
    await asyncio.sleep(3600)


def run(*parts):
    lines = []
    return asyncio.run(selftest.run(parts, lines.append)), lines


def test_each_part_passes_or_fails_on_a_line_of_its_own():
    results, lines = run(
        ("sps30", answer), ("bme280", fail(OSError(19, "ENODEV"))), ("flash", lambda: None)
    )
    assert [passed for _, passed, _ in results] == [True, False, True]
    assert lines[0] == "PASS sps30: serial 42\n"
    assert lines[1].startswith("FAIL bme280: OSError")
    assert lines[2:] == ["PASS flash: ok\n", "FAIL self-test: 2 of 3\n"]


@pytest.mark.parametrize("error", [OSError(), ValueError("CRC"), KeyError(), MemoryError()])
def test_whatever_is_wrong_is_one_line_and_no_traceback(error):
    results, lines = run(("x", fail(error)))
    assert not results[0][1]
    assert type(error).__name__ in lines[0]
    assert len(lines) == 2


def test_a_part_that_hangs_fails_and_the_next_is_tried(monkeypatch):
    monkeypatch.setattr(selftest, "WAIT_S", 0.01)
    results, lines = run(("broker", hang), ("flash", lambda: 1))
    assert [passed for _, passed, _ in results] == [False, True]
    assert "no answer" in lines[0]


def test_what_a_part_says_is_one_line_however_long():
    _, lines = run(("x", lambda: "a\nb" * 900))
    assert len(lines) == 2
    assert len(lines[0]) < 100


def test_flash_is_written_read_and_left_as_it_was(tmp_path):
    files = Files(os, str(tmp_path))
    assert selftest.probe_flash(files).endswith("bytes free")
    assert list(tmp_path.iterdir()) == []


def test_flash_that_reads_back_wrong_is_seen(tmp_path, monkeypatch):
    files = Files(os, str(tmp_path))
    monkeypatch.setattr(files, "read", lambda name: b"\0" * 256)
    with pytest.raises(ValueError, match="does not read back"):
        selftest.probe_flash(files)


def test_a_clock_that_was_never_set_fails():
    assert int(selftest.probe_clock(lambda: unix(time))) > 0
    with pytest.raises(ValueError, match="not known"):
        selftest.probe_clock(lambda: None)
