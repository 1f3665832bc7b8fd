"""The index: `docs/README.md` names every page once, and the navigation of the site follows it.

A heading of the second level is a section, one of the third a part of it; each link of a list is
a page, and its text is the page's name in the navigation.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

INDEX = "docs/README.md"
REFERENCE = "## Reference"
HEADING = re.compile(r"^(##+) (.+)$")
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]+)\)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass
class Section:
    """Pages that stand together, and sections within."""

    name: str
    pages: list[tuple[str, str]] = field(default_factory=list)  # name and place
    sections: list["Section"] = field(default_factory=list)


def read_index(text: str) -> list[Section]:
    """Sections of the index, in its order."""
    sections: list[Section] = []
    within: list[Section] = []  # the section that is read, and the one inside it
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            depth = len(heading[1]) - 2
            section = Section(heading[2])
            (within[depth - 1].sections if depth else sections).append(section)
            within = [*within[:depth], section]
        elif within and line.startswith("- "):
            within[-1].pages += LINK.findall(line)
    return sections


def add_reference(text: str, made: Mapping[str, str]) -> str:
    """The index with the pages that are made from the code, by place, below their heading."""
    listed = "\n".join(f"- [{to_title(page)}]({place})" for place, page in made.items())
    head, _, rest = text.partition(REFERENCE)
    paragraph, _, rest = rest.lstrip("\n").partition("\n\n")
    return f"{head}{REFERENCE}\n\n{paragraph}\n\n{listed}\n{rest.lstrip()}"


def to_title(page: str) -> str:
    """Title of a page in Markdown."""
    found = TITLE.search(page)
    return found[1] if found else ""


def to_navigation(sections: list[Section]) -> str:
    """The navigation in TOML: the start page, then the sections."""
    return f"[{', '.join([json.dumps('README.md'), *map(to_toml, sections)])}]"


def to_toml(section: Section) -> str:
    """One section in TOML: a table of its name and a list of what is in it."""
    pages = [f"{{ {json.dumps(name)} = {json.dumps(place)} }}" for name, place in section.pages]
    inside = [*pages, *map(to_toml, section.sections)]
    return f"{{ {json.dumps(section.name)} = [{', '.join(inside)}] }}"
