"""A change of an alert in Dutch or English: what, where, how sure, until when, and a link."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

LANGUAGES = ("nl", "en")
ZONE = ZoneInfo("Europe/Amsterdam")  # by whose clock those who are told live

TEXTS: dict[str, tuple[str, str]] = {
    "level.0": ("groen", "green"),
    "level.1": ("geel", "yellow"),
    "level.2": ("oranje", "orange"),
    "level.3": ("rood", "red"),
    "subject.raised": ("{level}: {title}, {name}", "{level}: {title}, {name}"),
    "subject.lowered": ("{level} weer: {title}, {name}", "back to {level}: {title}, {name}"),
    "subject.escalated": (
        "Niemand keek naar {level}: {title}, {name}",
        "Nobody has looked at {level}: {title}, {name}",
    ),
    "raised": (
        "{title}, {name}: {level} sinds {time}.",
        "{title}, {name}: {level} since {time}.",
    ),
    "lowered": (
        "{title}, {name}: van {before} terug naar {level} om {time}.",
        "{title}, {name}: from {before} back to {level} at {time}.",
    ),
    "escalated": (
        "{title}, {name}: {level}, en om {time} had niemand de melding gezien.",
        "{title}, {name}: {level}, and at {time} nobody had seen the alert.",
    ),
    "now.zone": (
        "Nu: {value} mensen per m² (niveau {service} van Fruin).",
        "Now: {value} people per m² (Fruin level {service}).",
    ),
    "now.passage": (
        "Nu: {value} mensen per meter en minuut (niveau {service} van Fruin).",
        "Now: {value} people per metre and minute (Fruin level {service}).",
    ),
    "unknown": (
        "Hoe vol het nu is, is niet bekend: er wordt niet geteld.",
        "How full it is now is not known: nothing is counted.",
    ),
    "people": ("Er zijn ongeveer {people} mensen.", "There are about {people} people."),
    "capacity": (
        "Er zijn ongeveer {people} mensen, {share} % van de {capacity} die er kunnen zijn.",
        "There are about {people} people, {share} % of the {capacity} that there can be.",
    ),
    "chance": (
        "Kans op meer dan {limit} binnen {within}: {chance} %.",
        "Chance of more than {limit} within {within}: {chance} %.",
    ),
    "time_to": ("Waarschijnlijk binnen {time_to}.", "Probably within {time_to}."),
    "peak": (
        "Verwachte top: {middle} (acht van de tien keer tussen {low} en {high}).",
        "Expected peak: {middle} (eight of ten times between {low} and {high}).",
    ),
    "until": ("Verwacht tot ongeveer {until}.", "Expected until about {until}."),
    "lasts": ("Verwacht tot {until} of later.", "Expected until {until} or later."),
    "link": ("Kijk: {link}", "See: {link}"),
    "seen": (
        "Gezien? Meld het: meten crowd seen {place} {gauge}",
        "Seen it? Say so: meten crowd seen {place} {gauge}",
    ),
    "minutes": ("{number} minuten", "{number} minutes"),
    "hours": ("{number} uur", "{number} hours"),
}


def to_text(place: str, said: Mapping[str, Any], language: str, site: str) -> tuple[str, str]:
    """Subject and text of the facts of a change (predict/crowd/facts.py).

    ``place`` is the name of the place in addresses; ``site`` that of the pages, or empty.
    """
    words = Words(language)
    kind = said["gauge"].partition("/")[0]
    moment = words.clock(said["time"])
    head = {"title": said["title"], "name": said["name"], "time": moment}
    head |= {"level": words.level(said["level"]), "before": words.level(said["reach"])}
    subject = words(f"subject.{said['what']}", **head)
    lines = [words(said["what"], **head), words.now(said, kind), *words.inside(said)]
    lines += words.expected(said)
    if site:
        lines.append(words("link", link=to_link(site, language, place)))
    if said["what"] != "lowered":
        lines.append(words("seen", place=place, gauge=said["gauge"]))
    subject = " ".join(subject.split())  # a name may hold a line end, a subject may not
    return subject[:1].upper() + subject[1:], "\n".join(lines) + "\n"


def to_link(site: str, language: str, place: str) -> str:
    """Address of the page of a place.

    >>> to_link("https://meten.example.org/", "nl", "pier")
    'https://meten.example.org/nl/crowd/pier'
    """
    return f"{site.rstrip('/')}/{language}/crowd/{quote(place, safe='')}"


class Words:
    """Sentences, numbers and times in one language (one of LANGUAGES)."""

    def __init__(self, language: str, texts: Mapping[str, tuple[str, str]] = TEXTS) -> None:
        self._language, self._texts = language, texts
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in."""
        return self._texts[key][self._column].format(**values)

    def level(self, level: int) -> str:
        """Colour of a level."""
        return self(f"level.{level}")

    def number(self, value: float, digits: int = 0) -> str:
        """A number as it is written there.

        >>> Words("nl").number(1234.5, 1), Words("en").number(1234.5, 1)
        ('1.234,5', '1,234.5')
        """
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self._language == "nl" else text

    def clock(self, moment: str) -> str:
        """Hour and minute by the Dutch clock of a moment in ISO 8601."""
        return f"{datetime.fromisoformat(moment).astimezone(ZONE):%H:%M}"

    def span(self, seconds: float) -> str:
        """A length of time, in minutes up to an hour and a half.

        >>> Words("en").span(1800), Words("en").span(10_800)
        ('30 minutes', '3 hours')
        """
        if seconds <= 5400:
            return self("minutes", number=self.number(seconds / 60))
        digits = 0 if seconds % 3600 == 0 else 1
        return self("hours", number=self.number(seconds / 3600, digits))

    def now(self, said: Mapping[str, Any], kind: str) -> str:
        """How full it is."""
        if said["value"] is None:
            return self("unknown")
        value = self.number(said["value"], digits_of(kind))
        return self(f"now.{kind}", value=value, service=said["service"])

    def inside(self, said: Mapping[str, Any]) -> list[str]:
        """How many there are, and of how many that there can be."""
        people, capacity = said["people"], said["capacity"]
        if people is None:
            return []
        values = {"people": self.number(people)}
        if capacity is None:
            return [self("people", **values)]
        share = self.number(100 * people / capacity)
        return [self("capacity", **values, share=share, capacity=self.number(capacity))]

    def expected(self, said: Mapping[str, Any]) -> list[str]:
        """How sure it is that the limit is passed, how soon, how far, until when."""
        digits, lines = digits_of(said["gauge"].partition("/")[0]), []
        if said["chance"] is not None:
            limit, within = self.number(said["limit"], digits), self.span(said["within_s"])
            chance = self.number(100 * said["chance"])
            lines.append(self("chance", limit=limit, within=within, chance=chance))
        if said["time_to_s"] is not None:
            lines.append(self("time_to", time_to=self.span(said["time_to_s"])))
        if None not in said["peak"]:
            low, middle, high = (self.number(value, digits) for value in said["peak"])
            lines.append(self("peak", low=low, middle=middle, high=high))
        if said["until"] is not None:
            lines.append(
                self("lasts" if said["lasts"] else "until", until=self.clock(said["until"]))
            )
        return lines


def digits_of(kind: str) -> int:
    """Decimals of the value of a zone (people per square metre) or a passage."""
    return 2 if kind == "zone" else 0
