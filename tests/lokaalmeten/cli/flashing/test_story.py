"""From a board with nothing on it to its first page in the database, by one command."""

import pytest

from storage.pool import connect
from storage.registry import add_node
from tests.services.meten import ingesting, meten

NODE = "box-7"


@pytest.fixture
def flash(board, interpreter, micropython, mosquitto):
    """`flash(...)` is what `meten flash` said and its exit code."""

    def run(*words, **environment):
        given = {"dsn": "", "site": ""} | environment
        return meten(
            "flash", "--port", board.port, "--firmware", interpreter,
            "--micropython", micropython, "--node", NODE, "--interval", 1, "--wifi", "home",
            "--broker", f"mqtt://{mosquitto.host}:{mosquitto.port}", *words, **given,
        )  # fmt: skip

    return run


def test_one_command_leads_to_the_first_page(
    flash, board, postgres_database, mosquitto, tmp_path, monkeypatch
):
    monkeypatch.setenv("METEN_WIFI_PASSWORD", "secret-home")
    with connect(postgres_database) as connection:
        add_node(connection, NODE, "box", lat=52.09, lon=5.12)
    with ingesting(postgres_database, mosquitto, tmp_path / "ingest.log"):
        done = flash(dsn=postgres_database, site="https://meet.example.nl")
        again = meten("node", "selftest", "--port", board.port)
    assert done.returncode == 0, done.stdout + done.stderr + board.log.read_text()[-2000:]
    said = done.stdout
    for text in ("it joined home", "PASS broker", "PASS flash", "PASS self-test", "first page"):
        assert text in said
    assert "https://meet.example.nl/nl/node/box-7" in said
    assert "secret-home" not in said + done.stderr
    assert again.returncode == 0, again.stderr
    assert "PASS self-test: 5 of 5" in again.stdout
    with connect(postgres_database) as connection:
        (count,) = connection.execute("SELECT count(*) FROM private.value").fetchone()
    assert count > 0
