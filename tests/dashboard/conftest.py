"""A city in a real database, and the dashboard that serves it to a real client."""

import contextlib
import socket
import threading
import time

import pytest
import uvicorn
from psycopg.conninfo import make_conninfo

from dashboard.app import create_app
from dashboard.setup import Setup
from dashboard.vendor import vendor
from lokaalmeten.errors import StorageError
from storage.migrate import migrate
from storage.pool import connect
from storage.roles import make_roles
from storage.server import LocalServer, embedded_binaries
from storage.server_folder import remove
from tests.dashboard import city
from tests.dashboard.client import Client
from tests.dashboard.visitor import Visitor


def to_reader(dsn):
    """The DSN with no more rights than the docs give a dashboard, where there is a database."""
    with contextlib.suppress(StorageError), connect(dsn) as connection:
        make_roles(connection)
        return make_conninfo(dsn, options="-c role=lokaalmeten_reader")
    return dsn


@contextlib.contextmanager
def running(dsn, **settings):
    """Serve the dashboard of a database on a free port, in a thread; yields its address.

    With accounts elsewhere the DSN says by itself which rights it has.
    """
    least = dsn if "login" in settings else to_reader(dsn)
    app = create_app(least, fresh_s=0, setup=Setup(**settings))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(15)


@pytest.fixture(scope="session")
def built_city(timescale_databases):
    """The city on TimescaleDB; tests only read it."""
    with timescale_databases.migrated(migrate) as dsn:
        yield city.build(dsn)


@pytest.fixture(scope="session")
def site(built_city):
    """Address of the dashboard of the city."""
    with running(built_city.dsn) as address:
        yield address


@pytest.fixture(scope="session")
def client(site):
    """Asks the API of the city."""
    return Client(site)


@pytest.fixture(scope="session")
def vendored():
    """The browser libraries are in their place."""
    vendor()


@pytest.fixture(scope="module")
def contexts(browser, vendored):
    """One browser profile per locale for a module: its scripts are fetched once."""
    known = {}

    def of(locale):
        if locale not in known:
            known[locale] = browser.new_context(locale=locale)
        return known[locale]

    yield of
    for context in known.values():
        context.close()


@pytest.fixture
def visit(contexts):
    """Makes visitors: ``visit(address, width=320)``; in the end none may have met a fault."""
    visitors = []

    def arrive(address, locale="nl-NL", **window):
        visitors.append(Visitor(contexts(locale), address, **window))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.page.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture
def own_server(tmp_path):
    """A PostgreSQL that may be stopped, with the city in it; nothing of it is left behind."""
    folder = tmp_path / "postgresql"
    with LocalServer(folder, embedded_binaries(), settings={"fsync": "off"}) as server:
        migrate(server.dsn)
        city.build(server.dsn)
        yield server
    remove(folder)  # root keeps it outside tmp_path
