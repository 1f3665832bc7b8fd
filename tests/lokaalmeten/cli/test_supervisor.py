"""Services that die come back, after pauses; one that cannot is given up with its reason."""

import itertools
import os
import signal
import time

import pytest

from lokaalmeten.cli import supervisor
from lokaalmeten.cli.supervisor import STEADY_S, TRIES, Supervisor, cut
from lokaalmeten.errors import ServiceError
from lokaalmeten.processes import start, stop
from tests.services.meten import wait_until


class Shell:
    """A service that is a line of shell."""

    def __init__(self, folder, line, stopped=None):
        self.log, self.line, self.stopped = folder, line, stopped
        self.process = None

    def start(self):
        self.process = start(["/bin/sh", "-c", self.line], log=self.log)

    def stop(self):
        if self.stopped is not None:
            self.stopped.append(self.log.stem)
        if self.process:
            stop(self.process)

    def wait(self):
        self.process.wait(10)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Keeping(Supervisor):
    """A supervisor with a clock that is set, which remembers what it told."""

    def __init__(self):
        self.told = []
        super().__init__(self.told.append, Clock())


@pytest.fixture
def keeping():
    with Keeping() as found:
        yield found


def run(keeping, folder, line, rest_s=None, name="part"):
    shell = Shell(folder / f"{name}.log", line)
    keeping.start(name, shell, shell.log, rest_s)
    return shell


def test_a_killed_service_comes_back_after_its_pause_with_a_line_for_each_event(keeping, tmp_path):
    part = run(keeping, tmp_path, "exec sleep 60")
    first = part.process.pid
    keeping.look()
    assert keeping.told == []
    os.kill(first, signal.SIGKILL)
    part.wait()
    keeping.look()
    keeping.look()  # its pause is not over
    assert keeping.told == ["part ended: it said nothing; again in 1 s"]
    keeping.clock.now = 1
    keeping.look()
    assert part.process.pid != first
    assert part.process.poll() is None
    assert keeping.told[1:] == ["part runs again"]


def test_one_that_cannot_start_is_given_up_after_growing_pauses_and_says_why(keeping, tmp_path):
    part = run(keeping, tmp_path, "echo meten: no such port, error: 7; exit 2")

    def look_at_each_second():
        for keeping.clock.now in itertools.count():
            part.wait()
            keeping.look()

    with pytest.raises(ServiceError, match=rf"part ended {TRIES} times in a row: .*no such port"):
        look_at_each_second()
    pauses = [line.rpartition("again in ")[2] for line in keeping.told if "again in" in line]
    assert pauses == ["1 s", "2 s", "4 s", "8 s"]


def test_one_that_ran_long_enough_is_not_given_up(keeping, tmp_path):
    part = run(keeping, tmp_path, "exit 1")
    for _ in range(3 * TRIES):
        part.wait()
        keeping.clock.now += STEADY_S
        keeping.look()
        keeping.clock.now += 1
        keeping.look()
    assert {line.rpartition("; ")[2] for line in keeping.told} == {
        "again in 1 s",
        "part runs again",
    }


def test_one_that_ends_well_rests_until_its_time_without_a_word(keeping, tmp_path):
    part = run(keeping, tmp_path, "exit 0", rest_s=100)
    first = part.process
    part.wait()
    for keeping.clock.now in (1, 99, 101):
        assert part.process is first
        keeping.look()
    assert part.process is not first
    assert keeping.told == []


def test_the_last_one_stops_first_also_when_one_is_given_up(tmp_path):
    stopped = []

    def start_three():
        with Supervisor(print) as keeping:
            for name in "abc":
                line = "exec sleep 60"
                shell = Shell(
                    tmp_path / ("none/c.log" if name == "c" else f"{name}.log"), line, stopped
                )
                keeping.start(name, shell, shell.log)

    with pytest.raises(ServiceError, match="/bin/sh cannot be started"):
        start_three()
    assert stopped == ["b", "a"]


def test_a_log_that_became_long_is_cut_while_its_service_writes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "LONGEST_LOG", 1000)
    log = tmp_path / "part.log"
    part = Shell(log, "while true; do echo 0123456789; sleep 0.001; done")
    part.start()
    try:
        wait_until(lambda: log.stat().st_size > 1000)
        cut(log)
        time.sleep(0.05)
        assert log.stat().st_size < 1000
        assert log.read_bytes()[:1] == b"0"  # no gap where it was cut
        assert (tmp_path / "part.log.1").stat().st_size > 1000
    finally:
        part.stop()
