"""The showcase: what people did with their measurements, as Markdown in a folder of the community.

``canal.nl.md`` and ``canal.en.md`` are one story in two languages; ``canal.md`` is Dutch. Pictures
lie beside them. A new file is there at once; one that cannot be read is left out, and logged.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..words import Words
from .articles import Article, to_article

LOG = logging.getLogger(__name__)
STORY = re.compile(r"([a-z0-9][a-z0-9-]{0,62})(?:\.(nl|en))?\.md")
PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}\.(png|jpe?g|webp)")
USUAL = "nl"  # language of a file that names none
LARGEST_B = 200_000  # of a text
MOST = 500  # stories


@dataclass(frozen=True)
class Story:
    """A story, and the language that it is written in."""

    article: Article
    language: str


class Showcase:
    """Stories in a folder; none without one."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder) if folder else None

    def list(self, language: str) -> list[Story]:
        """Every story once, in a language where it is there, by its title."""
        names = sorted({name for name, _ in self._files()})[:MOST]
        found = [self.find(name, language) for name in names]
        return sorted(filter(None, found), key=lambda story: story.article.title.casefold())

    def find(self, name: str, language: str) -> Story | None:
        """A story in a language, else in the other; None when there is no such."""
        languages = [spoken for known, spoken in self._files() if known == name]
        if not languages:
            return None
        chosen = language if language in languages else languages[0]
        text = self._read(name, chosen)
        return None if text is None else Story(to_article(Words(chosen), name, text), chosen)

    def picture(self, name: str) -> Path | None:
        """Where a picture lies; None when there is no such."""
        if self._folder is None or not PICTURE.fullmatch(name):
            return None
        path = self._folder / name
        return path if path.is_file() and not path.is_symlink() else None

    def _files(self) -> Iterator[tuple[str, str]]:
        """Name and language of every file."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if found := STORY.fullmatch(path.name):
                yield found[1], found[2] or USUAL

    def _read(self, name: str, language: str) -> str | None:
        assert self._folder is not None
        ends = [f".{language}.md", *([".md"] if language == USUAL else [])]
        path = next(p for end in ends if (p := self._folder / f"{name}{end}").exists())
        try:
            content = path.read_bytes()
            if len(content) > LARGEST_B:
                raise ValueError(f"has more than {LARGEST_B:,} bytes")
            return content.decode("utf-8")
        except (OSError, ValueError) as error:
            LOG.warning("%s is not shown: %s", path, error)
            return None
