"""Notices of nodes as people get them: by real mail and web servers, once, whatever is broken."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from lokaalmeten.cli.commands import app
from lokaalmeten.cli.notify_rounds import TOO_LATE, look, open_channels, open_post, to_outbox
from lokaalmeten.errors import LokaalmetenError
from lokaalmeten.node_health import Rules
from lokaalmeten.notices.delivery import deliver
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.settings import Settings
from storage import people, troubles
from storage.agreements import say_agreement
from storage.store import Store
from tests.services.meten import meten
from tests.services.receivers import mail_server, web_server

NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Rules()


@pytest.fixture
def store(timescale_database):
    with Store(timescale_database) as opened:
        yield opened


def measure(store, name, since, until=None, step_s=300, pm25=10.0):
    """A box that measures at steps, PM2.5 alone."""
    node = store.add_node(name, "box", lat=52.0907, lon=5.1214)
    first, after = (int(at.timestamp()) for at in (since, until or since + HOUR))
    times = np.arange(first, after, step_s)
    counts = np.full((1, len(times)), round(pm25 * 100), np.int32)
    nodes = np.full(len(times), node.id, np.int32)
    samples = to_observations(nodes, times, ("pm25",), counts)
    samples.flags[...] = Flag.GOOD
    store.write([samples], [])
    return node.id


def to_smtp(port):
    """Address of a mail server of this machine."""
    return SecretStr(f"smtp://127.0.0.1:{port}")


class Desk:
    """Looks and delivers by a clock of its own."""

    def __init__(self, store, inbox=None, web=None):
        self.store, self.now, self.log = store, NOW, []
        self.settings = Settings(
            smtp=to_smtp(inbox.port) if inbox else SecretStr(""),
            mail_from="meten@example.org",
            webhook_secret=SecretStr("a-secret"),
            site="https://meten.example.org",
        )
        self.hook = f"http://127.0.0.1:{web.server_port}/hook" if web else ""

    def go(self, now, *, with_limits=False):
        self.now = now
        look(self.store, RULES, now, with_limits=with_limits)
        self.deliver(now)

    def deliver(self, now):
        self.now = now
        say = lambda due, state, failure: self.log.append((state, failure))  # noqa: E731
        for channel, send in open_channels(self.settings).items():
            outbox = to_outbox(self.store, channel)
            deliver(channel, outbox, send, lambda: self.now, say, TOO_LATE)


def subscribe(store, channel, target, kinds=("silent", "battery", "limit"), **where):
    store.ask(troubles.subscribe, channel, target, "nl", kinds, **where)


def test_a_node_that_falls_silent_and_comes_back_is_told_twice_in_all(store):
    measure(store, "box-1", NOW - 3 * HOUR)
    with mail_server() as inbox, web_server() as web:
        desk = Desk(store, inbox, web)
        subscribe(store, "email", "beheer@example.org")
        subscribe(store, "webhook", desk.hook)
        silent = NOW + 24 * HOUR
        for at in (NOW, NOW + 20 * HOUR, silent, silent + HOUR, silent + 2 * HOUR):
            desk.go(at)  # each time as after a restart: nothing is kept but in the database
        assert len(inbox.mails) == len(web.posts) == 1
        measure(store, "box-1", silent + 2 * HOUR, silent + 6 * HOUR)
        for hours in (3, 4, 5, 6):
            desk.go(silent + hours * HOUR)
    first, second = inbox.mails
    assert first["Subject"] == "box-1 is stil sinds 26 nov 11:55"
    assert second["Subject"] == "box-1 meet weer"
    assert "https://meten.example.org/nl/mijn/box-1" in first.get_content()
    assert first["Message-ID"].startswith("<notice-node-")
    assert len(web.posts) == 2
    _, headers, body = web.posts[0]
    said = json.loads(body)
    assert (said["kind"], said["what"], said["nodes"][0]["node"]) == ("silent", "begun", "box-1")
    assert headers["X-Lokaalmeten-Notice"] == said["notice"]
    assert headers["X-Lokaalmeten-Signature"].startswith("t=")
    everything = body.decode() + first.as_string()
    assert not [place for place in ("52.09", "5.12", "520907", "lat") if place in everything]


def test_when_the_broker_is_gone_one_mail_tells_of_all_nodes_and_one_that_they_are_back(store):
    for number in range(12):
        measure(store, f"box-{number}", NOW - 2 * HOUR + number * timedelta(minutes=4))
    with mail_server() as inbox:
        desk = Desk(store, inbox)
        subscribe(store, "email", "beheer@example.org")
        for minutes in range(0, 180, 5):  # they pass the mark one after the other
            desk.go(NOW + 22 * HOUR + timedelta(minutes=minutes))
        told = [mail["Subject"] for mail in inbox.mails]
        assert [subject.endswith("nodes zijn stil geworden") for subject in told] == (
            [False] * 5 + [True, True]
        )
        assert "broker" in inbox.mails[-1].get_content()
        for number in range(12):
            measure(store, f"box-{number}", NOW + 30 * HOUR, NOW + 33 * HOUR)
        for hours in (31, 32, 33):
            desk.go(NOW + hours * HOUR)
    assert [mail["Subject"] for mail in inbox.mails[len(told) :]] == ["12 nodes meten weer"]


def test_a_receiver_that_is_down_for_days_loses_nothing(store):
    measure(store, "box-1", NOW - 3 * HOUR)
    with mail_server() as inbox:
        port = inbox.port
    desk = Desk(store)
    desk.settings = desk.settings.model_copy(update={"smtp": to_smtp(port)})
    subscribe(store, "email", "beheer@example.org")
    silent = NOW + 24 * HOUR
    desk.go(silent)
    for hours in range(1, 48, 6):
        desk.go(silent + hours * HOUR)
    assert {state for state, _ in desk.log} == {"waiting"}
    assert all("beheer@" not in failure for _, failure in desk.log)
    with mail_server() as inbox:
        desk.settings = Desk(store, inbox).settings
        desk.go(silent + 49 * HOUR)
        desk.go(silent + 50 * HOUR)
    assert [mail["To"] for mail in inbox.mails] == ["beheer@example.org"]


def test_a_refusal_of_the_web_is_tried_again(store):
    measure(store, "box-1", NOW - 3 * HOUR)
    with web_server() as web:
        desk = Desk(store, web=web)
        subscribe(store, "webhook", desk.hook)
        web.answer = 503
        desk.go(NOW + 24 * HOUR)
        web.answer = 204
        desk.deliver(NOW + 24 * HOUR + timedelta(seconds=6))
        assert len({headers["X-Lokaalmeten-Notice"] for _, headers, _ in web.posts}) == 1
    assert [state for state, _ in desk.log] == ["waiting", "sent"]
    assert all("/hook" not in failure for _, failure in desk.log)


def test_a_limit_that_is_passed_is_told_when_it_is_and_once(store):
    begin = datetime(2026, 3, 1, 23, tzinfo=UTC)  # midnight in Amsterdam
    days = timedelta(days=1)
    measure(store, "box-1", begin, begin + 5 * days, step_s=1800, pm25=16.0)
    with mail_server() as inbox:
        desk = Desk(store, inbox)
        subscribe(store, "email", "lucht@example.org", kinds=["limit"])
        subscribe(store, "email", "beheer@example.org", kinds=["silent"])
        for _ in range(2):
            desk.go(begin + 5 * days, with_limits=True)
        desk.go(begin + 6 * days)
    told = [(mail["To"], mail["Subject"]) for mail in inbox.mails]
    assert told[0] == ("lucht@example.org", "WHO 2021: te veel PM2.5 bij box-1")
    assert [to for to, _ in told] == ["lucht@example.org", "beheer@example.org"]
    assert "5 dagen boven 15 µg/m³ PM2.5, 3 mag" in inbox.mails[0].get_content()


def test_an_owner_who_agreed_hears_of_the_own_node_and_can_end_it(store):
    node = measure(store, "box-1", NOW - 3 * HOUR)
    store.ask(people.add_owner, "ann", email="ann@example.org")
    store.ask(people.place_node, node, owner="ann")
    with mail_server() as inbox:
        desk = Desk(store, inbox)
        desk.go(NOW + 24 * HOUR)
        assert inbox.mails == []
        store.ask(say_agreement, "box-1", "mail", given=True)
        desk.go(NOW + 25 * HOUR)
    (mail,) = inbox.mails
    assert mail["To"] == "ann@example.org"
    assert "omdat u ermee instemde" in " ".join(mail.get_content().split())


def test_the_threads_of_a_watch_deliver_what_waits_when_it_ends(store, timescale_database):
    measure(store, "box-1", NOW - 3 * HOUR)
    subscribe(store, "email", "beheer@example.org")
    with mail_server() as inbox:
        desk = Desk(store, inbox)
        with open_post(timescale_database, desk.settings):
            look(store, RULES, datetime.now(UTC), with_limits=False)
    assert len(inbox.mails) == 1


def run(dsn, *words):
    """A command in this process."""
    return CliRunner().invoke(app, ["notify", *words], env={"LOKAALMETEN_DSN": dsn})


def test_the_commands_tell_list_and_forget(timescale_database, store):
    measure(store, "box-1", datetime.now(UTC) - 30 * HOUR)
    added = run(timescale_database, "add", "--webhook", "http://127.0.0.1:9/secret-path")
    assert added.output == "subscription 1: silent, battery over webhook\n"
    dry = run(timescale_database, "watch", "--dry-run").output
    assert "would go over webhook to http://127.0.0.1:9/...: box-1 is stil sinds" in dry
    assert store.ask(troubles.read_lasting) == []
    given = {"dsn": timescale_database, "webhook_secret": "a-secret"}
    watched = meten("notify", "watch", "--once", **given)
    assert watched.returncode == 0, watched.stderr
    assert "secret-path" not in watched.stdout + watched.stderr
    listed = run(timescale_database, "list").output
    assert "http://127.0.0.1:9/..." in listed
    assert "box-1: silent since" in listed
    assert "waiting after 1 tries" in listed
    assert run(timescale_database, "remove", "1").exit_code == 0
    assert "nobody is told" in run(timescale_database, "list").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add",), "name one of --email and --webhook"),
        (("add", "--email", "beheer"), "no address like name@example.org"),
        (("add", "--email", "a@b.nl", "--about", "weather"), "silent, battery, limit, not"),
        (("add", "--email", "a@b.nl", "--language", "fr"), "one of nl, en, not 'fr'"),
        (("add", "--email", "a@b.nl", "--zone", "nowhere"), "there is no zone called 'nowhere'"),
        (("remove", "7"), "there is no subscription 7"),
    ],
)
def test_wrong_use_is_a_sentence(timescale_database, words, says):
    said = run(timescale_database, *words)
    assert isinstance(said.exception, LokaalmetenError)
    assert says in str(said.exception)
