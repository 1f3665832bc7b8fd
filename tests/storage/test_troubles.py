"""Troubles and notices in a real database: all of a look or nothing, to whom it may go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lokaalmeten.cli.notify_rounds import look_at
from lokaalmeten.errors import StorageError
from lokaalmeten.node_health import Rules
from lokaalmeten.words import Status
from storage import handing, people, troubles
from storage.agreements import say_agreement
from storage.node_status import write_words
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from storage.zones import add_zone
from tests.services.outlines import box
from tests.services.samples import START, make_samples

LAST = datetime.fromtimestamp(START, UTC)
DAY = timedelta(days=1)
LATER = LAST + 2 * DAY
RULES = Rules()
TARGET = "beheer@example.org"


@pytest.fixture
def connection(timescale_database):
    with connect(timescale_database) as opened:
        people.add_owner(opened, "ann", email="ann@example.org")
        people.add_project(opened, "street")
        for name in ("box-1", "box-2", "bike-1"):
            is_bike = name.startswith("bike")
            place: dict[str, Any] = {} if is_bike else {"lat": 52.0907, "lon": 5.1214}
            node = add_node(opened, name, "bike" if is_bike else "box", **place)
            people.place_node(opened, node.id, owner="ann", project="street")
            write(opened, [make_samples(node.id, 1, schema=2 if is_bike else 1, moving=is_bike)])
        yield opened


def look(connection, now=LATER, rules=RULES):
    changes, letters = look_at(connection, rules, now, with_limits=False)
    told = [(letter.what, [trouble.node for trouble in letter.troubles]) for _, letter in letters]
    return changes, told


def take_all(connection, channel="email", now=LATER):
    taken = []
    while (due := troubles.take(connection, channel, now)) is not None:
        handing.settle(connection, "node_notice", due.number, "sent", now, now)
        taken.append(due)
    return taken


def test_a_look_that_is_repeated_notes_and_queues_nothing_twice(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    changes, told = look(connection)
    assert {found.kind for found in changes.begun} == {"silent"}
    assert told == [("begun", ["box-1"]), ("begun", ["box-2"])]
    assert look(connection) == (([], [], [], []), [])
    assert [due.target for due in take_all(connection)] == [TARGET] * 2
    assert take_all(connection) == []


def test_of_a_look_that_breaks_nothing_is_kept(connection, monkeypatch):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])

    def break_down(*_):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(troubles, "queue", break_down)
        with pytest.raises(RuntimeError):
            look(connection)
    assert troubles.read_lasting(connection) == []
    assert len(look(connection)[1]) == 2


def test_an_owner_is_mailed_only_of_nodes_for_which_mail_was_agreed_to(connection):
    assert look(connection)[1] == []
    say_agreement(connection, "box-2", "mail", given=True)
    assert look(connection)[1] == [("begun", ["box-2"])]
    (due,) = take_all(connection)
    assert (due.target, due.said["owner"], due.language) == ("ann@example.org", True, "nl")


def test_bikes_are_told_to_their_owner_alone(connection):
    rules = Rules(silent_bike=DAY)
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent", "battery", "limit"])
    say_agreement(connection, "bike-1", "mail", given=True)
    told = look(connection, rules=rules)[1]
    assert told.count(("begun", ["bike-1"])) == 1
    by_target = {(due.target, due.said["nodes"][0]["node"]) for due in take_all(connection)}
    assert (TARGET, "bike-1") not in by_target
    assert ("ann@example.org", "bike-1") in by_target


def test_who_withdraws_mail_gets_nothing_that_still_waits(connection):
    for node in ("box-1", "box-2"):
        say_agreement(connection, node, "mail", given=True)
    assert len(look(connection)[1]) == 2
    say_agreement(connection, "box-1", "mail", given=False)
    assert [due.said["nodes"][0]["node"] for due in take_all(connection)] == ["box-2"]


def test_another_owner_has_not_agreed_to_mail(connection):
    say_agreement(connection, "box-1", "mail", given=True)
    people.add_owner(connection, "ben", email="ben@example.org")
    number = connection.execute("SELECT id FROM private.node WHERE name = 'box-1'").fetchone()[0]
    people.place_node(connection, number, owner="ben")
    assert look(connection)[1] == []


def test_a_subscription_is_of_a_project_or_a_zone_and_of_some_kinds(connection):
    add_zone(connection, "town", "municipality", "Town", box(5.0, 52.0, 5.2, 52.2))
    people.add_project(connection, "other")
    far = add_node(connection, "box-far", "box", lat=53.0, lon=6.0)
    write(connection, [make_samples(far.id, 1)])
    given = {
        troubles.subscribe(connection, "email", f"{n}@example.org", "en", kinds, **where): expected
        for n, (kinds, where, expected) in enumerate(
            [
                (["silent"], {}, {"box-1", "box-2", "box-far"}),
                (["silent"], {"zone": "town"}, {"box-1", "box-2"}),
                (["silent"], {"project": "street"}, {"box-1", "box-2"}),
                (["silent"], {"project": "other"}, set()),
                (["battery"], {}, set()),
            ]
        )
    }
    _, letters = look_at(connection, RULES, LATER, with_limits=False)
    for number, expected in given.items():
        heard = {
            trouble.node
            for receiver, letter in letters
            if receiver.subscription == number
            for trouble in letter.troubles
        }
        assert heard == expected


def test_who_is_no_longer_told_is_forgotten_with_all_that_waits(connection):
    number = troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    look(connection)
    troubles.unsubscribe(connection, number)
    for table in ("node_subscription", "node_notice"):
        rows = connection.execute(f"SELECT t::text FROM private.{table} t".encode()).fetchall()
        assert rows == []
    with pytest.raises(StorageError, match="there is no subscription 1; see: meten notify list"):
        troubles.unsubscribe(connection, number)


def test_a_battery_is_low_until_it_was_charged(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["battery"])

    def say(millivolt, at):
        said = f'{{"battery_mv": {millivolt}}}'
        write_words(connection, [Status("box-1", int(at.timestamp()), True, said)], [])

    say(3600, LAST)
    assert look(connection, LAST)[1] == [("begun", ["box-1"])]
    say(3800, LAST + timedelta(hours=1))
    assert look(connection, LAST + timedelta(hours=1))[1] == []
    say(4000, LAST + timedelta(hours=2))
    assert look(connection, LAST + timedelta(hours=2))[1] == [("over", ["box-1"])]
    assert [due.said["what"] for due in take_all(connection)] == ["begun", "over"]


@pytest.mark.parametrize("said", ["1e400", "-1e400", '"low"', "null", "[]", "{}", "true"])
def test_what_a_node_says_of_its_battery_breaks_nothing(connection, said):
    words = f'{{"battery_mv": {said}, "outbox": {said}, "version": {said}}}'
    write_words(connection, [Status("box-1", START, True, words)], [])
    assert look(connection, LAST)[1] == []


def test_nobody_hears_that_it_is_over_before_they_heard_of_it(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    look(connection)
    first = troubles.take(connection, "email", LATER)
    later = LATER + DAY
    handing.settle(connection, "node_notice", first.number, "waiting", LATER, later, "no answer")
    assert troubles.take(connection, "email", LATER) is None
    assert troubles.take(connection, "email", LATER + DAY).number == first.number


def test_what_was_being_mailed_when_the_program_stopped_is_not_mailed_twice(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    look(connection)
    due = troubles.take(connection, "email", LATER)
    handing.hand(connection, "node_notice", due.number, LATER)
    again = take_all(connection, now=LATER + timedelta(minutes=5))
    assert due.number not in [one.number for one in again]
    states = {one.state for one in troubles.read_notices(connection, LAST)}
    assert states == {"sent", "unsure"}


def test_a_node_that_is_removed_leaves_the_notices_that_told_of_many(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    for number in range(3, 8):
        node = add_node(connection, f"box-{number}", "box", lat=52.0907, lon=5.1214)
        write(connection, [make_samples(node.id, 1)])
    ((_, told),) = look(connection)[1]
    assert len(told) == 7
    connection.execute("DELETE FROM private.node WHERE name = 'box-5'")
    (due,) = take_all(connection)
    assert "box-5" not in str(due.said)
    assert len(due.said["nodes"]) == 6
    assert look(connection)[1] == []


def test_of_a_node_that_is_withdrawn_only_its_owner_is_told(connection):
    troubles.subscribe(connection, "email", TARGET, "nl", ["silent"])
    say_agreement(connection, "box-1", "publish", given=False)
    say_agreement(connection, "box-1", "mail", given=True)
    assert look(connection)[1] == [("begun", ["box-2"]), ("begun", ["box-1"])]
    assert {due.target for due in take_all(connection)} == {TARGET, "ann@example.org"}


def test_an_address_is_in_no_text_of_what_is_kept_in_memory():
    one = troubles.Subscription(1, "email", TARGET, "nl", ["silent"], None, None)
    assert TARGET not in repr(one)
