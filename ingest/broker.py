"""An MQTT broker of our own, for the demo and the tests.

    choose the program: Mosquitto where it is installed, else amqtt from its wheel
    write its configuration into the folder
    start it on the loopback address and wait until it answers
    stop it

In the folder lie the configuration, the log and, with Mosquitto, what survives a restart.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

Kind = Literal["mosquitto", "amqtt"]

TRIES = 5  # of ports that somebody else takes between our look and the broker's
ADMINISTRATORS = ("/usr/local/sbin", "/usr/sbin")  # where Debian puts it, outside a user's PATH

# mosquitto.conf(5) describes each.
MOSQUITTO = {
    # Only programs of this machine reach the loopback address, and no node holds a password for
    # a broker that lives as long as a demo.
    "allow_anonymous": "true",
    "set_tcp_nodelay": "true",  # without it each QoS 1 handshake waits 40 ms for a delayed ACK
    "max_inflight_messages": "0",  # no limit: the ingest acknowledges a batch at a time
    "max_queued_messages": "0",  # no limit in number; by default 1,000 and the rest is dropped
    "max_queued_bytes": "268435456",  # 256 MiB for an ingest that is away
    "persistence": "true",
    "persistence_file": "mosquitto.db",
    "autosave_interval": "10",  # seconds that a power cut may cost
    "log_dest": "stderr",
    "log_type": "error",
}


class LocalBroker:
    """One broker with its files in ``folder``, while the ``with`` block lasts.

    ``program`` is a Mosquitto; without it the installed one is taken, and amqtt where there is
    none, or where ``kind`` asks for it. Without ``port`` a free one is taken, and kept over
    restarts. ``settings`` are lines of mosquitto.conf; with ``configuration`` a Mosquitto takes
    that file as it is, which listens on ``port``. amqtt speaks MQTT 3.1.1 only and keeps nothing
    over a restart. All methods raise ServiceError for what a person can mend.
    """

    def __init__(
        self,
        folder: Path,
        *,
        program: Path | None = None,
        kind: Kind | None = None,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        configuration: Path | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.configuration = configuration
        self.host = processes.LOOPBACK
        self.port = 0
        self.program = None if kind == "amqtt" else program or find_mosquitto()
        self.kind: Kind = "mosquitto" if self.program else "amqtt"
        self.process: subprocess.Popen[bytes] | None = None
        self._wanted = port
        self._settings = dict(settings or {})

    def start(self) -> None:
        """Write the configuration, start the broker, return when it accepts connections."""
        if self.process is not None and self.process.poll() is None:
            return
        wanted = self._wanted or self.port or None
        for tries_left in reversed(range(TRIES)):
            self.port = processes.free_port(wanted)
            log = self.folder / f"{self.kind}.log"
            try:
                self.process = self._launch(log)
            except ServiceError:
                if not (tries_left and log.exists() and processes.lost_port(log)):
                    raise
            else:
                return

    def _launch(self, log: Path) -> subprocess.Popen[bytes]:
        """Start it on its port; return when it accepts connections."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            log.unlink(missing_ok=True)
            command = self._write_configuration(self.program) if self.program else self._amqtt()
        except OSError as error:
            raise ServiceError(f"{self.folder} cannot hold a broker: {error}") from error
        process = processes.start(command, log=log)
        try:
            processes.wait_for_port(self.host, self.port, process, log)
        except BaseException:
            processes.kill(process)
            raise
        return process

    def stop(self) -> None:
        """End the broker; Mosquitto writes down what it holds."""
        if self.process is not None:
            processes.stop(self.process)
            self.process = None

    def kill(self) -> None:
        """End the broker as a power cut would; `start` brings it back on the same port."""
        if self.process is not None:
            processes.kill(self.process)
            self.process = None

    def save(self) -> None:
        """Have Mosquitto write down now what it holds, as it does every autosave_interval."""
        if self.process is not None and self.kind == "mosquitto":
            self.process.send_signal(signal.SIGUSR1)

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

    def _write_configuration(self, program: Path) -> list[str | Path]:
        """Write mosquitto.conf, where nobody else did; return the command that reads it."""
        if self.configuration:
            return [program, "-c", self.configuration]
        lines = {
            "listener": f"{self.port} {self.host}",
            **MOSQUITTO,
            "persistence_location": f"{self.folder}/",
            **self._settings,
        }
        if os.geteuid() == 0:
            lines["user"] = "root"  # else it becomes "mosquitto", to whom the folder may be closed
        file = self.folder / "mosquitto.conf"
        file.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        return [program, "-c", file]

    def _amqtt(self) -> list[str | Path]:
        """Return the command of the broker in Python, in an interpreter of its own."""
        if importlib.util.find_spec("amqtt") is None:
            raise ServiceError(
                "there is no MQTT broker to start: install Mosquitto or the Python package amqtt, "
                "or set LOKAALMETEN_BROKER to a broker that runs"
            )
        return [sys.executable, "-m", "ingest.amqtt_broker", self.host, str(self.port)]


def find_mosquitto() -> Path | None:
    """Return the installed Mosquitto, if any."""
    found = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path=os.pathsep.join(ADMINISTRATORS)
    )
    return Path(found) if found else None
