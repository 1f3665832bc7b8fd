"""The feed against the rules of RFC 4287, read by another's parser, and of real incidents."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from dashboard.catalogue.feed import ATOM, MOST, Entry, write_feed
from dashboard.publisher import Publisher
from dashboard.words import Words
from storage import crowd
from storage.crowd import Happened
from storage.pool import connect
from tests.dashboard.crowd import town
from tests.dashboard.crowd.conftest import SHUT

SITE = "https://meten.example.org"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NS = f"{{{ATOM}}}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TAG = re.compile(r"tag:[a-z0-9.-]+,2026:[\w/-]+")


def check(feed):
    """What RFC 4287, 4.1 asks: elements that must be there, once, and of which form."""
    root = ElementTree.fromstring(feed)
    assert root.tag == f"{NS}feed"
    for part in (root, *root.findall(f"{NS}entry")):
        for name in ("id", "title", "updated"):
            (only,) = part.findall(f"{NS}{name}")
            assert only.text
        assert DATE.fullmatch(part.findtext(f"{NS}updated", ""))
        assert TAG.fullmatch(part.findtext(f"{NS}id", ""))
        assert [link.get("rel") for link in part.findall(f"{NS}link")].count("alternate") == 1
    (author,) = root.findall(f"{NS}author")
    assert author.findtext(f"{NS}name")
    names = [each.findtext(f"{NS}id") for each in root.findall(f"{NS}entry")]
    assert len(names) == len(set(names))
    return root


def entry(number, text="x"):
    at = NOON + timedelta(hours=number)
    return Entry(text, f"incident/{number}", f"{SITE}/nl", at, text)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_feed_of_nothing_is_a_feed(language):
    root = check(write_feed([], Words(language), Publisher(), SITE))
    assert root.findtext(f"{NS}updated") == "1970-01-01T00:00:00Z"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_the_newest_stand_first_and_no_more_than_a_hundred():
    feed = write_feed([entry(n) for n in range(MOST + 5)], Words("nl"), Publisher(), SITE)
    ids = [each.id for each in feedparser.parse(feed).entries]
    assert ids == [f"tag:meten.example.org,2026:incident/{n}" for n in range(MOST + 4, 4, -1)]
    assert feedparser.parse(feed).feed.updated == "2026-05-08T20:00:00Z"


def test_a_text_with_signs_of_xml_and_controls_is_read_back_without_the_controls():
    feed = write_feed([entry(1, "a<b & \x00\x1b\ud800c")], Words("nl"), Publisher(), SITE)
    assert check(feed).find(f"{NS}entry").findtext(f"{NS}title") == "a<b & c"


def test_a_publisher_is_its_author():
    feed = write_feed([], Words("en"), Publisher("Town", "https://t.example/", "a@b.nl"), SITE)
    author = feedparser.parse(feed).feed.author_detail
    assert author == {"name": "Town", "href": "https://t.example/", "email": "a@b.nl"}


@pytest.fixture(scope="module")
def happened(built_town):
    """What came of the feast, and one more thing of each kind, in open and in shut places."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    with connect(built_town.dsn) as connection:
        for place in (town.NAME, SHUT):
            for number, (what, gauge, level, note) in enumerate(
                [
                    ("escalated", "zone/plein", 3, ""),
                    ("measure", None, None, f"Ingang gesloten <{place}>"),
                    ("seen", "zone/plein", 3, "geheim"),
                ]
            ):
                moment = at + timedelta(seconds=number)
                crowd.note(connection, place, Happened(moment, what, gauge, level, note))
    return at


def test_incidents_of_open_places_are_told_and_no_others(asking, happened):
    answer = asking.get("/v1/feed")
    assert answer.headers["content-type"] == "application/atom+xml"
    check(answer.text)
    entries = feedparser.parse(answer.text).entries
    newest, before = entries[:2]
    assert newest.title == "Havenfeest, hele plek: maatregel"
    assert newest.link.endswith("/nl/drukte/havenfeest")
    assert before.title == "Havenfeest, Plein: nog steeds te druk"
    assert f"&lt;{town.NAME}&gt;" in answer.text
    assert SHUT not in answer.text
    assert "geheim" not in answer.text
    assert town.SEEN not in answer.text


def test_an_incident_keeps_its_name_in_both_languages(asking, happened):
    nl, en = (
        feedparser.parse(asking.get("/v1/feed", language=each).text).entries
        for each in ("nl", "en")
    )
    assert [each.id for each in nl] == [each.id for each in en]
    assert en[1].title == "Havenfeest, Plein: still too busy"


@pytest.mark.parametrize("query", [{"language": "de"}, {"format": "rss"}])
def test_what_cannot_be_asked_is_a_problem(client, query):
    answer = client.get("/v1/feed", **query)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
