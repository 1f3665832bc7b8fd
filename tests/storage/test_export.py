"""Exported files against what the reader answers, and what becomes of the files of earlier runs."""

import csv
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.errors import FormatError, StorageError
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import unpack_flags
from lokaalmeten.quantities import BY_KEY
from storage import reader
from storage.calibrations import add_calibration
from storage.corrections import number_sets
from storage.export import PACKAGE, export
from storage.export_parts import cut_months
from storage.forms import CSV, PACKED_CSV
from storage.parquet import PARQUET
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from tests.services.samples import make_samples
from tests.storage.test_reader import Ride

AUTUMN = int(datetime(2025, 9, 30, 22, tzinfo=UTC).timestamp())  # two hours before a month ends
FILES = ["observations-2025-09.csv", "observations-2025-10.csv", "rides-2025-10.csv"]


@pytest.fixture
def autumn(connection):
    """Two boxes over the end of a month, and a bike with a public ride and a hidden one."""
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(node.id, 240, cell=node.cell, start=AUTUMN)])
    bike = add_node(connection, "bike-1", "bike")
    for begin, shown in ((AUTUMN + 9000, True), (AUTUMN + 90_000, False)):
        write(connection, [make_samples(bike.id, 100, start=begin, step=10, schema=2, moving=True)])
        window = (begin + 300, begin + 690) if shown else (None, None)
        write_rides(connection, bike.id, begin, begin + 990, [Ride(begin, begin + 990, *window)])


def read_rows(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != PACKAGE)


def wanted_value(value, key):
    return "" if np.isnan(value) else f"{value:.{len(str(BY_KEY[key].per)) - 1}f}"


def test_a_file_holds_every_public_sample_of_its_month_in_order(connection, autumn, tmp_path):
    written = export(connection, tmp_path)
    assert names(tmp_path) == FILES
    assert [(file.path.name, file.rows) for file in written] == list(
        zip(FILES, (240, 240, 40), strict=True)
    )
    rows = read_rows(tmp_path / FILES[0]) + read_rows(tmp_path / FILES[1])
    assert [row["time"] for row in rows] == [
        f"{datetime.fromtimestamp(AUTUMN + 60 * number, UTC):%Y-%m-%dT%H:%M:%SZ}"
        for half in (range(120), range(120, 240))
        for _ in range(2)
        for number in half
    ]
    start = datetime.fromtimestamp(AUTUMN, UTC)
    period = (start, start + timedelta(hours=4))
    for name in ("box-1", "box-2"):
        own = [row for row in rows if row["node"] == name]
        assert {row["cell"] for row in own} == {"8919" + own[0]["cell"][4:]}
        told = reader.series(connection, name, list(BY_KEY), *period, 0)
        for key in BY_KEY:
            assert [row[key] for row in own] == [wanted_value(v, key) for v in told[key]]
            assert [row[f"{key}_flag"] for row in own] == told[f"{key}_flag"].astype(str).tolist()


def test_of_rides_only_the_public_part_is_in_the_files(connection, autumn, tmp_path):
    export(connection, tmp_path)
    rows = read_rows(tmp_path / FILES[2])
    (name,) = {row["ride"] for row in rows}
    assert {row["hour"] for row in rows} == {"2025-10-01T00:00:00Z"}
    told = reader.ride(connection, name)
    assert [row["second"] for row in rows] == told["second"].astype(str).tolist()
    assert [row["cell"] for row in rows] == [f"{cell:x}" for cell in told["cell"]]
    assert [row["pm25"] for row in rows] == [wanted_value(v, "pm25") for v in told["pm25"]]
    assert [row["pm25_flag"] for row in rows] == told["pm25_flag"].astype(str).tolist()
    assert not any("bike" in path.read_text() for path in tmp_path.iterdir())


def test_pandas_reads_a_packed_file_and_two_runs_are_alike(connection, autumn, tmp_path):
    export(connection, tmp_path / "plain")
    contents = []
    for _ in range(2):
        export(connection, tmp_path / "packed", form=PACKED_CSV)
        contents.append([path.read_bytes() for path in sorted((tmp_path / "packed").iterdir())])
    assert contents[0] == contents[1]
    for name in FILES:
        plain = pd.read_csv(tmp_path / "plain" / name)
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "packed" / f"{name}.gz"), plain)


def test_period_node_and_quantity_choose(connection, autumn, tmp_path):
    midnight = datetime(2025, 10, 1, tzinfo=UTC)
    export(
        connection,
        tmp_path,
        midnight,
        midnight + timedelta(hours=1),
        nodes=["box-2"],
        quantities=["pm25", "pm25"],
    )
    assert names(tmp_path) == ["observations-2025-10.csv"]
    rows = read_rows(tmp_path / "observations-2025-10.csv")
    beside = ["pm25_corrected", "correction"]
    assert list(rows[0]) == ["node", "time", "cell", "pm25", "pm25_flag", *beside]
    assert len(rows) == 60
    assert {row["node"] for row in rows} == {"box-2"}
    assert rows[0]["time"] == "2025-10-01T00:00:00Z"


