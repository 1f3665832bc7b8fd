"""Every change that people make leaves one row in the log: who, what, of what, and no secret."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import (
    access,
    agreements,
    calibrations,
    crowd,
    crowd_events,
    events,
    licences,
    logins,
    mine,
    notices,
    owner_export,
    people,
    privacy,
    registry,
    removal,
    sessions,
    troubles,
    zones,
)
from storage.retention import retain
from storage.rights import ACTIONS
from tests.predict.crowd import places
from tests.services.outlines import box
from tests.storage.test_access import town

STORAGE = Path(events.__file__).parent
YEAR = timedelta(days=365)
SINCE = datetime(2026, 1, 2, tzinfo=UTC)
HOME = [(52.0907374, 5.1214201)]
PARTY = datetime(2026, 6, 1, 18, tzinfo=UTC)


def plan_event(connection, name="Fire"):
    event = crowd_events.Planned(0, name, "fair", PARTY, PARTY + timedelta(hours=2), 900)
    return crowd_events.add_planned(connection, "town", event, beside=True)


def subscribe(connection, address="a@example.org"):
    return notices.subscribe(connection, "town", "email", address, 1, "nl")


def listen(connection, address):
    return troubles.subscribe(connection, "email", address, "nl", ["silent"])


def remove_node(connection):
    (node,) = removal.find_nodes(connection, node="box-1")
    removal.begin_removal(connection, [node])
    return node


def export(connection):
    owner_export.note_export(connection, owner_export.find_whose(connection, "ann"), samples=2)


CHANGES = {  # what the log says: what is done
    "key added": lambda c: access.add_key(c, "operator", "team", YEAR),
    "person linked": lambda c: access.link_person(c, "kim@example.org", "operator", "Kim", YEAR),
    "key revoked": lambda c: access.revoke_key(c, "bo@example.org"),
    "owner added or changed": lambda c: people.add_owner(c, "bob", email="bob@example.org"),
    "owner removed": lambda c: removal.begin_removal(c, [], owner="ann"),
    "project added or changed": lambda c: people.add_project(c, "lane"),
    "project removed": lambda c: people.remove_project(c, "street"),
    "node registered or changed": lambda c: people.place_node(c, 1, owner="ann"),
    "sensor added": lambda c: people.add_sensor(c, 1, "sps30", SINCE, serial="serial-7"),
    "removal of a node begun": remove_node,
    "node removed": lambda c: removal.finish_removal(c, removal.find_nodes(c, node="box-1")[0]),
    "login of a node made": lambda c: logins.give_login(c, "box-2"),
    "login of a node revoked": lambda c: logins.revoke_login(c, "box-1"),
    "licence said": lambda c: licences.add_consent(c, licences.CC0, node="box-1"),
    "privacy zone drawn": lambda c: privacy.add_privacy_zone(c, "ann", "new", HOME, 99),
    "privacy zone removed": lambda c: privacy.remove_privacy_zone(c, "ann", "home"),
    "publication of rides changed": lambda c: privacy.set_publication(c, delay_s=7200),
    "calibration added": lambda c: calibrations.add_calibration(
        c, "pm25", "linear", {"a": 1}, SINCE, node=1
    ),
    "zone added or changed": lambda c: zones.add_zone(c, "z", "park", "Z", box(5, 52, 5.1, 52.1)),
    "zone removed": lambda c: zones.remove_zone(c, "area"),
    "crowd plan saved": lambda c: crowd.add_place(c, town(step_s=300)),
    "crowd place removed": lambda c: crowd.remove_place(c, "town"),
    "event planned": plan_event,
    "planned event removed": lambda c: crowd_events.remove_planned(c, "town", 1),
    "subscription added or changed": subscribe,
    "receiver of nodes added or changed": lambda c: listen(c, "a@example.org"),
    "receiver of nodes removed": lambda c: troubles.unsubscribe(c, 1),
    "address of an owner forgotten": lambda c: people.forget_email(c, "ann"),
    "purpose agreed to": lambda c: agreements.say_agreement(c, "box-1", "publish", given=True),
    "purpose withdrawn": lambda c: agreements.say_agreement(c, "box-1", "publish", given=False),
    "subscription removed": lambda c: notices.unsubscribe(c, "town", 1),
    "owner exported": export,
    "retention applied": lambda c: retain(c, SINCE),
}
BY_PROGRAMS = {"forecasts drifted", "signed in"}  # no change that somebody made
SECRETS = ("bob@example", "kim@example", "a@example.org", "52.09", "5.12", "serial-7", "$7$")


@pytest.fixture
def town_of_ann(connection):
    """Somebody with a box, a zone, a key and a place where people gather."""
    people.add_owner(connection, "ann")
    people.add_project(connection, "street")
    for name in ("box-1", "box-2"):
        registry.add_node(connection, name, "box")
    logins.give_login(connection, "box-1")
    privacy.add_privacy_zone(connection, "ann", "home", HOME, 100)
    zones.add_zone(connection, "area", "park", "Area", box(5, 52, 5.2, 52.2))
    crowd.add_place(connection, town())
    plan_event(connection, "Choir")
    subscribe(connection, "b@example.org")
    listen(connection, "b@example.org")
    access.link_person(connection, "bo@example.org", "operator", "Bo", YEAR)
    return connection


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_leaves_one_row_without_a_secret(town_of_ann, what):
    connection = town_of_ann
    query = "SELECT what, e::text FROM private.event e ORDER BY id"
    before = len(connection.execute(query).fetchall())
    made = CHANGES[what](connection)
    rows = connection.execute(query).fetchall()[before:]
    assert [row[0] for row in rows] == [what]
    assert not any(secret in rows[0][1] for secret in SECRETS)
    if what in ("key added", "login of a node made"):
        assert made.split("_")[-1] not in rows[0][1]


def test_every_change_that_the_storage_notes_is_tried_here_or_on_the_pages():
    noted = set()
    for path in (*STORAGE.rglob("*.py"), *STORAGE.rglob("*.sql")):
        text = path.read_text("utf-8")
        noted |= set(re.findall(r"(?:note|log)\(\s*connection,\s*\"([^\"]+)\"", text))
        noted |= set(re.findall(r"note_mine\(\s*[a-z_.]+, '([^']+)'", text))
        noted |= set(re.findall(r"INTO private\.event \(what.*?VALUES \(\s*'([^']+)'", text, re.S))
    on_pages = {action.leaves for action in ACTIONS}
    assert noted - {"key added"} - BY_PROGRAMS <= set(CHANGES) | on_pages
    assert len(noted) > 25


def test_the_log_is_read_with_names_and_without_those_that_are_gone(town_of_ann):
    connection = town_of_ann
    people.place_node(connection, 1, owner="ann", project="street")
    key = access.add_key(connection, "municipality", "Crowd team", YEAR)
    token = sessions.sign_in(connection, key).token
    plan = places.changed("zone", "square", capacity=1500)
    sessions.change_plan(connection, token, town(plan=plan), 1)
    found = events.read_events(connection, datetime.now(UTC) - timedelta(minutes=5))
    placed = next(each for each in found if each.what == "node registered or changed")
    assert placed.about == {"node": "box-1", "owner": "ann", "project": "street"}
    assert (placed.way, placed.key) == ("command line", None)
    saved = found[-1]
    assert (saved.what, saved.who, saved.way) == ("crowd plan saved", "Crowd team", "pages")
    assert saved.key == access.read_secret(key).prefix
    assert (saved.about, saved.facts) == ({"place": "town"}, {"version": 2})
    remove_node(connection)
    crowd.remove_place(connection, "town")
    found = events.read_events(connection, datetime.now(UTC) - timedelta(minutes=5))
    placed = next(each for each in found if each.what == "node registered or changed")
    assert placed.about["node"] == "1"
    assert events.read_events(connection, datetime.now(UTC) + timedelta(minutes=5)) == []


def test_who_changes_own_things_on_the_pages_is_named_by_key(town_of_ann):
    connection = town_of_ann
    people.place_node(connection, 1, owner="ann")
    key = access.add_key(connection, "owner", "Ann", YEAR, owner="ann")
    token = sessions.sign_in(connection, key).token
    assert mine.change_node(connection, token, "box-1", label="Roof") == "saved"
    last = events.read_events(connection, SINCE)[-1]
    assert (last.who, last.what) == ("Ann", "node changed by its owner")
    assert last.about == {"node": "box-1", "owner": "ann"}


def test_rows_that_are_older_than_three_years_go(connection):
    people.add_owner(connection, "ann")
    connection.execute("UPDATE private.event SET at = now() - interval '1096 days'")
    people.add_owner(connection, "bob")
    retain(connection, datetime.now(UTC))
    left = connection.execute("SELECT what FROM private.event ORDER BY id").fetchall()
    assert left == [("owner added or changed",), ("retention applied",)]
