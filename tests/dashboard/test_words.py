import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

from dashboard.texts import LANGUAGES, MONTHS, TEXTS
from dashboard.words import DASH, UNITS, Words
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import QUANTITIES

DASHBOARD = Path(__file__).parents[2] / "dashboard"
NL, EN = Words("nl"), Words("en")
# keys that are put together while running: kind.<kind>, period.<period> ...
CROWD = "alerts|counter|eval|fault|level|page|part|path|plan|report\\.facts|weekday"
MAP = r"map\.layer|map\.legend"
ACCESS = r"access\.role|edit\.caption"
PLACES = r"place\.column|areas\.column|areas\.meaning"
MINE = "cause|do|check|form|saved|wrong|what|step|trend|place|party|nodes"
BUILT = re.compile(
    rf"(kind|period|lki|step|ago|flag|problem|feed|knowledge|data\.map|flash\.(board|step)|{MAP}|{ACCESS}|{PLACES}|"
    rf"mine\.({MINE})|crowd\.({CROWD}))\..+"
)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_facts(key):
    texts = TEXTS[key]
    assert len(texts) == len(LANGUAGES)
    assert all(texts)
    assert fields(texts[0]) == fields(texts[1])


def strings_of_the_code():
    for path in DASHBOARD.rglob("*.py"):
        if path.name != "texts.py":
            for part in ast.walk(ast.parse(path.read_text())):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def test_every_text_is_used():
    used = set(strings_of_the_code())
    assert {key for key in TEXTS if key not in used and not BUILT.fullmatch(key)} == set()


def test_every_text_that_the_code_asks_for_exists():
    asked = re.compile(r'words\(\s*f?"([a-z0-9_.]+)"')
    found = {key for path in DASHBOARD.rglob("*.py") for key in asked.findall(path.read_text())}
    assert len(found) > 50
    assert {key for key in found if key not in TEXTS} == set()


def test_every_quantity_and_flag_has_words():
    for quantity in QUANTITIES:
        assert quantity.unit in UNITS
        assert NL.quantity_unit(quantity.key).startswith(quantity.nl)
        assert EN.quantity_unit(quantity.key).startswith(quantity.en)
    assert {EN.flag(flag) for flag in Flag} == {
        "good",
        "not evaluated",
        "suspect",
        "failed",
        "missing",
    }


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        (0, 0, "0", "0"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.25, 1, "-0,2", "-0.2"),
        (None, 1, DASH, DASH),
        (float("nan"), 1, DASH, DASH),
    ],
)
def test_numbers_are_written_as_people_write_them(value, digits, dutch, english):
    assert NL.number(value, digits) == dutch
    assert EN.number(value, digits) == english


def test_a_value_carries_its_unit_unless_it_is_a_count():
    assert NL.value("pm25", 12.34) == "12,3\N{NO-BREAK SPACE}µg/m³"
    assert EN.value("count_in", 7) == "7.0"
    assert NL.value("pm25", None) == DASH


def test_times_are_dutch_wall_clock_in_summer_and_winter():
    assert NL.time(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "1 juli 2026, 14:00"
    assert EN.time(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == "2 January 2026, 00:30"
    assert all(len(months) == 12 for months in MONTHS.values())


def test_a_span_names_its_day_once():
    start = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert EN.span(start, start + timedelta(hours=1)) == f"4 May 2026, 12:00 {DASH} 13:00"
    assert (
        EN.span(start, start + timedelta(days=1)) == f"4 May 2026, 12:00 {DASH} 5 May 2026, 12:00"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "zojuist"),
        (59, "zojuist"),
        (60, "1 minuut geleden"),
        (3599, "59 minuten geleden"),
        (7200, "2 uur geleden"),
        (86400, "1 dag geleden"),
        (10 * 86400, "10 dagen geleden"),
    ],
)
def test_ago_takes_the_largest_whole_unit(seconds, text):
    now = datetime(2026, 5, 4, tzinfo=UTC)
    assert NL.ago(now - timedelta(seconds=seconds), now) == text


def test_duration_and_distance():
    assert NL.duration(35 * 60) == "35 min"
    assert NL.duration(3600 + 300) == "1 uur 5 min"
    assert NL.distance(4460) == "4,5\N{NO-BREAK SPACE}km"
