"""`meten release` as people use it."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten
from tests.services.samples import make_samples

THIS = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
LAST = THIS - timedelta(days=2)  # in the month before, whenever this runs


@pytest.fixture
def dsn(timescale_database):
    with connect(timescale_database) as connection:
        add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(1, 60, start=int(LAST.timestamp()))])
    return timescale_database


def test_the_last_month_is_released_listed_and_withdrawn(dsn, tmp_path):
    folder = tmp_path / "releases"
    assert "no release lies in" in meten("release", "list", "--from", folder).stdout
    words = ("--to", folder, "--publisher", "City", "--address", "https://data.example.org")
    done = meten("release", "add", *words, dsn=dsn)
    assert done.returncode == 0, done.stderr
    version = f"{LAST:%Y-%m}.1"
    assert f"{version}: 60 rows in {folder}/{version}" in done.stdout
    assert "First: observations 60 rows" in done.stdout
    package = json.loads((folder / version / "datapackage.json").read_text())
    assert package["citation"].startswith("City (")
    again = meten("release", "add", "--to", folder, "--month", f"{LAST:%Y-%m}", dsn=dsn)
    assert f"{LAST:%Y-%m}: nothing changed since its last release" in again.stdout
    listed = meten("release", "list", "--from", folder).stdout
    assert re.search(rf"{re.escape(version)}\s+20.*\s60\s.*CC0-1.0\s+First: observations", listed)
    gone = meten("release", "withdraw", version, "--to", folder, "--reason", "A [small] test")
    assert f"{version} is withdrawn" in gone.stdout
    assert "withdrawn: A [small] test" in meten("release", "list", "--from", folder).stdout


def test_who_leaves_is_told_to_lie_in_the_release_before(dsn, tmp_path):
    with connect(dsn) as connection:
        add_node(connection, "box-2", "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(2, 60, start=int(LAST.timestamp()))])
    assert meten("release", "add", "--to", tmp_path, dsn=dsn).returncode == 0
    assert meten("node", "remove", "box-2", "--yes", dsn=dsn).returncode == 0
    said = meten("release", "add", "--to", tmp_path, dsn=dsn).stdout
    assert "60 rows removed: not public any more, 1 nodes that left" in said
    assert f"meten release withdraw {LAST:%Y-%m}.1" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "--month", "2099-01"), "is not over yet"),
        (("add", "--month", "May"), "a month is written as 2026-10"),
        (("add", "--month", "2019-01"), "nothing public lies in 2019-01"),
        (("add", "--address", "ftp://a"), "--address is where people find it"),
        (("add", "--publisher", " "), "--publisher is who is cited"),
        (("withdraw", "2026-10.1", "--reason", "why"), "there is no release 2026-10.1"),
    ],
)
def test_what_cannot_be_is_a_sentence(dsn, tmp_path, words, says):
    refused = meten("release", *words, "--to", tmp_path, dsn=dsn)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_nothing_here_reaches_says_what_to_install(dsn):
    refused = meten("release", "add", "--to", "gs://bucket", dsn=dsn)
    assert refused.returncode == 2
    assert "pip install gcsfs" in refused.stderr


@pytest.mark.parametrize("command", ["add", "list", "withdraw"])
def test_help_has_an_example(command):
    assert f"meten release {command}" in meten("release", command, "--help").stdout
