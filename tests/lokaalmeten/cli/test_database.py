"""`meten db status` and `meten db tune`: a table of 80 columns, an object, and an exit code."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import psycopg

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten, to_environment
from tests.services.samples import START, make_samples


def status(dsn, *words, columns="80"):
    """One run on a terminal of so many columns."""
    return subprocess.run(
        [sys.executable, "-m", "lokaalmeten.cli", "db", "status", *words],
        capture_output=True, text=True, check=False,
        env=to_environment({"dsn": dsn}) | {"COLUMNS": columns},
    )  # fmt: skip


def to_lines(done):
    """What was said by label; a second line of a value has no label."""
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert max(map(len, lines)) <= 80
    return {line[:14].rstrip(): line[14:].strip() for line in lines if line[0] != " "}


def test_the_table_fits_eighty_columns_and_tells_all(database):
    with connect(database) as connection:
        node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12).id
        write(connection, [make_samples(node, 300, step=3600)])
        moments = [datetime.fromtimestamp(START + 3600 * hour, UTC) for hour in (0, 299)]
        connection.execute("SELECT private.touch(%s, %s, %s)", [node, *moments])
    done = status(database)
    assert (done.returncode, done.stderr) == (0, "")
    told = to_lines(done)
    assert list(told) == [
        *("server", "tables", "nodes", "public samples", "public data", "size", "pieces"),
        *("columnstore", "rollups", "roles"),
    ]
    assert told["tables"].startswith("of this version: ")
    assert told["nodes"] == "1"
    assert told["public samples"] == "300"
    assert told["columnstore"] == "none in this edition"
    assert told["rollups"].startswith("300 hours of nodes wait, the oldest for ")


def test_the_object_says_the_same_and_nothing_else(database):
    with connect(database) as connection:
        add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    done = status(database, "--json", columns="20")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["version"]["current"] is True
    contents = told["contents"]
    assert contents["nodes"] == 1
    assert contents["samples"] == {"samples": 0, "estimated": False}
    parts = ("observations", "indexes", "rollups", "rest")
    assert contents["sizes"]["total"] == sum(contents["sizes"][part] for part in parts)
    assert contents["waiting"] == {"notes": 0, "hours": 0, "since": None}


def test_a_database_of_another_version_ends_with_one(empty_database):
    done = status(empty_database)
    assert (done.returncode, done.stderr) == (1, "")
    assert "run: meten db migrate" in done.stdout
    assert meten("db", "migrate", dsn=empty_database).returncode == 0
    assert status(empty_database).returncode == 0
    with psycopg.connect(empty_database) as connection:
        connection.execute(
            "INSERT INTO private.migration (number, name, checksum) VALUES (9999, '9999_later', '')"
        )
    done = status(empty_database, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["version"]["unknown"] == ["9999_later"]
    assert "install the newer version" in status(empty_database).stdout


def test_an_ingest_refuses_a_database_that_is_newer(postgres_database, mosquitto):
    with psycopg.connect(postgres_database) as connection:
        connection.execute(
            "INSERT INTO private.migration (number, name, checksum) VALUES (9999, '9999_later', '')"
        )
    broker = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    done = meten("ingest", dsn=postgres_database, broker=broker)
    assert done.returncode == 2
    assert "9999_later, which this program does not know; install the newer" in done.stderr


def test_tuning_may_be_repeated_and_says_what_is_so(database):
    said = {meten("db", "tune", dsn=database).stdout for _ in range(2)}
    assert len(said) == 1
    (line,) = said
    assert "partitions are there up to 20" in line or "nothing to set up" in line
