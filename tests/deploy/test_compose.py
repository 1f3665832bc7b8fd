"""What `deploy/compose.yaml` and the Containerfile say: parts, rights, secrets, networks, versions.

The same parts as the units of systemd, by comparison. No engine runs them here.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from lokaalmeten.cli.broker_files import Doors, write_broker
from lokaalmeten.cli.ca_files import renew
from lokaalmeten.processes import free_port
from lokaalmeten.settings import FILED, PREFIX, Settings, build_settings, read_given
from storage.roles import ROLES
from tests.deploy.test_deploy import DEPLOY, ROOT, SERVICES, read_unit, understands
from tests.services.meten import to_environment, wait_until

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PARTS = COMPOSE["services"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
OTHERS = {"database", "caddy", "setup", "broker-setup"}  # that systemd has in other ways
JOBS = {"setup", "broker-setup"}
ROOTS = {"caddy"}  # binds low ports, and has no other capability
EACH = pytest.mark.parametrize("name", sorted(PARTS))


def find_metens(command):
    """Words of each `meten` of a command, or of the script that it is."""
    if command[0] == "meten":
        return [command[1:]]
    lines = command[-1].splitlines()
    return [shlex.split(line)[1:] for line in map(str.strip, lines) if line.startswith("meten ")]


def find_unit_words(path):
    line = read_unit(path)["Service", "ExecStart"][0].replace("%%", "%")
    if "/bin/sh" in line:
        line = shlex.split(line)[2]
    return [Path(word).name if "/" in word else word for word in shlex.split(line)]


def to_plain(words):
    """Words without folders, which differ, and without the name of a place or a moment."""
    plain = [Path(word).name if "/" in word else word for word in words]
    return [
        word
        for word in plain
        if not re.search(r"[%$]", word) and word not in ("broker", "data", "-u")
    ]


def test_there_are_the_parts_that_systemd_has_with_the_same_commands():
    units = {path.stem.removeprefix("lokaalmeten-").strip("@"): path for path in SERVICES}
    assert set(units) == set(PARTS) - OTHERS
    for name, path in units.items():
        command = PARTS[name]["command"]
        if name == "broker":
            assert command[-1].splitlines()[-1].startswith("exec mosquitto -c ")
            continue
        (words,) = find_metens(command)
        assert to_plain(["meten", *words]) == to_plain(find_unit_words(path)), name


@EACH
def test_each_command_is_one_that_there_is(name):
    for words in find_metens(PARTS[name].get("command", ["", ""])):
        assert understands(words), words


@EACH
def test_each_part_has_least_rights_limits_and_a_health_check(name):
    part = PARTS[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part.get("cap_add", []) == (["NET_BIND_SERVICE"] if name in ROOTS else [])
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert part["user"].split(":")[0].isdigit()
    assert (part["user"] == "0:0") == (name in ROOTS)
    assert part["pids_limit"]
    assert part["mem_limit"]
    assert part["logging"]["options"].keys() == {"max-size", "max-file"}
    assert part["healthcheck"]["test"][0] == "CMD"
    assert part["restart"] == ("no" if name in JOBS else "unless-stopped")
    assert not {"privileged", "devices"} & part.keys()
    assert "pid" not in part  # it would not be started again after the one whose processes it sees


@EACH
def test_settings_are_known_and_secrets_come_as_files(name):
    part = PARTS[name]
    given = {key: str(value) for key, value in part.get("environment", {}).items()}
    ours = {key.removeprefix(PREFIX).lower(): text for key, text in given.items() if PREFIX in key}
    assert ours.keys() <= Settings.model_fields.keys() | FILED
    secret = {key for key in ours if f"{key}_file" in FILED}
    assert all("@" not in ours[key] for key in secret)  # an address, and no password
    for key in FILED & ours.keys():
        assert Path(ours[key]).name in part["secrets"], key
    build_settings(
        read_given({k: v for k, v in given.items() if not k.endswith("_FILE") and "$" not in v})
    )


@pytest.mark.parametrize("changed", ["passwords", "tls/meet.example.nl.pem"])
def test_the_broker_reads_anew_what_others_changed_beside_it(programs, tmp_path, changed):
    folder, log = tmp_path / "data", tmp_path / "log"
    write_broker(folder, Doors(free_port(), free_port()), None)
    (folder / "tls").mkdir()
    (folder / "tls/meet.example.nl.pem").touch()
    (folder / "mosquitto.pid").write_text("1")
    script = PARTS["broker"]["command"][-1].replace("$$", "$").replace("/tmp/", f"{tmp_path}/")
    script = script.replace("/mosquitto/data", str(folder))
    with log.open("w") as out:
        process = subprocess.Popen(
            ["/bin/sh", "-ec", script.replace("exec mosquitto", f"exec {programs.mosquitto}")],
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        wait_until(lambda: " running" in log.read_text())
        assert not (folder / "mosquitto.pid").exists()
        with (folder / changed).open("a") as file:
            file.write("# something else\n")
        wait_until(lambda: "Reloading config" in log.read_text(), seconds=10)
        process.terminate()
        assert process.wait(10) == 0
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # what looks goes with its container
        process.wait()
    assert log.read_text().count("Reloading config") == 1


def test_only_who_signs_sees_the_key_of_the_authority():
    seen = {name for name, part in PARTS.items() if "authority:" in str(part.get("volumes", []))}
    assert seen == {"broker-setup", "certificates"}
    assert {PARTS[name]["network_mode"] for name in seen} == {"none"}


def test_the_broker_gets_its_certificate_and_renewed_ones_and_no_key_of_the_authority(tmp_path):
    data, authority = tmp_path / "data", tmp_path / "authority"
    url = "mqtt://lokaalmeten:secret@broker:1883"
    told = {"NAME": "meet.example.nl", f"{PREFIX}BROKER": url}
    run_script("broker-setup", data, authority, told)
    names = ["ca.pem", "meet.example.nl.key", "meet.example.nl.pem"]
    assert sorted(each.name for each in (data / "tls").iterdir()) == names
    assert (data / "tls/meet.example.nl.key").stat().st_mode & 0o077 == 0
    assert f"certfile {data}/tls/meet.example.nl.pem" in (data / "mosquitto.conf").read_text()
    before = (data / "tls/meet.example.nl.pem").read_bytes()
    list(renew(authority / "ca", ["meet.example.nl"], 30, datetime.now(UTC) + timedelta(days=1)))
    run_script("certificates", data, authority, told, once="sleep 86400")
    after = (data / "tls/meet.example.nl.pem").read_bytes()
    assert after != before
    assert after == (authority / "ca/meet.example.nl.pem").read_bytes()
    run_script("broker-setup", data, authority, told)  # as after an upgrade: nothing is made anew
    assert (data / "tls/meet.example.nl.pem").read_bytes() == after


def run_script(name, data, authority, told, once=""):
    """The script of a part in folders of ours, a loop of it once."""
    script = PARTS[name]["command"][-1].replace("$$", "$").replace("/mosquitto/data", str(data))
    script = script.replace("/authority", str(authority))
    script = script.replace(once, "exit 0") if once else script
    meten = f'meten() {{ {shlex.quote(sys.executable)} -m lokaalmeten.cli "$@"; }}\n'
    environment = to_environment({}) | told
    subprocess.run(["/bin/sh", "-ec", meten + script], check=True, env=environment)


@pytest.mark.parametrize(("age_d", "saves"), [(6, False), (8, True), (None, True)])
def test_a_copy_is_saved_when_there_is_none_of_the_last_week(tmp_path, age_d, saves):
    if age_d is not None:
        manifest = tmp_path / "2026-01-31-120000/manifest.json"
        manifest.parent.mkdir()
        manifest.touch()
        then = time.time() - age_d * 86400
        os.utime(manifest, (then, then))
    script = PARTS["save"]["command"][-1].replace("$$", "$").replace("/var/backups", str(tmp_path))
    script = script.replace("meten db save", "echo saved").replace("sleep 3600", "exit")
    done = subprocess.run(["/bin/sh", "-ec", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("saved") == saves


def test_secrets_are_those_that_the_script_makes(tmp_path):
    folder = tmp_path / "secrets"
    done = subprocess.run(
        ["sh", DEPLOY / "make-secrets.sh", folder], check=True, capture_output=True
    )
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert {f"secrets/{name}" for name in made} == {s["file"] for s in COMPOSE["secrets"].values()}
    assert set(COMPOSE["secrets"]) == {
        name for part in PARTS.values() for name in part.get("secrets", [])
    }
    assert folder.stat().st_mode & 0o077 == 0
    passwords = re.findall(r"://\w+:([^@]+)@", " ".join(made.values()))
    assert len(set(passwords)) == len(passwords) == 8
    assert all(re.fullmatch(r"[A-Za-z0-9]{32}", each) for each in passwords)
    assert f":{made['database_password']}@" in made["owner_dsn"]
    assert not any(each in done.stdout.decode() for each in passwords)
    again = subprocess.run(
        ["sh", DEPLOY / "make-secrets.sh", folder], check=False, capture_output=True
    )
    assert again.returncode == 2


def test_the_job_makes_a_user_for_each_part_in_its_role():
    users = [w for w in find_metens(PARTS["setup"]["command"]) if w[:2] == ["db", "user"]]
    given = {Path(words[2]).name: words[3] for words in users}
    assert set(given.values()) == set(ROLES) - {"lokaalmeten_login"}  # docs/accounts.md
    asked = {Path(part["environment"]["LOKAALMETEN_DSN_FILE"]).name for part in PARTS.values()
             if "LOKAALMETEN_DSN_FILE" in part.get("environment", {})}  # fmt: skip
    assert asked == {*given, "owner_dsn"}


def test_nobody_outside_reaches_the_database_or_the_port_of_the_services():
    assert {name for name, part in PARTS.items() if "ports" in part} == {"broker", "caddy"}
    assert PARTS["broker"]["ports"] == ["8883:8883"]
    assert PARTS["database"]["networks"] == ["data"]
    inner = {name for name, one in COMPOSE["networks"].items() if one.get("internal")}
    assert inner == {"data", "messages", "pages"}
    reached = {name: set(part.get("networks", [])) for name, part in PARTS.items()}
    outside = {name for name, networks in reached.items() if networks - inner}
    assert outside == {"broker", "caddy", "crowd", "notify"}
    assert "data" not in reached["caddy"]
    # the broker listens for services in every network that it is in
    beside = {name for name, networks in reached.items() if networks & reached["broker"]}
    assert beside == {"broker", "ingest", "publish"}
    assert not reached["caddy"] & (reached["crowd"] | reached["notify"])


def test_a_part_owns_the_folder_of_the_image_that_its_volume_is_mounted_on():
    made = re.findall(r"install -d -o (\d+) -g (\d+) -m 700 ([\w/ ]+\w)", CONTAINERFILE)
    owners = {folder: f"{user}:{group}" for user, group, some in made for folder in some.split()}
    mounted = {
        (each.split(":")[1], part["user"])
        for part in PARTS.values()
        if part["image"] == "lokaalmeten:local"
        for each in part.get("volumes", [])
    }
    assert mounted == set(owners.items())


def test_parts_wait_for_what_they_need():
    for name, part in PARTS.items():
        needs = part.get("depends_on", {})
        for other, how in needs.items():
            job = other in JOBS
            assert how["condition"] == (
                "service_completed_successfully" if job else "service_healthy"
            )
        if "LOKAALMETEN_DSN_FILE" in part.get("environment", {}) and name != "setup":
            assert "setup" in needs, name
        if part.get("environment", {}).get("LOKAALMETEN_BROKER_FILE") and name not in JOBS:
            assert "broker" in needs, name


def test_versions_are_pinned_and_those_of_the_tests(programs):
    images = [part["image"] for part in PARTS.values()] + re.findall(
        r"^FROM (\S+)", CONTAINERFILE, re.M
    )
    for image in set(images) - {"lokaalmeten:local"}:
        assert re.search(r":\d+\.\d+(\.\d+)?[-\w]*$", image), image
    control = programs.postgres_bin.parent / "share/postgresql"
    control = (
        control if control.is_dir() else programs.postgres_bin.parents[3] / "share/postgresql/17"
    )
    (file,) = control.rglob("timescaledb.control")
    version = re.search(r"default_version = '([\d.]+)'", file.read_text())[1]
    assert PARTS["database"]["image"].endswith(f":{version}-pg17")
    said = subprocess.run([programs.mosquitto, "-h"], capture_output=True, text=True, check=False)
    version = re.search(r"mosquitto version ([\d.]+)", said.stdout)[1]
    assert PARTS["broker"]["image"].endswith(f":{version}")


def test_the_image_copies_what_there_is_and_its_context_lets_that_in():
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.M)
        for word in line.split()
    ]
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M)
    assert sorted(copied) == sorted(allowed)
    assert all((ROOT / path).exists() for path in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]["packages"]
    assert set(packages) <= set(copied)
    user = re.search(r"^USER (\S+)$", CONTAINERFILE, re.M)[1]
    assert PARTS["ingest"]["user"] == user
    assert f"--uid {user.split(':')[0]} " in CONTAINERFILE


def test_caddy_gets_what_its_file_asks_for():
    asked = re.findall(r"\{\$(\w+):", (DEPLOY / "Caddyfile").read_text())
    assert set(PARTS["caddy"]["environment"]) == set(asked)
    assert (
        PARTS["caddy"]["environment"]["PAGES"]
        == f"dashboard:{PARTS['dashboard']['environment']['LOKAALMETEN_PORT']}"
    )


def test_all_volumes_and_networks_that_are_named_are_there():
    used = {each.split(":")[0] for part in PARTS.values() for each in part.get("volumes", [])}
    assert {each for each in used if not each.startswith(".")} == set(COMPOSE["volumes"])
    assert {n for part in PARTS.values() for n in part.get("networks", [])} == set(
        COMPOSE["networks"]
    )
