"""Alerts as people hear of them: by mail, web and MQTT, once, whatever is broken."""

import json
import time
from datetime import UTC, datetime

import numpy as np
import pytest
from paho.mqtt import subscribe

from lokaalmeten.notices.webhook import sign
from lokaalmeten.observations import to_observations
from storage import notices
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.event import write_event
from tests.services.meten import meten
from tests.services.receivers import mail_server, web_server

QUARTER = 900
NEAR_S = 40  # that a test may take
HOURS = 3


@pytest.fixture
def full_square(timescale_database, tmp_path):
    """A square that 5,000 people have just gone onto, 2.5 a square metre: orange."""
    plan, _, _ = write_event(tmp_path, 1)
    given = {"dsn": timescale_database}
    assert meten("crowd", "add", plan, "--name", "square", **given).returncode == 0
    if (rest_s := QUARTER - time.time() % QUARTER) < NEAR_S:
        time.sleep(rest_s)  # of a quarter that is just over nothing would be known
    last = int(time.time()) // QUARTER * QUARTER
    times = last - QUARTER * np.arange(4 * HOURS)[::-1]
    with connect(timescale_database) as connection:
        some = 20 + np.arange(len(times)) % 3  # the same number again and again is a stuck counter
        for gate in ("north", "south"):
            node = add_node(connection, gate, "counter", lat=52.0, lon=5.0)
            come = some.copy()
            come[-1] = 5000 if gate == "north" else 20
            counts = np.stack([come, some]).astype(np.int32)
            nodes = np.full(len(times), node.id, np.int32)
            written = to_observations(nodes, times, ("count_in", "count_out"), counts)
            write(connection, [written])
    return timescale_database


def add(dsn, *words):
    added = meten("crowd", "notify", "add", "square", *words, dsn=dsn)
    assert added.returncode == 0, added.stderr


def states(dsn):
    with connect(dsn) as connection:
        rows = notices.read_notices(
            connection, "square", datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        )
    return {(row.gauge, row.channel): (row.state, row.failure) for row in rows}


def test_an_alert_goes_out_over_each_channel_once(full_square, mosquitto):
    broker = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    watched = None
    with mail_server() as inbox, web_server() as web:
        hook = f"http://127.0.0.1:{web.server_port}/hook"
        given = {
            "dsn": full_square,
            "broker": broker,
            "smtp": f"smtp://127.0.0.1:{inbox.port}",
            "mail_from": "crowd@example.org",
            "webhook_secret": "a-secret",
            "site": "https://meten.example.org",
        }
        add(full_square, "--email", "stewards@example.org", "--level", "yellow")
        add(full_square, "--webhook", hook, "--language", "en")
        add(full_square, "--mqtt")
        for _ in range(2):  # the second time as after a restart
            watched = meten("crowd", "watch", "square", "--once", **given)
            assert watched.returncode == 0, watched.stderr
        mails = [mail for mail in inbox.mails if "square" in mail["Subject"]]
        posts = [json.loads(body) for _, _, body in web.posts]
        (mail,) = mails
        (said,) = (post for post in posts if post["gauge"] == "zone/square")
        _, headers, body = next(post for post in web.posts if b"zone/square" in post[2])
    assert mail["Subject"].startswith(("Oranje: ", "Rood: "))
    assert "https://meten.example.org/nl/crowd/square" in mail.get_content()
    assert said["level"] >= 2
    assert said["people"] == pytest.approx(5000, rel=0.1)
    assert said["link"] == "https://meten.example.org/en/crowd/square"
    signature = headers["X-Lokaalmeten-Signature"]
    seconds = int(signature.partition(",")[0].removeprefix("t="))
    assert signature == sign("a-secret", body, seconds)
    assert headers["X-Lokaalmeten-Notice"] == str(said["notice"])
    told = subscribe.simple(
        "lm/1/crowd/square/zone/square", hostname=mosquitto.host, port=mosquitto.port
    )
    assert told.retain
    assert json.loads(told.payload)["level"] == said["level"]
    for secret in ("stewards@example.org", "a-secret", "/hook"):
        assert secret not in watched.stderr
    assert {state for state, _ in states(full_square).values()} == {"sent"}


def test_a_broken_channel_stops_neither_the_others_nor_the_round(full_square):
    with mail_server() as inbox:
        add(full_square, "--email", "stewards@example.org")
        add(full_square, "--webhook", "http://127.0.0.1:9/gone")
        add(full_square, "--mqtt")
        watched = meten(
            *("crowd", "watch", "square", "--once"),
            dsn=full_square,
            broker="mqtt://127.0.0.1:9",
            smtp=f"smtp://127.0.0.1:{inbox.port}",
            mail_from="crowd@example.org",
            webhook_secret="a-secret",
        )
        assert watched.returncode == 0, watched.stderr
        assert any("square" in mail["Subject"] for mail in inbox.mails)
    found = states(full_square)
    assert found["zone/square", "email"] == ("sent", "")
    assert found["zone/square", "webhook"][0] == "waiting"
    assert "refused" in found["zone/square", "webhook"][1]
    assert found["zone/square", "mqtt"][0] == "waiting"
    assert "gone" not in watched.stderr
    listed = meten("crowd", "notify", "list", "square", dsn=full_square).stdout
    assert "http://127.0.0.1:9/..." in listed
    assert "waiting after 1 tries" in listed


def test_what_is_not_set_up_is_said_and_waits(full_square):
    add(full_square, "--email", "stewards@example.org")
    add(full_square, "--webhook", "https://example.org/hook")
    watched = meten("crowd", "watch", "square", "--once", dsn=full_square)
    assert watched.returncode == 0
    assert "notices by mail need LOKAALMETEN_SMTP" in watched.stderr
    assert "set LOKAALMETEN_WEBHOOK_SECRET" in watched.stderr


def test_a_dry_run_says_what_would_go_out_and_leaves_it_to_go_out(full_square):
    with mail_server() as inbox:
        add(full_square, "--email", "stewards@example.org", "--language", "en")
        given = {"dsn": full_square, "smtp": f"smtp://127.0.0.1:{inbox.port}"}
        given["mail_from"] = "crowd@example.org"
        dry = meten("crowd", "watch", "square", "--once", "--dry-run", **given)
        assert dry.returncode == 0, dry.stderr
        assert "would go over email to stewards@example.org: " in dry.stdout
        assert ", square" in dry.stdout
        assert inbox.mails == []
        assert states(full_square) == {}
        meten("crowd", "watch", "square", "--once", **given)
        assert inbox.mails


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "square"), "name one of --email, --webhook and --mqtt"),
        (("add", "square", "--mqtt", "--email", "a@example.org"), "name one of"),
        (("add", "square", "--email", "stewards"), "no address like name@example.org"),
        (("add", "square", "--webhook", "http://example.org/"), "only https is told"),
        (("add", "square", "--mqtt", "--level", "pink"), "yellow, orange, red, not 'pink'"),
        (("add", "square", "--mqtt", "--language", "fr"), "nl, en, not 'fr'"),
        (("add", "plaza", "--mqtt"), "there is no place called 'plaza'"),
        (("list", "plaza"), "there is no place called 'plaza'"),
        (("remove", "square", "7"), "'square' has no subscription 7"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(timescale_database, tmp_path, words, says):
    plan, _, _ = write_event(tmp_path, 1)
    meten("crowd", "add", plan, "--name", "square", dsn=timescale_database)
    said = meten("crowd", "notify", *words, dsn=timescale_database)
    assert said.returncode == 2
    assert says in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr
