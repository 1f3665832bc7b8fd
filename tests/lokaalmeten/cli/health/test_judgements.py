"""Each judgement of the doctor on facts that are well and facts that are not."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lokaalmeten.certificates import issue, make_authority, make_key, to_server
from lokaalmeten.cli.health import broker, certificate, database, disk, services
from lokaalmeten.cli.health.finding import absent, to_exit, unknown, well, wrong
from lokaalmeten.cli.status import Reading
from lokaalmeten.settings import Address
from storage.checkup import Checkup, Heard, Server, Use
from storage.migrate import Version
from storage.rollups import Waiting

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY, GB = timedelta(days=1), 10**9
SERVER = Server("PostgreSQL 18.0", True, False, "", GB, 0.1, 0.01, Version(["0001"], [], []))
BOX = Heard("box", False, 5, NOW - timedelta(minutes=2), 0, 0)
BIKE = Heard("bike", True, 2, NOW - 20 * DAY, 0, 0)
USE = Use(Waiting(0, 0, None), 0.0, [BIKE, BOX])


def states(findings):
    return {one.what: one.state for one in findings}


def test_a_server_that_is_well_and_others():
    assert set(states(database.judge_server(SERVER)).values()) == {"well"}
    for what, changes in (
        ("migrations", {"version": Version(["0001"], ["0002", "0003"], [])}),
        ("migrations", {"version": Version(["0001", "9999"], [], ["9999"])}),
        ("clock", {"clock_s": -2.1}),
        ("line", {"is_local": False}),
    ):
        found = database.judge_server(replace(SERVER, **changes))
        (bad,) = [one for one in found if one.state != "well"]
        assert (bad.what, bad.state) == (what, "wrong")
        assert bad.said
        assert bad.todo
    assert database.judge_clock(replace(SERVER, clock_s=4.0, unsure_s=2.5)).state == "well"
    assert database.judge_line(replace(SERVER, is_local=False, is_encrypted=True)).state == "well"


def test_what_waits_and_who_was_heard():
    assert set(states(database.judge_use(USE, NOW)).values()) == {"well"}
    waits = replace(USE, waiting=Waiting(1, 300, NOW), waiting_s=30)
    assert database.judge_rollups(waits).state == "well"
    assert database.judge_rollups(replace(waits, waiting_s=700)).state == "wrong"
    silent = replace(USE, heard=[replace(BOX, silent=2, never=1)])
    said = database.judge_silent(silent)
    assert said.state == "wrong"
    assert said.said == "2 of 5 fixed nodes for a day; 1 never heard"
    assert "meten node list" in said.todo


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        (replace(BOX, newest=NOW - 2 * DAY), "wrong"),
        (replace(BOX, newest=None), "wrong"),
        (replace(BIKE, newest=None), "well"),
        (replace(BOX, newest=NOW + DAY), "well"),
    ],
)
def test_the_newest_sample_of_a_kind(heard, state):
    assert database.judge_age(heard, NOW).state == state


def test_what_could_not_be_read_is_not_known():
    for found in (Checkup(SERVER, None, "no rights"), Checkup(SERVER, None)):
        assert set(states(database.judge_rest(found)).values()) == {"not known"}
    empty = database.judge_use(replace(USE, heard=[]), NOW)
    assert states(empty)["samples"] == "not set up"


@pytest.mark.parametrize(
    ("total", "free", "state"),
    [
        (100 * GB, 20 * GB, "well"),
        (100 * GB, 9 * GB, "wrong"),
        (4 * GB, GB, "wrong"),
        (0, 0, "wrong"),
    ],
)
def test_a_disk(total, free, state):
    assert disk.judge_space("disk", "it", disk.Space("/x", total, free)).state == state


def test_files_of_everybody():
    modes = {Path("/b/passwords"): 0o100640, Path("/b/meet.key"): 0o100600}
    assert disk.judge_secrets(modes).state == "well"
    bad = disk.judge_secrets(modes | {Path("/b/passwords"): 0o100644})
    assert (bad.state, bad.todo) == ("wrong", "run: chmod o= /b/passwords")
    assert disk.judge_secrets({}).state == "not known"


def make_certificate(days):
    """One that has so many days left, after two months."""
    began = NOW - 60 * DAY
    authority = make_authority("ours", 10, began)
    holder = to_server("meet.example.nl", ["192.0.2.7"])
    return issue(authority, holder, make_key().public_key(), (60 + days) * DAY, began)


@pytest.mark.parametrize(("days", "state"), [(15, "well"), (13, "wrong"), (0.01, "wrong")])
def test_the_end_of_a_certificate(days, state):
    judged = certificate.judge_end("pages", "certificate", make_certificate(days), NOW)
    assert judged.state == state
    assert certificate.judge_end("x", "y", make_certificate(days), NOW + 20 * DAY).state == "wrong"


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("MEET.example.nl", "well"),
        ("192.0.2.7", "well"),
        ("other.example.nl", "wrong"),
        ("192.0.2.8", "wrong"),
    ],
)
def test_the_name_of_a_certificate(host, state):
    assert certificate.judge_name("broker", make_certificate(30), host).state == state


@pytest.mark.parametrize(
    ("host", "is_open", "state"),
    [
        ("127.0.0.1", True, "well"),
        ("192.0.2.7", True, "wrong"),
        ("192.0.2.7", False, "well"),
    ],
)
def test_a_broker_that_is_open(host, is_open, state):
    door = broker.Door(Address(host, 1883, "me", "topsecret"), 5, is_open=is_open)
    judged = broker.judge_open(door)
    assert judged.state == state
    assert "topsecret" not in judged.said


def test_a_broker_that_does_not_let_us_in():
    address = Address("192.0.2.7", 1883)
    assert broker.judge_login(broker.Door(address, 4)).said.endswith("MQTT 3.1.1")
    assert broker.judge_login(broker.Door(address, trouble="it refuses us")).state == "wrong"


def test_what_answers_over_http():
    assert services.judge_health("ingest", True, "all is\nwell").said == "all is well"
    assert services.judge_health("ingest", False, "x" * 999).state == "wrong"
    lag = {"lag_seconds": [(1.0, 5.0), (math.inf, 5.0)]}
    running = Reading({"start_time_seconds": 1.0}, lag, {})
    (judged,) = services.judge_metrics("http://127.0.0.1:1", running)
    assert judged.state == "well"
    (judged,) = services.judge_metrics("http://127.0.0.1:1", Reading({}, {}, {}))
    assert judged.state == "wrong"


def test_the_exit_code():
    ok, bad = well("a", "b", ""), wrong("a", "b", "", "")
    none, dark = absent("a", "b", ""), unknown("a", "b", "")
    assert [to_exit(found) for found in ([ok, none], [ok, dark], [bad, dark])] == [0, 2, 1]
