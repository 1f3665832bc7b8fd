"""What tutorials tell people to type and to choose is there, in both languages."""

import re
import shlex

import pytest

from dashboard.knowledge.articles import list_articles
from dashboard.texts import LANGUAGES, TEXTS
from docs.site.build import ROOT
from lokaalmeten.cli.demo import WAY_IN
from lokaalmeten.quantities import BY_KEY
from tests.services.understood import understands

FOLDER = ROOT / "docs/tutorials"
TUTORIALS = sorted(path.stem for path in FOLDER.glob("*.md"))
PAIRS = {"citizen": "burger", "municipality": "gemeente"}
SEEN = ("**You see**", "**U ziet**")
OF_THE_TOWN = {"De Weide 10", "Havenfeest (verzonnen)", BY_KEY["pm25"].en}
NO_LABEL = {"You see", "U ziet", "No real board has been flashed with it yet"}
each = pytest.mark.parametrize("name", TUTORIALS)


def read(name):
    return (FOLDER / f"{name}.md").read_text()


def commands(name):
    """Lines of the blocks of code of a tutorial."""
    return re.findall(r"^    (\S.*)$", read(name), re.MULTILINE)


@each
def test_every_command_is_there(name):
    for line in commands(name):
        words = shlex.split(line)
        if words[0].removeprefix(".venv/bin/") == "meten":
            assert understands(words[1:]), line
        elif words[0] == "make":
            assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        elif words[0] == ".":
            assert words[1] == f".data/{WAY_IN}"
        for word in words:
            if word.startswith(("tests/", "examples/")):
                assert (ROOT / word).exists(), line


@each
def test_every_step_but_the_first_and_last_ends_with_something_seen(name):
    steps = re.split(r"^## \d\. ", read(name), flags=re.MULTILINE)[1:]
    assert len(steps) >= 6
    assert sum(any(seen in step for seen in SEEN) for step in steps) >= len(steps) - 3
    assert "Ctrl-C" in steps[-1]


@each
def test_what_is_to_be_chosen_is_what_the_pages_call_it(name):
    language = "nl" if name in PAIRS.values() else "en"
    column = LANGUAGES.index(language)
    labels = {text[column].replace("{form}", "PDF") for text in TEXTS.values()} | OF_THE_TOWN
    labels |= {article.title for article in list_articles(language)}
    chosen = set(re.findall(r"(?<!\*)\*{1,2}([^*\n]+?)\*{1,2}(?!\*)", read(name))) - NO_LABEL
    assert chosen - labels == set()


@pytest.mark.parametrize(("english", "dutch"), PAIRS.items())
def test_both_languages_tell_the_same(english, dutch):
    ours, theirs = read(english), read(dutch)
    for shape in (r"^## ", r"^\d\. ", r"^!\[", r"\*\*(?:You see|U ziet)\*\*"):
        count = [len(re.findall(shape, text, re.MULTILINE)) for text in (ours, theirs)]
        assert count[0] == count[1], shape
    assert [to_plain(line) for line in commands(english)] == [
        to_plain(line) for line in commands(dutch)
    ]
    pages = [re.findall(r"\]\((\.\.[^)]+)\)", text) for text in (ours, theirs)]
    assert pages[0] == pages[1]


def to_plain(command):
    return command.replace("--language nl", "--language en")
