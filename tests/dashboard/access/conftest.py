"""The dashboard of an empty database with accounts of a municipality, and who signs in there."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.access.oidc.login import Login
from dashboard.publisher import Publisher
from storage.access import link_person
from storage.migrate import migrate
from storage.pool import connect
from storage.roles import make_roles
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.accounts import CLIENT, SECRET, Accounts, providing

YEAR = timedelta(days=365)
NAME = "Gemeente Teststad"
VISITORS = count(1)  # each has an address of its own, of which tries are counted


@dataclass
class Door:
    """The site, its provider, and a browser that is not one."""

    dsn: str
    address: str
    accounts: Accounts
    cookies: dict[str, str] = field(default_factory=dict)
    comes_from: str = field(default_factory=lambda: f"2001:db8::{next(VISITORS):x}")

    def get(self, path, **query):
        """Ask the site with what it had the browser keep."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": kept, "X-Forwarded-For": self.comes_from}
        answer = Client(self.address).get(path, headers, **query)
        for line in answer.headers.get("set-cookie", "").splitlines():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer

    def ask(self, language="en", to=""):
        """Begin; what the provider is asked."""
        base = {"en": "/en/sign-in/account", "nl": "/nl/aanmelden/account"}[language]
        there = self.get(base, to=to)
        assert there.status == 303, there.text
        return dict(parse_qsl(urlsplit(there.headers["location"]).query))

    def enter(self, subject="7c1", email="ann@teststad.example", *, asked=None):
        """Sign in at the provider; the way back, with its code."""
        back = self.accounts.enter(asked or self.ask(), subject, email)
        return back.removeprefix(self.address)

    def sign_in(self, subject="7c1", email="ann@teststad.example", **more):
        """All of it; the page that one comes back to."""
        return self.get(self.enter(subject, email, **more))

    @property
    def token(self):
        return self.cookies.get(COOKIE)

    def link(self, account="ann@teststad.example", role="operator", **about):
        """Give an account a role; the prefix of the link."""
        with connect(self.dsn) as connection:
            return link_person(connection, account, role, f"label of {account}", YEAR, **about)

    def run(self, query, *values):
        with connect(self.dsn) as connection:
            return connection.execute(query.encode(), values).fetchall()


def to_login(accounts, **changed):
    return Login(**({"issuer": accounts.issuer, "client": CLIENT, "secret": SECRET} | changed))


def read_alert(answer):
    """What the page says is wrong."""
    return re.search(r'role="alert">([^<]*)<', answer.text)[1]


@pytest.fixture(scope="package")
def site(postgres_databases):
    """Dashboard with the rights that the docs give it, and a provider that signs with RS256."""
    with postgres_databases.migrated(migrate) as dsn, providing() as accounts:
        with connect(dsn) as connection:
            make_roles(connection)
            connection.execute("CREATE ROLE dashboard_of_test NOLOGIN")
            connection.execute("GRANT lokaalmeten_reader, lokaalmeten_login TO dashboard_of_test")
        least = f"{dsn}?options={quote('-c role=dashboard_of_test')}"
        publisher = Publisher(email="beheer@teststad.example")
        login = to_login(accounts, name=NAME)
        with running(least, login=login, publisher=publisher) as address:
            yield dsn, address, accounts
        with connect(dsn) as connection:
            connection.execute("DROP ROLE dashboard_of_test")


@pytest.fixture
def door(site):
    """The site with nobody linked, and a provider that says what is true."""
    dsn, address, accounts = site
    with connect(dsn) as connection:
        connection.execute("TRUNCATE private.access_key, private.event RESTART IDENTITY CASCADE")
    accounts.claims, accounts.header, accounts.ahead_s = {}, {}, 0
    return Door(dsn, address, accounts)


def to_query(path, **changed):
    """A way back with something else in it; None leaves it out."""
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query)) | changed
    return f"{parts.path}?{urlencode({n: v for n, v in query.items() if v is not None})}"
