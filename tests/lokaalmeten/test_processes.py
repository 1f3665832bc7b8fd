import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=1); "


@pytest.fixture
def log(tmp_path):
    return tmp_path / "program.log"


def wait_for(condition, seconds=5.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def test_output_of_a_program_is_in_its_log(log):
    process = processes.start(["sh", "-c", "echo out; echo err >&2"], log=log)
    assert process.wait(5) == 0
    assert log.read_text().split() == ["out", "err"]


def test_stopped_program_gets_the_signal_asked_for(log):
    process = processes.start(["sleep", "60"], log=log)
    processes.stop(process, signal.SIGINT)
    assert process.returncode == -signal.SIGINT
    processes.stop(process)  # a second time does nothing


def test_program_that_ignores_the_signal_is_killed(log):
    process = processes.start([sys.executable, "-c", STUBBORN + "time.sleep(60)"], log=log)
    assert wait_for(log.read_bytes)
    processes.stop(process, seconds=0.1)
    assert process.returncode == -signal.SIGKILL


def test_interrupt_of_the_terminal_does_not_reach_a_program(log):
    process = processes.start(["sleep", "60"], log=log)
    try:
        assert os.getpgid(process.pid) == process.pid != os.getpgrp()
    finally:
        processes.stop(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a death signal")
@pytest.mark.parametrize("user", [None, 65534])
def test_program_ends_when_its_parent_is_killed(log, user):
    if user is not None and os.geteuid() != 0:
        pytest.skip("only root can start a program as another user")
    # the death signal is set a moment after the start, so the parent waits for the first word
    parent = (
        "import os, time; from pathlib import Path; from lokaalmeten import processes;"
        f"log = Path({str(log)!r});"
        "child = processes.start(['sh', '-c', 'echo up; exec sleep 60'], log=log, "
        f"user={user});"
        "[time.sleep(0.01) for _ in iter(log.read_bytes, b'up\\n')];"
        "print(child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert wait_for(lambda: not processes.is_running(int(done.stdout), "sleep"))


def test_port_that_answers_ends_the_wait(log):
    port = processes.free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    process = processes.start(command, log=log)
    try:
        processes.wait_for_port("127.0.0.1", port, process, log)
    finally:
        processes.stop(process)


def test_program_that_ends_at_once_is_told_with_the_line_that_says_why(log):
    process = processes.start(["sh", "-c", "echo start; echo Error: no disk; echo bye"], log=log)
    with pytest.raises(ServiceError, match=r"program ended at once: Error: no disk \(log: "):
        processes.wait_for_port("127.0.0.1", processes.free_port(), process, log)


def test_program_that_does_not_exist_is_named(log):
    with pytest.raises(ServiceError, match="/no/such/program"):
        processes.wait_for_port("127.0.0.1", 1, processes.start(["/no/such/program"], log=log), log)


def test_program_that_never_answers_is_killed_after_a_while(log):
    process = processes.start(["sleep", "60"], log=log)
    with pytest.raises(ServiceError, match="program does not answer"):
        processes.wait_for_port("127.0.0.1", processes.free_port(), process, log, seconds=0.1)
    assert process.returncode == -signal.SIGKILL


def test_log_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(ServiceError, match=r"sleep cannot be started: .*missing"):
        processes.start(["sleep", "60"], log=tmp_path / "missing/program.log")


def test_port_in_use_is_refused_and_a_free_one_is_kept():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"port {port} of 127.0.0.1 cannot be used"):
            processes.free_port(port)
    assert processes.free_port(port) == port


def test_a_free_port_is_none_that_linux_lends_to_connections_of_others():
    ports = [processes.free_port() for _ in range(50)]
    assert len(set(ports)) > 1
    assert set(ports) <= set(processes.PORTS)
    ours = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if ours.exists() and int(ours.read_text().split()[0]) == 32_768:  # as Linux comes
        assert max(ports) < 32_768


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a port is")
def test_a_port_that_somebody_else_answers_does_not_end_the_wait(log):
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = processes.start(["sleep", "60"], log=log)
        with pytest.raises(ServiceError, match="program does not answer"):
            processes.wait_for_port("127.0.0.1", other.getsockname()[1], process, log, seconds=0.2)


@pytest.mark.parametrize("port", [-1, 70000])
def test_number_that_is_no_port_is_refused(port):
    with pytest.raises(ServiceError, match="choose another port"):
        processes.free_port(port)


def test_process_is_running_only_under_its_own_name(log):
    process = processes.start(["sleep", "60"], log=log)
    assert wait_for(lambda: processes.is_running(process.pid, "sleep"))
    if Path("/proc/self/cmdline").exists():
        assert not processes.is_running(process.pid, "postgres")
    processes.stop(process)
    assert not processes.is_running(process.pid, "sleep")
