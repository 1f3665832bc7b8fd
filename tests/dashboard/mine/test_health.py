"""How all nodes are, on one page and as CSV: of whom, counted, chosen, and how fast."""

import csv
import io
import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.mine.health import Chosen, look, to_cell, write_file, write_page
from dashboard.words import Words
from lokaalmeten.node_health import STATES, Rules
from lokaalmeten.words import Status
from storage.agreements import say_agreement
from storage.node_status import write_words
from storage.pool import connect
from tests.lokaalmeten.test_node_health import NOON, ago, bike, health

RULES = Rules()
PAGE = "/en/my/-/health"


def read_rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def list_nodes(page):
    return re.findall(r'<th scope="row"><a href="/../\w+/([^"]+)"', page)


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("ann", {"box-school", "box-nieuw", "fiets-1"}),
        ("bob", {"box-markt", "fiets-2"}),
        ("municipality", {"box-markt"}),
    ],
)
def test_everybody_sees_the_nodes_in_the_own_reach(home, who, names):
    seen = set(list_nodes(home.get(PAGE, who).text))
    assert names <= seen
    rows = read_rows(home.get(f"{PAGE}.csv", who).text)
    assert {row["node"] for row in rows} == seen
    others = {"box-school", "box-markt", "fiets-1", "fiets-2"} - names
    assert not others & seen


def test_who_is_not_signed_in_is_sent_to_the_door(home):
    for path in (PAGE, f"{PAGE}.csv"):
        told = home.get(path)
        assert (told.status, told.headers["cache-control"]) == (303, "no-store")
        assert "sign-in" in told.headers["location"]


def test_an_operator_sees_of_bikes_not_when_they_rode(home):
    rows = {row["node"]: row for row in read_rows(home.get(f"{PAGE}.csv", "operator").text)}
    assert (rows["fiets-1"]["last"], rows["fiets-1"]["battery_mv"]) == ("", "")
    assert rows["box-school"]["last"]


def test_what_a_node_said_is_shown_and_a_choice_leaves_the_others_out(home):
    now = datetime.now(UTC)
    said = {"battery_mv": 3600, "outbox": {"kept": 120}, "version": "1.4.2"}
    words = [Status("box-nieuw", int(now.timestamp()), True, json.dumps(said))]
    with connect(home.dsn) as connection:
        write_words(connection, words, [])
    (row,) = read_rows(home.get(f"{PAGE}.csv", "ann", state="battery").text)
    assert (row["node"], row["battery_mv"], row["backlog_pages"]) == ("box-nieuw", "3600", "120")
    assert row["version"] == "1.4.2"
    page = home.get(PAGE, "ann", state="battery").text
    assert list_nodes(page) == ["box-nieuw"]
    assert "3.60 V" in page
    assert "speaks, does not measure" in page
    assert list_nodes(home.get(PAGE, "ann", state="silent").text) == ["box-school"]
    assert home.get(PAGE, "ann", state="asleep").status == 400
    home.run("DELETE FROM private.node_status")


def test_a_zone_is_chosen_by_its_name(home):
    rows = read_rows(home.get(f"{PAGE}.csv", "operator", zone="havenkwartier").text)
    assert [row["node"] for row in rows] == ["box-haven"]


def test_a_node_that_is_withdrawn_is_shown_to_its_owner_alone(home):
    with connect(home.dsn) as connection:
        say_agreement(connection, "box-school", "publish", given=False)
    try:
        rows = {row["node"]: row for row in read_rows(home.get(f"{PAGE}.csv", "ann").text)}
        assert rows["box-school"]["not_on_map"] == "closed"
        assert "box-school" not in list_nodes(home.get(PAGE, "operator").text)
        page = home.get("/en/my/box-school", "ann").text
        assert "its owner wants it so" in page
    finally:
        with connect(home.dsn) as connection:
            say_agreement(connection, "box-school", "publish", given=True)


def test_counts_are_of_the_choice_and_the_page_stays_short():
    nodes = [health(f"box-{n:04}", last=ago(hours=n)) for n in range(600)]
    nodes += [bike(name=f"bike-{n}", online=False) for n in range(3)]
    found = look(nodes, Chosen(), RULES, NOON)
    assert {state: found.counts[state] for state in STATES} == {
        "silent": 575,
        "battery": 0,
        "never": 0,
        "resting": 3,
        "well": 25,
    }
    page = write_page(Words("en"), found, Chosen(), NOON)
    assert len(list_nodes(page)) == 250
    assert list_nodes(page)[0] == "box-0025"  # the last that fell silent
    assert "353 more are in the CSV" in page
    assert len(read_rows(write_file(found))) == 603


def test_a_name_is_no_formula_and_no_html():
    odd = health(label="=HYPERLINK(1)<script>", project="street", zones=["a"])
    found = look([odd], Chosen(), RULES, NOON)
    (row,) = read_rows(write_file(found))
    assert row["label"] == "'=HYPERLINK(1)<script>"
    assert "<script>" not in write_page(Words("nl"), found, Chosen(), NOON)
    assert to_cell("box-1") == "box-1"


def test_two_thousand_nodes_answer_at_once(home):
    """With room for a busy machine; docs/dashboard.md has what it took alone."""
    home.run(
        "INSERT INTO private.node (name, kind, lat, lon, cell, label)"
        " SELECT 'many-' || n, 'box', 520000000, 51000000, 1, '' FROM generate_series(1, 2000) n"
    )
    home.run(
        "INSERT INTO private.rollup_hour (node_id, hour, ride, cell, there, samples, good, total,"
        " low, high) SELECT n.id, date_trunc('hour', now()) - h * INTERVAL '1 hour', 0, 0, 0, '{}',"
        " '{}', '{}', '{}', '{}' FROM private.node n, generate_series(1, 168) h"
        " WHERE n.name ~ '^many-'"
    )
    try:
        home.run("ANALYZE")
        home.get(PAGE, "operator")
        began = time.perf_counter()
        told = home.get(PAGE, "operator")
        took_s = time.perf_counter() - began
        assert "2,0" in told.text
        assert timedelta(seconds=took_s) < timedelta(seconds=3)
    finally:
        home.run("DELETE FROM private.rollup_hour USING private.node n"
                 " WHERE n.id = node_id AND n.name ~ '^many-'")  # fmt: skip
        home.run("DELETE FROM private.node WHERE name ~ '^many-'")
