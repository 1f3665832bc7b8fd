"""What corrects a node at a moment, against a slow choice among all, row by row."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingest.calibration.correcting import Corrections, correct
from ingest.calibration.line import Line, Term
from ingest.calibration.periods import NONE, HourlyField, list_sets, to_periods
from ingest.calibration.ratios import Field, Places
from lokaalmeten.errors import FormatError, StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, CORRECTED

START = datetime(2026, 1, 1, tzinfo=UTC)
T0 = int(START.timestamp())
KEYS = ("pm1", "pm25", "temperature", "humidity", "pm10")


@dataclass(frozen=True)
class One:
    id: int
    quantity: str = "pm25"
    since: datetime = START
    until: datetime | None = None
    node_id: int | None = None
    project_id: int | None = None
    version: int = 1
    method: str = "line"
    parameters: dict = field(default_factory=lambda: {"line": {"gain": 2.0}})


@dataclass(frozen=True)
class Member:
    id: int
    project_id: int | None = None
    lat: float | None = None
    lon: float | None = None


def number(sets):
    """A set's number tells what is in it, for few calibrations."""
    return [sum(1 << id_ for id_ in ids) for ids in sets]


def make_rows(count=500, nodes=4, seed=1):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 9000, (len(KEYS), count)).astype(np.int32)
    counts[rng.random(counts.shape) < 0.1] = MISSING
    node = rng.integers(1, nodes + 1, count).astype(np.int32)
    return to_observations(node, T0 + rng.integers(-86_400, 9 * 86_400, count), KEYS, counts)


def make_calibrations(seed=3, count=25):
    rng = np.random.default_rng(seed)
    made = []
    for id_ in range(count):
        whom = [{}, {"node_id": int(rng.integers(1, 5))}, {"project_id": int(rng.integers(1, 3))}]
        since = START + timedelta(hours=int(rng.integers(0, 200)))
        line: dict[str, Any] = {"offset": float(rng.normal()), "gain": float(rng.uniform(0.5, 2))}
        if rng.random() < 0.5:
            line["humidity"] = {"slope": 0.1, "low": 20.0, "high": 70.0}
        if rng.random() < 0.3:
            line |= {"root": 0.7, "temperature": {"slope": -0.2}}
        made.append(
            One(
                id_,
                str(rng.choice(["pm25", "pm10", "temperature"])),
                since,
                since + timedelta(hours=int(rng.integers(1, 99))) if rng.random() < 0.8 else None,
                version=int(rng.integers(1, 9)) * 100 + id_,
                parameters={"line": line},
                **whom[rng.integers(3)],
            )
        )
    return made


MEMBERS = [Member(1, 1), Member(2, 1), Member(3, 2), Member(4)]


def correct_slowly(rows, row, key, made):
    """Corrected steps of one value, and the calibration used; by looking at all of them."""
    node, time = MEMBERS[rows.node[row] - 1], rows.time[row]

    def value(of):
        count = rows.counts[KEYS.index(of), row]
        failed = rows.flags[KEYS.index(of), row] == Flag.FAIL
        return np.nan if count == MISSING else np.nan if failed else count / BY_KEY[of].per

    valid = [
        (one.node_id is not None, one.project_id is not None, one.version, one.id)
        for one in made
        if one.quantity == key
        and one.since.timestamp() <= time
        and (one.until is None or time < one.until.timestamp())
        and one.node_id in (None, node.id)
        and one.project_id in (None, node.project_id)
    ]
    count = rows.counts[KEYS.index(key), row]
    if not valid or count == MISSING:
        return MISSING, None
    id_ = max(valid)[-1]
    line = Line.from_parameters(made[id_].parameters["line"])
    values = (count / BY_KEY[key].per, value("humidity"), value("temperature"))
    found = line(*(np.array([one]) for one in values))[0]
    return (MISSING if np.isnan(found) else round(found * BY_KEY[key].per)), id_


def test_every_row_is_corrected_by_what_counts_most_for_its_node_and_moment():
    made, rows = make_calibrations(), make_rows()
    corrected = correct(rows, to_periods(made, MEMBERS, number))
    assert set(corrected.corrected_keys) == {"pm25", "pm10", "temperature"}
    some = 0
    assert corrected.corrected is not None
    for key, counts in zip(corrected.corrected_keys, corrected.corrected, strict=True):
        for row in range(len(rows)):
            expected, id_ = correct_slowly(rows, row, key, made)
            assert abs(int(counts[row]) - int(expected)) <= 1
            if expected != MISSING:
                assert corrected.correction[row] >> id_ & 1
                some += 1
    assert some > 300
    none = (corrected.corrected == MISSING).all(axis=0)
    assert (corrected.correction[none] == MISSING).all()


def test_raw_values_and_flags_stay_as_they_are():
    rows = make_rows()
    corrected = correct(rows, to_periods([One(1)], MEMBERS, number))
    assert corrected.counts is rows.counts
    assert corrected.flags is rows.flags


def test_what_the_check_failed_of_the_climate_corrects_nothing():
    counts = np.array([[500, 500], [9900, 9900]], np.int32)
    rows = to_observations(np.ones(2, np.int32), np.full(2, T0), ("pm25", "humidity"), counts)
    rows.flags[1] = [Flag.GOOD, Flag.FAIL]
    one = One(1, parameters={"line": {"humidity": {"slope": 0.1}}})
    found = correct(rows, to_periods([one], MEMBERS, number))
    assert found.corrected.tolist() == [[500 + 990, MISSING]]
    assert found.correction.tolist() == [2, MISSING]


