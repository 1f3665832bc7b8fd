"""Releases from a real database to a folder, memory and an object store, and what reads them."""

import hashlib
import json
import secrets
import subprocess
from datetime import UTC, datetime, timedelta

import duckdb
import fsspec
import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pytest

from lokaalmeten.errors import FormatError
from storage.licences import CC_BY, add_consent
from storage.releases.listing import list_releases
from storage.releases.manifest import read_manifests
from storage.releases.publishing import find_month, publish
from storage.releases.target import Target
from storage.releases.withdrawing import withdraw
from storage.removal import begin_removal, find_nodes, finish_removal
from storage.writer import write
from tests.services.samples import make_samples
from tests.storage.releases.conftest import FIRST, NOW, WHO

LATER = NOW + timedelta(days=30)


def release(connection, target, now=NOW):
    return publish(connection, target, "2025-10", WHO, now)


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_release_is_a_folder_of_tables_that_say_what_they_are(autumn, tmp_path):
    made = release(autumn, Target(str(tmp_path)))
    assert (made.version, made.rows, made.licenses) == ("2025-10.1", 520, ["CC0-1.0"])
    assert made.changes == ["First: observations 480 rows, rides 40 rows"]
    folder = tmp_path / "2025-10.1"
    assert set(files_below(folder)) == {
        "observations/month=2025-10/part-0.parquet",
        "rides/month=2025-10/part-0.parquet",
        "datapackage.json",
        "datacite.json",
        "CHANGELOG.md",
        "SHA256SUMS",
        "release.json",
    }
    package = json.loads((folder / "datapackage.json").read_text())
    assert (package["version"], package["created"]) == ("2025-10.1", "2025-11-02T03:04:05Z")
    for each in package["resources"]:
        content = (folder / each["path"]).read_bytes()
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert each["bytes"] == len(content)
    assert package["citation"] == (
        "City of measuring (2025): Local measurements of the living environment, 2025-10."
        " Version 2025-10.1. CC0 1.0 Universal."
    )


