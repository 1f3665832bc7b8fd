"""docs/payloads.md says what is true: its examples, its names, its units, its reasons."""

import base64
import os
import queue
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from ingest.decode import Message
from ingest.door import PATHS
from ingest.payloads import FILTERS, REASONS, airrohr, decode
from ingest.payloads.airrohr import CLIMATE, DUST
from ingest.payloads.columns import KNOWN
from ingest.payloads.senml import ALIASES, UNITS
from ingest.payloads.things_stack import NAMES
from lokaalmeten.quantities import BY_KEY
from tests.ingest.payloads.reading import NODES, rows_of
from tests.ingest.test_door import MainLoop, serving
from tests.services.pages import FakeNode

DOCUMENT = (Path(__file__).parents[3] / "docs/payloads.md").read_text()
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", DOCUMENT, re.DOTALL)
REGISTRY = NODES | {"esp8266-1234567": FakeNode(6, cell=3)}
NAME_OF = {node.id: name for name, node in REGISTRY.items()}
PUBLISHED = [command for command, _ in EXAMPLES if not command.startswith("curl")]
POSTED = [command for command, _ in EXAMPLES if command.startswith("curl")]
DOOR = "http://127.0.0.1:8060"
NOW = 1_760_000_600


def to_message(command):
    """What a pasted command sends: `curl`, `mosquitto_pub -m`, base64 into `mosquitto_pub -s`."""
    words = shlex.split(command.replace("|\n", "| ").replace("\\\n", " "))
    if words[0] == "curl":
        name, _, value = words[words.index("-H") + 1].partition(": ")
        assert (words[1], name) == (f"{DOOR}{PATHS[1]}", "X-Sensor")
        return airrohr.to_message(words[words.index("-d") + 1].encode(), value, NOW)
    topic = words[words.index("-t") + 1]
    if "-m" in words:
        return Message(topic, words[words.index("-m") + 1].encode(), NOW)
    assert words[0] == "echo"
    assert words[2:6] == ["|", "base64", "-d", "|"]
    assert words[-1] == "-s"
    return Message(topic, base64.b64decode(words[1]), NOW)


def say(row):
    node, time, found = row
    moment = "now" if time == NOW else f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return " ".join(
        [NAME_OF[node], moment, *(f"{key}={value:.9g}" for key, value in found.items())]
    )


@pytest.mark.parametrize(("command", "stored"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_stores_what_the_document_says(command, stored):
    decoded = decode([to_message(command)], REGISTRY)
    assert [say(row) for row in rows_of(decoded)] == stored.splitlines()
    assert decoded.rejected == []


def test_the_examples_can_be_pasted(mosquitto, programs, tmp_path):
    inbox = queue.SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: inbox.put(message)
    client.on_subscribe = lambda *_: inbox.put(None)
    client.connect(mosquitto.host, mosquitto.port)
    client.subscribe([(pattern, 1) for pattern in FILTERS])
    client.loop_start()
    try:
        assert inbox.get(timeout=10) is None
        # the options that a person keeps in a file of their own
        (tmp_path / "mosquitto_pub").write_text(f"-p {mosquitto.port}\n")
        path = f"{programs.mosquitto_pub.parent}:{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "XDG_CONFIG_HOME": str(tmp_path)}
        for command in PUBLISHED:
            subprocess.run(["sh", "-ec", command], check=True, env=environment)
            arrived = inbox.get(timeout=10)
            expected = to_message(command)
            assert (arrived.topic, arrived.payload) == (expected.topic, expected.payload)
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("command", POSTED)
def test_the_example_of_a_post_can_be_pasted(command, tmp_path):
    loop = MainLoop()
    with serving(loop) as port:
        (tmp_path / ".curlrc").write_text(
            f"connect-to = {DOOR.removeprefix('http://')}:127.0.0.1:{port}\nfail\nsilent\n"
        )
        environment = os.environ | {"CURL_HOME": str(tmp_path)}
        subprocess.run(["sh", "-ec", command], check=True, env=environment)
    (arrived,) = loop.taken
    expected = to_message(command)
    assert (arrived.topic, arrived.payload) == (expected.topic, expected.payload)


def test_every_form_has_an_example():
    assert DOCUMENT.count("```sh") == len(EXAMPLES)
    topics = {to_message(command).topic for command, _ in EXAMPLES}
    patterns = [pattern.replace("+", "[^/]+") for pattern in FILTERS if pattern != "lm/1/+/page"]
    assert all(any(re.fullmatch(pattern, topic) for topic in topics) for pattern in patterns)


def section(title):
    return DOCUMENT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def cells(text, column):
    """Names in code of one column of the tables, row by row."""
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [re.findall(r"`([^`]+)`", row[column]) for row in rows if len(row) > column]


def test_every_key_of_native_json_is_named():
    assert {name for row in cells(section("Native JSON"), 0) for name in row} == KNOWN


def test_every_reason_is_explained_and_no_other():
    assert sorted(name for row in cells(section("What cannot be used"), 0) for name in row) == (
        sorted(REASONS)
    )


def test_every_name_of_a_decoded_payload_is_listed():
    rows = cells(section("The Things Stack"), 1)
    assert [tuple(names) for names in rows if names] == [names for names, _ in NAMES.values()]


def test_every_unit_and_name_of_senml_is_listed():
    text = section("SenML")
    said = {unit for row in cells(text, 1) for unit in row}
    known = {unit for units in UNITS.values() for unit in units}
    assert said == known | {BY_KEY[key].unit for key in UNITS if key in BY_KEY}
    assert set(ALIASES) <= set(re.findall(r"`([^`]+)`", text))


def test_every_make_of_airrohr_is_listed():
    said = re.findall(r"`([^`]+)`", section("airRohr").split("\n\n")[-1])
    makes = [name for name in said if name in DUST or f"{name}_" in CLIMATE]
    assert makes == [*DUST, *(name[:-1] for name in CLIMATE if name)]
