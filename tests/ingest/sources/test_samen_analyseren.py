import csv
from datetime import UTC, datetime

import numpy as np
import pytest

from ingest.sources import luchtmeetnet, samen_analyseren
from ingest.sources.samen_analyseren import read_kits
from lokaalmeten.errors import FormatError
from tests.ingest.sources.reading import (
    NOW,
    count_bad,
    list_hours,
    list_samples,
    read_parts,
    write_lines,
)

SOURCE = samen_analyseren.SOURCE
KITS = '"kit_id","date","lat","lon","pm10_kal","pm10","pm25_kal","pm25","rh","temp"'
OFFICIAL = '"station_number","date","NO2","pm25","pm10","NO","C6H6","O3"'
LONG = '"station_number","value","date","formula"'
RAW = {"pm10": "pm10", "pm25": "pm25", "rh": "humidity", "temp": "temperature"}
WEATHER = '"station_number","wd","ws","temp","rh","date","station_code"'


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def write(tmp_path, header, *rows):
    return write_lines(tmp_path / "table.csv", [header, *rows])


def test_kits_end_their_hour_in_cet_and_give_raw_values_only(tmp_path):
    row = '"HLL_1",2020-02-07 01:00:00,52.473,4.663,23.7,24.54,12.5,10.57,81.5,NA'
    (part,) = read_parts(SOURCE, write(tmp_path, KITS, row))
    start = at("2020-02-06T23:00")
    assert list_samples([part]) == {
        ("samenmeten:HLL_1", "pm10", start): 24.54,
        ("samenmeten:HLL_1", "pm25", start): 10.57,
        ("samenmeten:HLL_1", "humidity", start): 81.5,
    }
    assert [(d.label, d.lat, d.lon) for d in part.devices] == [("HLL_1", 52.473, 4.663)]


def test_a_kit_at_the_origin_has_no_place(tmp_path):
    row = '"HLL_1",2020-02-07 01:00:00,0,0,NA,1,NA,2,NA,NA'
    (part,) = read_parts(SOURCE, write(tmp_path, KITS, row))
    assert (part.devices[0].lat, part.devices[0].lon) == (None, None)


def test_official_hours_end_in_utc(tmp_path):
    row = '"NL49701",2020-02-10 00:00:00,4.7,-1.5,30.8,0.3,0.1,NA'
    (part,) = read_parts(SOURCE, write(tmp_path, OFFICIAL, row))
    start = at("2020-02-09T23:00")
    expected = {("NL49701", key, start): v for key, v in
                {"no2": 4.7, "pm25": -1.5, "pm10": 30.8, "no": 0.3}.items()}  # fmt: skip
    assert list_hours([part]) == pytest.approx(expected)


def test_a_row_a_component_reads_the_same(tmp_path):
    rows = ['"NL1",4.7,2020-02-10 00:00:00,"NO2"', '"NL1",18,2020-02-10 00:00:00,"PM25"',
            '"NL1",1.7,2020-02-10 00:00:00,"H2S"']  # fmt: skip
    parts = read_parts(SOURCE, write(tmp_path, LONG, *rows))
    start = at("2020-02-09T23:00")
    assert list_hours(parts) == pytest.approx(
        {("NL1", "no2", start): 4.7, ("NL1", "pm25", start): 18}
    )
    assert count_bad(parts) == {"component 'H2S' is not stored": 1}


def test_weather_ends_in_utc_and_has_the_stations_of_knmi(tmp_path):
    row = '240,170,3,8.4,77,2020-02-07 01:00:00,"KNMI240"'
    (part,) = read_parts(SOURCE, write(tmp_path, WEATHER, row))
    start = at("2020-02-07T00:00")
    assert list_hours([part]) == pytest.approx(
        {("KNMI240", key, start): v for key, v in
         {"wind_direction": 170, "wind_speed": 3, "temperature": 8.4, "humidity": 77}.items()}
    )  # fmt: skip
    assert [(s.name, s.kind) for s in part.stations] == [("Schiphol", "weather")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('"A",NA,52,4,1,2,3,4,NA,NA', "date is not a time"),
        ('"A",2020-02-07 02:00:00,52,4,1,NA,3,NA,NA,NA', "no raw values"),
        ('"A",2020-02-07 01:00:00,52,4,1,2,3,4,NA,NA', "this hour of this kit came before"),
        ('"A",2020-02-07 03:00:00,52,4,1,x,3,4,NA,NA', "pm10 is not a number"),
        ('"",2020-02-07 03:00:00,52,4,1,2,3,4,NA,NA', "kit_id is empty"),
    ],
)
def test_a_row_of_kits_that_cannot_be_used_is_refused(tmp_path, row, reason):
    good = '"A",2020-02-07 01:00:00,52,4,1,2,3,4,NA,NA'
    parts = read_parts(SOURCE, write(tmp_path, KITS, good, row))
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [(3, reason)]
    assert len(list_samples(parts)) == 2


def test_a_table_of_something_else_is_refused(tmp_path):
    assert not SOURCE.looks_like("kit_id,value\n")
    with pytest.raises(FormatError, match="is not a table of the Samen analyseren tool"):
        read_parts(SOURCE, write(tmp_path, "kit_id,value", "1,2"))


