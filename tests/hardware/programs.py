"""The programs that make the hardware's artefacts: installed ones, else Debian's."""

import shutil
import subprocess
import sys
from pathlib import Path

from hardware.tools.programs import Program, Programs
from tests.services import debian


def programs() -> Programs:
    """Return all of them; raise `debian.Unavailable` where they cannot be had."""
    return Programs(wireviz(), graphviz(), openscad(), kicad())


def wireviz() -> Program:
    """WireViz is a development dependency; as it is GPL it is run, never imported."""
    return Program(Path(sys.executable).with_name("wireviz"))


def graphviz() -> Program:
    return _installed("dot", "-V", " 2.4") or _of(debian.graphviz())


def openscad() -> Program:
    return _installed("openscad", "--version", " 2021.01") or _of(debian.openscad())


def kicad() -> Program:
    return _installed("kicad-cli", "version", "9.") or _of(debian.kicad())


def _of(tool: debian.Tool) -> Program:
    return Program(tool.path, tool.env)


def _installed(name: str, ask: str, version: str) -> Program | None:
    found = shutil.which(name)
    if found is None:
        return None
    said = subprocess.run([found, ask], capture_output=True, text=True, check=False)
    return Program(Path(found)) if version in said.stdout + said.stderr else None
