import json

import pytest

from firmware.boards import b2, f1
from firmware.making import find_wanted, read_reset
from firmware.sensors import STATES
from firmware.status import EVERY_S, WILL, Status, read_sensors


class Node:
    def __init__(self):
        self.published, self.state, self.uptime = [], "well", 0
        sources = {"sps30": lambda: self.state, "uptime_s": lambda: self.uptime}
        self.status = Status({"node": "box-1"}, sources, self.published.append)

    def pass_time(self, seconds):
        for _ in range(0, seconds, 10):
            self.uptime += 10
            self.status.look(10)


def test_a_status_is_one_json_object_that_says_online():
    node = Node()
    node.status.tell()
    assert json.loads(node.published[0]) == {
        "online": True,
        "node": "box-1",
        "sps30": "well",
        "uptime_s": 0,
    }


def test_what_the_broker_says_of_a_lost_node_is_json():
    assert json.loads(WILL) == {"online": False}


def test_news_are_told_at_the_next_look_and_time_that_passes_is_none():
    node = Node()
    node.pass_time(600)
    assert len(node.published) == 1
    node.state = "failed"
    node.pass_time(20)
    assert [json.loads(one)["sps30"] for one in node.published] == ["well", "failed"]


def test_a_quiet_node_is_heard_every_quarter_of_an_hour():
    node = Node()
    node.pass_time(EVERY_S * 4)
    assert len(node.published) == 4


@pytest.mark.parametrize("error", [OSError(5), KeyError("x"), MemoryError()])
def test_a_part_that_cannot_say_how_it_is_does_not_silence_the_others(error):
    def fail():
        raise error

    published = []
    Status({"node": "a"}, {"battery_mv": fail, "outbox": lambda: 3}, published.append).tell()
    found = json.loads(published[0])
    assert found["outbox"] == 3
    assert type(error).__name__ in found["battery_mv"]


def test_why_a_board_started_is_said_in_words():
    class Machine:
        PWRON_RESET, WDT_RESET, DEEPSLEEP_RESET = 1, 3, 4

        def __init__(self, cause):
            self.reset_cause = lambda: cause

    said = [read_reset(Machine(cause)) for cause in (1, 3, 4, 9)]
    assert said == ["power on", "watchdog", "deep sleep", "cause 9"]


def test_a_sensor_that_failed_says_why():
    class Sensor:
        def __init__(self, name, state, error=""):
            self.name, self.state, self.error = name, state, error

    sensors = [Sensor("sps30", 1, "ENODEV"), Sensor("bme280", 0, "CRC, an hour ago")]
    found = read_sensors(sensors, ("well", "failed"))
    assert found == {"sps30": "failed: ENODEV", "bme280": "well"}


def test_names_that_the_board_does_not_have_are_told_beside_its_sensors():
    assert read_sensors([], STATES, ["sgp41"]) == {"sgp41": "not on this board"}


@pytest.mark.parametrize(
    ("board", "named", "wanted", "unknown"),
    [
        (b2, None, None, []),
        (b2, ["sps30", "max_m10s", "battery"], ["SPS30", "MAX-M10S"], []),
        (f1, ["sen55", "sgp41", "battery"], ["SEN55"], ["sgp41", "battery"]),
    ],
)
def test_names_of_the_configuration_are_sorted_by_what_the_board_has(board, named, wanted, unknown):
    assert find_wanted(board, named) == (wanted, unknown)
