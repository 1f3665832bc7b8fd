"""Every cause with the situation that it names, read from real tables."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboard.mine.causes import find_causes
from dashboard.mine.facts import read_facts
from dashboard.mine.node import to_page
from dashboard.words import Words
from lokaalmeten.findings import CHECKS, Findings
from lokaalmeten.quality import Flag
from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Status
from storage import people, sessions
from storage.access import add_key
from storage.migrate import migrate
from storage.node_status import write_words
from storage.pool import connect
from storage.privacy import set_publication
from storage.registry import add_node
from storage.review import Review
from storage.rides import write_rides
from storage.store import Store
from storage.writer import write
from tests.services.samples import START, make_samples

NOW = START + 3600
AT = datetime.fromtimestamp(NOW, UTC)
WELL = {"version": "1.2.3", "time": NOW - 60, "sensors": {"sps30": "well"},
        "outbox": {"kept": 1, "dropped": 0}, "config_error": ""}  # fmt: skip


class Street:
    """Nodes of one owner, each in a situation of its own."""

    def __init__(self, connection, dsn):
        self.connection, self.dsn = connection, dsn
        people.add_owner(connection, "ann")
        key = add_key(connection, "owner", "ann", timedelta(days=9), owner="ann")
        self.token = sessions.sign_in(connection, key).token

    def add(self, name, kind="box", placed=True):
        lat, lon = (52.09, 5.12) if placed and kind != "bike" else (None, None)
        node = add_node(self.connection, name, kind, lat=lat, lon=lon)
        people.place_node(self.connection, node.id, owner="ann")
        return node

    def measure(self, node, start=START, flag=Flag.GOOD, moving=False, placed=True):
        """An hour of samples, all of them judged alike."""
        made = make_samples(node.id, 60, start=start, schema=2 if moving else 1,
                            moving=moving, cell=node.cell)  # fmt: skip
        judged = np.where(made.flags == Flag.MISSING, made.flags, flag).astype(np.uint8)
        made = replace(made, flags=judged)
        if not placed:
            made = replace(made, cell=np.zeros(60, np.int64))
        write(self.connection, [made])

    def say(self, node, online=True, at=NOW - 60, **said):
        status = Status(node.name, at, online, json.dumps(WELL | said) if online else None)
        write_words(self.connection, [status], [])

    def refuse(self, node, reason, at=NOW - 60):
        refused = Rejected(node.name, f"lm/1/{node.name}/page", reason, reason.encode(), at)
        with Store(self.dsn) as store:
            store.write([], [refused], {}, [])

    def read(self, name):
        facts = read_facts(self.connection, self.token, name, AT)
        assert facts is not None
        return facts

    def causes(self, name):
        facts = self.read(name)
        for language in ("nl", "en"):  # every cause has words
            assert to_page(Words(language), facts, None).count("<li") >= len(find_causes(facts))
        return find_causes(facts)

    def keys(self, name):
        return [cause.key for cause in self.causes(name)]


@pytest.fixture(scope="module")
def street(timescale_databases):
    with timescale_databases.migrated(migrate) as dsn, connect(dsn) as connection:
        set_publication(connection, delay_s=0, fewest_nodes=2)
        yield Street(connection, dsn)


def test_a_node_that_is_well_has_no_cause(street):
    node = street.add("well")
    street.measure(node)
    street.say(node)
    assert street.keys("well") == []


def test_silence_has_its_causes(street):
    street.add("never")
    assert street.keys("never") == ["never"]
    street.say(street.add("speaks"))
    assert street.keys("speaks") == ["words"]
    node = street.add("silent")
    street.measure(node, START - 86_400)
    assert street.keys("silent") == ["silent"]
    street.say(node)
    street.say(node, online=False, at=NOW - 30)
    assert street.keys("silent") == ["offline", "silent"]


def test_a_node_without_a_place_is_on_no_map(street):
    node = street.add("nowhere", placed=False)
    street.measure(node)
    assert street.keys("nowhere") == ["place"]
    assert street.causes("nowhere")[0].keeps_off


def test_a_clock_that_is_wrong_is_named(street):
    node = street.add("early")
    street.measure(node, NOW + 86_400)
    assert street.keys("early") == ["ahead"]
    for name, time, key in (("unset", None, "clock.unset"), ("slow", NOW - 4000, "clock.off")):
        node = street.add(name)
        street.measure(node)
        street.say(node, time=time)
        assert street.keys(name) == [key]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("crc", "damaged"),
        ("version", "damaged"),
        ("no time", "clock"),
        ("future", "clock"),
        ("impossible anchor", "clock"),
        ("unknown node", "unknown"),
        ("wrong schema for node", "kind"),
        ("not a number", "other"),
    ],
)
def test_what_was_refused_says_why(street, reason, kind):
    name = f"refused-{reason.replace(' ', '-')}"
    street.refuse(street.add(name), reason)
    (cause,) = street.causes(name)
    assert (cause.key, cause.keeps_off) == (f"refused.{kind}", True)
    assert cause.facts["count"] == 1


def test_what_was_refused_long_ago_or_before_a_good_sample_keeps_nothing_off(street):
    node = street.add("better")
    street.refuse(node, "crc", START - 86_400)
    street.measure(node)
    (cause,) = street.causes("better")
    assert (cause.key, cause.keeps_off) == ("refused.damaged", False)
    street.connection.execute("UPDATE private.rejected SET last_received = '2020-01-01'"
                              " WHERE node = 'better'")  # fmt: skip
    assert street.keys("better") == []


def test_what_a_node_says_of_its_faults_is_repeated(street):
    node = street.add("faulty")
    street.measure(node)
    street.say(
        node,
        sensors={"sps30": "failed: no answer", "bme280": "well"},
        config_error="interval_s is 0",
        outbox={"kept": 150, "dropped": 7},
    )
    assert street.keys("faulty") == ["sensors", "config", "backlog", "dropped"]
    told = {cause.key: cause.facts for cause in street.causes("faulty")}
    assert told["sensors"] == {"names": "sps30"}
    assert told["dropped"] == {"count": 7}
    assert not any(cause.keeps_off for cause in street.causes("faulty"))


def test_a_node_may_say_anything(street):
    node = street.add("odd")
    street.measure(node)
    for said in (
        {"sensors": [1, 2], "outbox": "full", "config_error": {"a": 1}, "battery_mv": "x"},
        {"sensors": {"a": None}, "outbox": {"kept": True, "dropped": "7"}, "uptime_s": 1e300},
        {"selftest": {"<script>": "<b>"}, "version": "<script>alert(1)</script>", "boot": []},
        {"time": "noon", "free_heap": None, "update": [], "commands": 3},
    ):
        street.say(node, **said)
        facts = street.read("odd")
        page = to_page(Words("nl"), facts, None)
        assert "<script>" not in page
        assert len(find_causes(facts)) <= 1


@pytest.mark.parametrize("flag", [Flag.SUSPECT, Flag.FAIL, Flag.NOT_EVALUATED])
def test_values_that_do_not_count_are_a_cause_of_each_quantity(street, flag):
    name = f"flagged-{flag.name.lower().replace('_', '-')}"
    node = street.add(name)
    street.measure(node, flag=flag)
    found = street.causes(name)
    assert {cause.key for cause in found} == {"flagged.at_once"}
    assert "pm25" in {cause.facts["quantity"] for cause in found}
    assert all(cause.facts["share"] == 1 and cause.keeps_off for cause in found)


def test_the_review_is_named_with_its_checks(street):
    node = street.add("reviewed")
    street.measure(node)
    bits = 1 << CHECKS.index("flat") | 1 << CHECKS.index("neighbours")
    each = np.array([node.id], np.int32), np.array([START]), np.array([3], np.uint8)
    found = Findings("pm25", *each, np.array([bits], np.int32))
    week = (START - 86_400, START + 86_400)
    Review(street.connection).write_findings([found], *week, [node.id])
    (cause,) = street.causes("reviewed")
    assert (cause.key, cause.facts["quantity"]) == ("flagged", "pm25")
    assert cause.facts["checks"] == ("flat", "neighbours")


class Ride:
    samples, distance_m = 60, 4000.0

    def __init__(self, public=None, due=None):
        self.start, self.stop, self.due = START, START + 3540, due
        self.public_start, self.public_stop = public or (None, None)


def test_a_bike_is_told_why_its_rides_are_not_public(street):
    street.add("bike-new", "bike")
    assert street.keys("bike-new") == ["never"]
    for name, ride, key in (
        ("bike-waits", Ride(due=NOW + 3600), "waits"),
        ("bike-cut", Ride(), "cut"),
        ("bike-alone", Ride((START + 600, START + 3000)), "alone"),
    ):
        node = street.add(name, "bike")
        street.measure(node, moving=True)
        write_rides(street.connection, node.id, ride.start, ride.stop, [ride])
        (cause,) = street.causes(name)
        assert (cause.key, cause.facts, cause.keeps_off) == (key, {"count": 1}, True)


def test_a_bike_that_does_not_know_where_it_is_or_did_not_ride_is_told(street):
    node = street.add("bike-lost", "bike")
    street.measure(node, moving=True, placed=False)
    assert street.keys("bike-lost") == ["fix", "ride"]
    node = street.add("bike-still", "bike")
    street.measure(node, moving=True)
    assert street.keys("bike-still") == ["ride"]
    street.say(street.add("bike-speaks", "bike"))
    assert street.keys("bike-speaks") == ["words"]
