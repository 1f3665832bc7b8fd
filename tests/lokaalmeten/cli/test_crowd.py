"""`meten crowd` as people use it: an event from a file through broker and ingest to alerts."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.errors import StorageError
from storage import crowd
from storage.crowd_events import read_planned
from storage.pool import connect
from tests.services.event import DAY, START, STEP, make_plan, write_event
from tests.services.meten import ingesting, meten, running, wait_until


def test_an_event_is_played_through_the_whole_system(timescale_database, mosquitto, tmp_path):
    intervals = DAY + 48
    plan, event, counts = write_event(tmp_path, intervals)
    given = {"dsn": timescale_database, "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}"}
    added = meten("crowd", "add", plan, "--name", "square", **given)
    assert added.stdout == "square: 1 zones, 2 passages, 4 counters\n"
    with ingesting(timescale_database, mosquitto, tmp_path / "ingest.log"):
        played = meten("crowd", "replay", event, "--place", "square", "--speed", 1e6, **given)
    assert played.returncode == 0, played.stderr
    after = START + intervals * STEP
    with connect(timescale_database) as connection:
        said = crowd.read_latest(connection, "square", after)
        happened = crowd.read_events(connection, "square", START, after)
    assert said["time"] == after
    assert said["gauges"] == ["zone/square", "passage/north", "passage/south"]
    inside = counts[DAY:, [0, 3]].sum() - counts[DAY:, [1, 2]].sum()
    assert said["people"][0] == pytest.approx(inside, rel=0.05)
    raised = [each for each in happened if each.what == "raised" and each.gauge == "zone/square"]
    density = counts[DAY:, [0, 3]].sum(axis=1) - counts[DAY:, [1, 2]].sum(axis=1)
    passed = (
        START + (DAY + int((density.cumsum() > 2000).argmax()) + 1) * STEP
    )  # one a square metre
    # a day after the like of which an alert may have been raised and lowered as well
    first = min(each.time for each in raised if each.time > START + DAY * STEP)
    assert first < passed, "no alert before the first limit was passed"

    shown = meten("crowd", "show", "square", **given).stdout
    assert "nobody updates it" in shown  # it is long ago
    assert "zone/square" in shown
    assert "raised" in shown
    seen = meten("crowd", "seen", "square", "south", "--note", "stewards", **given)
    assert seen.stdout == "noted: passage/south seen\n"
    assert "square" in meten("crowd", "list", **given).stdout


def test_a_place_without_counts_says_that_nothing_is_known(timescale_database, tmp_path):
    plan, _, _ = write_event(tmp_path, 1)
    given = {"dsn": timescale_database}
    meten("crowd", "add", plan, "--name", "square", **given)
    assert "start: meten crowd watch square" in meten("crowd", "show", "square", **given).stdout
    once = meten("crowd", "watch", "square", "--once", **given)
    assert once.returncode == 0, once.stderr
    assert "3 unknown" in once.stderr
    shown = meten("crowd", "show", "square", **given).stdout
    assert "silent: north-forward" in shown
    assert "unknown" in shown


def test_a_place_that_is_drawn_but_not_counted_yet_is_unknown(timescale_database, tmp_path):
    plan, _, _ = write_event(tmp_path, 1)
    drawn = json.loads(plan.read_text())
    drawn["features"] = [
        each for each in drawn["features"] if each["properties"]["kind"] != "counter"
    ]
    plan.write_text(json.dumps(drawn))
    given = {"dsn": timescale_database}
    meten("crowd", "add", plan, "--name", "square", **given)
    once = meten("crowd", "watch", "square", "--once", **given)
    assert once.returncode == 0, once.stderr
    assert "3 unknown" in once.stderr
    ahead = meten("crowd", "ahead", "square", **given)
    assert ahead.returncode in (0, 2), ahead.stderr
    assert meten("crowd", "show", "square", **given).returncode == 0


def test_an_alert_that_was_seen_does_not_escalate(timescale_database, tmp_path):
    plan, _, _ = write_event(tmp_path, 1)
    given = {"dsn": timescale_database}
    meten("crowd", "add", plan, "--name", "square", **given)
    wrong = meten("crowd", "seen", "square", "plaza", **given)
    assert wrong.returncode == 2
    assert "no zone or passage 'plaza'; choose among zone/square" in wrong.stderr
    noted = meten("crowd", "measure", "square", "gate closed", "--at", "north", **given)
    assert noted.stdout == "noted: passage/north measure\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "{plan}", "--name", "The Square"), "place name 'The Square' is not possible"),
        (("add", "{broken}", "--name", "square"), "passage 'north': width_m is a number above 0"),
        (("add", "{text}", "--name", "square"), "text.geojson"),
        (("add", "{plan}", "--name", "square", "--interval", "7"), "7 minutes do not"),
        (("watch", "nowhere", "--once"), "there is no place called 'nowhere'"),
        (("show", "nowhere"), "there is no place called 'nowhere'"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(timescale_database, tmp_path, words, says):
    plan, _, _ = write_event(tmp_path, 1)
    broken, text = tmp_path / "broken.geojson", tmp_path / "text.geojson"
    drawn = make_plan()
    drawn["features"][1]["properties"]["width_m"] = 0
    broken.write_text(json.dumps(drawn))
    text.write_text("no json")
    names = {"plan": plan, "broken": broken, "text": text}
    said = meten("crowd", *(word.format(**names) for word in words), dsn=timescale_database)
    assert said.returncode == 2
    assert says in said.stderr
    assert "Traceback" not in said.stderr


def test_a_made_up_evening_needs_no_file_and_no_place(timescale_database, mosquitto, tmp_path):
    given = {"dsn": timescale_database, "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}"}
    with ingesting(timescale_database, mosquitto, tmp_path / "ingest.log"):
        played = meten("crowd", "replay", "--made-up", "--speed", 1e6, **given)
    assert played.returncode == 0, played.stderr
    now = datetime.now(UTC)
    day = timedelta(days=1)
    with connect(timescale_database) as connection:
        said = crowd.read_latest(connection, "havenfeest", now)
        happened = crowd.read_events(connection, "havenfeest", now - day, now)
        planned = read_planned(connection, "havenfeest", now - day, now)
    assert now - said["time"] < timedelta(minutes=16)
    assert said["gauges"][:2] == ["zone/plein", "zone/kade"]
    assert {"zone/plein", "zone/kade"} <= {each.gauge for each in happened if each.level >= 2}
    assert [event.kind for event in planned] == ["made-up"]
    wrong = meten("crowd", "replay", "--made-up", "event.csv", **given)
    assert wrong.returncode == 2
    assert "plays a file, or --made-up" in wrong.stderr


def test_a_live_evening_is_under_way_and_goes_on(timescale_database, mosquitto, tmp_path):
    given = {"dsn": timescale_database, "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}"}
    log = tmp_path / "replay.log"
    words = ("crowd", "replay", "--made-up", "--live")
    with (
        ingesting(timescale_database, mosquitto, tmp_path / "ingest.log"),
        running(*words, log=log, **given) as process,
        connect(timescale_database) as connection,
    ):

        def look():
            now = datetime.now(UTC)
            said = read_latest_or_none(connection, now)
            return said if said and now - said["time"] < timedelta(minutes=16) else None

        said = wait_until(look, seconds=240, step=0.5)
        assert process.poll() is None
        (planned,) = read_planned(
            connection, "havenfeest", said["time"], said["time"] + timedelta(days=1)
        )
    assert said["time"] < planned.starts < said["time"] + timedelta(hours=1)
    density = dict(zip(said["gauges"], said["value"], strict=True))["zone/plein"]
    assert 0.3 < density < 2  # it fills, and is not yet full
    wrong = meten("crowd", "replay", "event.csv", "--place", "x", "--live", **given)
    assert wrong.returncode == 2
    assert "only an evening that is --made-up can be played --live" in wrong.stderr


def read_latest_or_none(connection, now):
    """What was said last; None while there is no such place yet."""
    try:
        return crowd.read_latest(connection, "havenfeest", now)
    except StorageError:
        return None
