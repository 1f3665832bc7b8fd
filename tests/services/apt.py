"""Packages of Debian 13 "trixie": downloaded and unpacked by apt and dpkg, without root.

apt gets a state folder of its own, in which nothing is installed, and the mirror of this
machine; what this machine has installed is neither used nor touched.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITE = "trixie"

# Packages that the wanted ones depend on for an installation or for what the tests do not use:
# set-up scripts (Perl, debconf, adduser), just-in-time compilation (LLVM), a running desktop.
UNUSED = re.compile(
    r"adduser|adwaita-.*|base-files|base-passwd|dbus.*|dconf-.*|debconf|gcc-14-base|gtk-.*"
    r"|hicolor-.*|init-system-helpers|libaudit-common|libc-bin|libc-l10n|libdb5\.3t64|libdebconf.*"
    r"|libc6-dbg|libgdbm.*|libgl1-mesa-dri|libgtk-3-common|libio-pty-perl|libipc-run-perl|libjson-perl"
    r"|libllvm19|libnode.*|libpam-.*|libperl.*|libproc2-0|libsemanage.*|libsepol2|libsystemd-shared"
    r"|libtext-.*|libz3-4|locales|login\.defs|lsb-base|mawk|mesa-.*|mount|netbase|openssl.*|passwd"
    r"|perl.*|postgresql-c.*-common|postgresql-common.*|procps|sensible-utils|shared-mime-info"
    r"|ssl-cert|systemd.*|sysvinit-utils|tzdata|ucf|x11-.*|xdg-utils|xkb-data"
)
CLUTTER = (
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "usr/lib/postgresql/17/lib/bitcode",
    "usr/lib/chromium/libVkLayer_khronos_validation.so",
)


class Unavailable(Exception):  # noqa: N818 - a state of the machine, nobody's error
    """The programs cannot be had on this system; the message says what to install."""


def download(cache: Path, packages: Sequence[str], architecture: str = "") -> Path:
    """Download the packages and what they need; return the folder of packages.

    ``architecture`` is Debian's name of another one than this machine's, such as i386.
    """
    apt = cache / "apt"
    shutil.rmtree(apt, ignore_errors=True)
    for folder in ("lists/partial", "archives/partial", "packages"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()  # nothing is installed: apt names everything that is needed
    (apt / "sources.list").write_text(f"deb [signed-by={KEYRING}] {find_mirror()} {SUITE} main\n")
    other = {"APT::Architecture": architecture, "APT::Architectures": architecture}
    options = {
        "Dir::State": apt,
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        "APT::Install-Recommends": "0",
        "APT::Get::AllowUnauthenticated": "0",
    } | (other if architecture else {})
    command = ["apt-get", "-q"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    run([*command, "update", "--error-on=any"])
    plan = run([*command, "--simulate", "install", *packages])
    needed = re.findall(r"^Inst (\S+)", plan, flags=re.MULTILINE)
    wanted = [name for name in needed if not UNUSED.fullmatch(name)]
    run([*command, "download", *wanted], cwd=apt / "packages")
    return apt


def find_mirror() -> str:
    """Return the address of the Debian mirror that this machine's apt uses."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Unavailable(
            "PostgreSQL 17, TimescaleDB, Mosquitto, MicroPython and Chromium are taken from Debian "
            "packages: run the tests on Debian or in a Debian container, or install apt and dpkg"
        )
    targets = run(
        ["apt-get", "indextargets", "--format", "$(COMPONENT) $(REPO_URI)", "Created-By: Packages"]
    )
    found = re.search(r"^main (\S+/debian/)$", targets, flags=re.MULTILINE)
    if found is None or not Path(KEYRING).exists():
        raise Unavailable(
            "apt of this machine knows no Debian mirror (an address that ends in /debian/) or the "
            "package debian-archive-keyring is missing: run the tests on Debian"
        )
    return found[1]


def unpack(apt: Path, root: Path) -> None:
    """Unpack the downloaded packages into ``root`` and delete them."""
    root.mkdir(parents=True)
    packages = sorted((apt / "packages").glob("*.deb"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda package: run(["dpkg-deb", "-x", package, root]), packages))
    for name in CLUTTER:
        clutter = root / name
        shutil.rmtree(clutter) if clutter.is_dir() else clutter.unlink(missing_ok=True)
    shutil.rmtree(apt)


def run(command: Sequence[str | Path], cwd: Path | None = None) -> str:
    """Return what a command prints; raise with its last words when it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        env=os.environ | {"LC_ALL": "C"},
        check=False,
    )
    if done.returncode:
        words = f"{command[0]} ... {command[-1]}"
        raise RuntimeError(f"{words} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout
