import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import config
from firmware.config_keys import check
from firmware.config_trial import DEADLINE_S, Trial
from firmware.files import Files

GOOD = {
    "node": "box-7",
    "networks": [{"ssid": "library", "password": "correct horse"}, {"ssid": "open"}],
    "broker": {"host": "meet.example.nl", "user": "box-7", "password": "s"},
    "schema": "box",
    "interval_s": 60,
    "sensors": ["sps30", "bme280"],
    "zones": [[520907000, 51214000, 200]],
    "update": "stable",
}


@pytest.fixture
def files(tmp_path):
    return Files(os, str(tmp_path))


def write(files, found):
    files.write("config.json", found if isinstance(found, bytes) else json.dumps(found).encode())


def test_a_configuration_is_read_into_plain_attributes(files):
    write(files, GOOD)
    read = config.load(files)
    assert read.error == ""
    assert (read.node, read.schema, read.interval_s) == ("box-7", 1, 60)
    assert read.networks == [("library", "correct horse"), ("open", "")]
    assert (read.broker.host, read.broker.port, read.broker.tls) == ("meet.example.nl", 8883, True)
    assert read.zones == [(520907000, 51214000, 200)]
    assert (read.sensors, read.update) == (["sps30", "bme280"], "stable")


def test_a_board_without_a_configuration_measures_with_the_defaults(files):
    read = config.load(files)
    assert (read.node, read.networks, read.broker, read.sensors) == ("", [], None, None)
    assert (read.schema, read.interval_s, read.update, read.error) == (None, None, "stable", "")


def test_without_tls_the_port_is_the_other_one(files):
    write(files, {"broker": {"host": "10.0.0.2", "tls": False}})
    assert config.load(files).broker.port == 1883


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("intervall_s", 60, 'there is no key "intervall_s"'),
        ("node", "Box 7", 'a name has a-z, 0-9 and -, at most 63 characters, not "Box 7"'),
        ("node", "-box", "a name has a-z"),
        ("node", 7, "a name has a-z"),
        ("interval_s", 0, "it is 1 to 3600 seconds, not 0"),
        ("interval_s", 86400, "it is 1 to 3600 seconds, not 86400"),
        ("interval_s", "60", 'it is 1 to 3600 seconds, not "60"'),
        ("interval_s", True, "it is 1 to 3600 seconds, not true"),
        ("interval_s", 60.0, "it is 1 to 3600 seconds, not 60.0"),
        ("interval_s", None, "it is 1 to 3600 seconds, not null"),
        ("networks", {}, "it is a list of at most 8 networks"),
        ("networks", [{}], "a network has an ssid of 1 to 32 bytes"),
        ("networks", [{"ssid": "é" * 17}], "a network has an ssid of 1 to 32 bytes"),
        ("networks", [{"ssid": "a", "password": "short"}], 'the password of "a"'),
        ("networks", [{"ssid": "a", "pasword": "12345678"}], "and nothing else"),
        ("broker", {}, "it names no host"),
        ("broker", {"host": "mqtt://x"}, '"mqtt://x" is not the name of a host'),
        ("broker", {"host": "x", "port": 0}, "0 is not a port"),
        ("broker", {"host": "x", "tls": "yes"}, "tls is true or false"),
        ("broker", {"host": "x", "usr": "y"}, 'there is no key "usr"'),
        ("broker", {"host": "x", "password": 1}, "password is not a text"),
        ("schema", "boat", 'it is one of box, bike, counter, not "boat"'),
        ("schema", "anchor", "it is one of box, bike, counter"),
        ("schema", 1, "it is one of box, bike, counter"),
        ("sensors", "sps30", "it is a list of at most 16 names"),
        ("sensors", ["../main"], '"../main" is not the name of a sensor'),
        ("zones", [[52.09, 5.12, 200]], "a latitude is in whole steps of 1e-7 degree, not 52.09"),
        ("zones", [[520907000, 51214000, 10]], "a radius is 50 to 5000 whole metres, not 10"),
        ("zones", [[1, 2]], "a zone is [latitude, longitude, radius]"),
        ("update", "always", "it is stable, test, off or a version to stay at"),
        ("update", [], "it is stable, test, off or a version to stay at"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_the_last_good_one_is_used(files, key, value, said):
    write(files, GOOD)
    Trial(files).note_connection()
    write(files, GOOD | {key: value})
    read = config.load(files)
    assert said in read.error
    assert read.error.startswith("config.json: ")
    assert (read.node, read.interval_s) == ("box-7", 60)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[1]", b"3", b"null", b"x" * 20000]
)
def test_a_corrupt_file_leaves_the_last_good_one(files, content):
    write(files, GOOD)
    Trial(files).note_connection()
    write(files, content)
    read = config.load(files)
    assert read.node == "box-7"
    assert read.error.startswith("config.json: it ")


def test_a_corrupt_file_on_a_board_that_never_connected_measures_with_the_defaults(files):
    write(files, b"{")
    read = config.load(files)
    assert (read.node, read.interval_s) == ("", None)
    assert "it is not JSON" in read.error


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*GOOD, "other"]), json_values)
def test_any_json_is_judged_and_never_a_crash(key, value):
    problems = check(GOOD | {key: value})
    assert all(isinstance(said, str) and said for said in problems)
    if not problems:
        config.Config(GOOD | {key: value})


# changing


def test_only_the_keys_that_are_given_change_and_null_removes_one(files):
    write(files, GOOD)
    assert config.change(files, {"interval_s": 300, "zones": None}) == []
    read = config.load(files)
    assert (read.interval_s, read.zones, read.node) == (300, [], "box-7")


def test_a_change_that_is_wrong_changes_nothing(files):
    write(files, GOOD)
    assert config.change(files, {"interval_s": 0, "node": "Box"}) != []
    assert json.loads(files.read("config.json")) == GOOD


def test_a_change_on_a_board_with_a_corrupt_file_begins_from_nothing(files):
    write(files, b"{")
    assert config.change(files, {"node": "box-1"}) == []
    assert json.loads(files.read("config.json")) == {"node": "box-1"}
    assert config.load(files).error == ""


# trial


def connect(files):
    Trial(files).note_connection()


def test_a_new_network_that_leads_nowhere_is_taken_back_after_ten_minutes(files):
    write(files, GOOD)
    connect(files)
    assert config.change(files, {"networks": [{"ssid": "typo"}]}) == []
    trial = Trial(files)
    assert trial.on
    assert not trial.look(DEADLINE_S - 1)
    assert trial.look(DEADLINE_S)
    read = config.load(files)
    assert read.networks[0][0] == "library"
    assert "no connection in 10 minutes" in read.error
    assert json.loads(files.read("config.bad.json"))["networks"] == [{"ssid": "typo"}]
    assert not Trial(files).on


def test_a_new_network_that_leads_to_the_broker_is_kept(files):
    write(files, GOOD)
    connect(files)
    config.change(files, {"networks": [{"ssid": "new"}]})
    trial = Trial(files)
    trial.note_connection()
    assert not trial.look(DEADLINE_S * 9)
    assert not Trial(files).on
    assert config.load(files).networks == [("new", "")]


def test_a_change_that_leads_nowhere_else_is_not_taken_back_when_the_network_is_away(files):
    write(files, GOOD)
    connect(files)
    config.change(files, {"interval_s": 300})
    trial = Trial(files)
    assert not trial.on
    assert not trial.look(DEADLINE_S * 9)


def test_the_first_configuration_of_a_board_is_never_taken_back(files):
    config.change(files, {"node": "box-1", "networks": [{"ssid": "far away"}]})
    assert not Trial(files).look(10**6)


def test_a_change_before_the_first_connection_can_be_taken_back(files):
    write(files, GOOD)
    config.change(files, {"networks": [{"ssid": "typo"}]})
    assert Trial(files).look(DEADLINE_S)
    assert config.load(files).networks[0][0] == "library"


def test_what_was_said_about_a_change_is_forgotten_with_the_next(files):
    write(files, GOOD)
    connect(files)
    config.change(files, {"networks": []})
    Trial(files).look(DEADLINE_S)
    config.change(files, {"interval_s": 30})
    assert config.load(files).error == ""


def test_a_power_cut_while_writing_leaves_the_old_configuration(files, monkeypatch):
    write(files, GOOD)
    connect(files)

    def cut(old, new):
        raise OSError(5)

    monkeypatch.setattr(files, "rename", cut)
    with pytest.raises(OSError, match="5"):
        config.change(files, {"interval_s": 300})
    assert config.load(files).interval_s == 60


def test_flash_is_not_written_at_every_connection(files):
    write(files, GOOD)
    connect(files)
    written = []
    files.write = lambda *given: written.append(given)
    connect(files)
    assert written == []


def test_one_key_of_the_broker_changes_and_the_others_stay(files):
    write(files, GOOD)
    assert config.change(files, {"broker": {"port": 8884}}) == []
    broker = config.load(files).broker
    assert (broker.host, broker.port, broker.password) == ("meet.example.nl", 8884, "s")


def test_another_broker_never_gets_the_password_of_the_one_before(files):
    write(files, GOOD)
    assert config.change(files, {"broker": {"host": "evil.example.nl"}}) == []
    assert config.load(files).broker.password == ""
