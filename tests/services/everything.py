"""A database with rows in every table, odd ones among them, and all of its rows as text."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np

from lokaalmeten.account import Account, Mark
from lokaalmeten.air_map import AirMap
from lokaalmeten.anchor import Anchor
from lokaalmeten.cli.notify_rounds import look_at
from lokaalmeten.findings import Findings
from lokaalmeten.node_health import Rules
from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Log, Status
from storage import (
    access,
    agreements,
    air_maps,
    crowd,
    crowd_events,
    licences,
    logins,
    mine,
    notices,
    people,
    sessions,
    troubles,
)
from storage.calibrations import add_calibration
from storage.corrections import number_sets
from storage.node_status import write_words
from storage.pool import connect
from storage.privacy import add_privacy_zone
from storage.review import Review
from storage.rollups import at_one_moment, roll_days, roll_hours, roll_places
from storage.stations import Hours, Station, write_days, write_hours, write_stations
from storage.store import Store
from storage.writer import write
from storage.zones import add_zone
from tests.dashboard.city import STOP, build
from tests.services.issued import issue_outlook
from tests.services.samples import START, make_samples

TABLES = """
SELECT c.relname::text FROM pg_class c
WHERE relnamespace = 'private'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY 1
"""
PAYLOADS = (b"", b"\\.", b"\n\\.\n\ttab\r\n", b"\0\xff\\N", "é€".encode())
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[5, 52], [5.3, 52], [5.3, 52.2], [5, 52.2], [5, 52]]],
}
WEEK = (START - 86_400, START + 86_400)
LABEL = "tab\t, line\nend\r, \\. \\N \\\\ \"quote\" 'and' é€ 漢"


def fill_everything(dsn):
    """The small city of the dashboard's tests, with what its own way in leaves out."""
    build(dsn)
    with Store(dsn) as store:
        gone = store.add_node("box-gone", "box", lat=52.0, lon=5.0)
        box = store.add_node("box-odd", "box", label=LABEL)
        refused = [
            Rejected(LABEL, f"lm/1/{number}", "unknown node", payload, STOP)
            for number, payload in enumerate(PAYLOADS)
        ]
        samples = [make_samples(box.id, 300), make_samples(gone.id, 300)]
        store.write(samples, refused, {(box.id, 7): [0, 5]}, [Anchor(box.id, 7, STOP, -100, True)])
        account = Account(1, 2, {LABEL: 3})
        store.write_marked([], [], Mark("ab" * 32, LABEL, "snuffelfiets", 7, False, account))
    with connect(dsn) as connection:
        fill_people(connection, box.id)
        fill_crowd(connection)
        at = datetime(2025, 10, 9, 12, tzinfo=UTC)
        issue_outlook(connection, "box-odd", at, "pm10", LABEL)
        fill_air_map(connection)
        # behind everybody's back, so that observations of nobody are left
        connection.execute("DELETE FROM private.node WHERE name = 'box-gone'")
        connection.execute("DELETE FROM private.rollup_hour WHERE node_id = %s", [gone.id])
        connection.execute(
            "UPDATE private.observation SET time = time + INTERVAL '1 us' WHERE node_id = %s",
            [box.id],
        )
        add_zone(connection, "de-bilt", "municipality", LABEL, OUTLINE)
        for step, some in ((roll_hours, 200), (roll_days, 3), (roll_places, 2)):
            with at_one_moment(connection):
                step(connection, some)  # a part; the rest waits
        start = STOP // 3600 * 3600 - 30 * 86_400
        for count in (60, 61):  # the second has rows that are known
            write(connection, [make_samples(box.id, count, seed=2, start=start)])


def fill_crowd(connection):
    """A place where people gather, how full it was, and what was done."""
    at = datetime(2025, 10, 9, 12, tzinfo=UTC)
    crowd.add_place(connection, crowd.Registered("market", {"name": LABEL}, 900, 5, True))
    said = {
        "gauges": ["zone/a"],
        "people": [np.nan],
        "value": [0.5],
        "signal": [-1],
        "counters": ["c"],
        "judged": [1],
        "ahead_s": [900],
        "levels": [0.5],
        "quantiles": [np.nan],
        "chance": [0.1, 0.0, np.nan],
        "alerts": {"zone/a": {"level": 1}},
    }
    happened = [
        crowd.Happened(at, "raised", "zone/a", 2),
        crowd.Happened(at, "measure", None, None, LABEL),
    ]
    notices.subscribe(connection, "market", "email", "stewards@example.org", 1, "nl")
    told = [{"reach": 2, "name": LABEL}, {"reach": 0}]
    crowd.write_situation(connection, "market", at, said, happened, told)
    fair = crowd_events.Planned(0, LABEL, "fair", at, at + timedelta(hours=4), 5000)
    crowd_events.add_planned(connection, "market", fair, beside=False)
    hours = np.array([[[np.nan, 2.5]]])
    ahead = (["zone/a"], ["core"], 40, np.array([0.1, 0.9]), hours, hours[:, 0])
    chance = np.zeros((1, 3, 1))
    crowd_events.write_ahead(connection, "market", crowd_events.Ahead(at, at, *ahead, chance))
    fill_access(connection)