def test_the_sums_are_those_that_sha256sum_checks(autumn, tmp_path):
    release(autumn, Target(str(tmp_path)))
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(
        check, cwd=tmp_path / "2025-10.1", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 5


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask, to pandas
def test_duckdb_pandas_dask_and_pyarrow_read_the_same_table(autumn, tmp_path):
    import dask.dataframe as dd

    release(autumn, Target(str(tmp_path)))
    table = tmp_path / "2025-10.1/observations"
    by_pandas = pd.read_parquet(table, filters=[("month", "=", "2025-10")])
    total = np.nansum(by_pandas["pm25"].to_numpy(float))
    assert len(by_pandas) == 480
    (row,) = duckdb.sql(
        "SELECT count(*), sum(pm25), any_value(month), count(DISTINCT node)"
        f" FROM read_parquet('{table}/*/*.parquet', hive_partitioning = true)"
    ).fetchall()
    assert row == (480, pytest.approx(total), "2025-10", 2)
    by_dask = dd.read_parquet(table, columns=["pm25", "month"]).compute(scheduler="threads")
    assert np.nansum(by_dask["pm25"].to_numpy(float)) == pytest.approx(total)
    by_arrow = ds.dataset(table, partitioning="hive").to_table(columns=["pm25", "time", "month"])
    assert np.nansum(by_arrow["pm25"].to_numpy()) == pytest.approx(total)
    assert set(by_arrow["month"].to_pylist()) == {"2025-10"}


def test_an_unchanged_month_is_not_released_again(autumn, tmp_path):
    target = Target(str(tmp_path))
    release(autumn, target)
    before = files_below(tmp_path)
    assert release(autumn, target, LATER) is None
    assert files_below(tmp_path) == before


def test_a_list_that_was_lost_or_damaged_is_made_again(autumn, tmp_path):
    target = Target(str(tmp_path))
    release(autumn, target)
    before = (tmp_path / "index.json").read_bytes()
    for content in (None, b"{"):
        (tmp_path / "index.json").unlink()
        if content:
            (tmp_path / "index.json").write_bytes(content)
        assert release(autumn, target, LATER) is None
        assert (tmp_path / "index.json").read_bytes() == before


def test_a_month_that_changed_gets_a_number_more_and_the_first_stays_as_it_was(autumn, tmp_path):
    target = Target(str(tmp_path))
    release(autumn, target)
    before = files_below(tmp_path / "2025-10.1")
    late = make_samples(1, 10, start=FIRST + 86_400)
    write(autumn, [late])
    autumn.execute(
        "UPDATE private.observation SET pm25 = 7 WHERE ctid IN (SELECT ctid FROM"
        " private.observation WHERE node_id = 2 AND pm25 <> 7 AND time < '2025-11-01'"
        " ORDER BY time LIMIT 3)"
    )
    made = release(autumn, target, LATER)
    assert (made.version, made.rows) == ("2025-10.2", 530)
    assert made.changes == [
        "observations: 10 rows added: pages that came late",
        "observations: 3 rows with another raw value or place",
    ]
    assert files_below(tmp_path / "2025-10.1") == before
    log = (tmp_path / "2025-10.2/CHANGELOG.md").read_text()
    assert log == (
        "# Changelog\n\n"
        "## 2025-10.2, 2025-12-02\n\n"
        "- observations: 10 rows added: pages that came late\n"
        "- observations: 3 rows with another raw value or place\n\n"
        "## 2025-10.1, 2025-11-02\n\n"
        "- First: observations 480 rows, rides 40 rows\n"
    )
    second, first = list_releases(str(tmp_path))
    assert (second.id, second.is_latest, second.updated) == ("2025-10.2", True, LATER)
    assert (first.id, first.is_latest, first.rows) == ("2025-10.1", False, 520)
    assert second.url == "https://data.example.org/releases/2025-10.2/datapackage.json"
    assert second.summary.startswith("observations: 10 rows added")


def test_who_left_is_not_in_the_next_release_and_nobody_says_who_it_was(autumn, tmp_path):
    target = Target(str(tmp_path))
    add_consent(
        autumn, CC_BY, owner="ann", party="A. from the corner", since=NOW - 99 * timedelta(1)
    )
    named = release(autumn, target)
    assert named.licenses == ["CC0-1.0", "CC-BY-4.0"]
    assert "By A. from the corner." in named.citation
    nodes = find_nodes(autumn, owner="ann")
    begin_removal(autumn, nodes, owner="ann")
    for node in nodes:
        finish_removal(autumn, node)
    made = release(autumn, target, LATER)
    assert made.changes[0] == (
        "observations: 240 rows removed: not public any more, 1 nodes that left"
    )
    assert made.changes[1] == "licences, or who is named for them, changed"
    told = b"".join(files_below(tmp_path / "2025-10.2").values())
    assert b"corner" not in told
    assert b"box-2" not in told


def test_nothing_private_is_in_any_file(autumn, tmp_path):
    release(autumn, Target(str(tmp_path)))
    told = b"".join(files_below(tmp_path).values())
    for private in (b"number 7", b"ann", b"bike-1", b"520900000", b"52.09,"):
        assert private not in told, private
    rides = pd.read_parquet(tmp_path / "2025-10.1/rides")
    assert rides["second"].max() == 390
    assert not {"lat", "lon", "node", "time"} & set(rides.columns)


def test_a_new_licence_alone_is_a_new_version(autumn, tmp_path):
    target = Target(str(tmp_path))
    release(autumn, target)
    add_consent(autumn, CC_BY, node="box-1", party="Bea", since=NOW - timedelta(days=99))
    made = release(autumn, target, LATER)
    assert made.changes == ["licences, or who is named for them, changed"]
    package = json.loads((tmp_path / "2025-10.2/datapackage.json").read_text())
    assert package["nodes"] == [
        {"node": "box-1", "license": "CC-BY-4.0", "party": "Bea"},
        {"node": "box-2", "license": "CC0-1.0"},
    ]


def test_a_withdrawn_release_leaves_a_reason_and_no_name(autumn, tmp_path):
    target = Target(str(tmp_path))
    add_consent(
        autumn, CC_BY, owner="ann", party="A. from the corner", since=NOW - 99 * timedelta(1)
    )
    release(autumn, target)
    withdraw(target, "2025-10.1", "A contributor left")
    assert set(files_below(tmp_path)) == {"2025-10.1/release.json", "index.json"}
    assert b"corner" not in b"".join(files_below(tmp_path).values())
    (told,) = list_releases(str(tmp_path))
    assert (told.summary, told.is_latest) == ("withdrawn: A contributor left", False)
    made = release(autumn, target, LATER)
    assert made.version == "2025-10.2"
    assert made.changes[0].startswith("Anew, after a withdrawal: observations 480 rows")
    assert "Withdrawn: A contributor left" in (tmp_path / "2025-10.2/CHANGELOG.md").read_text()
    for version, reason in (("2025-10.9", "why"), ("../other", "why"), ("2025-10.2", " ")):
        with pytest.raises(FormatError, match=r"no release|for a reason"):
            withdraw(target, version, reason)


def test_a_run_that_was_cut_off_is_invisible_and_the_next_one_takes_its_place(autumn, tmp_path):
    target = Target(str(tmp_path))
    stray = tmp_path / "2025-10.1/observations/month=2025-10/part-1.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    (tmp_path / "2025-10.1/datapackage.json").write_text("{")
    assert list_releases(str(tmp_path)) == []
    assert read_manifests(target) == []
    assert release(autumn, target).version == "2025-10.1"
    assert not stray.exists()
    assert len(pd.read_parquet(tmp_path / "2025-10.1/observations")) == 480


class Losing(Target):
    """A target whose disk turns over a bit of what it is sent."""

    def send(self, local, place):
        super().send(local, place)
        path = f"{self.root}/{place}"
        if place.endswith("rides/month=2025-10/part-0.parquet"):
            content = bytearray(self.files.cat_file(path))
            content[len(content) // 2] ^= 1
            self.files.pipe_file(path, bytes(content))


def test_what_arrives_damaged_is_never_visible(autumn, tmp_path):
    with pytest.raises(FormatError, match=r"rides/month=2025-10/part-0.parquet is not what was"):
        release(autumn, Losing(str(tmp_path)))
    assert read_manifests(Target(str(tmp_path))) == []
    assert not (tmp_path / "index.json").exists()


def test_a_release_that_was_changed_behind_its_back_is_not_compared_with(autumn, tmp_path):
    target = Target(str(tmp_path))
    release(autumn, target)
    write(autumn, [make_samples(1, 10, start=FIRST + 86_400)])
    path = tmp_path / "2025-10.1/observations/month=2025-10/part-0.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match="is not what was released"):
        release(autumn, target, LATER)


def test_memory_and_an_object_store_hold_the_same_files_as_a_folder(
    autumn, tmp_path, store, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    bucket = f"open-{secrets.token_hex(4)}"
    fsspec.filesystem("s3").mkdir(bucket)
    wanted = None
    for url in (f"file://{tmp_path}", f"memory://{bucket}/releases", f"s3://{bucket}/releases"):
        target = Target(url)
        assert list_releases(url) == []
        assert release(autumn, target).version == "2025-10.1"
        assert release(autumn, target, LATER) is None
        assert [each.id for each in list_releases(url)] == ["2025-10.1"]
        found = {place: target.read(place) for place in target.find("2025-10.1")}
        wanted = wanted or found
        assert found == wanted
    frame = pd.read_parquet(f"s3://{bucket}/releases/2025-10.1/observations", columns=["pm25"])
    assert len(frame) == 480
    withdraw(Target(f"s3://{bucket}/releases"), "2025-10.1", "A try")
    assert Target(f"s3://{bucket}/releases").find("2025-10.1") == ["2025-10.1/release.json"]


def test_a_month_without_anything_public_is_refused(autumn, tmp_path):
    with pytest.raises(FormatError, match="nothing public lies in 2024-01"):
        publish(autumn, Target(str(tmp_path)), "2024-01", WHO, NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("month", "start", "stop"),
    [
        ("", (2025, 10, 1), (2025, 11, 1)),
        ("2024-12", (2024, 12, 1), (2025, 1, 1)),
        ("2024-02", (2024, 2, 1), (2024, 3, 1)),
    ],
)
def test_a_month_is_whole_and_in_utc(month, start, stop):
    found = find_month(NOW, month)
    assert found == (datetime(*start, tzinfo=UTC), datetime(*stop, tzinfo=UTC))


@pytest.mark.parametrize(
    "month", ["2025-11", "2026-01", "2025-13", "October", "2025-1", "0000-01", "2025-10-01"]
)
def test_what_is_no_month_or_not_over_is_refused(month):
    with pytest.raises(FormatError, match=r"not over yet|written as 2026-10"):
        find_month(NOW, month)
