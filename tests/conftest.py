"""The real services, one fixture each; what a machine cannot have is skipped with a reason."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

import tests.firmware.stand_in  # noqa: F401 - before anything of the firmware
from ingest.broker import LocalBroker
from storage.server import LocalServer, embedded_binaries
from storage.server_folder import remove
from tests.services import debian
from tests.services.databases import Databases
from tests.services.node import MicroPython

# an example takes as long as a busy machine takes
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

REPOSITORY = Path(__file__).parents[1]
FAST = {"fsync": "off", "jit": "off"}  # the tests of crashes start servers of their own
TIMESCALE = {"shared_preload_libraries": "timescaledb", "timescaledb.telemetry_level": "off"}


def _or_skip(take):
    try:
        return take()
    except debian.Unavailable as reason:
        pytest.skip(str(reason))


@contextmanager
def _databases(binaries, settings):
    """A server of the session, in a folder that the user who runs it for root can walk to."""
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    folder.chmod(0o711)
    try:
        with LocalServer(folder / "postgresql", binaries, settings=settings) as server:
            yield Databases(server)
    finally:
        remove(folder / "postgresql")
        shutil.rmtree(folder)


def _migrate(dsn):
    from storage.migrate import migrate

    migrate(dsn)


# programs


@pytest.fixture(scope="session")
def programs():
    """Paths of PostgreSQL 17 with TimescaleDB, Mosquitto and MicroPython (`Programs`)."""
    return _or_skip(debian.programs)


@pytest.fixture(scope="session")
def micropython(programs):
    """MicroPython 1.25: a path, with `run(script, *arguments, heap=, path=)` -> what it printed."""
    return MicroPython(programs.micropython)


@pytest.fixture(scope="session")
def small_micropython():
    """MicroPython 1.25 with the words of a chip, 32 bits: what it takes of its heap counts."""
    return MicroPython(_or_skip(debian.small_micropython))


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real data beside the repository; they are too large to be part of it."""
    folder = (REPOSITORY / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip(f"real data are not here: expected in {folder}")
    return folder


# databases


@pytest.fixture(scope="session")
def timescale_databases(programs):
    with _databases(programs.postgres_bin, FAST | TIMESCALE) as databases:
        yield databases


@pytest.fixture(scope="session")
def postgres_databases():
    with _databases(embedded_binaries(), FAST) as databases:
        yield databases


@pytest.fixture(scope="session", params=["timescaledb", "postgresql"])
def databases(request):
    names = {"timescaledb": "timescale_databases", "postgresql": "postgres_databases"}
    return request.getfixturevalue(names[request.param])


@pytest.fixture(scope="session")
def timescale_server(timescale_databases):
    """`LocalServer`: PostgreSQL 17 that can load TimescaleDB 2.19 (Apache edition)."""
    return timescale_databases.server


@pytest.fixture(scope="session")
def postgres_server(postgres_databases):
    """`LocalServer`: PostgreSQL 18 from its wheel, as `make demo` has it."""
    return postgres_databases.server


@pytest.fixture(scope="session")
def server(databases):
    """`LocalServer`: each test runs on TimescaleDB and on plain PostgreSQL."""
    return databases.server


@pytest.fixture
def empty_database(databases):
    """DSN of a database with nothing in it, on both servers in turn."""
    with databases.empty() as dsn:
        yield dsn


@pytest.fixture
def timescale_empty_database(timescale_databases):
    """DSN of a database with nothing in it, where TimescaleDB can be created."""
    with timescale_databases.empty() as dsn:
        yield dsn


@pytest.fixture
def postgres_empty_database(postgres_databases):
    """DSN of a database with nothing in it, on plain PostgreSQL."""
    with postgres_databases.empty() as dsn:
        yield dsn


@pytest.fixture
def database(databases):
    """DSN of a fresh migrated database, on both servers in turn."""
    with databases.migrated(_migrate) as dsn:
        yield dsn


@pytest.fixture
def timescale_database(timescale_databases):
    """DSN of a fresh migrated database on TimescaleDB only."""
    with timescale_databases.migrated(_migrate) as dsn:
        yield dsn


@pytest.fixture
def postgres_database(postgres_databases):
    """DSN of a fresh migrated database on plain PostgreSQL only."""
    with postgres_databases.migrated(_migrate) as dsn:
        yield dsn


# brokers


@pytest.fixture
def mosquitto(programs, tmp_path):
    """A running `LocalBroker`: Mosquitto 2.0.21."""
    with LocalBroker(tmp_path / "mosquitto", program=programs.mosquitto) as broker:
        yield broker


@pytest.fixture
def amqtt(tmp_path):
    """A running `LocalBroker`: amqtt, as `make demo` has it where no Mosquitto is installed."""
    with LocalBroker(tmp_path / "amqtt", kind="amqtt") as broker:
        yield broker


# browser


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium with WebGL 2 (playwright, synchronous).

    Of a module and not of the session: while it is there, its event loop counts as running in
    this thread, and no other test could call `asyncio.run`.
    """
    found = _or_skip(debian.chromium)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.path, args=list(found.args), env=found.environment()
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """An empty page of 1280 x 800 in a context of its own, without cookies of other tests."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-NL") as context:
        yield context.new_page()
