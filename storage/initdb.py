"""Makes the folder of a new PostgreSQL: one user with a password, UTF-8, sorted by code point."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

from .unprivileged import Place

USER = "lokaalmeten"
BUILTIN_LOCALES = 17  # first version with a collation that no system library can change


def write_password(place: Place) -> str:
    """Return the password in the folder, made up at the first start, readable by one user.

    The port is open to everybody who is logged in on this machine, hence a password.
    """
    note = place.folder / "password"
    if not note.exists():
        draft = note.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        place.give(draft)
        draft.rename(note)
    return note.read_text().strip()


def initialise(place: Place, environment: Mapping[str, str], *, synced: bool) -> None:
    """Make the place's `data`, once; check that an earlier version did not make them.

    initdb runs beside the final folder, so that data are there completely or not at all; with
    ``synced`` they are on the disk when it ends. Raises ServiceError.
    """
    version = _read_version(place.binaries)
    if (place.folder / "data").exists():
        _check_version(place.folder / "data", version)
        return
    data = place.folder / "data.new"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    place.give(data)
    locale = ["--locale=C"]
    if version >= BUILTIN_LOCALES:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [
        *(place.binaries / "initdb", "-D", data, "--username", USER, "--encoding=UTF8", *locale),
        *("--auth=scram-sha-256", f"--pwfile={place.folder / 'password'}"),
        *([] if synced else ["--no-sync"]),
    ]
    log = place.folder / "initdb.log"
    process = processes.start(command, log=log, user=place.user, env=environment)
    try:
        failed = process.wait()
    except BaseException:
        processes.kill(process)
        raise
    if failed:
        raise ServiceError(f"no database can be made in {place.folder}: {processes.last_line(log)}")
    data.rename(place.folder / "data")


def _read_version(binaries: Path) -> int:
    """Return the major version of PostgreSQL in a folder of programs."""
    said = subprocess.run(  # noqa: S603
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)", said.stdout)
    if found is None:
        raise ServiceError(f"{binaries / 'postgres'} does not run: {said.stderr.strip()}")
    return int(found[1])


def _check_version(data: Path, version: int) -> None:
    """Raise ServiceError when the data were made by another major version."""
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(version):
        raise ServiceError(
            f"{data} holds data of PostgreSQL {made_by} and the program is {version}: "
            "use another LOKAALMETEN_DATA, or dump with the old version and load with the new"
        )
