"""The made-up feast in a real database, and the dashboard that serves it."""

from datetime import timedelta

import pytest

from storage.migrate import migrate
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.dashboard.crowd import town

OLD, SHUT = "oud", "dicht"  # two hours ago, and not open to everybody


@pytest.fixture(scope="module")
def built_town(timescale_databases):
    """The feast on TimescaleDB, once more two hours ago, once more not open; tests only read.

    Built for each file: what was counted is believed for half an hour, and a slow machine takes
    longer than that for all of them.
    """
    with timescale_databases.migrated(migrate) as dsn:
        built = town.build(dsn, town.find_end())
        town.copy(dsn, OLD, timedelta(hours=2))
        town.copy(dsn, SHUT, timedelta(0), is_open=False)
        yield built


@pytest.fixture(scope="module")
def town_site(built_town):
    """Address of its dashboard."""
    with running(built_town.dsn) as address:
        yield address


@pytest.fixture(scope="module")
def asking(town_site):
    """Asks its pages and API without a browser."""
    return Client(town_site)
