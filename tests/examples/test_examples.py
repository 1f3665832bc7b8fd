"""The examples as people run them: against a real server, and on a release in a folder."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lokaalmeten.quality import Flag
from storage.migrate import migrate
from storage.pool import connect
from storage.releases.publishing import Publisher, publish
from storage.releases.target import Target
from tests.dashboard import city
from tests.dashboard.conftest import running
from tests.services import debian

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def town(timescale_databases):
    """The city of the dashboard's tests."""
    with timescale_databases.migrated(migrate) as dsn:
        yield city.build(dsn)


@pytest.fixture(scope="module")
def site(town):
    with running(town.dsn) as address:
        yield address


@pytest.fixture(scope="module")
def day(site):
    """What a download of the last day holds."""
    return pd.read_csv(f"{site}/v1/downloads/observations?quantity=pm25", parse_dates=["time"])


def run(command, folder, **more):
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | more,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pandas_tells_the_last_day_of_every_node(site, day, tmp_path):
    said = run([sys.executable, EXAMPLES / "last_day.py", site, "pm25"], tmp_path)
    good = day[day["pm25_flag"] == Flag.GOOD]
    for name in city.BOXES:
        own = good[good["node"] == name]
        hours = [group["pm25"].mean() for _, group in own.groupby(own["time"].dt.floor("h"))]
        share = 100 * len(own) / (day["node"] == name).sum()
        wanted = rf"{name}\s+{own['pm25'].mean():.1f}\s+{max(hours):.1f}\s+{round(share)}\.0"
        assert re.search(wanted, said), (wanted, said)
    assert "CC0 1.0 Universal." in said


def test_r_tells_the_mean_of_every_hour(site, day, tmp_path):
    try:
        command, more = debian.r_language()
    except debian.Unavailable as reason:
        pytest.skip(str(reason))
    script = [f"--file={EXAMPLES / 'rhythm.R'}", "--args", site, "pm25", "made.pdf"]
    said = run([*command, *script], tmp_path, **more)
    good = day[day["pm25_flag"] == Flag.GOOD]
    wanted = good.groupby(good["time"].dt.hour)["pm25"].mean()
    rows = dict(re.findall(r"^\s*(\d+)\s+([\d.]+)$", said, re.MULTILINE))
    assert {int(hour) for hour in rows} == set(wanted.index)
    for hour, mean in rows.items():
        assert float(mean) == pytest.approx(wanted[int(hour)], abs=0.006)
    assert (tmp_path / "made.pdf").read_bytes().startswith(b"%PDF")


def test_duckdb_reads_the_latest_releases_as_one_table(town, tmp_path):
    target = Target(str(tmp_path))
    now = datetime(2026, 7, 1, tzinfo=UTC)
    with connect(town.dsn) as connection:
        publish(connection, target, "2026-05", Publisher("City"), now)
    release = tmp_path / "2026-05.1/observations"
    frame = pd.read_parquet(release)
    script = (EXAMPLES / "releases.sql").read_text()
    with duckdb.connect() as database:
        database.execute(f"SET VARIABLE releases = '{tmp_path}'")
        found = {(node, str(day)): row for node, day, *row in database.execute(script).fetchall()}
    assert {node for node, _ in found} == set(city.BOXES)
    for (node, day), (samples, mean) in found.items():
        mine = (frame["node"] == node) & (frame["time"].dt.strftime("%Y-%m-%d") == day)
        own = frame.loc[mine, ["pm25", "pm25_flag"]]
        good = own.loc[own["pm25_flag"] == Flag.GOOD, "pm25"]
        assert samples == len(own)
        assert mean == pytest.approx(good.mean(), abs=0.051)
        assert len(good) >= 0.75 * np.isfinite(own["pm25"]).sum()
