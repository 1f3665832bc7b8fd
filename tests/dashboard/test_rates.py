"""Requests of one address a minute: a bucket against a slow one, headers, and two forms of no."""

import asyncio
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from dashboard.app import refuse
from dashboard.rates import WINDOW_S, Rates
from dashboard.sharing import receive_once
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

NOWHERE = "postgresql://reader@127.0.0.1:1/none"


class Clock:
    """Shows what it is set to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Asker:
    """Asks an application of one route behind the limit."""

    def __init__(self, rate, **facts):
        self.clock = Clock()
        self.made = 0
        self.rates = Rates(self._answer, rate, ("/v1/", "/sta/"), refuse, self.clock, **facts)

    async def _answer(self, scope, receive, send):
        self.made += 1
        await PlainTextResponse("here")(scope, receive, send)

    async def _run(self, scope, send):
        await self.rates(scope, receive_once(), send)

    def ask(self, address: str | None = "192.0.2.7", path="/v1/nodes", headers=()):
        """Status, headers and body."""
        sent = []

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": list(headers),
            "client": address and (address, 1234),
        }
        asyncio.run(self._run(scope, send))
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent).decode()


def test_so_many_are_answered_and_one_more_is_not():
    asker = Asker(3)
    assert [asker.ask()[0] for _ in range(5)] == [200, 200, 200, 429, 429]
    assert asker.made == 3


def test_what_is_left_is_told_and_fills_evenly():
    asker = Asker(60)
    first = asker.ask()[1]
    assert first["ratelimit-policy"] == '"address";q=60;w=60'
    assert first["ratelimit"] == '"address";r=59;t=1'
    asker.ask()
    assert asker.ask()[1]["ratelimit"] == '"address";r=57;t=3'
    asker.clock.now += 2.0
    assert asker.ask()[1]["ratelimit"] == '"address";r=58;t=2'
    asker.clock.now += 3600.0
    assert asker.ask()[1]["ratelimit"] == '"address";r=59;t=1'


def test_who_is_refused_is_told_when_to_come_back_and_then_is_answered():
    asker = Asker(6)
    for _ in range(6):
        asker.ask()
    for _ in range(20):  # asking on does not make it longer
        assert asker.ask()[0] == 429
    status, headers, body = asker.ask()
    assert (status, headers["retry-after"]) == (429, "10")
    assert headers["content-type"] == "application/problem+json"
    assert headers["ratelimit"] == '"address";r=0;t=60'
    assert '"title":"Too many requests"' in body
    assert "come back in 10 s" in body
    asker.clock.now += 9.0
    assert asker.ask()[:1] == (429,)
    asker.clock.now += 1.0
    assert asker.ask()[0] == 200


def test_sensorthings_refuses_in_its_own_form():
    asker = Asker(1)
    asker.ask(path="/sta/v1.1/Things")
    status, headers, body = asker.ask(path="/sta/v1.1/Things")
    assert (status, headers["content-type"]) == (429, "application/json")
    assert body.startswith('{"code":429,"type":"error","message":"More than 1 requests')


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60),
)
def test_it_is_a_bucket_that_is_filled_in_fractions(rate, asked):
    asker, buckets, now = Asker(rate), {}, Fraction(1000)
    for address, later in asked:
        now += later
        asker.clock.now = float(now)
        left, before = buckets.get(address, (Fraction(rate), now))
        left = min(Fraction(rate), left + (now - before) * Fraction(rate, WINDOW_S))
        close = abs(left - 1) < Fraction(1, 10**6)  # where a float may round either way
        status = asker.ask(address)[0]
        assert close or status == (200 if left >= 1 else 429)
        buckets[address] = (left - 1 if status == 200 else left, now)


def test_another_address_has_a_bucket_of_its_own_and_a_network_of_ipv6_has_one():
    asker = Asker(1)
    assert [asker.ask(a)[0] for a in ("192.0.2.7", "192.0.2.8")] == [200, 200]
    addresses = ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1", "::ffff:192.0.2.7")
    assert [asker.ask(a)[0] for a in addresses] == [200, 429, 200, 429]
    for odd in (None, "testclient", "fe80::1%eth0", "no:address"):
        assert asker.ask(odd)[0] == 200


def test_a_header_of_whom_it_is_for_is_not_believed():
    asker = Asker(1)
    for number, name in enumerate((b"x-forwarded-for", b"forwarded", b"x-real-ip")):
        told = [(name, f"198.51.100.{number}".encode())]
        assert asker.ask(headers=told)[0] == (429 if number else 200)


def test_other_paths_are_not_counted():
    asker = Asker(1)
    for path in ("/nl/", "/healthz", "/assets/style.css", "/v12"):
        status, headers, _ = asker.ask(path=path)
        assert (status, "ratelimit" in headers) == (200, False)
    assert [asker.ask(path=path)[0] for path in ("/v1", "/v1/nodes")] == [200, 429]


def test_without_a_rate_nothing_is_counted():
    asker = Asker(0)
    assert {asker.ask()[0] for _ in range(100)} == {200}
    assert "ratelimit" not in asker.ask()[1]


def test_it_remembers_so_many_addresses_and_forgets_the_oldest():
    asker = Asker(1, most=3)
    for number in range(5):
        asker.ask(f"192.0.2.{number}")
    assert len(asker.rates._buckets) == 3
    assert asker.ask("192.0.2.4")[0] == 429
    assert asker.ask("192.0.2.0")[0] == 200  # forgotten


@pytest.mark.parametrize("path", ["/v1", "/v1/nodes/x", "/sta/v1.1", "/v1.0/nothing"])
def test_the_server_tells_it_in_every_answer_of_the_apis(path):
    with running(NOWHERE, rate=5) as address:
        answers = [Client(address).get(path) for _ in range(7)]
    assert [answer.status for answer in answers[-2:]] == [429, 429]
    for answer in answers:
        assert answer.headers["ratelimit-policy"] == '"address";q=5;w=60'
        assert re.fullmatch(r'"address";r=[0-4];t=\d+', answer.headers["ratelimit"])
    assert int(answers[-1].headers["retry-after"]) in range(1, 13)
    kinds = {answer.headers["content-type"] for answer in answers[-2:]}
    is_sta = path.startswith(("/sta", "/v1.0"))
    assert kinds == {"application/json" if is_sta else "application/problem+json"}
