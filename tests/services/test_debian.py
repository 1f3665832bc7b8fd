import subprocess
import time

import pytest

from tests.services import apt, debian


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C"}, check=False)
    return (done.stdout or done.stderr).splitlines()[0]


def test_programs_are_of_the_versions_that_the_platform_is_tested_with(programs):
    assert "PostgreSQL) 17." in first_line(programs.postgres_bin / "postgres", "--version")
    assert "mosquitto version 2.0.21" in first_line(programs.mosquitto, "-h")
    assert "2.0.21" in first_line(programs.mosquitto_pub, "--version")
    assert "2.0.21" in first_line(programs.mosquitto_sub, "--version")
    show = "import sys; print(sys.implementation.name, sys.implementation.version)"
    assert first_line(programs.micropython, "-c", show) == "micropython (1, 25, 0, '')"


def test_programs_that_are_ready_cost_no_time(programs):
    before = time.perf_counter()
    assert debian.programs() == programs
    assert time.perf_counter() - before < 0.5


def test_system_without_apt_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LOKAALMETEN_TEST_CACHE", str(tmp_path / "cache"))
    with pytest.raises(apt.Unavailable, match="run the tests on Debian"):
        debian.programs()


def test_packages_for_set_up_only_are_left_out():
    left_out = ["perl-base", "libllvm19", "locales", "debconf", "postgresql-common", "tzdata"]
    kept = ["libpq5", "libicu76", "postgresql-17", "libstdc++6", "postgresql-client-17", "libc6"]
    assert [bool(apt.UNUSED.fullmatch(name)) for name in left_out] == [True] * len(left_out)
    assert [bool(apt.UNUSED.fullmatch(name)) for name in kept] == [False] * len(kept)
