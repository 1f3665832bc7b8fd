"""`meten audit` as people use it, and that every command which changes something leaves a row."""

import json
from datetime import timedelta

import typer

from lokaalmeten.cli.commands import app
from storage import people
from storage.access import add_key, link_person
from storage.pool import connect
from storage.registry import add_node
from storage.sessions import sign_in
from tests.services.meten import meten
from tests.storage.test_audit import CHANGES

DAYS = timedelta(days=9)
LEAVES = {  # what the log says of each command that changes what people registered
    "calibrate enter": "calibration added",
    "calibrate fit": "calibration added",
    "calibrate passings": "calibration added",
    "calibrate ratios": "calibration added",
    "crowd add": "crowd plan saved",
    "crowd event add": "event planned",
    "crowd event remove": "planned event removed",
    "crowd notify add": "subscription added or changed",
    "crowd notify remove": "subscription removed",
    "crowd remove": "crowd place removed",
    "db retain": "retention applied",
    "key add": "key added",
    "key link": "person linked",
    "key revoke": "key revoked",
    "licence set": "licence said",
    "node add": "node registered or changed",
    "node consent": "purpose withdrawn",
    "node login": "login of a node made",
    "node remove": "node removed",
    "notify add": "receiver of nodes added or changed",
    "notify remove": "receiver of nodes removed",
    "owner add": "owner added or changed",
    "owner export": "owner exported",
    "owner remove": "owner removed",
    "privacy set": "publication of rides changed",
    "privacy zone add": "privacy zone drawn",
    "privacy zone remove": "privacy zone removed",
    "project add": "project added or changed",
    "project remove": "project removed",
    "project set": "project added or changed",
    "zone add": "zone added or changed",
    "zone remove": "zone removed",
}
# Data that come in or are computed, each with rows of its own that say from where.
DATA = {
    *("calibrate apply", "check review", "crowd ahead", "crowd watch", "db roll-up", "demo"),
    *("forecast air", "forecast run", "forecast weather add", "import", "ingest", "privacy settle"),
    *("rejected replay", "virtual", "crowd measure", "crowd seen", "notify watch"),
}
# What reads, or changes files, boards, the broker or the shape of the database.
ELSEWHERE = {
    *("audit", "broker follow", "broker logins", "broker setup", "ca init", "ca issue", "ca list"),
    *("ca renew", "calibrate list", "config check", "crowd event list", "crowd list"),
    *("crowd notify list", "crowd plan history", "crowd replay", "crowd show", "crowd whatif"),
    *("dashboard", "db export", "db load", "db migrate", "db roles", "db save", "db series"),
    *("db status", "db tune", "doctor", "flash", "forecast backtest", "forecast map"),
    *("forecast scores", "forecast show", "forecast weather list", "key list", "licence list"),
    *("node config", "node image", "node key", "node list", "node logs", "node pull"),
    *("node release", "node selftest", "node show", "node sim", "node tell", "node update"),
    *(
        "notify list",
        "up",
        "upgrade",
        "db user",
        "owner list",
        "privacy show",
        "privacy zone list",
        "project list",
        "publish",
    ),
    *("rejected list", "rejected show", "release add", "release list", "release withdraw"),
    *("report exceedances", "report quarter", "report year", "rides", "route", "zone list"),
}


def list_commands(command, words=()):
    """All commands with what stands before them."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(words)
        return
    for name, each in inner.items():
        yield from list_commands(each, (*words, name))


def test_every_command_leaves_a_row_or_is_said_to_need_none():
    found = set(list_commands(typer.main.get_command(app)))
    assert found == set(LEAVES) | DATA | ELSEWHERE
    assert len(found) == len(LEAVES) + len(DATA) + len(ELSEWHERE)
    assert set(LEAVES.values()) <= set(CHANGES)


def test_the_log_is_a_table_for_people_and_json_for_programs(timescale_database):
    dsn = timescale_database
    with connect(dsn) as connection:
        people.add_owner(connection, "ann", email="ann@example.org")
        people.place_node(connection, add_node(connection, "box-1", "box").id, owner="ann")
        key = add_key(connection, "operator", "Crowd [team]", DAYS)
        prefix = link_person(connection, "kim@example.org", "owner", "Kim", DAYS, owner="ann")
        sign_in(connection, key)
    table = meten("audit", dsn=dsn)
    assert table.returncode == 0, table.stderr
    assert "node registered or changed" in table.stdout
    assert "node box-1, owner ann" in table.stdout
    assert "Crowd [team]" in table.stdout
    said = [json.loads(line) for line in meten("audit", "--json", dsn=dsn).stdout.splitlines()]
    assert [each["what"] for each in said] == [
        *("owner added or changed", "node registered or changed", "key added", "person linked"),
        "signed in",
    ]
    assert said[3]["about"] == {"owner": "ann", "key": prefix}
    assert said[3]["facts"] == {"role": "owner"}
    assert (said[4]["who"], said[4]["key"]) == ("Crowd [team]", key.split("_")[1])
    for told in (table.stdout, str(said)):
        assert "example.org" not in told
        assert key.split("_")[2] not in told
