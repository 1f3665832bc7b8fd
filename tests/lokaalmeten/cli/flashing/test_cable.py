"""Real mpremote with a board that runs what was flashed."""

import json
from contextlib import suppress

import pytest

from lokaalmeten.cli.flashing.image import make_image, read_files
from lokaalmeten.cli.flashing.layout import FILES, to_program
from tests.services.meten import meten, wait_until
from tests.services.meten import running as listening

CONFIG = {
    "node": "box-7",
    "networks": [{"ssid": "home", "password": "secret-home"}],
    "broker": {"host": "127.0.0.1", "port": 1, "tls": False, "user": "u", "password": "secret-b"},
}


@pytest.fixture
def running(board, interpreter, micropython):
    """A board that runs with a configuration."""
    files = read_files("f1") | {"config.json": json.dumps(CONFIG).encode()}
    program, image = to_program(interpreter.read_bytes()), make_image(files, micropython.path)
    board.chip.flash[: len(program)] = program
    board.chip.flash[FILES.at : FILES.at + len(image)] = image
    board.press_reset()
    wait_until(lambda: board.said)  # it says that it joined
    return board


def test_configuration_is_shown_without_passwords_and_changed(running):
    shown = meten("node", "config", "--port", running.port)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["broker"]["password"] == "***"
    assert "secret" not in shown.stdout
    changed = meten("node", "config", "interval_s=300", "--port", running.port)
    assert changed.returncode == 0, changed.stderr
    after = json.loads(meten("node", "config", "--port", running.port).stdout)
    assert after["interval_s"] == 300
    assert after["node"] == "box-7"


def test_what_the_board_says_is_shown_until_somebody_stops_it(running, tmp_path):
    log = tmp_path / "logs"
    with listening("node", "logs", "--port", running.port, log=log):
        wait_until(running.is_open)
        for _ in range(4):  # a board that is still starting does not notice the button
            running.press_reset()
            with suppress(AssertionError):
                wait_until(lambda: "wifi: joined home" in log.read_text(), 25)
                break
        assert "wifi: joined home" in log.read_text()


def test_password_is_not_taken_from_the_command_line(running):
    done = meten("node", "config", 'networks=[{"ssid":"a","password":"b"}]', "--port", running.port)
    assert done.returncode == 2
    assert "does not belong on a command line" in done.stderr
