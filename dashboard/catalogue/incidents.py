"""What happened at open places of crowd safety, as entries of the feed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from predict.crowd.place import Place
from storage.crowd_reading import read_open_place
from storage.listed import Incident, read_incidents

from ..crowd.addresses import to_address
from ..crowd.marks import name_level
from ..crowd.view import parse_plan
from ..words import Words
from .feed import MOST, Entry

PAST = timedelta(days=30)


def read_entries(connection: Any, words: Words, site: str, moment: datetime) -> list[Entry]:
    """Incidents of the last thirty days, the latest first."""
    found = read_incidents(connection, moment - PAST, moment, MOST)
    titles = {place: read_titles(connection, place) for place in {each.place for each in found}}
    return [to_entry(each, titles[each.place], words, site) for each in found]


def read_titles(connection: Any, place: str) -> Mapping[str, str]:
    """Titles of the zones and passages of an open place by the names of its gauges."""
    opened = read_open_place(connection, place)
    return to_titles(parse_plan(opened.plan)[1]) if opened else {}


def to_titles(place: Place) -> dict[str, str]:
    """The same of a plan that is read."""
    parts = {"zone": place.zones, "passage": place.passages}
    return {
        f"{kind}/{name}": title
        for kind, part in parts.items()
        for name, title in zip(part.ids, part.names, strict=True)
    }


def to_entry(incident: Incident, titles: Mapping[str, str], words: Words, site: str) -> Entry:
    """One incident in words; a zone that is not on the plan any more goes by its name."""
    gauge = incident.gauge or ""
    where = titles.get(gauge, gauge.partition("/")[2]) or words("crowd.measures.whole")
    facts = {"place": incident.title or incident.place, "gauge": where}
    facts["time"] = words.time(incident.time)
    if incident.level is not None:
        facts["level"] = name_level(words, incident.level)
    is_measure = incident.what == "measure"
    return Entry(
        title=words(f"feed.{incident.what}", **facts),
        name=f"incident/{incident.number}",
        url=site + to_address(words, incident.place),
        updated=incident.time,
        summary=incident.note if is_measure else words(f"feed.{incident.what}.why", **facts),
    )
