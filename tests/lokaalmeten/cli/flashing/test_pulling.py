"""Pages that wait on a board, by way of real mpremote, Mosquitto and `meten ingest`."""

import json
import os
from base64 import b64encode

import pytest
from rich.console import Console

from firmware.outbox import Outbox
from firmware.simulated.flash import SECTOR, Flash
from ingest.bringing import Way
from lokaalmeten import wire
from lokaalmeten.cli.flashing import pulling
from lokaalmeten.cli.flashing.image import make_image, read_files
from lokaalmeten.cli.flashing.layout import FILES, OUTBOX, to_program
from lokaalmeten.cli.flashing.pulling import pull
from lokaalmeten.settings import Address
from storage.pool import connect
from storage.registry import add_node
from tests.services.meten import ingesting, meten, wait_until

NODE = "box-7"
BEGIN = 1_790_000_000  # 2026-09-21
BOOTS, PAGES, SAMPLES = 3, 4, 60


def make_pages(boot):
    """Pages of one boot, a sample a minute; pm1 counts them."""
    writer = wire.PageWriter(1)
    for sequence in range(PAGES):
        at = BEGIN + (boot * PAGES + sequence) * SAMPLES * 60
        writer.begin(boot, sequence, at)
        for number in range(SAMPLES):
            writer.add(at + number * 60, 0, number, *[50] * 12)
        yield bytes(writer.seal())


KEPT = [page for boot in range(1, BOOTS + 1) for page in make_pages(boot)]


@pytest.fixture
def start(board, interpreter, micropython):
    """`start(broker)` starts a board on which pages wait: it joins, and no broker is there."""

    def run(broker):
        config = {"node": NODE, "networks": [{"ssid": "home", "password": "secret-home"}]}
        config |= {"broker": broker} if broker else {}
        files = read_files("f1") | {"config.json": json.dumps(config).encode()}
        image = make_image(files, micropython.path)
        slog = Flash(OUTBOX.size // SECTOR)
        outbox = Outbox(slog, os.urandom)
        for page in KEPT:
            outbox.keep(page)
        for at, content in (
            (0, to_program(interpreter.read_bytes())),
            (FILES.at, image),
            (OUTBOX.at, bytes(slog.data)),
        ):
            board.chip.flash[at : at + len(content)] = content
        board.press_reset()
        wait_for_start(board, 1)
        return board

    return run


def wait_for_start(board, number):
    """Wait until a board has joined so many times: while it starts it hears no Ctrl-C."""
    wait_until(lambda: board.said.count(b"joined home") >= number)


AWAY = {"host": "127.0.0.1", "port": 1, "tls": False, "user": "u", "password": "p"}


def url_of(mosquitto):
    return f"mqtt://{mosquitto.host}:{mosquitto.port}"


def read_stored(dsn):
    with connect(dsn) as connection:
        return connection.execute(
            "SELECT extract(epoch FROM time)::bigint, pm1 FROM private.observation ORDER BY 1"
        ).fetchall()


def test_what_waits_is_stored_and_only_then_forgotten(
    start, postgres_database, mosquitto, tmp_path
):
    with connect(postgres_database) as connection:
        add_node(connection, NODE, "box", lat=52.09, lon=5.12)
    board = start(AWAY)
    with ingesting(postgres_database, mosquitto, tmp_path / "ingest.log"):
        done = meten("node", "pull", "--port", board.port, "--broker", url_of(mosquitto))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(KEPT)} pages of {NODE} are committed, 0 wait" in done.stdout
    stored = read_stored(postgres_database)
    assert len(stored) == len(KEPT) * SAMPLES
    assert [count for _, count in stored] == list(range(SAMPLES)) * len(KEPT)
    wait_for_start(board, 2)
    again = meten("node", "pull", "--port", board.port, "--to", tmp_path / "pages")
    assert "0 pages wait" in again.stdout, again.stdout + again.stderr


def test_what_nobody_commits_stays(start, mosquitto, tmp_path):
    board = start(AWAY)  # and no ingest runs
    with pytest.raises(pulling.FlashError, match=rf"^{len(KEPT)} pages are not committed"):
        pull(
            board.port, Console(quiet=True), broker=url_of(mosquitto), patience_s=1
        )  # no ingest runs
    wait_for_start(board, 2)
    pull(board.port, Console(quiet=True), folder=tmp_path / "pages")
    assert sorted(file.read_bytes() for file in (tmp_path / "pages").iterdir()) == sorted(KEPT)


def test_without_a_broker_pages_go_into_files_and_stay(start, tmp_path):
    board = start(None)
    refused = meten("node", "pull", "--port", board.port)
    assert refused.returncode == 2
    assert "--to FOLDER" in refused.stderr
    for number in (2, 3):
        wait_for_start(board, number)
        done = meten("node", "pull", "--port", board.port, "--to", tmp_path / "pages")
        assert f"{len(KEPT)} pages wait on the board, copied to" in done.stdout, done.stderr
    names = sorted(file.name for file in (tmp_path / "pages").iterdir())
    assert names[:2] == ["00000001-000000.page", "00000001-000001.page"]
    assert len(names) == len(KEPT)


@pytest.mark.parametrize("damage", ["?", "AAAA", ""])
def test_a_page_that_was_damaged_on_the_cable_is_not_sent(monkeypatch, damage):
    said = ["2", b64encode(KEPT[0]).decode(), b64encode(KEPT[1]).decode()]
    shares = []
    monkeypatch.setattr(pulling, "stream_mpremote", lambda *_: iter(said))
    assert pulling.read_pages("port", shares.append) == KEPT[:2]
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])
    said[2] = damage + said[2][4:]
    with pytest.raises(pulling.FlashError, match="damaged on the cable"):
        pulling.read_pages("port", shares.append)


def test_a_port_without_a_board_is_one_sentence(tmp_path):
    done = meten("node", "pull", "--port", "/dev/null", "--to", tmp_path / "pages")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize(
    ("known", "broker", "expected"),
    [
        ({"host": "a.nl"}, "", Address("a.nl", 8883, tls=True)),
        ({"host": "a.nl", "tls": False}, "", Address("a.nl", 1883)),
        (AWAY, "", Address("127.0.0.1", 1, "u", "p")),
        (AWAY, "mqtts://b.nl", Address("b.nl", 8883, "u", "p", tls=True)),
        (AWAY | {"ca": "ca.pem"}, "", Address("127.0.0.1", 1, "u", "p", authority="PEM")),
    ],
)
def test_pages_go_as_the_board_would_send_them(monkeypatch, known, broker, expected):
    monkeypatch.setattr(pulling, "read_config", lambda _port: {"node": NODE, "broker": known})
    monkeypatch.setattr(pulling, "read_text", lambda _port, name: {"ca.pem": "PEM"}[name])
    assert pulling.read_way("port", broker) == Way(NODE, expected)
