"""A page of HTML as a reader has it: what it shows, where it leads, and what it loads."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


@dataclass
class Page:
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)  # of <a>
    loaded: list[str] = field(default_factory=list)  # scripts, styles, pictures
    tags: Counter = field(default_factory=Counter)  # inside <article>
    text: str = ""  # inside <article>
    language: str = ""  # of what is inside <article>, where it is another one


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.page = Page()
        self._inside = False

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        page = self.page
        page.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            page.links.append(given["href"])
        page.loaded += [given[name] for of, name in LOADS if of == tag and given.get(name)]
        if tag == "article":
            self._inside = True
        elif self._inside:
            page.tags[tag] += 1
            page.language = page.language or given.get("lang", "")

    def handle_endtag(self, tag):
        if tag == "article":
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.page.text += data


def read_page(path):
    """`Page` of a file of HTML."""
    reader = _Reader()
    reader.feed(path.read_text())
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page
