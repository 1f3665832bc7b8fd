"""Pages of the site: whatever the index leads to, by links from page to page.

Markdown becomes a page, code that a page links to becomes one that shows it, pictures and other
files stay what they are. In the site `docs/` is the top: its files lose that folder, the others
keep theirs.
"""

import re
from dataclasses import dataclass, field
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

SHOWN = ("", ".py", ".sql", ".toml", ".R")  # folders, too; any other file is handed out as it is
# Code is passed over: what looks like a link in it is none.
LINK = re.compile(
    r"^ *```.*?^ *```|`[^`\n]+`|(?P<open>\]\()(?P<to>[^)\s#]*)(?P<anchor>#[^)\s]*)?(?P<close>\))",
    re.MULTILINE | re.DOTALL,
)
ELSEWHERE = re.compile(r"^(?:[a-z]+:|/)")
OVERVIEW = "overview.md"  # the README of the repository: that of `docs/` is the start of the site


class PageError(Exception):
    """A page links to what is not in the repository; the message names both."""


@dataclass
class Pages:
    """Texts and files of the repository by their paths in it, as they become pages."""

    texts: dict[str, str] = field(default_factory=dict)  # Markdown, as it stands
    code: dict[str, Path] = field(default_factory=dict)  # files and folders that are shown
    files: dict[str, Path] = field(default_factory=dict)  # pictures, and what is handed out

    def to_texts(self) -> dict[str, str]:
        """Markdown of every page by its place in the site, with links that hold there."""
        own = {to_place(path): self.relink(path, text) for path, text in self.texts.items()}
        return own | {to_place(path): show(path, file) for path, file in self.code.items()}

    def to_files(self) -> dict[str, Path]:
        """Every picture and other file by its place in the site."""
        return {to_place(path): file for path, file in self.files.items()}

    def relink(self, path: str, text: str) -> str:
        """Text of the page at ``path`` with links from place to place."""
        here = PurePosixPath(to_place(path)).parent

        def change(found: re.Match[str]) -> str:
            target = follow(path, found)
            if not target:
                return found[0]
            name = f"{target}/README.md" if f"{target}/README.md" in self.texts else target
            return f"]({relpath(to_place(name), here)}{found['anchor'] or ''})"

        return LINK.sub(change, text)


def gather(root: Path, index: str) -> Pages:
    """All that links lead to from ``index``, a path in the repository at ``root``; PageError."""
    pages, waiting = Pages(), [index]
    while waiting:
        path = waiting.pop()
        if path in pages.texts:
            continue
        pages.texts[path] = (root / path).read_text(encoding="utf-8")
        for link in LINK.finditer(pages.texts[path]):
            waiting += take(root, pages, path, follow(path, link))
    return pages


def take(root: Path, pages: Pages, path: str, target: str) -> list[str]:
    """Note what the page at ``path`` links to; returns it when it is a page to read."""
    if not target:
        return []
    file = root / target
    if not file.exists():
        raise PageError(f"{path} links to {target}, which is not there")
    if (file / "README.md").is_file():
        return [f"{target}/README.md"]
    if file.suffix == ".md":
        return [target]
    (pages.code if file.suffix in SHOWN else pages.files)[target] = file
    return []


def follow(path: str, link: re.Match[str]) -> str:
    """Path in the repository of a link on the page at ``path``; empty for one that leads out."""
    to = link["to"]
    if not to or ELSEWHERE.match(to):
        return ""
    return normpath(PurePosixPath(path).parent / to)


def to_place(path: str) -> str:
    """Place in the site of a path in the repository: code gets a page of its own.

    >>> to_place("docs/api.md"), to_place("storage/roles.sql"), to_place("docs/map.png")
    ('api.md', 'storage/roles.sql.md', 'map.png')
    """
    if path == "README.md":
        return OVERVIEW
    place = path.removeprefix("docs/")
    return f"{place}.md" if PurePosixPath(place).suffix in SHOWN else place


def show(path: str, file: Path) -> str:
    """A page that shows a file of code, or every file of a folder; search passes it over."""
    files = sorted(each for each in file.rglob("*") if each.is_file()) if file.is_dir() else [file]
    parts = ["---\nsearch:\n  exclude: true\n---", f"# `{path}`"]
    for each in files:
        if each != file:
            parts.append(f"## `{each.relative_to(file)}`")
        kind = each.suffix.removeprefix(".") or "text"
        parts.append(f"````{kind}\n{each.read_text(encoding='utf-8').rstrip()}\n````")
    return "\n\n".join(parts) + "\n"
