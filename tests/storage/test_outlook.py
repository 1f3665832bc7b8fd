"""Chances, the index and weather come back as they were written, and go with what they are of."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.forecasts import (
    HORIZON_H,
    SILENT,
    Chances,
    DayScores,
    IndexRound,
    Series,
    Weathered,
)
from lokaalmeten.limits import EU_2030, WHO
from predict.air.days import find_daily
from storage.chance_scores import (
    read_day_scores,
    read_day_values,
    read_told,
    read_told_days,
    write_day_scores,
)
from storage.forecasts import number_series, read_forecast
from storage.outlook import read_chances, read_day, read_index, read_indices, write_index
from storage.registry import add_node
from storage.retention import retain
from storage.weather import WeatherRows, add_weather, read_files, read_weather
from tests.services.issued import HOUR, issue

CUTOFF = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
DAYS = tuple(TODAY + timedelta(days=ahead) for ahead in range(4))
LIMITS = find_daily("pm25")


@pytest.fixture
def boxes(connection):
    return [add_node(connection, f"box-{number}", "box").name for number in (1, 2, 3)]


def make_chances(places=3):
    """Of place p on day d above limit k: 0.1 d + 0.01 k + 0.001 p."""
    day, limit, place = np.ogrid[0:4, 0:2, 0:places]
    return Chances(DAYS, LIMITS, (0.1 * day + 0.01 * limit + 0.001 * place).astype(np.float32))


def issue_days(connection, boxes, cutoff=CUTOFF, **facts):
    return issue(connection, boxes, cutoff, chances=make_chances(len(boxes)), **facts)


def test_chances_come_back_by_day_and_limit_and_nobody_who_is_refused_has_any(connection, boxes):
    issue_days(connection, boxes, reasons=["", SILENT, ""], weather=Weathered("part", 48))
    found = read_chances(connection, "node", "box-3", "pm25")
    assert found["day"].tolist() == [day.isoformat() for day in DAYS for _ in LIMITS]
    assert found["norm"].tolist() == [WHO, EU_2030] * 4
    assert found["bound"].tolist() == [15, 25] * 4
    expected = [0.1 * day + 0.01 * limit + 0.002 for day in range(4) for limit in range(2)]
    assert found["chance"].tolist() == pytest.approx(expected)
    assert read_chances(connection, "node", "box-2", "pm25").empty
    tomorrow = read_day(connection, "node", "pm25", DAYS[1], WHO)
    assert tomorrow["place"].tolist() == ["box-1", "box-3"]
    assert tomorrow["chance"].tolist() == pytest.approx([0.1, 0.102])
    said, _ = read_forecast(connection, "node", "box-1", "pm25")
    assert (said["weather"], said["weather_hours"]) == ("part", 48)


def test_the_latest_round_counts_also_when_it_tells_of_no_days(connection, boxes):
    issue_days(connection, boxes)
    issue(connection, boxes, CUTOFF + HOUR)
    assert read_chances(connection, "node", "box-1", "pm25").empty
    assert read_forecast(connection, "node", "box-1", "pm25")[0]["weather"] is None


def make_index(numbers, cutoff=CUTOFF):
    places = len(numbers)
    hours = np.arange(HORIZON_H)[:, None, None] % 9 + np.array([1, 2, 3])
    return IndexRound(
        cutoff,
        cutoff + timedelta(minutes=5),
        TODAY,
        numbers,
        (("pm25", "no2"),) * places,
        np.broadcast_to(hours, (HORIZON_H, places, 3)).astype(np.int16),
        np.broadcast_to(np.array([3, 5, 8]), (4, places, 3)).astype(np.int16),
        np.broadcast_to(np.array([0.25, 0.5, 0.125, 0.125, 0]), (4, places, 5)).astype(np.float32),
    )


def test_the_index_comes_back_by_hour_and_day(connection, boxes):
    numbers = number_series(connection, [Series("node", name, "lki") for name in boxes])
    write_index(connection, make_index(numbers, CUTOFF - HOUR))
    write_index(connection, make_index(numbers[:2]))
    found = read_index(connection, "node", "box-1")
    assert (found.cutoff, found.issue_time) == (CUTOFF, CUTOFF + timedelta(minutes=5))
    assert found.substances == ("pm25", "no2")
    assert found.hours["time"].iloc[[0, 71]].tolist() == [CUTOFF, CUTOFF + 71 * HOUR]
    assert found.hours[["low", "middle", "high"]].to_numpy()[10].tolist() == [2, 3, 4]
    assert found.days["day"].tolist() == list(DAYS)
    assert found.days[["low", "middle", "high"]].to_numpy()[3].tolist() == [3, 5, 8]
    classes = found.days[[f"class{number}" for number in range(1, 6)]].to_numpy()[0]
    assert classes.tolist() == [0.25, 0.5, 0.125, 0.125, 0]
    everybody = read_indices(connection, "node")
    assert everybody["place"].tolist() == ["box-1"] * 4 + ["box-2"] * 4
    assert everybody["day"].tolist() == list(DAYS) * 2
    assert read_index(connection, "node", "nobody") is None
    assert read_indices(connection, "zone").empty


def test_they_go_when_forecasts_go_and_scores_of_days_stay(connection, boxes):
    made = issue_days(connection, boxes)
    write_index(
        connection,
        make_index(number_series(connection, [Series("node", name, "lki") for name in boxes])),
    )
    write_day_scores(connection, TODAY, [make_scores(made.series)], made.series)
    retain(connection, CUTOFF + timedelta(days=21))
    assert not read_chances(connection, "node", "box-1", "pm25").empty
    retain(connection, CUTOFF + timedelta(days=22))
    assert read_chances(connection, "node", "box-1", "pm25").empty
    assert read_index(connection, "node", "box-1") is None
    (left,) = connection.execute("SELECT count(*) FROM private.forecast_chance").fetchone()
    assert left == 0
    assert not read_day_scores(connection, "pm25", TODAY, DAYS[1]).empty


def make_scores(numbers):
    places = len(numbers)
    return DayScores(
        WHO,
        15,
        numbers,
        np.full(places, 16, np.float32),
        np.ones(places, np.bool_),
        np.tile(np.array([10, 24, 0, 0], np.int32), (places, 1)),
        np.tile(np.array([1_000_000, 6_000_000, 0, 0]), (places, 1)),
        np.tile(np.array([2_500_000, 12_000_000, 0, 0]), (places, 1)),
    )


def test_scores_of_days_are_replaced_and_add_up_by_days_ahead(connection, boxes):
    numbers = issue_days(connection, boxes).series
    write_day_scores(connection, TODAY, [make_scores(numbers)], numbers)
    write_day_scores(connection, TODAY, [make_scores(numbers[:2])], numbers)
    found = read_day_scores(connection, "pm25", TODAY, DAYS[1])
    assert found["days_ahead"].tolist() == [0, 1]
    assert found["forecasts"].tolist() == [20, 48]
    assert found["above"].tolist() == [20, 48]
    assert found["brier"].tolist() == pytest.approx([0.1, 0.25])
    assert found["usual"].tolist() == pytest.approx([0.25, 0.5])
    assert read_day_scores(connection, "pm25", DAYS[1], DAYS[2]).empty
    one = read_day_scores(connection, "pm25", TODAY, DAYS[1], place="box-3")
    assert one.empty
    values = read_day_values(connection, numbers, TODAY)
    assert sorted(zip(values["series_id"], values["value"], strict=True)) == [
        (number, 16.0) for number in numbers[:2].tolist()
    ]


def test_all_rounds_that_told_of_a_day_are_read_with_how_many_days_before_it_was(connection, boxes):
    numbers = issue_days(connection, boxes).series
    evening = datetime(2026, 3, 1, 23, tzinfo=UTC)  # the next day has begun in the Netherlands
    shifted = Chances(tuple(day + timedelta(days=1) for day in DAYS), LIMITS, make_chances().table)
    issue(connection, boxes, evening, chances=shifted)
    assert read_told_days(connection, "pm25", DAYS[1])[:2] == [DAYS[1], DAYS[2]]
    told = read_told(connection, "pm25", DAYS[2], LIMITS, numbers[[0, 2]])
    rows = sorted(zip(told.series.tolist(), told.part.tolist(), told.chance.tolist(), strict=True))
    first, last = numbers[0], numbers[2]
    assert [row[:2] for row in rows] == [(first, 1), (first, 2), (last, 1), (last, 2)]
    assert rows[0][2] == pytest.approx([0.1, 0.11])
    assert rows[3][2] == pytest.approx([0.202, 0.212])
    assert len(read_told(connection, "pm25", DAYS[2], LIMITS[:1], numbers).series) == 0


def test_weather_is_as_it_was_known_and_goes_after_the_history(connection):
    early = WeatherRows(1_772_300_000 // 3600 * 3600, ("rain", "humidity"), np.ones((3, 2)))
    late = WeatherRows(early.start, ("rain",), np.array([[2.0], [np.nan]]))
    add_weather(connection, "one.csv", CUTOFF, early)
    add_weather(connection, "two.csv", CUTOFF + HOUR, late)
    start = datetime.fromtimestamp(early.start, UTC)
    (only,) = read_weather(connection, CUTOFF, start)
    assert (only.start, only.names) == (early.start, early.names)
    assert np.array_equal(only.table, early.table)
    both = read_weather(connection, CUTOFF + HOUR, start)
    assert np.array_equal(both[1].table, late.table, equal_nan=True)
    assert read_weather(connection, CUTOFF - HOUR, start) == []
    assert len(read_weather(connection, CUTOFF + HOUR, start + 2 * HOUR)) == 1
    assert read_files(connection)["source"].tolist() == ["one.csv", "two.csv"]
    retain(connection, start + timedelta(days=501))
    assert read_files(connection).empty
