"""A node out of its bag: a long press, a form filled in with a phone, and it connects.

The node is a simulated one in a process of its own; its network is this machine.
"""

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from firmware.portal import ADDRESS
from lokaalmeten.cli.simulated import RESTART, start, to_settings
from lokaalmeten.processes import free_port
from tests.services.meten import wait_until

PRESS_S = 3  # a long press, docs/node-life.md
NODE = "box-7"
QUESTION = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x02nl\0\0\x01\0\x01"  # its IPv4 address


class Bag:
    """What comes out of it: nobody has told the node anything."""

    def __init__(self, program, folder):
        self.program, self.folder, self.process = program, folder, None
        self.files = folder / "files"
        self.files.mkdir()
        self.web, self.names = free_port(), free_port()
        ports = {80: self.web, 53: self.names}
        (folder / "node.json").write_text(
            to_settings(self.files, folder / "flash.img", ports=ports)
        )
        (folder / "empty").mkdir()

    def switch_off(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def switch_on(self):
        self.process = start(self.program, self.folder / "node.json", self.folder / "empty")

    @contextmanager
    def held_button(self):
        (self.files / "button").touch()
        yield
        (self.files / "button").unlink()

    def ask(self, **fields):
        """The form, or the answer to one that is filled in; None while nobody answers."""
        body = urlencode(fields).encode() if fields else None
        request = Request(
            f"http://127.0.0.1:{self.web}/", data=body, headers={"Accept-Language": "nl"}
        )
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def look_up(self):
        """Answer of its name server."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(10)
            line.sendto(QUESTION, ("127.0.0.1", self.names))
            return line.recv(512)


@pytest.fixture
def bag(micropython, tmp_path):
    bag = Bag(micropython.path, tmp_path)
    bag.switch_on()
    yield bag
    bag.switch_off()


def read_status(programs, broker):
    """What the broker has of the node, None for nothing yet."""
    command = [programs.mosquitto_sub, "-h", broker.host, "-p", str(broker.port), "-W", "1"]
    command += ["-t", f"lm/1/{NODE}/status", "-C", "1"]
    done = subprocess.run(command, capture_output=True, check=False)
    return json.loads(done.stdout) if done.stdout else None


def test_node_that_nobody_configured_is_set_up_by_its_portal_and_connects(bag, programs, mosquitto):
    time.sleep(1)
    with bag.held_button():
        time.sleep(PRESS_S / 2)
    assert bag.ask() is None, "half a press opened it"
    with bag.held_button():
        form = wait_until(bag.ask, step=0.2)
    assert "Bewaren" in form
    assert "home" in form  # the network that it hears
    octets = bytes(map(int, ADDRESS.split(".")))
    assert bag.look_up().endswith(octets)  # every name leads to it

    wrong = bag.ask(ssid="home", password="secret-home", node="no name", host="a b")
    assert "<form" in wrong
    assert bag.process.poll() is None
    host = f"{mosquitto.host}:{mosquitto.port}"
    bag.ask(ssid="home", password="secret-home", node=NODE, host=host, plain="on")
    assert bag.process.wait(30) == RESTART
    assert json.loads((bag.files / "config.json").read_text())["node"] == NODE

    bag.switch_off()
    bag.switch_on()
    status = wait_until(lambda: read_status(programs, mosquitto), seconds=60)
    assert (status["online"], status["node"], status["config_error"]) == (True, NODE, "")
    assert bag.ask() is None, "the portal is closed again"
