"""Keys, sessions and who may change which plan, as the dashboard's own role meets them."""

import threading
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

import pytest

from lokaalmeten.errors import StorageError
from storage import crowd, crowd_plans, people, sessions
from storage.access import add_key, link_person, read_keys, read_secret, revoke_key
from storage.crowd import Registered
from storage.pool import connect
from storage.removal import begin_removal
from storage.roles import make_roles
from storage.zones import add_zone, remove_zone
from tests.predict.crowd import places
from tests.services.outlines import box, cut_hole, join

YEAR = timedelta(days=365)
INSIDE = box(4.8, 52.3, 5.0, 52.5)  # the town of places.py lies at 4.9, 52.37


def town(name="town", **changed):
    facts = {"plan": places.plan(), "step_s": 900, "empty_hour": 5, "open": True}
    return Registered(name, **(facts | changed))


@pytest.fixture
def reader(database):
    """A connection with the rights of the dashboard and no others."""
    with connect(database) as connection:
        make_roles(connection)
    with connect(f"{database}?options={quote('-c role=lokaalmeten_reader')}") as connection:
        yield connection


@pytest.fixture
def enter(connection, reader):
    """Makes a key and signs in with it: the token."""

    def sign(role="operator", area=None):
        return sessions.sign_in(reader, add_key(connection, role, "team", YEAR, area)).token

    return sign


def test_a_key_is_kept_as_a_hash_only(connection):
    key = add_key(connection, "operator", "team", YEAR)
    secret = key.split("_", 2)[2]
    kept = connection.execute("SELECT k::text FROM private.access_key k").fetchone()[0]
    noted = connection.execute("SELECT string_agg(e::text, '') FROM private.event e").fetchone()[0]
    assert len(read_secret(key).hash) == 32
    assert read_secret(key).hash.hex() in kept
    assert secret not in kept + noted
    assert key.startswith(f"lm_{read_keys(connection)[0].prefix}_")


def test_two_keys_are_not_alike(connection):
    keys = {add_key(connection, "operator", "team", YEAR) for _ in range(20)}
    assert len({key.split("_", 2)[2] for key in keys}) == 20


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (("king", "team", YEAR), "a role is one of operator, municipality, project, owner"),
        (("operator", "", YEAR), "a key is for somebody"),
        (("operator", "a\nb", YEAR), "a key is for somebody"),
        (("operator", "team", timedelta(0)), "a key lasts"),
        (("operator", "team", YEAR, "gm9999"), "there is no area 'gm9999'"),
    ],
)
def test_a_key_that_cannot_be_is_a_sentence(connection, facts, says):
    with pytest.raises(StorageError, match=says):
        add_key(connection, *facts)
    assert read_keys(connection) == []


def test_a_session_is_of_its_key_until_it_signs_out(connection, reader):
    signed = sessions.sign_in(reader, f"  {add_key(connection, 'operator', 'team', YEAR)}\n")
    assert (signed.role, signed.label, signed.area) == ("operator", "team", None)
    assert sessions.read_session(reader, signed.token) == signed
    kept = connection.execute("SELECT s::text FROM private.session s").fetchone()[0]
    assert signed.token not in kept
    assert read_keys(connection)[0].last_used_at is not None
    sessions.sign_out(reader, signed.token)
    assert sessions.read_session(reader, signed.token) is None
    assert sessions.read_session(reader, None) is None


def test_a_wrong_expired_or_revoked_key_opens_nothing(connection, reader):
    key = add_key(connection, "operator", "team", YEAR)
    other = add_key(connection, "operator", "team", YEAR)
    mixed = "_".join((*key.split("_", 2)[:2], other.split("_", 2)[2]))
    for wrong in (
        "",
        "lm_",
        key[:-1],
        key[:-3] + "AAA",
        mixed,
        key.replace("lm_", "xx_"),
        "é" * 60,
    ):
        assert sessions.sign_in(reader, wrong) is None, wrong
    connection.execute("UPDATE private.access_key SET expires_at = now()")
    assert sessions.sign_in(reader, key) is None
    connection.execute("UPDATE private.access_key SET expires_at = now() + interval '1 day'")
    signed = sessions.sign_in(reader, key)
    revoke_key(connection, key.split("_")[1])
    assert sessions.read_session(reader, signed.token) is None
    assert sessions.sign_in(reader, key) is None
    assert [each.opens for each in read_keys(connection)] == [False, True]
    with pytest.raises(StorageError, match="revoked already"):
        revoke_key(connection, key)


