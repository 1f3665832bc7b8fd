"""What `deploy/` holds is understood: by the command line, by the settings, and by its document."""

import inspect
import re
import shlex
from collections import defaultdict
from pathlib import Path

import pytest

from lokaalmeten.cli.upgrade import upgrade
from lokaalmeten.settings import Settings
from storage.roles import ROLES
from tests.services.understood import understands

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCUMENT = (ROOT / "docs/deployment.md").read_text()
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
HARDENED = {
    "NoNewPrivileges": "true",
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "ProtectKernelLogs": "true",
    "ProtectClock": "true",
    "ProtectHostname": "true",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "true",
    "RestrictRealtime": "true",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}
NAMES = pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)


def read_unit(path):
    """Values of each key of each section: a key may stand there more than once."""
    found, section = defaultdict(list), ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[section, key].append(value)
    return found


@NAMES
def test_a_service_runs_a_command_that_there_is(path):
    (line,) = read_unit(path)["Service", "ExecStart"]
    words = shlex.split(line)
    if words[0] == "/usr/sbin/mosquitto":
        return
    if words[0] == "/bin/sh":
        words = shlex.split(words[2].replace("%%", "%").replace("$(", "").replace(")", ""))
    assert words[0] == "/opt/lokaalmeten/current/.venv/bin/meten"
    assert understands(words[1:]), line


@NAMES
def test_a_service_has_the_least_rights_and_environments_that_there_are(path):
    unit = read_unit(path)
    assert {key: unit["Service", key] for key in HARDENED} == {
        key: [value] for key, value in HARDENED.items()
    }
    (capabilities,) = unit["Service", "CapabilityBoundingSet"]
    (user,) = unit["Service", "User"]
    assert (user == "root") == bool(capabilities)
    for file in unit["Service", "EnvironmentFile"]:
        assert (DEPLOY / "env" / Path(file).name).is_file(), file


@NAMES
def test_what_a_service_wants_it_also_waits_for(path):
    unit = read_unit(path)
    (wanted,), (after,) = unit["Unit", "Wants"], unit["Unit", "After"]
    assert set(wanted.split()) <= set(after.split())


def test_renewed_certificates_are_no_failure_while_the_broker_stands_still():
    (line,) = read_unit(DEPLOY / "systemd/lokaalmeten-certificates.service")[
        "Service", "ExecStartPost"
    ]
    assert line.split()[1:] == ["try-reload-or-restart", "lokaalmeten-broker.service"]


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_a_timer_starts_a_service_that_ends(path):
    service = read_unit(path.with_suffix(".service"))
    assert service["Service", "Type"] == ["oneshot"]
    assert len(read_unit(path)["Timer", "OnCalendar"]) == 1


def test_every_service_is_started_by_systemd_or_by_a_timer():
    timed = {path.stem for path in TIMERS}
    for path in SERVICES:
        assert (path.stem in timed) != bool(read_unit(path)["Install", "WantedBy"]), path.name


@pytest.mark.parametrize("path", sorted((DEPLOY / "env").iterdir()), ids=lambda path: path.name)
def test_an_environment_has_settings_that_there_are_and_no_password(path):
    lines = [each for each in path.read_text().splitlines() if not each.startswith("#")]
    given = dict(each.split("=", 1) for each in lines)
    known = {f"LOKAALMETEN_{name.upper()}" for name in Settings.model_fields}
    assert given
    assert set(given) <= known
    passwords = re.findall(r"://[^:]+:([^@]+)@", path.read_text())
    assert set(passwords) <= {"PASSWORD"}


def test_each_part_is_a_user_of_its_own_whom_the_document_makes_in_a_role():
    parts = {}
    for path in (DEPLOY / "env").iterdir():
        parts |= dict.fromkeys(
            re.findall(r"^LOKAALMETEN_DSN=.*//([^:]+):", path.read_text(), re.M), path
        )
    given = dict(re.findall(r"meten db user (\S+) (\S+)", DOCUMENT))
    asked = {path.name: user for user, path in parts.items()}
    assert asked.pop("owner.env") == "lokaalmeten"
    assert asked == {name: name.removesuffix(".env") for name in given}
    assert set(given.values()) <= set(ROLES)


def test_the_document_has_all_bytecode_made_for_units_that_cannot_write_it():
    ours = [
        each
        for each in (DOCUMENT, inspect.getsource(upgrade))
        if "uv sync --frozen --no-dev" in each
    ]
    assert len(ours) == 2
    assert all("uv sync --frozen --no-dev --compile-bytecode" in each for each in ours)


def test_the_document_loads_timescaledb_before_it_makes_the_extension():
    loaded = DOCUMENT.index("shared_preload_libraries = 'timescaledb'")
    assert (
        loaded < DOCUMENT.index("systemctl restart postgresql") < DOCUMENT.index("CREATE EXTENSION")
    )


def test_the_ports_are_those_of_the_environments():
    ports = dict(re.findall(r"LOKAALMETEN_(\w+)=(\d+)", "".join(
        path.read_text() for path in (DEPLOY / "env").iterdir()
    )))  # fmt: skip
    assert f"127.0.0.1:{ports['PORT']}" in (DEPLOY / "Caddyfile").read_text()
    for port in ports.values():
        assert port in DOCUMENT


def test_the_document_names_every_unit_and_its_commands_are_understood():
    for path in (*SERVICES, *TIMERS):
        timed = path.with_suffix(".timer").exists()
        assert f"`{path.stem}{'.timer' if timed else ''}`" in DOCUMENT
    commands = re.findall(r"(?:^|&& |; )meten ([^&;#\n]+)", DOCUMENT, re.MULTILINE)
    assert len(commands) >= 6
    assert [each for each in commands if not understands(each.split())] == []