def test_a_period_ends_before_its_end():
    one = One(1, until=START + timedelta(hours=1))
    time = T0 + np.array([-1, 0, 3599, 3600])
    rows = to_observations(np.ones(4, np.int32), time, ("pm25",), np.full((1, 4), 100, np.int32))
    found = correct(rows, to_periods([one], MEMBERS, number))
    assert found.corrected.tolist() == [[MISSING, 200, 200, MISSING]]


def test_a_window_cuts_and_changes_nothing_inside_it():
    made, rows = make_calibrations(), make_rows()
    window = (T0 + 86_400, T0 + 3 * 86_400)
    inside = rows.take((rows.time >= window[0]) & (rows.time < window[1]))
    whole = correct(inside, to_periods(made, MEMBERS, number))
    cut = correct(inside, to_periods(made, MEMBERS, number, window))
    for row, key in enumerate(whole.corrected_keys):
        known = whole.corrected[row] != MISSING
        assert known.any() == (key in cut.corrected_keys)
        if known.any():
            again = cut.corrected[cut.corrected_keys.index(key)]
            assert np.array_equal(whole.corrected[row], again)


def test_all_sets_of_calibrations_are_known_before_any_row_is_looked_at():
    field = HourlyField(T0, Field(np.ones((48, 1)), Places(np.array([52.1]), np.array([5.1]))))
    ratios = One(
        99, since=START, until=START + timedelta(hours=48), version=9, method="ratios",
        parameters=field.to_parameters(),
    )  # fmt: skip
    applied = [*make_calibrations(), ratios]
    members = [Member(node, node % 3, 52.1 if node > 2 else None, 5.1) for node in range(1, 5)]
    span, used = (T0, T0 + 20 * 86_400), []
    to_periods(applied, members, lambda sets: used.extend(sets) or range(len(sets)), span)
    sets = list_sets(applied, members, span)
    assert sets == sorted(set(sets))
    assert set(used) <= set(sets)
    assert any(99 in one for one in used)
    assert list_sets(applied, members, span) == list_sets(applied[::-1], members[::-1], span)


def test_without_a_calibration_the_same_rows_come_back():
    rows = make_rows()
    assert correct(rows, NONE) is rows
    elsewhere = to_periods([One(1, node_id=99)], MEMBERS, number)
    assert correct(rows, elsewhere) is rows
    assert correct(rows, to_periods([One(1, method="magic")], MEMBERS, number)) is rows


def test_a_field_gives_each_place_its_factor_of_the_hour():
    stations = Places(np.array([52.0, 52.5]), np.array([5.0, 5.0]))
    stored = HourlyField(T0, Field(np.array([[1.0, 2.0], [0.5, 0.5]]), stations)).to_parameters()
    one = One(1, method="ratios", parameters=stored, until=START + timedelta(hours=2))
    members = [Member(1, lat=52.0, lon=5.0), Member(2, lat=52.5, lon=5.0), Member(3)]
    node = np.array([1, 2, 3, 1, 2, 1], np.int32)
    time = T0 + np.array([0, 3599, 0, 3600, 7199, 7200])
    rows = to_observations(node, time, ("pm25",), np.full((1, 6), 1000, np.int32))
    found = correct(rows, to_periods([one], members, number)).corrected[0]
    near, far = 1 / 5000**2, 1 / (55_597.5**2 + 5000**2)
    low = 1000 * (near * 1 + far * 2) / (near + far)
    assert found[:2] == pytest.approx([low, 3000 - low], abs=1)
    assert found[2:].tolist() == [MISSING, 500, 500, MISSING]
    assert correct(rows, to_periods([one], members, number, ratios=False)) is rows


def test_a_corrected_value_stays_inside_what_can_be_stored():
    counts = np.array([[30_000, -30_000]], np.int32)
    rows = to_observations(np.ones(2, np.int32), np.full(2, T0), ("temperature",), counts)
    found = correct(rows, to_periods([One(1, "temperature")], MEMBERS, number))
    assert found.corrected[0].tolist() == [32_767, -32_767]


def test_parameters_that_are_none_are_named():
    with pytest.raises(FormatError, match="calibration 7: its parameters are unreadable"):
        to_periods([One(7, parameters={})], MEMBERS, number)


def test_a_line_comes_back_from_its_parameters():
    line = Line(1.5, 0.8, 0.2, Term(-0.1, 40, 90), Term(0.3))
    assert Line.from_parameters(line.to_parameters()) == line
    assert set(CORRECTED) >= {"pm25"}


class Shelf:
    """A store whose calibrations change, and that may be away."""

    def __init__(self):
        self.applied, self.asked, self.away = [], 0, False

    def read_applied(self):
        self.asked += 1
        if self.away:
            raise StorageError("away")
        return list(self.applied)

    def read_members(self, nodes=None):
        return MEMBERS

    number_sets = staticmethod(number)


def test_the_ingest_hears_of_a_new_calibration_and_keeps_it_while_the_database_is_away(caplog):
    now, shelf, rows = [0.0], Shelf(), make_rows(50)
    corrections = Corrections(shelf, lambda: now[0], every_s=60)
    assert corrections.apply(rows) is rows
    shelf.applied = [One(1)]
    now[0] = 59
    assert corrections.apply(rows) is rows
    assert shelf.asked == 1
    now[0] = 60
    assert corrections.apply(rows).corrected is not None
    now[0], shelf.away = 120, True
    assert corrections.apply(rows).corrected is not None
    assert "calibrations not read: away" in caplog.text