def test_no_secret_opens_the_link_of_a_person(connection, reader):
    prefix = link_person(connection, "kim@example.org", "operator", "Kim", YEAR)
    for secret in (b"\0" * 32, sha256(b"").digest(), sha256(b"kim@example.org").digest()):
        text = urlsafe_b64encode(secret).decode().rstrip("=")
        assert sessions.sign_in(reader, f"lm_{prefix}_{text}") is None


@pytest.mark.parametrize(
    ("account", "facts", "says"),
    [
        ("kim@", {}, "is not an e-mail address"),
        ("k im@example.org", {}, "is not an e-mail address"),
        ("", {}, "1 to 255 letters"),
        ("x" * 256, {}, "1 to 255 letters"),
        ("kim", {"project": "street"}, "with a key of role project, not operator"),
        ("kim", {"owner": "ann"}, "with a key of role owner, not operator"),
    ],
)
def test_a_person_that_cannot_be_is_a_sentence(connection, account, facts, says):
    with pytest.raises(StorageError, match=says):
        link_person(connection, account, "operator", "Kim", YEAR, **facts)
    assert read_keys(connection) == []


def test_an_account_is_linked_once_and_again_when_it_was_taken_back(connection):
    for account in ("Kim@example.org", "subject-7"):
        link_person(connection, account, "operator", "Kim", YEAR)
        with pytest.raises(StorageError, match="linked already"):
            link_person(connection, account.lower(), "operator", "Kim", YEAR)
        revoke_key(connection, account)
        link_person(connection, account, "operator", "Kim", YEAR)
    assert [key.account for key in read_keys(connection)] == [
        *(None, "kim@example.org", None, "subject-7")
    ]


def test_an_owner_who_is_removed_leaves_no_account(connection):
    people.add_owner(connection, "ann")
    link_person(connection, "ann@example.org", "owner", "Ann", YEAR, owner="ann")
    begin_removal(connection, [], owner="ann")
    assert [key.account for key in read_keys(connection)] == [None]
    assert sessions.sign_in_person(connection, "https://a", "7", "ann@example.org") is None


def test_a_session_ends_with_its_time_and_with_that_of_its_key(connection, reader, enter):
    tokens = [enter(), enter()]
    connection.execute("UPDATE private.session SET expires_at = now() WHERE key_id = 1")
    connection.execute("UPDATE private.access_key SET expires_at = now() WHERE id = 2")
    assert [sessions.read_session(reader, token) for token in tokens] == [None, None]
    enter()  # whoever signs in sweeps up
    assert connection.execute("SELECT count(*) FROM private.session").fetchone() == (2,)


def test_a_saved_plan_is_a_version_with_who_and_when(connection, reader, enter):
    token = enter("municipality")
    assert sessions.change_plan(reader, token, town(), 0) == sessions.Outcome("saved", 1)
    other = town(plan=places.changed("zone", "square", capacity=1500))
    assert sessions.change_plan(reader, token, other, 1) == sessions.Outcome("saved", 2)
    assert sessions.change_plan(reader, token, other, 2).version == 2  # nothing is new
    crowd.add_place(connection, town(open=False))
    versions = crowd_plans.read_versions(connection, "town")
    assert [each.version for each in versions] == [1, 2, 3]
    assert [each.who for each in versions[:2]] == ["team", "team"]
    assert versions[2].key is None
    assert [each.open for each in versions] == [True, True, False]
    assert versions[1].plan == other.plan
    assert crowd.read_place(connection, "town") == town(open=False)
    found = sessions.read_plans(reader, token)
    assert [(each.name, each.version, each.may_change) for each in found] == [("town", 3, True)]
    assert sessions.read_plans(reader, None) == []  # it is not open any more


