import csv
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from ingest.checks import check
from ingest.sources import luchtmeetnet, samenmeten
from lokaalmeten.errors import FormatError
from lokaalmeten.quality import Flag
from tests.ingest.sources.reading import (
    NOW,
    count_bad,
    list_hours,
    list_samples,
    read_parts,
    write_lines,
)

SOURCE = samenmeten.SOURCE
HEADER = "phenomenonTime,LTD_1,HLL_2"
MIDNIGHT = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())


def read(tmp_path, *rows, header=HEADER, name="pm25_2023.csv"):
    return read_parts(SOURCE, write_lines(tmp_path / name, [header, *rows]))


def test_the_label_is_the_end_of_the_hour_in_utc(tmp_path):
    found = list_samples(read(tmp_path, "2023-01-01T01:00:00.000Z,1.25,"))
    assert found == {("samenmeten:LTD_1", "pm25", MIDNIGHT): 1.25}


def test_sentinels_are_stored_as_they_are_and_fail(tmp_path):
    parts = read(tmp_path, "2023-01-01T01:00:00.000Z,65535,-999.0")
    assert sorted(list_samples(parts).values()) == [-999, 65535]
    judged = check(parts[0].observations, NOW)
    assert (judged.flags == Flag.FAIL).all()


def test_the_quantity_stands_in_the_name_of_the_file(tmp_path):
    row = "2023-01-01T01:00:00.000Z,12,"
    named = {"no2_2023h1.csv": "no2", "utrecht-PM2.5.csv": "pm25", "rh.csv": "humidity"}
    for name, key in named.items():
        assert [k for _, k, _ in list_samples(read(tmp_path, row, name=name))] == [key]
    with pytest.raises(FormatError, match=r"not to be told from the name values\.csv"):
        read(tmp_path, row, name="values.csv")


def test_kits_are_boxes_with_the_name_and_place_of_the_network(tmp_path):
    (part,) = read(tmp_path, " LTD_1,5.126,52.074", "HLL_2,0,0", "X,east,52", ",5,52",
                   header="name,lon,lat", name="places.csv")  # fmt: skip
    assert [(d.hardware, d.label, d.kind, d.lat, d.lon) for d in part.devices] == [
        ("samenmeten:LTD_1", "LTD_1", "box", 52.074, 5.126),
        ("samenmeten:HLL_2", "HLL_2", "box", None, None),
    ]
    assert count_bad([part]) == {"lon is not a number": 1, "name is empty": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2023-01-01T02:00:00.000Z,,", "no values"),
        ("1 January,1,2", "phenomenonTime is not a time"),
        ("2023-01-01T02:00:00.000Z,1,5,2", "4 of 3 fields"),  # a decimal comma
        ("2099-01-01T02:00:00.000Z,1,2", "time in the future"),
    ],
)
def test_a_row_that_is_no_hour_is_refused(tmp_path, row, reason):
    parts = read(tmp_path, "2023-01-01T01:00:00.000Z,1,2", row)
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [(3, reason)]
    assert len(list_samples(parts)) == 2


def test_a_bad_cell_costs_only_itself(tmp_path):
    parts = read(tmp_path, "2023-01-01T01:00:00.000Z,x,2")
    assert count_bad(parts) == {"LTD_1 is not a number": 1}
    assert list(list_samples(parts).values()) == [2]


def test_an_error_page_is_no_table(tmp_path):
    with pytest.raises(FormatError, match="is not a table of Samen Meten: line 1 lacks"):
        read(tmp_path, "<html>", header="<!DOCTYPE html>")


@pytest.mark.parametrize(("name", "key"), [("pm25_2023h1", "pm25"), ("no2_2023h1", "no2")])
def test_the_real_files_are_read_whole(shared_data, name, key):
    path = shared_data / f"samenmeten_utrecht/{name}.csv"
    parts = read_parts(SOURCE, path)
    found = list_samples(parts)
    slow = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            ends = int(datetime.fromisoformat(row.pop("phenomenonTime")).timestamp())
            for kit, cell in row.items():
                if cell:
                    slow[(f"samenmeten:{kit}", key, ends - 3600)] = float(cell)
    assert found.keys() == slow.keys()
    names = list(slow)
    assert np.abs(np.array([found[n] - slow[n] for n in names])).max() <= 0.005 + 1e-9
    assert count_bad(parts) == {}
    assert Counter(v > 60_000 for v in slow.values())[True] > (0 if key == "no2" else 100) - 1


def test_the_clock_agrees_with_that_of_the_official_stations_beside_it(shared_data):
    """Median of the kits against Griftpark and Kardinaal de Jongweg: lag 0 is best."""
    folder = shared_data / "samenmeten_utrecht"
    kits = {}
    for (_, _, start), value in list_samples(
        read_parts(SOURCE, folder / "pm25_2023h1.csv")
    ).items():
        kits.setdefault(start, []).append(value)
    median = {start: float(np.median(values)) for start, values in kits.items()}
    for code in ("NL10643", "NL10636"):
        official = {}
        for path in sorted((folder / "luchtmeetnet").glob("*_PM25.csv")):
            hours = list_hours(read_parts(luchtmeetnet.SOURCE, path))
            official |= {at: v for (c, _, at), v in hours.items() if c == code and v is not None}
        for months in ((1, 2, 3), (4, 5, 6)):
            found = {lag: correlate(median, official, lag, months) for lag in (-2, -1, 0, 1, 2)}
            assert max(found, key=found.__getitem__) == 0, (code, months, found)


def correlate(kits, official, lag, months):
    """Rank correlation of the kits with the official hour so many hours later."""
    pairs = np.array([
        (value, official[start + 3600 * lag])
        for start, value in kits.items()
        if start + 3600 * lag in official
        and datetime.fromtimestamp(start, UTC).month in months
    ])  # fmt: skip
    ranks = pairs.argsort(axis=0).argsort(axis=0)
    return float(np.corrcoef(*ranks.T)[0, 1])
