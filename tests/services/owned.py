"""An owner with a box and a bike and something in every table; and the export as it is read."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pandas as pd

from lokaalmeten.anchor import Anchor
from lokaalmeten.cli.notify_rounds import look_at
from lokaalmeten.cli.owner_export import export_owner
from lokaalmeten.node_health import Rules
from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Log, Status
from storage import access, agreements, licences, logins, people, sessions
from storage.calibrations import add_calibration
from storage.corrections import number_sets
from storage.node_status import write_words
from storage.privacy import add_privacy_zone
from storage.registry import add_node
from storage.review import Review
from storage.rides import write_rides
from storage.rollups import roll_up
from storage.writer import Writer, write
from tests.services.everything import WEEK, make_finding
from tests.services.samples import START, make_samples

BOX, BIKE = "box-ann", "bike-ann"
SINCE = datetime.fromtimestamp(START, UTC)


class Ride:
    start, stop, public_start, public_stop = START, START + 990, START + 300, START + 690
    samples, distance_m, due = 100, 5000.0, None


def add_owned(connection, owner, names):
    """Register an owner with a box and a bike; returns a key that is signed in with."""
    people.add_owner(connection, owner, label=f"label of {owner}", email=f"{owner}@example.org")
    lat = 52.0907374 if owner == "ann" else 52.7654321
    box = add_node(connection, names[0], "box", lat=lat, lon=5.1234567)
    bike = add_node(connection, names[1], "bike")
    add_privacy_zone(connection, owner, f"home-of-{owner}", [(lat, 5.1)], 200)
    licences.add_consent(connection, licences.CC_BY, owner=owner, party=f"{owner} & é")
    licences.add_consent(connection, licences.CC0, node=box.name)
    write(connection, [make_samples(box.id, 120, cell=box.cell)])
    write(connection, [make_samples(bike.id, 100, step=10, schema=2, moving=True)])
    for node in (box, bike):
        add_around(connection, owner, node)
    # last: another owner or zone hides what was public before
    write_rides(connection, bike.id, START, START + 990, [Ride()])
    while roll_up(connection):
        pass
    two_days = timedelta(days=2)
    look_at(connection, Rules(silent_bike=two_days / 2), SINCE + two_days, with_limits=False)
    key = access.add_key(connection, "owner", f"of {owner}", timedelta(days=9), owner=owner)
    sessions.sign_in(connection, key)
    account = (f"{owner}@account.example", "owner", f"account of {owner}", timedelta(days=9))
    access.link_person(connection, *account, owner=owner)
    facts = ("https://login.example", f"subject-{owner}", account[0])
    sessions.sign_in_person(connection, *facts)
    return key


def add_around(connection, owner, node):
    """What is kept about a node beside its samples."""
    place = "UPDATE private.node SET hardware = %s WHERE id = %s"
    connection.execute(place, [f"imei-{node.name}", node.id])
    people.place_node(connection, node.id, owner=owner)
    people.add_sensor(connection, node.id, "sps30", SINCE, serial=f"serial-{node.name}")
    logins.give_login(connection, node.name)
    agreements.say_agreement(connection, node.name, "mail", given=True)
    add_calibration(connection, "pm25", "linear", {"a": 1.5}, SINCE, node=node.id)
    query = "SELECT max(id) FROM private.calibration"
    (calibration,) = connection.execute(query).fetchone()
    (number,) = number_sets(connection, [(calibration,)])
    corrected = "UPDATE private.observation SET correction = %s, pm25_corrected = pm25 / 2"
    connection.execute(
        f"{corrected} WHERE node_id = %s AND pm25 %% 2 = 0".encode(), [number, node.id]
    )
    Review(connection).write_findings([make_finding(node.id)], *WEEK, [node.id])
    said = json.dumps({"version": f"9 of {node.name}"})
    log = json.dumps({"text": f"ValueError of {node.name}"})
    write_words(connection, [Status(node.name, START, True, said)], [Log(node.name, START, log)])
    refused = [
        Rejected(node.name, f"lm/1/{node.name}/page", "crc", b"\1\0" + node.name.encode(), START),
        Rejected("", "elsewhere", "unknown topic", f"of imei-{node.name}".encode(), START),
    ]
    anchors = [Anchor(node.id, 7, START, 9, False)]
    Writer(connection).write([], refused, arrivals={(node.id, 7): [0, 2]}, anchors=anchors)


def read_export(connection, owner, path) -> dict[str, Any]:
    """The files of a new export: CSV as tables of text, JSON as it is, others as bytes."""
    export_owner(connection, owner, path, lambda _file, _rows: None)
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: _read(name, archive.read(name)) for name in archive.namelist()}


def _read(name, content) -> Any:
    if name.endswith(".csv"):
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return json.loads(content) if name.endswith(".json") else content
