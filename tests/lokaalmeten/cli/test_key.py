"""`meten key` and `meten crowd plan history` as people use them."""

import json
import re

import pytest

from storage.access import read_secret
from storage.crowd import Registered
from storage.people import add_project
from storage.pool import connect
from storage.sessions import change_plan, read_session, sign_in, sign_in_person
from storage.zones import add_zone
from tests.predict.crowd import places
from tests.services.meten import meten
from tests.services.outlines import box


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(timescale_database):
    dsn = timescale_database
    with connect(dsn) as connection:
        add_zone(connection, "gm0344", "municipality", "Utrecht", box(5, 52, 5.2, 52.2))
    words = (
        "--role",
        "municipality",
        "--for",
        "Crowd team",
        "--area",
        "GM0344",
        "--expires",
        "30d",
    )
    added = meten("key", "add", *words, dsn=dsn)
    assert added.returncode == 0, added.stderr
    key = added.stdout.split("\n")[0]
    secret = read_secret(key)
    assert secret is not None
    listed = meten("key", "list", dsn=dsn).stdout
    line = next(each for each in listed.split("\n") if secret.prefix in each)
    assert re.search(
        r"municipality\s+Crowd team\s+-\s+gm0344\s+until \d{4}-\d\d-\d\d\s+never", line
    )
    assert key.split("_", 2)[2] not in listed
    with connect(dsn) as connection:
        token = sign_in(connection, key).token
        done = meten("key", "revoke", secret.prefix, dsn=dsn)
        assert "signed out" in done.stdout
        assert read_session(connection, token) is None
    assert "revoked 20" in meten("key", "list", dsn=dsn).stdout


def test_a_person_is_linked_listed_and_taken_back_by_the_account(timescale_database):
    dsn = timescale_database
    with connect(dsn) as connection:
        add_project(connection, "street")
    words = ("--role", "project", "--project", "street", "--for", "Kim [S]")
    linked = meten("key", "link", "Kim@Example.org", *words, dsn=dsn)
    assert linked.returncode == 0, linked.stderr
    prefix = linked.stdout.split()[-1]
    assert re.search(rf"{prefix}\s+project\s+Kim \[S\]\s+kim@example.org\s+of street\s+until",
                     meten("key", "list", dsn=dsn).stdout)  # fmt: skip
    again = meten("key", "link", "kim@example.org", *words, dsn=dsn)
    assert again.returncode == 2
    assert "kim@example.org is linked already" in again.stderr
    with connect(dsn) as connection:
        token = sign_in_person(connection, "https://a", "7", "kim@example.org").token
        assert meten("key", "revoke", "KIM@example.org", dsn=dsn).returncode == 0
        assert read_session(connection, token) is None
    wrong = meten("key", "link", "kim", "--role", "owner", "--for", "Kim", dsn=dsn)
    assert wrong.returncode == 2
    assert "--owner NAME belong together" in wrong.stderr


def test_the_history_of_a_plan_says_who_and_what(timescale_database, tmp_path):
    dsn, file = timescale_database, tmp_path / "town.geojson"
    file.write_text(json.dumps(places.plan()))
    assert meten("crowd", "add", file, "--name", "town", dsn=dsn).returncode == 0
    key = meten("key", "add", "--role", "operator", "--for", "Ops", dsn=dsn).stdout.split("\n")[0]
    plan = places.changed("zone", "square", capacity=1500)
    plan["features"] = [each for each in plan["features"] if "stairs-b" not in str(each)]
    plan["features"].append(places.zone("quay", capacity=90))
    with connect(dsn) as connection:
        token = sign_in(connection, key).token
        change_plan(connection, token, Registered("town", plan, 300, 5, False), 1)
    lines = meten("crowd", "plan", "history", "town", dsn=dsn).stdout.strip().split("\n")
    assert re.match(r"\s*2\s+20.* Ops\s+\w{8}\s+zone quay added, ", lines[1])
    assert "counter stairs-b removed, zone square changed, interval changed" in lines[1]
    assert re.search(r"command line\s+first plan", lines[2])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("key", "add", "--role", "king", "--for", "me"), "a role is one of operator"),
        (("key", "add", "--role", "operator", "--for", "me", "--expires", "1y"), "such as 365d"),
        (("key", "add", "--role", "operator", "--for", "me", "--area", "gm1"), "no area 'gm1'"),
        (("key", "revoke", "abcdefgh"), "no key begins with 'abcdefgh'"),
        (("crowd", "plan", "history", "town"), "no place called 'town'"),
    ],
)
def test_what_cannot_be_is_a_sentence(timescale_database, words, says):
    refused = meten(*words, dsn=timescale_database)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
