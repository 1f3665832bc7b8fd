"""The stage of the faults: a database that knows the town, a broker, and the ingest's session.

Every test ends with every page exactly once in the database.
"""

import shutil
import tempfile
from pathlib import Path

import pytest

from storage.server import LocalServer
from storage.server_folder import remove
from tests.conftest import TIMESCALE
from tests.services.databases import Databases
from tests.services.meten import ingesting
from tests.services.town import register_town


@pytest.fixture
def town_database(timescale_database):
    """DSN of a database in which the nodes of the town are registered."""
    register_town(timescale_database)
    return timescale_database


@pytest.fixture
def log(tmp_path):
    """What `meten ingest` says."""
    return tmp_path / "ingest.log"


@pytest.fixture
def session(town_database, mosquitto, log):
    """The ingest was here once: from now on the broker keeps for it what comes."""
    with ingesting(town_database, mosquitto, log):
        pass


@pytest.fixture(scope="session")
def durable_databases(programs):
    """Databases on a server of their own that writes to the disk what it commits."""
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    folder.chmod(0o711)
    settings = {"jit": "off", **TIMESCALE}
    try:
        with LocalServer(folder / "pg", programs.postgres_bin, settings=settings) as server:
            yield Databases(server)
    finally:
        remove(folder / "pg")
        shutil.rmtree(folder)