def test_who_changes_an_old_version_is_told(connection, reader, enter):
    crowd.add_place(connection, town())
    token = enter()
    new = town(step_s=300)
    assert sessions.change_plan(reader, token, new, 0) == sessions.Outcome("overtaken", 1)
    assert sessions.change_plan(reader, token, new, 2) == sessions.Outcome("overtaken", 1)
    nowhere = sessions.change_plan(reader, token, town("other"), 1)
    assert nowhere == sessions.Outcome("overtaken", None)
    assert crowd.read_place(connection, "town").step_s == 900


def test_of_two_who_save_at_once_one_is_told(database, connection, enter):
    crowd.add_place(connection, town())
    token, outcomes, ready = enter(), [], threading.Barrier(2)

    def save(name, based_on, step_s):
        with connect(database) as own:
            ready.wait()
            outcomes.append(sessions.change_plan(own, token, town(name, step_s=step_s), based_on))

    for name, based_on in (("town", 1), ("new", 0)):
        outcomes.clear()
        both = [threading.Thread(target=save, args=(name, based_on, s)) for s in (300, 600)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert sorted(each.what for each in outcomes) == ["overtaken", "saved"]


@pytest.mark.parametrize("role", ["project", "owner", None])
def test_other_roles_and_strangers_change_nothing(connection, reader, enter, role):
    crowd.add_place(connection, town())
    crowd.add_place(connection, town("shut", open=False))
    token = enter(role) if role else "made up"
    said = "role" if role else "signed out"
    assert sessions.change_plan(reader, token, town(step_s=300), 1).what == said
    assert sessions.change_plan(reader, None, town(step_s=300), 1).what == "signed out"
    found = sessions.read_plans(reader, token)
    assert [(each.name, each.may_change) for each in found] == [("town", False)]
    assert sessions.read_plans(reader, token, "shut") == []
    assert crowd.read_place(connection, "town") == town()


def test_a_key_of_an_area_changes_only_what_lies_in_it(connection, reader, enter):
    away = box(5.5, 51, 5.6, 51.1)
    holed = cut_hole(INSIDE, box(4.895, 52.365, 4.905, 52.375))
    outlines = {"here": INSIDE, "away": away, "holed": holed, "both": join(away, INSIDE)}
    for name, outline in outlines.items():
        add_zone(connection, name, "municipality", name, outline)
    tokens = {name: enter("municipality", name) for name in outlines}
    tried = {
        name: sessions.change_plan(reader, tokens[name], town(name), 0).what for name in tokens
    }
    assert tried == {"here": "saved", "away": "area", "holed": "area", "both": "saved"}
    # what lies elsewhere is neither seen, while it is shut, nor moved here
    far = places.plan()
    for feature in far["features"]:
        feature["geometry"]["coordinates"] = move(feature["geometry"]["coordinates"])
    crowd.add_place(connection, town("far", plan=far, open=False))
    assert sessions.change_plan(reader, tokens["here"], town("far"), 1).what == "area"
    assert sessions.read_plans(reader, tokens["here"], "far") == []
    partly = {**places.plan(), "features": [*places.plan()["features"][:-1], far["features"][-1]]}
    assert sessions.change_plan(reader, tokens["here"], town("part", plan=partly), 0).what == "area"
    remove_zone(connection, "here")  # an area that is gone is no longer everywhere
    assert sessions.change_plan(reader, tokens["here"], town("here", step_s=300), 1).what == "area"


def move(shape):
    if isinstance(shape[0], float):
        return [shape[0] + 1, shape[1]]
    return [move(part) for part in shape]


def test_a_removed_place_takes_its_versions_along_and_the_log_keeps_that(connection):
    crowd.add_place(connection, town())
    crowd.remove_place(connection, "town")
    with pytest.raises(StorageError, match="no place called 'town'"):
        crowd_plans.read_versions(connection, "town")
    what = connection.execute("SELECT what FROM private.event ORDER BY id DESC LIMIT 1").fetchone()
    assert what == ("crowd place removed",)
