"""What an owner does with a node, on the real MicroPython with littlefs and real sockets."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from firmware.led import LEDS
from lokaalmeten.cli.releases import make_release, read_software, to_public
from lokaalmeten.processes import free_port
from tests.firmware.update.test_updater import serve
from tests.services.node import REPOSITORY

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def steps(micropython, tmp_path_factory):
    """What the script found, by step."""
    folder = tmp_path_factory.mktemp("web")
    key = ec.generate_private_key(ec.SECP256R1())
    software = read_software(REPOSITORY)
    (folder / "r").write_bytes(make_release(software, key))
    with serve(folder) as port:
        said = micropython.run(
            HERE / "owner_on_node.py",
            f"http://127.0.0.1:{port}/r",
            to_public(key),
            free_port(),
            path=[REPOSITORY, HERE],
            heap="4M",  # of which 1 MB is the flash chip
        )
    found = {}
    for line in said.splitlines():
        step = json.loads(line)
        found[step["step"]] = step["found"]
    return found | {"files": len(software)}


def test_a_configuration_is_judged_tried_and_taken_back(steps):
    found = steps["config"]
    assert found["said"] == []
    assert [said.split(":")[0] for said in found["wrong"]] == [
        "interval_s",
        'there is no key "other"',
        "zones",
    ]
    assert (found["back"], found["networks"]) == (True, [["a", ""]])
    assert "no connection in 10 minutes" in found["error"]


def test_a_corrupt_configuration_leaves_the_last_good_one(steps):
    found = steps["corrupt"]
    assert (found["node"], found["broker"]) == ("box-7", "h")
    assert found["error"] == "config.json: it is not JSON"


def test_commands_are_done_once_and_rubbish_is_refused(steps):
    found = steps["commands"]
    assert found["refused"] == ["refused"] * 7
    assert found["done"] == ["locate", "report", "selftest"]
    assert found["kept"] == 10


def test_a_crash_is_kept_with_its_traceback(steps):
    found = steps["crash"]
    assert (found["restarted"], found["entries"], found["left"]) == ([1], 1, 0)
    assert found["text"].startswith("Traceback")
    assert "KeyError" in found["text"]


def test_the_selftest_tells_pass_and_fail(steps):
    assert steps["selftest"] == {
        "passed": [False, True, True],
        "last": "FAIL self-test: 2 of 3\n",
    }


def test_the_led_shows_the_most_urgent_state(steps):
    shown = steps["led"]["shown"]
    assert set(shown) == {"locate", "offline"}
    assert shown == sorted(shown, key=list(LEDS).index)


def test_improv_gives_a_network(steps):
    # two errors of none, information, a network, its end; then error, state, state, result
    assert steps["improv"] == {"given": [["ab", "xyz"]], "packets": 9, "state": 4}


def test_the_portal_is_filled_in(steps):
    assert steps["portal"] == {
        "form": "HTTP/1.1 200 OK",
        "escaped": True,
        "wrong": 0,
        "saved": True,
        "answered": True,
        "networks": ["n<1>", "12345678"],
        "port": 8884,
    }


def test_this_very_software_is_fetched_verified_and_installed_while_others_run(steps):
    found = steps["update"]
    assert found["said"].startswith("restarting into ")
    assert found["files"] == steps["files"]
    assert found["others_ran"]


def test_the_status_is_json(steps):
    assert steps["status"] == {"online": True, "will": {"online": False}, "do": 6}