def read_rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_real_kits_are_read_whole(shared_data):
    path = shared_data / "rivm_samen_analyseren/Voorbeeld_sensoren.csv"
    parts = read_parts(SOURCE, path)
    found, slow = list_samples(parts), {}
    for row in read_rows(path):
        start = at(row["date"].replace(" ", "T")) - 7200
        for name, key in (
            ("pm10", "pm10"),
            ("pm25", "pm25"),
            ("rh", "humidity"),
            ("temp", "temperature"),
        ):
            if row[name] != "NA":
                slow[(f"samenmeten:{row['kit_id']}", key, start)] = float(row[name])
    assert found == pytest.approx(slow, abs=0.005 + 1e-9)
    assert count_bad(parts) == {}
    assert sum(len(part.observations) for part in parts) == 27_965


@pytest.mark.parametrize(
    ("name", "station", "columns", "hours"),
    [
        ("luchtmeetnet", "{station_number}", samen_analyseren.OFFICIAL_KEYS, 3600),
        ("knmi", "KNMI{station_number}", samen_analyseren.WEATHER_KEYS, 3600),
    ],
)
def test_the_real_official_hours_are_read_whole(shared_data, name, station, columns, hours):
    path = shared_data / f"rivm_samen_analyseren/Voorbeeld_{name}.csv"
    parts = read_parts(SOURCE, path)
    slow = {}
    for row in read_rows(path):
        start = at(row["date"].replace(" ", "T")) - hours
        for column, key in columns.items():
            if column in row:
                value = None if row[column] == "NA" else float(row[column])
                slow[(station.format(**row), key, start)] = value
    measured = {name[:2] for name, value in slow.items() if value is not None}
    slow = {name: value for name, value in slow.items() if name[:2] in measured}
    found = list_hours(parts)
    assert found.keys() == slow.keys()
    assert all(found[n] == pytest.approx(v, rel=1e-6) for n, v in slow.items() if v is not None)
    assert all(found[n] is None for n, v in slow.items() if v is None)
    assert count_bad(parts) == {}


def test_kits_come_with_what_rivm_made_of_them(shared_data):
    path = shared_data / "rivm_samen_analyseren/Voorbeeld_sensoren.csv"
    kits, bad = read_kits(path, NOW)
    rows = read_rows(path)
    assert (len(kits.time), bad) == (len(rows), [])
    for at_row in range(0, len(rows), 97):
        row = rows[at_row]
        assert kits.names[kits.kit[at_row]] == row["kit_id"]
        assert kits.time[at_row] == at(row["date"].replace(" ", "T")) - 7200
        for values, name in ((kits.raw, "pm25"), (kits.calibrated, "pm25_kal")):
            found = values["pm25"][at_row]
            assert np.isnan(found) if row[name] == "NA" else found == float(row[name])
        assert np.isnan(kits.lat[at_row]) == (row["lat"] in {"0", "NA"})


def test_the_hours_of_kits_and_official_stations_fall_together(shared_data):
    """Calibrated values were made from the official hours: they follow them best at lag 0."""
    folder = shared_data / "rivm_samen_analyseren"
    kits, _ = read_kits(folder / "Voorbeeld_sensoren.csv", NOW)
    official = {}
    hours = list_hours(read_parts(SOURCE, folder / "Voorbeeld_luchtmeetnet.csv"))
    for (_, key, start), value in hours.items():
        if key == "pm25" and value is not None:
            official.setdefault(start, []).append(value)
    for values in (kits.raw["pm25"], kits.calibrated["pm25"]):
        median = dict(list_medians(kits.time, values))
        found = {}
        for lag in (-2, -1, 0, 1, 2):
            pairs = [
                (value, np.median(official[start + 3600 * lag]))
                for start, value in median.items()
                if start + 3600 * lag in official
            ]
            found[lag] = correlate(*np.diff(np.array(pairs), axis=0).T)
        assert max(found, key=found.__getitem__) == 0, found


def correlate(one, other):
    return float(np.corrcoef(one, other)[0, 1])


def list_medians(time, values):
    """Hour and median of the values that are there, one hour after the other."""
    for start in np.unique(time).tolist():
        here = values[(time == start) & np.isfinite(values)]
        if len(here):
            yield start, float(np.median(here))


def test_official_labels_are_the_end_in_utc_by_the_weekday_of_nitrogen_dioxide(shared_data):
    """The mean weekday of winter NO2 has the shape of that in the bulk files, of known clock."""
    bulk, tool = {}, {}
    for month in ("01", "02"):
        path = shared_data / f"samenmeten_utrecht/luchtmeetnet/2023_{month}_NO2.csv"
        gather(bulk, list_hours(read_parts(luchtmeetnet.SOURCE, path)))
    path = shared_data / "rivm_samen_analyseren/Voorbeeld_luchtmeetnet.csv"
    gather(tool, list_hours(read_parts(SOURCE, path)))
    profiles = [np.array([np.mean(of[hour]) for hour in range(24)]) for of in (bulk, tool)]
    found = {lag: correlate(np.roll(profiles[0], lag), profiles[1]) for lag in (-2, -1, 0, 1, 2)}
    assert max(found, key=found.__getitem__) == 0
    assert found[0] > 0.95
    assert max(found[-1], found[1]) < 0.9


def gather(into, hours):
    """NO2 of weekdays by hour of UTC."""
    for (_, key, start), value in hours.items():
        moment = datetime.fromtimestamp(start, UTC)
        if key == "no2" and value is not None and moment.weekday() < 5:
            into.setdefault(moment.hour, []).append(value)
