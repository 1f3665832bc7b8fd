"""A feed of what is new, by Atom (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ..publisher import Publisher
from ..words import Words

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "application/atom+xml"
MOST = 100  # entries
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BEGAN = 2026  # year in which names were given; part of every tag (RFC 4151)
# Characters that XML 1.0 cannot hold.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One thing that is new; ``name`` is its own for ever, such as ``incident/12``."""

    title: str
    name: str
    url: str
    updated: datetime
    summary: str


def write_feed(entries: Sequence[Entry], words: Words, publisher: Publisher, site: str) -> bytes:
    """The feed in one language, the newest first, at most MOST of them."""
    newest = sorted(entries, key=lambda entry: entry.updated, reverse=True)[:MOST]
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": words.language})
    add(feed, "id", to_tag(site, f"feed/{words.language}"))
    add(feed, "title", words("feed.title", name=publisher.name))
    add(feed, "subtitle", words("feed.subtitle"))
    add(feed, "updated", to_moment(newest[0].updated if newest else NEVER))
    own = f"{site}/v1/feed?language={words.language}"
    add(feed, "link", rel="self", href=own, type=MEDIA)
    add(feed, "link", rel="alternate", href=f"{site}/{words.language}", type="text/html")
    add_author(feed, publisher, site)
    for entry in newest:
        add_entry(feed, entry, site)
    return ElementTree.tostring(feed, "utf-8", xml_declaration=True)


def add_author(feed: ElementTree.Element, publisher: Publisher, site: str) -> None:
    """Who answers for it."""
    author = ElementTree.SubElement(feed, "author")
    add(author, "name", publisher.name)
    add(author, "uri", publisher.url or f"{site}/")
    if publisher.email:
        add(author, "email", publisher.email)


def add_entry(feed: ElementTree.Element, entry: Entry, site: str) -> None:
    """One entry."""
    within = ElementTree.SubElement(feed, "entry")
    add(within, "id", to_tag(site, entry.name))
    add(within, "title", entry.title)
    add(within, "updated", to_moment(entry.updated))
    add(within, "link", rel="alternate", href=entry.url)
    add(within, "summary", entry.summary)


def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
    """One element with text or attributes."""
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = _NOT_IN_XML.sub("", text) or None


def to_tag(site: str, name: str) -> str:
    """Name for ever of a thing of a site, as a tag (RFC 4151).

    >>> to_tag("https://meten.example.org:8443", "incident/12")
    'tag:meten.example.org,2026:incident/12'
    """
    return f"tag:{urlsplit(site).hostname},{BEGAN}:{name}"


def to_moment(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
