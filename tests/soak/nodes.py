"""Nodes that run the firmware on MicroPython, on the same stage; their flash outlives them."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lokaalmeten import processes
from lokaalmeten.settings import Address
from tests.services.debian import programs
from tests.services.meten import to_environment

INTERVAL_S = 1  # between two samples


class FirmwareNode:
    """`meten node sim`, until it is stopped."""

    def __init__(self, name: str, broker: Address, notes: Path) -> None:
        self.name, self._broker, self._notes = name, broker, notes
        self.start()

    def start(self) -> None:
        """Switch it on."""
        flash = self._notes / f"{self.name}.img"
        program = programs().micropython
        command = ["node", "sim", self.name, "--flash", flash, "--micropython", program]
        command += ["--interval", str(INTERVAL_S)]
        with (self._notes / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lokaalmeten.cli", *map(str, command)],
                stdout=log,
                stderr=log,
                env=to_environment({"broker": f"mqtt://{self._broker}"}),
            )

    def cut_power(self) -> None:
        """Kill the interpreter and what started it, and switch the node on again."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        with suppress(OSError):
            for child in children.read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
        processes.kill(self._process)
        self.start()

    def stop(self) -> None:
        """Switch it off politely."""
        processes.stop(self._process, seconds=30)
