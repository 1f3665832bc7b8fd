"""No secret is in any log: a day of the platform with every program as talkative as it can be.

Each program logs from the lowest level on, also what its libraries say; Mosquitto logs everything,
and PostgreSQL each statement with its values. Then all of it is searched for all that was secret.
"""

import re
import subprocess
from base64 import b64encode
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

import pytest
from rich.console import Console

from dashboard.access.cookies import NAME as COOKIE
from dashboard.access.oidc.pending import NAME as PENDING
from lokaalmeten.cli.broker_files import Doors, set_up
from lokaalmeten.cli.nodes import add_to_registry
from lokaalmeten.errors import StorageError
from lokaalmeten.processes import free_port, stop, wait_for_port
from storage import people
from storage.access import add_key, link_person
from storage.pool import connect
from tests.dashboard.client import Client
from tests.services.accounts import CLIENT, SECRET, providing
from tests.services.meten import running, wait_until

TALKATIVE = (
    "-c",
    "import logging, sys; logging.basicConfig(level=1); logging.captureWarnings(True);"
    "from lokaalmeten.cli import main; main()",
)
DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"


class Story:
    """What was secret on that day, and where it could have been written."""

    def __init__(self, folder):
        self.folder, self.secrets = folder, {}

    def keep(self, name, secret):
        assert len(secret) > 8
        self.secrets[name] = secret
        return secret

    def search(self, text):
        """Names of the secrets in a text, also as addresses and headers write them."""
        return [
            name
            for name, secret in self.secrets.items()
            if any(form in text for form in to_forms(secret))
        ]


def to_forms(secret):
    written = {secret, quote(secret), quote_plus(secret)}
    return written | {b64encode(f"{CLIENT}:{one}".encode()).decode() for one in written}


@pytest.fixture
def dsn(timescale_database):
    """A database that logs each statement with its values."""
    name = urlsplit(timescale_database).path.lstrip("/")
    with connect(timescale_database) as connection:
        for setting, value in (("log_statement", "all"), ("log_parameter_max_length", "-1")):
            connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'".encode())
    return timescale_database


def test_no_secret_is_in_any_log(dsn, programs, timescale_server, tmp_path, caplog):
    caplog.set_level(1)
    story = Story(tmp_path)
    story.keep("password of the database", urlsplit(dsn).password)
    with connect(dsn) as connection:
        people.add_owner(connection, "ann")
        key = story.keep("key", add_key(connection, "owner", "Ann", DAY, owner="ann"))
        link_person(connection, "ann@teststad.example", "owner", "Ann", DAY, owner="ann")
    place = {"lat": 52.09, "lon": 5.12, "label": ""}
    _, password = add_to_registry(dsn, "box-1", "box", place, "ann", None, [])
    story.keep("password of a node", password)
    wrong = story.keep("wrong password", "n0t-the-password")
    with pytest.raises(StorageError) as refused:
        connect(dsn.replace(urlsplit(dsn).password, wrong))
    (tmp_path / "refused.log").write_text(str(refused.value))

    with ExitStack() as stack:
        url = start_broker(story, stack, programs)
        common = {"dsn": dsn, "log_level": "debug", "python": TALKATIVE}
        follow = tmp_path / "follow.log"
        stack.enter_context(running("broker", "follow", tmp_path / "broker", log=follow, **common))
        ingest = tmp_path / "ingest.log"
        stack.enter_context(running("ingest", log=ingest, broker=url, **common))
        accounts = stack.enter_context(providing())
        secret = tmp_path / "client-secret"
        secret.write_text(story.keep("secret of the client", SECRET))
        oidc = {"oidc_issuer": accounts.issuer, "oidc_client": CLIENT, "oidc_secret_file": secret}
        port = free_port()
        words, log = ("dashboard", "--port", port), tmp_path / "dashboard.log"
        stack.enter_context(running(*words, log=log, broker=url, **common, **oidc))
        visit(story, f"http://127.0.0.1:{port}", key, accounts)
        wait_until(lambda: "Mosquitto was told" in follow.read_text())
        wait_until(lambda: "ready" in ingest.read_text())
        publish(programs, urlsplit(url).port, password)
        wait_until(lambda: "refused" in ingest.read_text())
    check(story, timescale_server.folder / "postgresql.log", caplog.text)


