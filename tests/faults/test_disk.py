"""The disk of the database is full, and later there is room again."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests.services.meten import ingesting, wait_until
from tests.services.senders import listening, publish, wait_until_told
from tests.services.stored import (
    assert_none,
    assert_stored_once,
    count_rows,
    expected_rows,
    stored_rows,
    wait_for_all,
)
from tests.services.town import make_pages

SMALL, LARGE = "2m", "64m"


class SmallDisk:
    """A file system in memory that holds nothing but a tablespace."""

    def __init__(self, folder):
        self.folder = folder

    def mount(self, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.folder]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def grow(self):
        assert self.mount(f"remount,size={LARGE}").returncode == 0

    def unmount(self):
        subprocess.run(["umount", self.folder], check=True)


@pytest.fixture
def small_disk(timescale_server):
    """A disk of two megabytes, on which the tablespace `small` lies."""
    parent = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    parent.chmod(0o711)
    disk = SmallDisk(parent / "small")
    disk.folder.mkdir()
    owner = (timescale_server.folder / "data").stat().st_uid
    done = disk.mount(f"size={SMALL},mode=700,uid={owner}")
    if done.returncode != 0:
        shutil.rmtree(parent)
        pytest.skip(f"a small disk needs the right to mount: {done.stderr.strip()}")
    try:
        execute(timescale_server.dsn, f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        yield disk
        execute(timescale_server.dsn, "DROP TABLESPACE small")
    finally:
        disk.unmount()
        shutil.rmtree(parent)


def execute(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_every_page_is_stored_once_though_the_disk_was_full_for_a_while(
    small_disk, town_database, mosquitto, log
):
    pages = make_pages()
    execute(town_database, "SELECT attach_tablespace('small', 'private.observation')")
    with (
        ingesting(town_database, mosquitto, log, batch_pages="10") as ingest,
        listening(mosquitto) as heard,
    ):
        publish(mosquitto, pages)
        wait_until(lambda: "disk is full" in said(log))
        before = count_rows(town_database)
        assert 0 < before < len(expected_rows(pages))
        time.sleep(1.5)  # it tries again, and tells no node that what waits is stored
        assert count_rows(town_database) == before
        told = expected_rows(heard.select(pages))
        assert_none(told - set(stored_rows(town_database)), "samples are told and not stored")
        assert "Traceback" not in said(log)
        assert ingest.poll() is None
        small_disk.grow()
        wait_for_all(town_database, pages)
        wait_until_told(heard, pages)
    assert_stored_once(town_database, pages)


def said(log):
    """The log as one line: a terminal breaks sentences."""
    return " ".join(log.read_text().split())
