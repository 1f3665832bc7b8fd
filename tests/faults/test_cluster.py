"""Long work on a Dask cluster of two processes, one of which is killed: the same, to the byte."""

import io
import pickle
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import numpy as np
import pytest
from rich.console import Console

from lokaalmeten.cli.blocks import Database
from lokaalmeten.cli.checks import run_review
from lokaalmeten.cli.correcting import run_apply
from lokaalmeten.cli.exports import run_export, write_there
from lokaalmeten.errors import FormatError, SettingsError
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from predict.graph import Apart
from predict.store import save
from storage.calibrations import add_calibration
from storage.export_parts import Job, Month, Part
from storage.forms import CSV
from storage.migrate import migrate
from storage.package import OBSERVATIONS
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from tests.predict.conftest import START as FORECAST_START
from tests.predict.conftest import make_city
from tests.services.databases import Databases

pytest.importorskip("distributed", reason="the extra scale is not installed")

from tests.services.cluster import killing, working

pytestmark = pytest.mark.filterwarnings("ignore")  # of servers within a test, not of ours

START = datetime(2025, 9, 1, tzinfo=UTC)
STOP = datetime(2025, 12, 1, tzinfo=UTC)
T0 = int(START.timestamp())
COUNT = int((STOP - START).total_seconds()) // 3600
BOXES = 6
OUT = Console(file=io.StringIO(), width=200)


def fill(dsn):
    """Three months of a street, of which the last box stands still, and two calibrations of it."""
    rng = np.random.default_rng(1)
    street = 1000 + 300 * np.sin(np.arange(COUNT) / 24) + rng.normal(0, 30, COUNT)
    batch = []
    with connect(dsn) as connection:
        for number in range(BOXES):
            node = add_node(connection, f"box-{number}", "box", lat=52.09 + number / 1e4, lon=5.12)
            values = np.full(COUNT, 700) if number == BOXES - 1 else street * rng.uniform(0.9, 1.1)
            rows = to_observations(
                np.full(COUNT, node.id, np.int32),
                T0 + 3600 * np.arange(COUNT),
                ("pm25", "humidity"),
                np.stack([values, rng.integers(3000, 9000, COUNT)]).astype(np.int32),
                cell=np.full(COUNT, node.cell),
            )
            rows.flags[:] = Flag.GOOD
            batch.append(rows)
        write(connection, batch)
        for gain, since in ((2.0, START), (0.5, START + timedelta(days=50))):
            line = {"line": {"gain": gain}}
            add_calibration(connection, "pm25", "line", line, since, applied=True)
        line = {"line": {"offset": 3.0}}
        add_calibration(connection, "humidity", "line", line, START, node=2, applied=True)
        while roll_up(connection):
            pass


@pytest.fixture(scope="module")
def alike(timescale_server):
    """DSNs of two databases with the same rows."""
    databases = Databases(timescale_server)

    def prepare(dsn):
        migrate(dsn)
        fill(dsn)

    with databases.migrated(prepare) as one, databases.migrated(prepare) as other:
        yield one, other


@pytest.fixture(scope="module")
def cluster(alike, tmp_path_factory):
    """Two workers, which find the first of the databases."""
    with working(tmp_path_factory.mktemp("workers"), dsn=alike[0]) as cluster:
        yield cluster


def ask(dsn, query):
    with connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_stored_rows_are_corrected_the_same_though_a_worker_is_killed(alike, cluster):
    there, here = alike
    run_apply(here, START, STOP, [], OUT)
    with killing(cluster, after=2):
        run_apply(there, START, STOP, [], OUT, cluster.address)
    query = (
        "SELECT node_id, time, pm25, pm25_corrected, humidity_corrected, correction, flags"
        " FROM private.observation ORDER BY node_id, time"
    )
    rows = ask(there, query)
    assert rows == ask(here, query)
    assert len(rows) == BOXES * COUNT
    assert {round(row[3] / row[2], 1) for row in rows} == {2.0, 0.5}
    sets = "SELECT id, calibration_id FROM private.correction ORDER BY 1, 2"
    assert ask(there, sets) == ask(here, sets)


def test_flags_are_reviewed_the_same_though_a_worker_is_killed(alike, cluster):
    there, here = alike
    run_review(here, None, None, [], OUT)
    with killing(cluster, after=4):
        run_review(there, None, None, [], OUT, cluster.address)
    for query in (
        "SELECT node_id, time, flags, flags_given FROM private.observation ORDER BY 1, 2",
        "SELECT node_id, quantity, first, after, flag FROM private.finding ORDER BY 1, 2, 3",
        "SELECT * FROM private.rollup_day ORDER BY 1, 2, 3",
    ):
        rows = ask(there, query)
        assert rows == ask(here, query)
        assert rows
    raised = "SELECT count(*) FROM private.observation WHERE flags_given IS NOT NULL"
    assert ask(there, raised)[0][0] > COUNT / 2


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_export_has_the_same_bytes_though_a_worker_is_killed(alike, cluster, tmp_path, kind):
    chosen = {"nodes": [], "quantities": [], "kind": kind, "zipped": False}
    run_export(alike[0], tmp_path / "here", None, None, OUT, **chosen)
    with killing(cluster, after=1):
        where = cluster.address
        run_export(alike[0], tmp_path / "there", None, None, OUT, **chosen, cluster=where)
    here, there = (read_all(tmp_path / name) for name in ("here", "there"))
    assert here == there
    assert len(here) == 4  # a month each, and their description


def read_all(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_forecast_has_the_same_bytes_though_a_worker_is_killed(cluster):
    table = make_city(40, 4)
    known = {"zone": "Europe/Amsterdam", "horizon": 24}
    here = learn(Apart(None, width=2), table, known)
    with killing(cluster, after=10):
        there = learn(Apart(cluster.address, width=2), table, known)
    assert here == there


def learn(core, table, known):
    """What was learned, as a file, and what it says then."""
    fitted, file = core.fit(table, FORECAST_START, **known), io.BytesIO()
    save(fitted, file)
    said = core.predict(fitted, table, FORECAST_START, [0.1, 0.5, 0.9])
    return file.getvalue(), said.table.tobytes()


def test_no_password_goes_into_a_graph_and_another_database_is_refused(alike, cluster, tmp_path):
    database = Database(alike[1])
    database.connect().close()
    sent = pickle.dumps(database)
    assert alike[1].encode() not in sent
    assert urlsplit(alike[1]).password.encode() not in sent
    with pytest.raises(SettingsError, match=r"the Dask worker on .* has another database \("):
        run_apply(alike[1], START, STOP, [], OUT, cluster.address)


def test_a_worker_that_does_not_see_the_folder_writes_nothing(alike, tmp_path):
    job = Job(tmp_path / "elsewhere", CSV, ("pm25",))
    part = Part(OBSERVATIONS, Month("2025-09", START, STOP), 0, ("box-1",))
    with pytest.raises(FormatError, match="is not the folder of this export"):
        write_there(Database(alike[0], reading=True), job, part)
    assert not job.folder.exists()
