"""What `meten report exceedances` says of a year."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.limits import find_limits
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage import reader
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten

NEW_YEAR = int(datetime(2024, 12, 31, 23, tzinfo=UTC).timestamp())
ABOVE = 4


def make_hours(node, days, steps, key="pm25"):
    """Good hours of one quantity, the first days at other values than the rest."""
    time = NEW_YEAR + 3600 * np.arange(24 * days)
    counts = np.full((1, len(time)), steps, np.int32)
    counts[0, : 24 * ABOVE] = 2000
    made = to_observations(np.full(len(time), node, np.int32), time, [key], counts)
    made.flags[...] = Flag.GOOD
    return made


@pytest.fixture
def town(postgres_database):
    """DSN of a town with a box of a whole year and one of a month."""
    with connect(postgres_database) as connection:
        for name, days in (("box-1", 365), ("box-2", 30)):
            write(connection, [make_hours(add_node(connection, name, "box").id, days, 400)])
    return postgres_database


def run(dsn, *words):
    done = meten("report", "exceedances", "--year", 2025, *words, dsn=dsn)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_table_says_how_often_and_whether_it_counts(town):
    text = run(town, "--quantity", "pm25")
    lines = {line.split()[0]: line for line in text.splitlines() if "box-" in line}
    said = {name: " ".join(line.split()) for name, line in lines.items()}
    assert said["box-1"] == "box-1 4.2 100% 4 of 3 ! within within 0 of 18 within"
    assert said["box-2"] == "box-2 6.1 8% 4 of 3 ! ? ? 0 of 18 ? ?"
    assert "PM2.5 in 2025" in text
    for limit in find_limits("pm25"):
        assert f"{limit.value:g} ug/m3" in text
        assert limit.source in text
    assert "PM10" not in text


def test_json_is_what_the_reader_says(town):
    found = json.loads(run(town, "--quantity", "pm25", "--json"))
    with connect(town) as connection:
        wanted = reader.exceedances(connection, 2025, "pm25")
    assert (found["year"], found["clock"]) == (2025, "Europe/Amsterdam")
    assert [limit["source"] for limit in found["limits"]] == [
        limit.source for limit in find_limits("pm25")
    ]
    rows = [{key: row[key] for key in wanted.columns} for row in found["rows"]]
    assert rows == wanted.to_dict("records")
    assert {row["quantity"] for row in found["rows"]} == {"pm25"}


def test_without_options_it_is_of_all_that_was_measured(town):
    text = run(town)
    assert "PM2.5 in 2025" in text
    assert "NO2 in 2025" not in text
    one = run(town, "--node", "box-2")
    assert "box-1" not in one
    found = json.loads(run(town, "--node", "box-2", "--json"))
    assert {limit["quantity"] for limit in found["limits"]} == {"pm25", "pm10", "no2"}
    assert {row["node"] for row in found["rows"]} == {"box-2"}


def test_a_year_without_measurements_is_said_to_be_so(town):
    done = meten("report", "exceedances", "--year", 2020, "--quantity", "no2", dsn=town)
    assert done.stdout.strip() == "in 2020 nobody measured no2"
    done = meten("report", "exceedances", "--year", 2020, "--json", dsn=town)
    assert json.loads(done.stdout)["rows"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--year", "2025", "--quantity", "co2"), "there is no limit for co2"),
        (("--year", "2025", "--quantity", "soot"), "there is no quantity 'soot'"),
        (("--year", "2025", "--node", "nobody"), "there is no fixed node called 'nobody'"),
        (("--year", "12"), "there is no year 12"),
    ],
)
def test_wrong_use_is_one_sentence(town, words, sentence):
    done = meten("report", "exceedances", *words, dsn=town)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
