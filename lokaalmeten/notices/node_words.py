"""What is wrong with nodes in Dutch or English: what, which, since when, what to do, a link."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lokaalmeten.quantities import BY_KEY

from .node_texts import TEXTS
from .words import ZONE, Words

LISTED = 20  # nodes that a mail names
PATHS = {"nl": "mijn", "en": "my"}  # of the own pages (dashboard/mine/addresses.py)
MONTHS = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
UNITS = {"ug/m3": "µg/m³"}


def to_text(said: Mapping[str, Any], language: str, site: str) -> tuple[str, str]:
    """Subject and text of the facts of a letter (letters.py); ``site`` of the pages, or empty."""
    words = NodeWords(language)
    nodes, key = said["nodes"], f"{said['kind']}.{said['what']}"
    values = words.describe(nodes[0]) | {"count": said["count"]}
    if said["digest"]:
        key, values["since"] = f"{key}.many", words.moment(said["since"])
    lines = [words(f"{key}.text", **values)]
    if said["digest"]:
        lines += words.list(nodes, said["count"])
    if words.has(f"{key}.do"):
        lines += ["", words(f"{key}.do")]
    if site:
        name = None if said["digest"] else nodes[0]["node"]
        lines += ["", words("link", link=to_link(site, language, name))]
    if said.get("owner"):
        lines += ["", words("owner")]
    subject = " ".join(words(key, **values).split())  # a name may hold a line end
    return subject, "\n".join(lines) + "\n"


def to_link(site: str, language: str, node: str | None) -> str:
    """Address of the own page of a node, or of all.

    >>> to_link("https://meten.example.org/", "nl", "box-7")
    'https://meten.example.org/nl/mijn/box-7'
    """
    base = f"{site.rstrip('/')}/{language}/{PATHS[language]}"
    return base if node is None else f"{base}/{quote(node, safe='')}"


class NodeWords(Words):
    """Sentences about nodes in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(language, TEXTS)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def moment(self, text: str) -> str:
        """Day and minute by the Dutch clock of a moment in ISO 8601.

        >>> NodeWords("en").moment("2026-11-26T13:05:00+00:00")
        '26 Nov 14:05'
        """
        at = datetime.fromisoformat(text).astimezone(ZONE)
        return f"{at.day} {MONTHS[self._language][at.month - 1]} {at:%H:%M}"

    def describe(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Values of texts about one node."""
        label = " ".join(facts["label"].split())
        node = f"{facts['node']} ({label})" if label else facts["node"]
        values = {"node": node, "since": self.moment(facts["since"])}
        if "millivolt" in facts:
            values["volt"] = self.number(facts["millivolt"] / 1000, 2)
        if "norm" in facts:
            values |= {"norm": facts["norm"], "quantity": to_symbol(facts["quantity"])}
            values["passed"] = self.passed(facts)
        return values

    def passed(self, facts: Mapping[str, Any]) -> str:
        """How far a limit is passed."""
        unit = BY_KEY[facts["quantity"]].unit
        return self(
            f"passed.{facts['period']}",
            year=facts["year"],
            above=self.number(facts["above"]),
            allowed=self.number(facts["allowed"]),
            value=self.number(facts["value"]),
            mean="" if facts["mean"] is None else self.number(facts["mean"], 1),
            unit=UNITS.get(unit, unit),
            quantity=to_symbol(facts["quantity"]),
            norm=facts["norm"],
        )

    def list(self, nodes: Sequence[Mapping[str, Any]], count: int) -> list[str]:
        """A line for each node, as far as a mail names them."""
        lines = [
            self("item.passed" if "norm" in facts else "item", **self.describe(facts))
            for facts in nodes[:LISTED]
        ]
        rest = count - len(lines)
        return [*lines, self("more", count=rest)] if rest else lines


def to_symbol(quantity: str) -> str:
    """What people call a quantity that has limits.

    >>> to_symbol("pm25")
    'PM2.5'
    """
    return {"pm25": "PM2.5", "pm10": "PM10", "no2": "NO₂"}.get(quantity, quantity)
