"""Signing in with an account elsewhere, over HTTP with a provider that signs and is strict."""

import hmac
import json
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.access.oidc.pending import NAME as PENDING
from storage.access import add_key, revoke_key
from storage.pool import connect
from tests.dashboard.access.conftest import NAME, YEAR, read_alert, to_login, to_query
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.accounts import CLIENT, SECRET, make_key, providing

ANN = "ann@teststad.example"


def who(door):
    """What the page says of who is signed in."""
    text = door.get("/en/sign-in").text
    return text.split('class="lead">')[1].split("<")[0]


def test_an_account_that_was_linked_gets_a_session_with_its_role(door):
    prefix = door.link()
    came = door.sign_in()
    assert came.status == 200
    assert "label of ann@teststad.example" in who(door)
    assert "operator" in who(door)
    said = came.headers["set-cookie"]
    for mark in (f"{COOKIE}=", "HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert mark in said
    assert came.headers["cache-control"] == "no-store"
    assert PENDING not in door.cookies
    rows = door.run(
        "SELECT e.what, k.prefix FROM private.event e JOIN private.access_key k ON k.id = e.key_id"
    )
    assert rows == [("signed in", prefix)]


def test_one_goes_on_by_a_link_of_our_own_to_where_one_was_going(door):
    door.link()
    came = door.sign_in(asked=door.ask("nl", "/nl/drukte/plein/plan"))
    assert '<meta http-equiv="refresh" content="0; url=/nl/drukte/plein/plan">' in came.text
    assert "Aangemeld" in came.text
    elsewhere = door.sign_in(asked=door.ask("nl", "https://elsewhere.example/"))
    assert 'content="0; url=/nl/aanmelden"' in elsewhere.text


def test_the_question_keeps_its_secrets_in_the_browser(door):
    asked = door.ask()
    kept = door.cookies[PENDING].split(".")
    assert asked["state"] == kept[0]
    assert asked["nonce"] == kept[1]
    assert kept[2] not in str(asked)  # only the hash of the verifier is sent
    assert len({*kept[:3]}) == 3
    assert asked["redirect_uri"] == f"{door.address}/oidc/callback"
    other = door.ask()
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & {*other.values()}


def test_an_account_that_nobody_linked_is_told_whom_to_ask(door):
    door.link("bob@teststad.example")
    came = door.sign_in()
    assert came.status == 403
    assert read_alert(came) == (
        f"You are signed in at {NAME} as {ANN}, but that account has no role here yet. Ask"
        f" beheer@teststad.example for one, and say {ANN}."
    )
    assert door.token is None
    assert door.run("SELECT count(*) FROM private.session") == [(0,)]
    assert 'name="key"' in came.text


@pytest.mark.parametrize("confirmed", [None, False, "true", 1])
def test_an_address_that_the_provider_does_not_confirm_opens_nothing(door, confirmed):
    door.link()
    door.accounts.claims = {"email_verified": confirmed}
    came = door.sign_in()
    assert came.status == 403
    assert "say 7c1." in read_alert(came)  # that can be linked instead
    door.link("7c1")
    assert door.sign_in().status == 200


def test_an_address_that_is_given_to_somebody_else_opens_nothing_for_them(door):
    door.link()
    assert door.sign_in(email=ANN.title()).status == 200
    assert door.run("SELECT issuer, subject FROM private.access_key") == [
        (door.accounts.issuer, "7c1")
    ]
    assert door.sign_in(subject="8d2").status == 403
    assert door.sign_in(email="ann.new@teststad.example").status == 200  # the account is the same


def test_nobody_is_linked_by_a_name_that_looks_like_an_address(door):
    door.link()
    assert door.sign_in(subject=ANN, email="mallory@teststad.example").status == 403
    door.link("8d2")
    assert door.sign_in(subject="9e3", email="8d2").status == 403


def test_a_session_ends_with_its_link(door):
    prefix = door.link()
    door.sign_in()
    with connect(door.dsn) as connection:
        revoke_key(connection, prefix)
    assert "Who has a key" in who(door)
    assert door.sign_in().status == 403
    kept = "SELECT email, issuer, subject FROM private.access_key"
    assert door.run(kept) == [(None, None, None)]
    door.link()  # again
    door.sign_in()
    door.run(
        "UPDATE private.access_key SET expires_at = now() WHERE revoked_at IS NULL RETURNING 1"
    )
    assert "Who has a key" in who(door)
    assert door.sign_in().status == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": [CLIENT, "another"]},  # without azp, that it was made for us
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_token_that_says_something_wrong_opens_nothing(door, claims):
    door.link()
    door.accounts.claims = claims
    came = door.sign_in()
    assert came.status == 403
    assert "does not prove who you are" in read_alert(came)
    assert door.token is None


def test_what_several_are_meant_to_read_is_for_us_when_it_says_so(door):
    door.link()
    door.accounts.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert door.sign_in().status == 200


@pytest.mark.parametrize(("ahead_s", "status"), [(50, 200), (-350, 200), (70, 403), (-370, 403)])
def test_clocks_may_differ_by_a_minute(door, ahead_s, status):
    door.link()  # a token lasts 300 s
    door.accounts.ahead_s = ahead_s
    assert door.sign_in().status == status


def test_a_state_that_is_not_of_this_browser_opens_nothing(door):
    door.link()
    way, before = door.enter(), door.accounts.asked.count("/token")
    for wrong in ("another", "", None, "é"):
        kept = dict(door.cookies)
        came = door.get(to_query(way, state=wrong))
        assert came.status == 403
        assert "een ander venster" in read_alert(came)
        door.cookies = kept
    door.cookies = {}
    assert door.get(way).status == 403  # of who was sent a link by somebody who signed in
    assert door.token is None
    assert door.accounts.asked.count("/token") == before


def test_a_code_is_good_once(door):
    door.link()
    way, kept = door.enter(), dict(door.cookies)
    assert door.get(way).status == 200
    door.cookies = kept
    came = door.get(way)
    assert came.status == 403
    assert "does not prove" in read_alert(came)
    assert door.token is None


def test_a_code_of_another_question_opens_nothing(door):
    """Mixed up by somebody who has both: PKCE."""
    door.link()
    stolen = door.enter()
    code = stolen.split("code=")[1].split("&")[0]
    asked = door.ask()
    came = door.get(f"/oidc/callback?code={code}&state={asked['state']}")
    assert came.status == 403


def test_what_the_provider_refuses_is_a_sentence(door):
    asked = door.ask()
    came = door.get("/oidc/callback", state=asked["state"], error="access_denied")
    assert came.status == 403
    assert read_alert(came) == f"Nobody was signed in at {NAME}. Try again."


def test_five_failures_in_a_row_are_enough_for_a_minute(site, door):
    dsn, _, accounts = site
    door.link()
    with running(dsn, login=to_login(accounts)) as address:
        own = type(door)(dsn, address, accounts)
        accounts.claims = {"nonce": "another"}
        assert [own.sign_in().status for _ in range(6)] == [403] * 5 + [429]
        accounts.claims = {}
        assert own.sign_in().status == 429


def test_keys_may_change_at_any_time(door):
    accounts = door.accounts
    door.link()
    assert door.sign_in().status == 200
    old = accounts.key
    accounts.key = make_key("ES256", "second")
    accounts.shown = [old, accounts.key]
    assert door.sign_in().status == 200
    accounts.key, before = make_key("RS256", "never shown"), accounts.asked.count("/keys")
    assert door.sign_in().status == 403
    assert accounts.asked.count("/keys") == before + 1
    accounts.key = make_key("RS256", "first")  # another one under a name that is known
    assert door.sign_in().status == 403
    accounts.key = old


@pytest.mark.parametrize("kind", ["none", "secret", "public key"])
def test_a_signature_that_anybody_can_make_opens_nothing(door, kind, monkeypatch):
    door.link()
    accounts = door.accounts

    public = accounts.key.as_pem(private=False)
    secret = {"none": b"", "secret": SECRET.encode(), "public key": public}[kind]
    algorithm = "none" if kind == "none" else "HS256"

    def forge(claims):  # by hand: no library does it any more
        header = {"alg": algorithm, "kid": accounts.key.kid}
        text = b".".join(to_base64(json.dumps(part).encode()) for part in (header, claims))
        mark = hmac.digest(secret, text, "sha256") if secret else b""
        return b".".join((text, to_base64(mark))).decode()

    monkeypatch.setattr(accounts, "sign", forge)
    assert door.sign_in().status == 403
    assert door.token is None


def to_base64(text):
    return urlsafe_b64encode(text).rstrip(b"=")


def test_a_provider_that_is_away_keeps_nobody_from_a_key(door):
    with connect(door.dsn) as connection:
        key = add_key(connection, "operator", "team", YEAR)
    with providing() as accounts:
        gone = to_login(accounts, name=NAME)
    with running(door.dsn, login=gone) as address:  # it starts
        own = type(door)(door.dsn, address, accounts)
        page = own.get("/nl/aanmelden")
        assert f"Aanmelden met {NAME}" in page.text
        for _ in range(3):
            there = own.get("/nl/aanmelden/account")
            assert there.status == 503
            assert "antwoordt niet" in read_alert(there)
        form = f"key={key}"
        headers = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
        entered = Client(address).get("/nl/aanmelden", headers, "POST", content=form)
        assert entered.status == 303
        assert Client(address).get("/healthz").status == 200


def test_a_provider_that_goes_away_halfway_is_a_sentence(door, monkeypatch):
    door.link()
    with providing() as accounts, running(door.dsn, login=to_login(accounts)) as address:
        own = type(door)(door.dsn, address, accounts)
        asked = own.ask()
        monkeypatch.setattr(accounts, "exchange", lambda *_: (500, {"oops": True}))
        assert own.sign_in(asked=asked).status == 503
        assert own.token is None


@pytest.mark.parametrize("wrong", ["https://elsewhere.example", "http://127.0.0.1:1/"])
def test_a_provider_that_calls_itself_something_else_is_not_asked(door, wrong):
    with providing() as accounts, running(door.dsn, login=to_login(accounts)) as address:
        accounts.calls_itself = wrong
        assert type(door)(door.dsn, address, accounts).get("/en/sign-in/account").status == 503
        assert "/authorize" not in accounts.asked


def test_a_dashboard_that_may_not_say_who_somebody_is_lets_in_nobody(door, caplog):
    door.link()
    with connect(door.dsn) as connection:
        key = add_key(connection, "operator", "team", YEAR)
    reader = f"{door.dsn}?options={quote('-c role=lokaalmeten_reader')}"
    with running(reader, login=to_login(door.accounts)) as address:
        own = type(door)(door.dsn, address, door.accounts)
        answer = own.sign_in()
        assert answer.status == 503
        assert "A key does work" in answer.text or "Een sleutel werkt wel" in answer.text
        assert "lokaalmeten_login" in caplog.text
        assert own.token is None
        headers = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
        entered = Client(address).get("/nl/aanmelden", headers, "POST", content=f"key={key}")
        assert entered.status == 303


def test_without_accounts_there_is_no_way_to_them(home_without):
    client = Client(home_without)
    assert "account" not in client.get("/en/sign-in").text
    assert client.get("/en/sign-in/account").status == 404
    assert client.get("/oidc/callback").status == 404


@pytest.fixture
def home_without(door):
    with running(door.dsn) as address:
        yield address