def test_the_description_names_every_column_with_its_unit(connection, autumn, tmp_path):
    export(connection, tmp_path)
    package = json.loads((tmp_path / PACKAGE).read_text())
    assert [resource["path"] for resource in package["resources"]] == FILES
    for resource in package["resources"]:
        path = tmp_path / resource["path"]
        header = path.read_text().splitlines()[0].split(",")
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == header
        assert all(field["description"] for field in fields.values())
        assert {key: fields[key]["unit"] for key in BY_KEY} == {
            key: quantity.unit for key, quantity in BY_KEY.items()
        }
        assert resource["bytes"] == path.stat().st_size
        assert resource["rows"] == len(read_rows(path))
        assert set(resource["schema"]["primaryKey"]) <= set(header)


def test_what_came_late_and_what_was_hidden_is_right_after_a_second_run(
    connection, autumn, tmp_path
):
    export(connection, tmp_path)
    late = add_node(connection, "box-3", "box")
    write(connection, [make_samples(late.id, 5, start=AUTUMN)])
    connection.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL")
    export(connection, tmp_path)
    assert names(tmp_path) == FILES[:2]
    assert len(read_rows(tmp_path / FILES[0])) == 245
    described = json.loads((tmp_path / PACKAGE).read_text())["resources"]
    assert [resource["path"] for resource in described] == FILES[:2]


def test_nothing_public_gives_a_description_of_nothing(connection, tmp_path):
    assert export(connection, tmp_path) == []
    assert json.loads((tmp_path / PACKAGE).read_text())["resources"] == []


def test_a_month_in_which_nothing_is_public_any_more_loses_its_file(connection, autumn, tmp_path):
    export(connection, tmp_path)
    export(connection, tmp_path, form=PACKED_CSV)
    assert names(tmp_path) == [f"{name}.gz" for name in FILES]
    others = ["observations-2025-11.csv", "observations-2025-11.csv.bak", "rides-mine.csv"]
    for name in others:
        (tmp_path / name).write_text("")
    connection.execute("DELETE FROM private.node WHERE kind = 'box'")  # what is public ends earlier
    export(connection, tmp_path, stop=datetime(2025, 11, 1, tzinfo=UTC))
    assert names(tmp_path) == sorted([*others, FILES[2]])
    connection.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL")
    export(connection, tmp_path, nodes=[], start=datetime(2025, 10, 31, tzinfo=UTC))
    assert names(tmp_path) == others[1:]


def test_what_is_not_there_is_named(connection, autumn, tmp_path):
    with pytest.raises(StorageError, match="no fixed node called 'bike-1'"):
        export(connection, tmp_path / "never", nodes=["bike-1"])
    with pytest.raises(StorageError, match="no quantity 'ozone'"):
        export(connection, tmp_path / "never", quantities=["ozone"])
    assert not (tmp_path / "never").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(FormatError, match="file cannot be written: File exists"):
        export(connection, tmp_path / "file")


def test_it_tells_how_far_it_is(connection, autumn, tmp_path):
    told = []
    export(connection, tmp_path, told=lambda *pair: told.append(pair))
    assert told == sorted(told)
    assert told[0] == (0.5, 4)  # the first of two boxes, of four files