def fill_access(connection):
    """Keys, one of them revoked, somebody who is signed in, and a plan that was drawn anew."""
    revoked, used = (
        access.add_key(connection, "operator", "team é€", timedelta(days=9)) for _ in range(2)
    )
    access.revoke_key(connection, revoked)
    signed = sessions.sign_in(connection, used)
    key = access.add_key(connection, "owner", "é€", timedelta(days=9), owner="library")
    token = sessions.sign_in(connection, key).token
    lasts = timedelta(days=9)
    access.link_person(connection, "é€@example.org", "project", "é€", lasts, project="street")
    assert sessions.sign_in_person(connection, "https://login.example", "é€", "é€@example.org")
    login = logins.to_login("é€", bytes(logins.SALT_BYTES))
    assert mine.renew_login(connection, token, "box-odd", login) == "saved"
    fill_troubles(connection, token)
    place = crowd.Registered("market", {"name": LABEL, "features": []}, 300, 4, False)
    assert sessions.change_plan(connection, signed.token, place, 1).what == "saved"


def fill_troubles(connection, token):
    """A node whose owner agreed to mail, which is silent, and who is told of it."""
    given = {"given": True, "email": "é@example.org", "language": "en"}
    assert agreements.say_my_agreement(connection, token, "box-odd", "mail", **given) == "saved"
    troubles.subscribe(connection, "email", "beheer@example.org", "nl", ["silent"])
    now = datetime(2025, 12, 9, 12, tzinfo=UTC)
    assert look_at(connection, Rules(), now, with_limits=False)[1]


def fill_air_map(connection):
    """A map of one cell of which little is known."""
    at = datetime(2025, 10, 9, 12, tzinfo=UTC)
    low, median, high = (np.array([value], np.float32) for value in (0.5, np.nan, np.inf))
    drawn = AirMap(
        quantity="pm25",
        hour=at,
        corrected=False,
        sensors=5,
        error=np.nan,
        error_of_mean=2.5,
        inside80=0.8,
        nugget_share=0.5,
        cells=np.array([0x88196953B1FFFFF]),
        low=low,
        median=median,
        high=high,
        measured=np.array([1], np.int16),
    )
    air_maps.write_map(connection, drawn)


def fill_people(connection, node):
    """Who and what is behind a node and beside it, and a removal that is not finished."""
    since = datetime(2025, 10, 1, tzinfo=UTC)
    people.add_owner(connection, "library", label=LABEL, email="library@example.org")
    people.add_project(connection, "street", label_nl=LABEL)
    people.place_node(connection, node, owner="library", project="street")
    said = {"owner": "library", "party": "é€ 漢", "since": since}
    licences.add_consent(connection, licences.CC_BY, **said)
    add_privacy_zone(connection, "library", "home", [(52.1, 5.1)], 200)
    people.add_sensor(connection, node, "sps30", since, serial=LABEL)
    add_calibration(connection, "pm25", "linear", {LABEL: 1.5}, since, node=node)
    number_sets(connection, [(1,)])
    said = json.dumps({"version": LABEL})
    write_words(connection, [Status("box-odd", START, True, said)], [Log("box-odd", START, LABEL)])
    write_stations(connection, [Station("NL1", LABEL, "traffic", 52.09, 5.12)])
    day = np.array([int(since.timestamp()) // 86_400 * 86_400])
    hours = Hours(
        [("NL1", "no2")],
        np.zeros(2, np.int32),
        int(since.timestamp()) + np.array([0, 3600]),
        np.array([1.5, np.nan]),
        np.array([1, 9]),
    )
    write_hours(connection, hours)
    Review(connection).write_findings([make_finding(node)], *WEEK, [node])
    rain = Hours([("NL1", "rain")], hours.which[:1], day, hours.value[:1], hours.flag[:1])
    write_days(connection, rain)
    connection.execute("INSERT INTO private.removal (id, name) VALUES (-1, %s)", [LABEL])


def make_finding(node):
    """Two hours in which the samples of a node are suspect."""
    hours = START + np.array([0, 3600])
    return Findings(
        "pm25", np.full(2, node, np.int32), hours, np.full(2, 3, np.uint8), np.full(2, 17, np.int32)
    )


def read_everything(dsn, but=()):
    """Every row of every table of schema private, sorted, by table."""
    with connect(dsn) as connection:
        names = [name for (name,) in connection.execute(TABLES.encode()) if name not in but]
        return {
            name: sorted(
                row
                for (row,) in connection.execute(f"SELECT t::text FROM private.{name} t".encode())
            )
            for name in names
        }
