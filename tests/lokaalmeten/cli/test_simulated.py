"""`meten node sim`: the firmware on MicroPython against a real broker."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from lokaalmeten import wire
from lokaalmeten.cli.simulated import UNPACKED, find_micropython
from lokaalmeten.errors import ServiceError
from tests.services.meten import meten, running, to_environment, wait_until


@pytest.fixture
def node(micropython, mosquitto, tmp_path):
    """`node(...)` is a simulated node that runs until the end of the block."""

    def run(*words):
        return running(
            "node", "sim", "box-7", "--interval", 1, "--micropython", micropython, *words,
            log=tmp_path / "node.log", broker=f"mqtt://{mosquitto.host}:{mosquitto.port}",
            data=tmp_path / "data",
        )  # fmt: skip

    return run


def receive(programs, mosquitto, count):
    command = [programs.mosquitto_sub, "-h", mosquitto.host, "-p", str(mosquitto.port)]
    command += ["-t", "lm/1/box-7/page", "-q", "1", "-C", str(count), "-W", "60", "-F", "%x"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [bytes.fromhex(line) for line in done.stdout.split()]


def test_simulated_node_sends_pages_and_keeps_them_over_a_restart(
    node, programs, mosquitto, tmp_path
):
    log = tmp_path / "node.log"
    with node() as process:
        pages = receive(programs, mosquitto, 3)
        assert [wire.refuse_page(page) for page in pages] == [None] * 3
        schema, _, _, _, flags, records = wire.read_page(pages[-1])
        assert (schema, flags, len(records)) == (1, 0, 15)
        wait_until(lambda: "3 pages sent, 3 not yet committed" in log.read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    with node():  # nobody acknowledged them, so they come again, from another boot's flash
        assert receive(programs, mosquitto, 3) == pages
    assert "nobody listens" not in log.read_text()


def test_ctrl_c_ends_it_without_a_word_of_where_the_firmware_was(micropython, mosquitto, tmp_path):
    words = ("node", "sim", "box-7", "--interval", 1, "--micropython", micropython)
    url = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "lokaalmeten.cli", *map(str, words)],
            stdout=said,
            stderr=said,
            env=to_environment({"broker": url, "data": tmp_path / "data"}),
            start_new_session=True,
        )
    try:
        wait_until(lambda: "online" in (tmp_path / "said").read_text())
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: whoever is in the group
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in (tmp_path / "said").read_text()
    assert "Interrupt" not in (tmp_path / "said").read_text()


def test_broker_that_is_not_there_is_told_and_the_node_goes_on(node, mosquitto, tmp_path):
    mosquitto.stop()
    log = tmp_path / "node.log"
    with node() as process:
        wait_until(lambda: "broker: nobody listens at the broker's address" in log.read_text())
        wait_until(lambda: re.search(r"offline  ([5-9]|\d\d+) samples", log.read_text()))
        assert process.poll() is None


def test_micropython_is_that_of_the_path_else_the_one_that_the_tests_unpacked(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(ServiceError, match="apt install micropython"):
        find_micropython(tmp_path)
    for program in (tmp_path / UNPACKED, tmp_path / "bin/micropython"):
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
        assert find_micropython(tmp_path) == program


def test_without_micropython_it_is_said_where_to_get_it(tmp_path):
    with suppress(ServiceError):
        pytest.skip(f"MicroPython is here: {find_micropython()}")
    done = meten("node", "sim", "box-7", cwd=tmp_path, data=tmp_path)
    assert done.returncode == 2
    assert "apt install micropython" in done.stderr


def test_device_that_the_board_has_not_is_refused_with_those_that_it_has(micropython, tmp_path):
    done = meten(
        "node", "sim", "bike-7", "--board", "b2", "--without", "SEN55",
        "--micropython", micropython, data=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert "bike-b2 has no SEN55; it has BME280, LIS3DH, MAX-M10S, SGP41, SPS30" in done.stderr


@pytest.mark.parametrize("zone", ["52.1,5.1", "52.1,5.1,x", "91,5,300", "52.1,5.1,49"])
def test_zone_that_a_node_would_not_take_is_refused(tmp_path, zone):
    done = meten("node", "sim", "bike-7", "--board", "b2", "--zone", zone, data=tmp_path)
    assert done.returncode == 2
    assert zone in done.stderr


def test_program_that_is_none_is_refused(tmp_path):
    program = tmp_path / "micropython"
    done = meten("node", "sim", "box-7", "--micropython", program, data=tmp_path)
    assert done.returncode == 2
    assert str(program) in done.stderr
