"""What a person meets on the command line: help, and one clear sentence when something is wrong."""

import socket
from pathlib import Path

import pytest
from typer.main import get_command

from lokaalmeten.cli.commands import app
from tests.services.bikes import bike_row, ride_rows, write_table
from tests.services.meten import meten

NOWHERE = "postgresql://someone:topsecret@127.0.0.1:1/lokaalmeten"


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("path", "command"), list(commands(get_command(app))), ids=lambda value: str(value)[:30]
)
def test_every_command_explains_itself_with_an_example(path, command):
    assert command.help
    assert f"meten {' '.join(path)}" in command.epilog or "make demo" in command.epilog


def said(done):
    """The one sentence of a command that could not do its work."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr + done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty (0 bytes); expected the Snuffelfiets CKAN table"),
        (b"a,b\n1,2\n", "is not the Snuffelfiets CKAN table: line 1 lacks entity_id"),
        (b"\xff\xfe\x00a", "is UTF-16 text; save it as UTF-8 first"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_with_the_reason(tmp_path, content, sentence):
    path = tmp_path / "rides.csv"
    path.write_bytes(content)
    told = said(meten("import", "snuffelfiets", path, "--dry-run"))
    assert str(path) in told
    assert sentence in told


def test_a_file_that_is_not_there(tmp_path):
    assert "cannot be read: No such file" in said(
        meten("import", "snuffelfiets", tmp_path / "no.csv", "--dry-run")
    )


def test_a_kind_that_is_not_there(tmp_path):
    path = write_table(tmp_path / "r.csv", [bike_row()])
    assert "no importer is called 'snuffle'" in said(meten("import", "snuffle", path, "--dry-run"))


def test_a_dry_run_accounts_for_every_row_on_its_last_line(tmp_path):
    path = write_table(tmp_path / "r.csv", [*ride_rows(30), bike_row(latitude="?"), "x"])
    done = meten("import", "snuffelfiets", path, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == (
        "r.csv: dry run: 32 rows read = 30 fit to store + 0 already known + 2 rejected "
        "(latitude is not a number: 1, 1 of 21 fields: 1)"
    )


COMMANDS_WITH_DATABASE = [
    ("db", "migrate"),
    ("db", "status"),
    ("db", "tune"),
    ("db", "roles"),
    ("db", "roll-up"),
    ("db", "export", "never"),
    ("db", "series", "box-1", "pm25", "--from", "2026-01-01", "--to", "2026-01-02"),
    ("report", "exceedances", "--year", "2026"),
    ("db", "save", "never"),
    ("db", "load", "never"),
    ("node", "list"),
    ("node", "add", "box-1"),
    ("node", "remove", "box-1"),
    ("owner", "add", "me"),
    ("owner", "list"),
    ("owner", "remove", "me"),
    ("project", "add", "street"),
    ("project", "set", "street"),
    ("project", "list"),
    ("project", "remove", "street"),
    ("zone", "add", "never", "--name", "town"),
    ("zone", "list"),
    ("zone", "remove", "town"),
    ("db", "retain"),
    ("ingest",),
    ("dashboard",),
    ("forecast", "run"),
]


@pytest.mark.parametrize("words", COMMANDS_WITH_DATABASE, ids=" ".join)
def test_without_a_database_setting_a_command_says_how_to_set_it(words):
    assert "set LOKAALMETEN_DSN" in said(meten(*words))


@pytest.mark.parametrize("words", COMMANDS_WITH_DATABASE, ids=" ".join)
def test_an_absent_database_is_named_without_its_password(words):
    told = said(meten(*words, dsn=NOWHERE))
    assert "127.0.0.1:1" in told
    assert "topsecret" not in told


def test_a_setting_that_cannot_be_read_is_named(tmp_path):
    assert "LOKAALMETEN_PORT" in said(meten("db", "status", port="many"))
    assert "LOKAALMETEN_BROKER" in said(meten("virtual", broker="http://x"))
    assert "LOKAALMETEN_LOG:" in said(meten("ingest", log="xml"))
    assert "LOKAALMETEN_RATE:" in said(meten("dashboard", rate="-1"))
    assert "LOKAALMETEN_PUBLISHER_EMAIL:" in said(meten("dashboard", publisher_email="nobody"))


def test_an_absent_broker_is_named(postgres_database):
    for words in (("ingest",), ("virtual",)):
        told = said(meten(*words, dsn=postgres_database, broker="mqtt://127.0.0.1:1"))
        assert "no MQTT broker at 127.0.0.1:1" in told


def test_a_port_in_use_is_named(postgres_database, mosquitto, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in said(meten("dashboard", "--port", port, dsn=postgres_database))
        assert str(port) in said(meten("demo", "--port", port, data=tmp_path / "data"))
        broker = f"mqtt://{mosquitto.host}:{mosquitto.port}"
        settings = {"dsn": postgres_database, "broker": broker, "ingest_port": str(port)}
        assert f"port {port} of 127.0.0.1" in said(meten("ingest", **settings))
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="needs a folder that nobody can write: Linux"
)
def test_a_disk_that_cannot_be_written_is_named():
    told = said(meten("demo", "--port", "0", data="/proc/lokaalmeten"))
    assert "/proc/lokaalmeten cannot hold the data" in told


def test_an_unmigrated_database_is_told_so(postgres_empty_database, tmp_path):
    path = write_table(tmp_path / "r.csv", [bike_row()])
    told = said(meten("import", "snuffelfiets", path, dsn=postgres_empty_database))
    assert "migrat" in told


def test_a_wrong_word_ends_with_two_and_without_a_traceback():
    for words in (("nonsense",), ("import",), ("node", "add")):
        done = meten(*words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_an_import_into_a_database_twice_leaves_the_same_table(database, tmp_path):
    path = write_table(tmp_path / "r.csv", [*ride_rows(300), bike_row(voltage="x")])
    for first in (True, False):
        done = meten("import", "snuffelfiets", path, dsn=database)
        assert done.returncode == 0, done.stderr
        account = "301 rows read = 300 stored + 0 already known + 1 rejected"
        assert account in done.stdout
        assert ("imported before" in done.stdout) is not first
    status = meten("db", "status", dsn=database)
    assert status.returncode == 0, status.stderr
    assert "nodes" in status.stdout


def test_roles_are_made_once_and_explained(postgres_empty_database):
    meten("db", "migrate", dsn=postgres_empty_database)
    first = meten("db", "roles", dsn=postgres_empty_database)
    assert (first.returncode, first.stderr) == (0, "")
    assert "lokaalmeten_reader" in first.stdout
    assert "CREATE USER" in first.stdout
    again = meten("db", "roles", dsn=postgres_empty_database)
    assert "made now" not in again.stdout


def test_roles_of_a_database_without_tables_are_refused_in_a_sentence(postgres_empty_database):
    assert "run the migrations first" in said(meten("db", "roles", dsn=postgres_empty_database))


def test_what_was_imported_can_be_exported(postgres_database, tmp_path):
    path, folder = write_table(tmp_path / "r.csv", ride_rows(300)), tmp_path / "open"
    shown = meten("privacy", "set", "--delay", "0", "--fewest", "1", dsn=postgres_database)
    assert shown.returncode == 0, shown.stderr
    assert meten("import", "snuffelfiets", path, dsn=postgres_database).returncode == 0
    done = meten("db", "export", folder, "--gzip", dsn=postgres_database)
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("rides-*.csv.gz")
    assert f"{file}: " in done.stdout
    assert "public samples" in meten("db", "status", dsn=postgres_database).stdout
    done = meten("db", "export", folder, "--format", "parquet", dsn=postgres_database)
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("rides/month=*/part-0.parquet")
    assert f"{file}: " in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--format", "xls"), "there is no format 'xls'; there is: csv, parquet"),
        (("--format", "parquet", "--gzip"), "a Parquet file is packed already"),
    ],
)
def test_a_form_of_files_that_is_not_there_is_refused(tmp_path, words, sentence):
    assert sentence in said(meten("db", "export", tmp_path, *words, dsn=NOWHERE))


def test_a_period_that_is_none_is_refused(postgres_database, tmp_path):
    words = ("db", "export", tmp_path / "never", "--from", "2026-02-01", "--to", "2026-02-01")
    assert "the period is empty" in said(meten(*words, dsn=postgres_database))
    assert "no quantity 'ozone'" in said(
        meten("db", "export", tmp_path, "--quantity", "ozone", dsn=postgres_database)
    )
