"""What the reports say: numbers as people write them, what is missing, what is not known."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.reports import quarter_facts, year_facts
from dashboard.reports.document import Facts, Heading, Paragraph, Picture, Table, to_cell
from dashboard.reports.quarter import write_quarter
from dashboard.reports.reading import silently
from dashboard.reports.year import write_year
from dashboard.reports.year_facts import read_year
from dashboard.words import DASH, Words
from lokaalmeten.limits import LIMITS, find_limits
from storage.reader import RideCells
from tests.dashboard.reports.conftest import TODAY

NL, EN = Words("nl"), Words("en")
MADE = datetime(2026, 2, 1, 12, tzinfo=UTC)


def blocks(document, kind):
    return [block for block in document.blocks if isinstance(block, kind)]


def facts(document):
    (found,) = blocks(document, Facts)
    return dict(found.facts)


def table(document, caption):
    return next(block for block in blocks(document, Table) if block.caption.startswith(caption))


def texts(row):
    return [to_cell(cell).text for cell in row]


def paragraphs(document):
    return " ".join(block.text for block in blocks(document, Paragraph))


@pytest.fixture(params=[NL, EN], ids=["nl", "en"])
def words(request):
    return request.param


def test_both_reports_have_pictures_with_alts_and_tables_with_captions(year, quarter, words):
    for document in (write_year(year, words, MADE), write_quarter(quarter, words, MADE)):
        assert document.language == words.language
        assert len(blocks(document, Picture)) >= 6
        for picture in blocks(document, Picture):
            assert len(picture.alt) > 30
            assert len(picture.caption) > 10
        for found in blocks(document, Table):
            assert found.caption
            assert len(found.rows) > 0
            assert {len(row) for row in found.rows} == {len(found.header)}
        levels = [block.level for block in blocks(document, Heading)]
        assert set(levels) == {2}


def test_the_quarter_in_short(quarter, words):
    found = facts(write_quarter(quarter, words, MADE))
    days = quarter.days
    assert found[words("quarter.riders")] == "3"
    assert found[words("quarter.rides")] == str(days["rides"].sum())
    hours = days["duration_s"].sum() / 3600
    assert found[words("quarter.hours")] == words.number(hours, 1)
    kilometres = days["distance_m"].sum() / 1000
    assert found[words("quarter.kilometres")] == words.number(
        kilometres, 0 if kilometres >= 100 else 1
    )
    weeks = quarter_facts.add_up(quarter, "week")
    mean = (weeks["mean"] * weeks["count"]).sum() / weeks["count"].sum()
    assert found[words("quarter.mean")] == words.value("pm25", mean)


def test_few_riders_are_not_counted_and_unknown_ones_are_not_zero(quarter):
    said = {
        riders: facts(write_quarter(replace(quarter, riders=riders), EN, MADE))["Cyclists"]
        for riders in (None, 0, 2, 3)
    }
    assert said == {None: "not public", 0: "fewer than 3", 2: "fewer than 3", 3: "3"}


def test_a_week_without_values_has_a_dash_in_table_and_picture(quarter):
    document = write_quarter(quarter, EN, MADE)
    rows = [texts(row) for row in table(document, "Rides per week").rows]
    empty = [row for row in rows if row[1] == "0"]
    assert len(empty) >= 2
    assert {row[-1] for row in empty} == {DASH}
    _, mean, *_ = blocks(document, Picture)
    assert mean.svg.count(f">{DASH}<") == len([row for row in rows if row[-1] == DASH])


def test_a_month_without_enough_rides_has_no_map(quarter):
    nothing = RideCells(quarter.cells.cells.iloc[:0], 5)
    found = replace(quarter, cells=nothing, months=[nothing] * 3)
    document = write_quarter(found, EN, MADE)
    assert "October 2025: no hexagon has enough rides for a map." in paragraphs(document)
    assert "5 were left out" in paragraphs(document)
    assert len(blocks(document, Picture)) == 3


def test_the_weather_is_there_or_said_not_to_be(quarter):
    assert "no official weather station" in paragraphs(write_quarter(quarter, EN, MADE))


def test_a_quarter_that_runs_says_so(quarter):
    running = replace(quarter, until=date(2025, 12, 10))
    said = paragraphs(write_quarter(running, EN, MADE))
    assert "not over yet: this report goes up to 9 December 2025" in said
    assert "not over yet" not in paragraphs(write_quarter(quarter, EN, MADE))


def test_the_year_says_how_little_there_is(year, words):
    document = write_year(year, words, MADE)
    assert words("year.note") in paragraphs(document)
    little = words("year.little", days="XX", of=365).split("XX")
    assert all(part in paragraphs(document) for part in little)
    assert blocks(document, Paragraph)[0].note


@pytest.mark.parametrize("key", year_facts.QUANTITIES)
def test_every_limit_has_its_row_and_every_node_its_verdicts(year, key):
    document = write_year(year, EN, MADE)
    name = EN.quantity(key)
    means = year_facts.to_means(year, key)
    rows = [texts(row) for row in table(document, f"{name} at ").rows]
    limits = find_limits(key)
    assert [(row[0], float(row[2])) for row in rows] == [(x.norm, x.value) for x in limits]
    for limit, row in zip(limits, rows, strict=True):
        counts = year_facts.count_verdicts(year.verdicts[key], limit)
        assert row[-3:] == [str(counts[v]) for v in ("above", "within", "unknown")]
    nodes = [texts(row) for row in table(document, f"{name} per node").rows]
    assert [row[0] for row in nodes] == means["label"].tolist()
    assert [row[1] for row in nodes] == [EN.number(mean, 1) for mean in means["mean"]]
    for node, row in zip(means["node"], nodes, strict=True):
        verdicts = year.verdicts[key].loc[year.verdicts[key]["node"] == node]
        for cell, said in zip(row[3:], verdicts.to_dict("records"), strict=True):
            if said["period"] == "year":
                assert (
                    cell
                    == {"above": "above !", "within": "within", "unknown": "?"}[said["verdict"]]
                )
            else:
                mark = {"above": " !", "within": "", "unknown": " ?"}[said["verdict"]]
                assert cell == f"{said['above']} of {said['allowed']}{mark}"


def test_the_sources_of_all_limits_are_told(year):
    rows = [texts(row) for row in table(write_year(year, EN, MADE), "Where the values").rows]
    assert [row[-1] for row in rows] == [limit.source for limit in LIMITS]


def test_a_quantity_that_nobody_measured_is_said_and_not_drawn(town):
    only = read_year(town, 2025, ["west"], TODAY, silently)
    nodes = set(only.nodes["name"])
    if "box-1" in nodes:
        only = read_year(town, 2025, ["oost"], TODAY, silently)
    document = write_year(only, EN, MADE)
    assert "In 2025 no fixed node measured NO2." in paragraphs(document)
    assert "NO2, ozone" in paragraphs(document)
    assert document.title.startswith("Air quality in 2025: ")
    assert not [t for t in blocks(document, Table) if t.caption.startswith("NO2")]


def test_the_index_is_told_in_shares_of_what_was_measured(year):
    document = write_year(year, EN, MADE)
    groups = year_facts.to_node_groups(year)
    rows = [texts(row) for row in table(document, "Hours per class of the LKI").rows]
    for node, row in zip(groups.index, rows, strict=True):
        own = groups.loc[node]
        assert row[1] == EN.number(own.sum())
        assert row[2:] == [f"{EN.number(100 * n / own.sum(), 1)}%" for n in own]


def test_a_few_hours_are_a_report_that_says_so(postgres_database):
    from storage.pool import connect
    from tests.services.measured import add_box

    with connect(postgres_database) as connection:
        add_box(connection, "box-0", 1, date(2025, 12, 30), 1, keys=("pm25",), level=9.0)
        connection.execute("DELETE FROM private.observation WHERE time > '2025-12-30 05:00+00'")
        connection.execute("SELECT private.touch(id, '2025-12-29', '2025-12-31') FROM private.node")
        found = read_year(connection, 2025, [], TODAY, silently)
    document = write_year(found, EN, MADE)
    assert "on average 0.0 of the 365 days count" in paragraphs(document)
    assert "no day counts" in paragraphs(document)
    rows = [texts(row) for row in table(document, "PM2.5 per node").rows]
    assert rows[0][0] == "box-0"
    assert re.fullmatch(r"\d+\.\d", rows[0][1])
    assert rows[0][2:] == ["0%", "0 of 3 ?", "?", "?", "0 of 18 ?", "?"]
    assert facts(document)["Highest day, PM2.5"] == DASH
