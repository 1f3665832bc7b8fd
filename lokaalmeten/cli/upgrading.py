"""What `meten upgrade` does, and how it goes back.

1. fetch the version into a folder beside this one, and have it check the settings: nothing changed
2. stop what writes; broker and nodes hold what comes meanwhile
3. save the database
4. have the new version migrate, switch the link, start, and wait until its doctor finds no more
   wrong than was so before
5. where one of these fails: link back; when the tables have changed, save what came since, make
   those of this version again, load both (storage/going_back.py); start

It runs as the version that is left, which knows its own tables. A database of `meten up` is stopped
with the rest and started again for 3, for migrating and for going back.
"""

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from lokaalmeten.errors import LokaalmetenError, ServiceError, SettingsError
from lokaalmeten.settings import Settings
from storage.going_back import go_back
from storage.migrate import read_version
from storage.pool import connect
from storage.roles import ROLES
from storage.save import save
from storage.server import answering
from storage.status import read_status

from .calling import call, meten, run, shell, to_last
from .health.checks import run_checks, to_checks
from .installation import FOLDER

LOOK_S = 2  # between two looks of the doctor
VERSIONS, CURRENT, READY = "versions", "current", ".ready"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # of a tag; never an option or a path


@dataclass(frozen=True)
class Way:
    """Where things are and how this machine stops and starts them; lines of a shell."""

    home: Path
    source: str
    saves: Path
    stop: str
    start: str
    build: str
    patience_s: int

    @property
    def current(self) -> Path:
        """The link to the version that runs."""
        return self.home / CURRENT


@dataclass(frozen=True)
class Before:
    """How it was: the folder of this version, what it had applied, and what was wrong already."""

    folder: Path
    applied: Sequence[str]
    has_roles: bool
    wrong: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Database:
    """The database, where it lies when it is that of `meten up`, and the save of before."""

    dsn: str
    own: Path
    saved: Path

    def answering(self) -> AbstractContextManager[None]:
        """It answers while this lasts: that of `meten up` was stopped with the rest."""
        return answering(self.dsn, self.own)


def run_upgrade(
    way: Way, version: str, settings: Settings, environment: Mapping[str, str], out: Console
) -> bool:
    """Whether the other version runs now; False when this one runs again.

    Raises LokaalmetenError when nothing was begun, or when it could not go back by itself.
    """
    dsn = settings.need_dsn()
    before = look(way, settings, dsn)
    folder = fetch(way, version, before.folder, environment, out)
    saved = way.saves / f"before-{version}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    database = Database(dsn, settings.data.absolute() / FOLDER, saved)
    with step(out, "stop what writes; broker and nodes hold what comes"):
        shell(way.stop, way.home, environment)
    try:
        with database.answering():
            with step(out, f"save the database in {saved}"), connect(dsn) as connection:
                save(connection, saved)
            migrate(folder, before, environment, out)
        switch_to(way, folder, before, environment, out)
    except LokaalmetenError as error:
        say(out, f"{version} is not well: {error}")
        turn_back(way, before, database, environment, out)
        return False
    say(out, f"{version} runs; the copy of before is {saved}, the version before {before.folder}")
    return True


def look(way: Way, settings: Settings, dsn: str) -> Before:
    """How it is before anything is done; SettingsError when this is no such installation."""
    if not way.current.is_symlink():
        raise SettingsError(
            f"{way.current} is no link to a version: see docs/deployment.md for how {way.home} is"
            " laid out, or name another --home"
        )
    with connect(dsn) as connection:
        version = read_version(connection)
        if not version.current:
            raise SettingsError("the database is not of this version; see: meten db status")
        roles = read_status(connection).roles
    findings = run_checks(to_checks(settings, None))
    wrong = frozenset((one.part, one.what) for one in findings if one.state == "wrong")
    return Before(way.current.resolve(), version.applied, len(roles) == len(ROLES), wrong)