def start_broker(story, stack, programs):
    """Mosquitto with the files of `meten broker setup`; the address for services."""
    folder, said, port = story.folder / "broker", StringIO(), free_port()
    set_up(folder, Doors(port, free_port()), None, Console(file=said, width=200))
    url = re.search(r"LOKAALMETEN_BROKER=(\S+)", said.getvalue())[1]
    story.keep("password of the services", urlsplit(url).password)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(f"{configuration.read_text()}\nlog_type all\n")
    log = story.folder / "mosquitto.log"
    with log.open("ab") as output:
        process = subprocess.Popen([programs.mosquitto, "-v", "-c", configuration], stderr=output)
    stack.callback(stop, process)
    wait_for_port("127.0.0.1", port, process, log)
    return url


def visit(story, address, key, accounts):
    """Sign in with a key, add a node, sign in with an account; then with what is wrong."""
    client = Client(address)
    wait_until(lambda: answers(client))
    own = {"Origin": address, "Content-Type": FORM}
    entered = client.get("/en/sign-in", own, "POST", content=urlencode({"key": key}))
    token = read_cookie(entered, COOKIE)
    story.keep("session of the key", token)
    signed = own | {"Cookie": f"{COOKIE}={token}"}
    form = urlencode({"do": "new", "name": "box-2", "kind": "box"})
    made = client.get("/en/my/-/new", signed, "POST", content=form)
    shown = re.search(r"Password</dt><dd[^>]*>([a-z0-9]+)<", made.text)
    assert shown, made.text
    story.keep("password of a node on the page", shown[1])
    for claims in ({}, {"nonce": "another"}):
        accounts.claims = claims
        there = client.get("/en/sign-in/account")
        kept = read_cookie(there, PENDING)
        for name, part in zip(("state", "nonce", "verifier"), kept.split("."), strict=False):
            story.keep(f"{name} {claims}", part)
        asked = dict(parse_qsl(urlsplit(there.headers["location"]).query))
        back = accounts.enter(asked, "7c1", "ann@teststad.example").removeprefix(address)
        came = client.get(back, {"Cookie": f"{PENDING}={kept}"})
        assert came.status == (403 if claims else 200), came.text
        if not claims:
            story.keep("session of the account", read_cookie(came, COOKIE))
    for number, given in enumerate(accounts.given):
        story.keep(f"code or token {number}", given)
    client.get("/en/sign-in", own, "POST", content=urlencode({"key": f"{key[:-2]}xx"}))
    story.keep("wrong key", f"{key[:-2]}xx")


def answers(client):
    try:
        return client.get("/healthz").status == 200
    except OSError:
        return False


def read_cookie(answer, name):
    return re.search(rf"^{name}=([^;]+)", answer.headers["set-cookie"], re.M)[1]


def publish(programs, port, password):
    """A node says something that cannot be read, once Mosquitto knows it."""
    words = ["-h", "127.0.0.1", "-p", str(port), "-t", "lm/1/box-1/page", "-m", "x"]
    login = ["-u", "box-1", "-P", password, "-d"]
    done = subprocess.run(
        [programs.mosquitto_pub, *words, *login], check=False, capture_output=True, timeout=20
    )
    assert done.returncode == 0, done.stderr


def check(story, database, ours):
    """Nothing secret in any log, and each log is one that could have told."""
    logs = {file.name: file.read_text("utf-8", "replace") for file in story.folder.glob("*.log")}
    logs |= {"postgresql.log": database.read_text("utf-8", "replace"), "our own": ours}
    for name, mark in {
        "dashboard.log": "/token",  # its libraries say whom they ask
        "ingest.log": "node box-1: refused",
        "follow.log": "nodes may log in",
        "mosquitto.log": "box-1",
        "postgresql.log": "sign_in_person",
        "refused.log": "password",
    }.items():
        assert mark in logs[name], name
    assert len(story.secrets) > 18
    assert {name: found for name, text in logs.items() if (found := story.search(text))} == {}


def test_a_secret_would_be_found_as_addresses_and_headers_write_it(tmp_path):
    story = Story(tmp_path)
    story.keep("client", SECRET)
    packed = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    for form in (SECRET, quote_plus(SECRET), f"Authorization: Basic {packed}"):
        assert story.search(f"POST /token {form} 200") == ["client"]
    assert story.search("nothing") == []