def test_months_are_cut_in_utc():
    start, stop = datetime(2025, 11, 15, 6, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    december = datetime(2025, 12, 1, tzinfo=UTC)
    assert [tuple(vars(month).values()) for month in cut_months(start, stop)] == [
        ("2025-11", start, december),
        ("2025-12", december, stop),
    ]
    assert cut_months(stop, stop) == []


@pytest.mark.parametrize("form", [CSV, PARQUET])
def test_corrected_values_stand_beside_the_raw_ones_with_their_version(connection, tmp_path, form):
    node = add_node(connection, "box-1", "box")
    made = make_samples(node.id, 5, start=AUTUMN, schema=1)
    since = datetime(2025, 1, 1, tzinfo=UTC)
    add_calibration(connection, "pm25", "line", {"line": {"gain": 2}}, since, applied=True)
    (number,) = number_sets(connection, [(1,)])
    corrected = np.array([[100, MISSING, 300, 400, 500]], np.int32)
    numbers = np.where(corrected[0] == MISSING, MISSING, number).astype(np.int32)
    kept = replace(made, corrected_keys=("pm25",), corrected=corrected, correction=numbers)
    write(connection, [kept])
    (file,) = export(connection, tmp_path, form=form, quantities=["pm25", "pressure"])
    rows = pd.read_csv(file.path) if form is CSV else pd.read_parquet(file.path)
    assert list(rows)[-2:] == ["pm25_corrected", "correction"]
    np.testing.assert_array_equal(rows["pm25_corrected"], [1, np.nan, 3, 4, 5])
    np.testing.assert_array_equal(rows["correction"], [number, np.nan, *[number] * 3])
    told = json.loads((tmp_path / PACKAGE).read_text())["corrections"]
    assert [(one["correction"], one["quantity"], one["version"]) for one in told] == [
        (number, "pm25", 1)
    ]


def test_flags_of_a_missing_value_are_missing(connection, autumn, tmp_path):
    export(connection, tmp_path, quantities=["pm25", "no2"])
    for row in read_rows(tmp_path / FILES[0]):
        assert (row["no2"], row["no2_flag"]) == ("", str(unpack_flags("no2", np.zeros(1))[0]))
        assert (row["pm25"] == "") is (row["pm25_flag"] == "9")


def read_both(connection, folder, kind):
    """The same rows as CSV and as Parquet, as pandas reads them."""
    export(connection, folder / "csv")
    export(connection, folder / "parquet", form=PARQUET)
    texts = pd.concat(
        [
            pd.read_csv(path, dtype={"cell": "str", "ride": "str"})
            for path in sorted((folder / "csv").glob(f"{kind}-*.csv"))
        ],
        ignore_index=True,
    )
    return texts, pd.read_parquet(folder / "parquet" / kind)


@pytest.mark.parametrize("kind", ["observations", "rides"])
def test_parquet_holds_what_the_csv_holds_with_types(connection, autumn, tmp_path, kind):
    texts, typed = read_both(connection, tmp_path, kind)
    moment = "time" if kind == "observations" else "hour"
    assert str(typed[moment].dtype) == "datetime64[us, UTC]"
    months = typed.pop("month")
    assert (months == typed[moment].dt.strftime("%Y-%m")).all()
    assert list(typed) == list(texts)
    for name in typed:
        if name == moment:
            assert (typed[name] == pd.to_datetime(texts[name])).all()
        elif name == "correction":
            assert typed[name].isna().all()
        elif name.removesuffix("_corrected") in BY_KEY:  # not nearly: the very same numbers
            assert typed[name].dtype == "float64"
            np.testing.assert_array_equal(typed[name], texts[name].to_numpy(float))
        else:
            small = {"second": "int32"}.get(name, "int8" if name.endswith("_flag") else "str")
            assert typed[name].dtype == small
            assert typed[name].tolist() == texts[name].tolist()


def test_no_place_is_null_in_parquet(connection, tmp_path):
    node = add_node(connection, "box-1", "box")
    write(connection, [make_samples(node.id, 5, start=AUTUMN)])
    export(connection, tmp_path, form=PARQUET)
    assert pd.read_parquet(tmp_path / "observations")["cell"].isna().all()


def test_one_folder_holds_one_form(connection, autumn, tmp_path):
    export(connection, tmp_path)
    export(connection, tmp_path, form=PARQUET)
    assert names(tmp_path) == ["observations", "rides"]
    described = json.loads((tmp_path / PACKAGE).read_text())["resources"]
    assert [file["path"] for file in described] == [
        "observations/month=2025-09/part-0.parquet",
        "observations/month=2025-10/part-0.parquet",
        "rides/month=2025-10/part-0.parquet",
    ]
    for file in described:
        assert (file["format"], file["bytes"]) == (
            "parquet",
            (tmp_path / file["path"]).stat().st_size,
        )
        assert "missingValues" not in file["schema"]
    export(connection, tmp_path)
    assert names(tmp_path) == FILES


def test_a_ride_that_was_hidden_leaves_the_partitions(connection, autumn, tmp_path):
    export(connection, tmp_path, form=PARQUET)
    connection.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL")
    export(connection, tmp_path, form=PARQUET)
    assert names(tmp_path) == ["observations"]


def test_many_nodes_of_a_month_are_parted_into_files_and_a_smaller_run_leaves_none(
    connection, autumn, tmp_path
):
    narrow = replace(PARQUET, width=1)
    export(connection, tmp_path, form=narrow)
    places = [
        f"observations/month=2025-{month}/part-{part}.parquet"
        for month in ("09", "10")
        for part in (0, 1)
    ]
    package = json.loads((tmp_path / PACKAGE).read_text())
    told = [resource["path"] for resource in package["resources"]]
    assert told == [*places, "rides/month=2025-10/part-0.parquet"]
    assert len({resource["name"] for resource in package["resources"]}) == 5
    parts = pd.read_parquet(tmp_path / "observations")
    export(connection, tmp_path, form=PARQUET)
    whole = pd.read_parquet(tmp_path / "observations")
    assert len(list(tmp_path.rglob("part-*.parquet"))) == 3
    columns = ["node", "time"]
    pd.testing.assert_frame_equal(
        parts.sort_values(columns, ignore_index=True), whole.sort_values(columns, ignore_index=True)
    )
