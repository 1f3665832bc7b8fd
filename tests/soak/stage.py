"""Database, broker and ingest on one disk, with a network between them that can be cut.

Whoever dies is started again, as systemd would do; who died without being killed is counted.
"""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ingest.broker import LocalBroker
from lokaalmeten import processes
from lokaalmeten.errors import ServiceError
from lokaalmeten.settings import Address
from storage.migrate import migrate
from storage.server import LocalServer
from tests.conftest import REPOSITORY, TIMESCALE
from tests.services.databases import kill_all
from tests.services.debian import programs
from tests.services.meten import to_environment
from tests.services.proxy import Proxy
from tests.soak.disk import Disk
from tests.soak.nodes import FirmwareNode

LOOK_S = 0.5
CLOCK = """import time

right = time.time


def tell():
    with open({file!r}) as file:
        return right() + float(file.read() or 0)


time.time = tell
"""


class Stage:
    """All services; the ``with`` block ends them."""

    def __init__(self, disk: Disk, notes: Path) -> None:
        self.disk, self.notes = disk, notes
        found = programs()
        self.server = LocalServer(
            disk.folder / "postgresql", found.postgres_bin, settings={"jit": "off", **TIMESCALE}
        )
        self.broker = LocalBroker(disk.folder / "broker", program=found.mosquitto)
        self.clock = notes / "clock"
        self.ended = Counter[str]()  # who ended without being killed
        self.nodes: list[FirmwareNode] = []
        self.wanted = {"database", "broker", "ingest"}
        self._busy = threading.Lock()
        self._leave = threading.Event()
        self._watch = threading.Thread(target=self._keep_running)

    def __enter__(self) -> "Stage":
        self.set_clock(0)
        (self.notes / "sitecustomize.py").write_text(CLOCK.format(file=str(self.clock)))
        self.server.start()
        migrate(self.server.dsn)
        self.broker.start()
        self.to_nodes, self.to_broker = Proxy(self.broker), Proxy(self.broker)
        self.to_database = Proxy(Address("127.0.0.1", self.server.port))
        self.ingest_port = processes.free_port()
        self.ingest = self._start_ingest()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self._watch.join()
        processes.stop(self.ingest)
        for proxy in (self.to_nodes, self.to_broker, self.to_database):
            proxy.__exit__()
        self.broker.stop()
        self.server.stop()

    def set_clock(self, ahead_s: int) -> None:
        """Have the clock of the ingest go wrong by so many seconds: `time.time` of that process."""
        draft = self.clock.with_suffix(".new")
        draft.write_text(str(ahead_s))
        draft.rename(self.clock)

    def kill(self, *names: str, away_s: float = 0.0) -> None:
        """End services as a power cut would; they come back after a while."""
        with self._busy:
            self.wanted -= set(names)
            if "ingest" in names:
                processes.kill(self.ingest)
            if "broker" in names:
                self.broker.kill()
            if "database" in names:
                kill_all(self.server)
        time.sleep(away_s)
        self.wanted |= set(names)

    def restart_ingest(self) -> None:
        """End it politely, as an upgrade does."""
        with self._busy:
            processes.stop(self.ingest, seconds=60)
            self.ingest = self._start_ingest()

    def read_memory_mb(self) -> float:
        """Memory that the ingest holds now."""
        status = Path(f"/proc/{self.ingest.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def _start_ingest(self) -> subprocess.Popen[bytes]:
        dsn = urlsplit(self.server.dsn)
        login = dsn.netloc.rpartition("@")[0]
        netloc = f"{login}@127.0.0.1:{self.to_database.port}"
        environment = to_environment(
            {
                "dsn": urlunsplit(dsn._replace(netloc=netloc)),
                "broker": f"mqtt://127.0.0.1:{self.to_broker.port}",
                "ingest_port": self.ingest_port,
                "log": "json",
            }
        )
        # Python runs it before anything else
        environment["PYTHONPATH"] = f"{self.notes}:{REPOSITORY}"
        command = [sys.executable, "-m", "lokaalmeten.cli", "ingest"]
        with (self.notes / "ingest.log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, start_new_session=True
            )

    def _keep_running(self) -> None:
        while not self._leave.wait(LOOK_S):
            with self._busy:
                self._look("database", self.server, self.server.start)
                self._look("broker", self.broker, self.broker.start)
                self._look("ingest", None, self._again)

    def _look(
        self, name: str, owner: LocalServer | LocalBroker | None, start: Callable[[], None]
    ) -> None:
        process = owner.process if owner else self.ingest
        if name not in self.wanted or (process is not None and process.poll() is None):
            return
        if process is not None and process.returncode != -9 and not self._leave.is_set():
            self.ended[f"{name}, code {process.returncode}"] += 1
        try:
            start()
        except ServiceError as error:  # the disk is full: again in a moment
            self.ended[f"{name} did not start"] += 1
            with (self.notes / "stage.log").open("a") as log:
                log.write(f"{name}: {error}\n")

    def _again(self) -> None:
        self.ingest = self._start_ingest()