def fetch(
    way: Way, version: str, current: Path, environment: Mapping[str, str], out: Console
) -> Path:
    """Folder of a version, with an environment that accepts the settings; made once."""
    if not NAME.fullmatch(version):
        raise SettingsError(f"{version!r} is no name of a version; for example v1.2.0")
    folder = way.home / VERSIONS / version
    if folder == current:
        raise SettingsError(f"{version} is what runs")
    if not (folder / READY).exists():
        source = way.source or run(["git", "-C", current, "remote", "get-url", "origin"]).strip()
        try:
            with step(out, f"fetch {version}"):
                shutil.rmtree(folder, ignore_errors=True)
                clone = ("git", "clone", "--quiet", "--depth=1", f"--branch={version}", "--")
                run([*clone, source, folder])
            with step(out, "build its environment"):
                shell(way.build, folder, environment)
            (folder / READY).touch()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    meten(folder, environment, "config", "check")
    return folder


def migrate(folder: Path, before: Before, environment: Mapping[str, str], out: Console) -> None:
    """Have another version change the tables to its own; LokaalmetenError when it cannot."""
    with step(out, "migrate"):
        meten(folder, environment, "db", "migrate")
        if before.has_roles:  # it may have one more
            meten(folder, environment, "db", "roles")


def switch_to(
    way: Way, folder: Path, before: Before, environment: Mapping[str, str], out: Console
) -> None:
    """Have another version run; LokaalmetenError when it cannot or is not well."""
    point(way.current, folder)
    with step(out, "start"):
        shell(way.start, way.home, environment)
    with step(out, "look whether it is well"):
        wait_until_well(folder, before.wrong, way.patience_s, environment)


def wait_until_well(
    folder: Path,
    allowed: frozenset[tuple[str, str]],
    patience_s: float,
    environment: Mapping[str, str],
) -> None:
    """Ask the doctor of a version; ServiceError with what was not wrong before and stays so."""
    until = time.monotonic() + patience_s
    while True:
        done = call([folder / ".venv/bin/meten", "doctor", "--json"], environment=environment)
        try:
            checks = json.loads(done.stdout)["checks"]
        except (ValueError, KeyError, TypeError):
            raise ServiceError(f"its doctor says nothing: {to_last(done)}") from None
        found = [one for one in checks if one["state"] == "wrong"]
        worse = [one for one in found if (one["part"], one["what"]) not in allowed]
        if not worse:
            return
        if time.monotonic() > until:
            said = "; ".join(f"{one['part']}, {one['what']}: {one['said']}" for one in worse)
            raise ServiceError(said)
        time.sleep(LOOK_S)


def turn_back(
    way: Way, before: Before, database: Database, environment: Mapping[str, str], out: Console
) -> None:
    """Have this version run again, with every row."""
    try:
        with step(out, "stop it"):
            shell(way.stop, way.home, environment)
        point(way.current, before.folder)
        with database.answering():
            with connect(database.dsn) as connection:
                changed = read_version(connection).applied != before.applied
            if changed:
                put_back(database, out)
        with step(out, "start the version before"):
            shell(way.start, way.home, environment)
    except LokaalmetenError as error:
        raise ServiceError(
            f"{error}. It could not go back by itself: the database as it was is in"
            f" {database.saved}, and broker and nodes hold what came since;"
            " see docs/deployment.md, Back by hand"
        ) from error
    say(out, f"{before.folder.name} runs again; nothing that was acknowledged is lost")


def put_back(database: Database, out: Console) -> None:
    """Give the database the tables of this version again."""
    saved = database.saved
    since = saved.with_name(f"{saved.name}-since")
    with connect(database.dsn) as connection:
        with step(out, f"save what came since in {since}"):
            save(connection, since)
        with step(out, "make the tables of before again and load both"):
            left = go_back(connection, saved, since)
    if left:
        say(out, f"rows that came since stay in {since} alone, of: {', '.join(left)}")


def point(link: Path, folder: Path) -> None:
    """Have a link lead to a folder, in one step; ServiceError when that cannot be."""
    beside = link.with_name(f".{link.name}.new")
    try:
        beside.unlink(missing_ok=True)
        beside.symlink_to(folder)
        beside.replace(link)
    except OSError as error:
        raise ServiceError(f"{link} cannot be changed: {error.strerror}") from error


@contextmanager
def step(out: Console, name: str) -> Iterator[None]:
    """One step, and how long it took."""
    began = time.monotonic()
    with out.status(name):
        yield
    say(out, f"{name} ({time.monotonic() - began:.0f} s)")


def say(out: Console, line: str) -> None:
    """Print a line as it is."""
    out.print(line, soft_wrap=True, markup=False, highlight=False)
