"""A virtual town of the last two months of a year, on a real server; tests only read it."""

from datetime import date

import pytest

from dashboard.reports.quarter_facts import read_quarter
from dashboard.reports.reading import silently
from dashboard.reports.year_facts import read_year
from storage.migrate import migrate
from storage.pool import connect
from storage.rollups import roll_up
from tests.services.measured import add_town

FIRST, DAYS = date(2025, 10, 20), 60
TODAY = date(2026, 2, 1)


@pytest.fixture(scope="session")
def town_dsn(postgres_databases):
    """DSN of the town; some of it is added up, the rest waits."""
    with postgres_databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            add_town(connection, FIRST, DAYS)
            roll_up(connection)
        yield dsn


@pytest.fixture(scope="session")
def town(town_dsn):
    """A connection to it."""
    with connect(town_dsn) as connection:
        yield connection


@pytest.fixture(scope="session")
def year(town):
    """What is known of the year of the town."""
    return read_year(town, 2025, [], TODAY, silently)


@pytest.fixture(scope="session")
def quarter(town):
    """What is known of its last quarter."""
    return read_quarter(town, 2025, 4, TODAY, silently)
