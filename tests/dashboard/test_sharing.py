"""Shared answers: asked once for many, fresh again after a while, never those of a person."""

import asyncio
import gzip
import random

import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from dashboard import sharing
from dashboard.headers import LEVEL, SMALLEST_B, Compression
from dashboard.sharing import LARGEST_B, ROOM_B, Held, Sharing, pack

GZIPPED = (b"content-encoding", b"gzip")


class Town:
    """An application that counts what it is asked, and a clock that is set by hand."""

    def __init__(self):
        self.asked = []
        self.now = 0.0
        self.status = 200
        self.body = b"calm"
        self.wait = asyncio.Event()
        self.wait.set()
        self.shared = Sharing(self.app, ("/v1/",), 5.0, lambda: self.now)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["method"], scope["path"], scope["query_string"]))
        await self.wait.wait()
        if self.status == 500:
            raise RuntimeError("fell over")
        response = PlainTextResponse(self.body, self.status)
        await response(scope, receive, send)

    async def get(self, path="/v1/nodes", query=b"", method="GET", app=None, **headers):
        """Status, headers and body of one request."""
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        headers = {"host": "town", **headers}
        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        scope = {
            "type": "http", "method": method, "path": path, "query_string": query,
            "scheme": "http", "headers": named,
        }  # fmt: skip
        await (app or self.shared)(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


def test_a_question_is_put_once_while_its_answer_is_fresh():
    async def play():
        town = Town()
        first = await town.get()
        town.body = b"busy"
        town.now = 4.9
        assert await town.get() == first
        assert (first[0], first[2]) == (200, b"calm")
        assert first[1]["cache-control"] == "public, max-age=5, stale-while-revalidate=5"
        assert len(town.asked) == 1

    asyncio.run(play())


def test_an_answer_is_packed_once_for_all_who_take_that(monkeypatch):
    packs = []
    monkeypatch.setattr(sharing, "pack", lambda held: packs.append(1) or pack(held))

    async def play():
        town = Town()
        town.body = b"calm " * 1000
        server = Compression(town.shared, minimum_size=SMALLEST_B, compresslevel=LEVEL)
        answers = [await town.get(app=server, accept_encoding="gzip, br") for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        _, headers, body = answers[0]
        assert headers["content-encoding"] == "gzip"
        assert headers["content-length"] == str(len(body))
        assert headers["vary"].count("Accept-Encoding") == 1
        assert gzip.decompress(body) == town.body
        _, plain, body = await town.get(app=server)
        assert "content-encoding" not in plain
        assert plain["vary"].count("Accept-Encoding") == 1
        assert plain["etag"] == headers["etag"]
        assert body == town.body
        found = await town.get(app=server, accept_encoding="gzip", if_none_match=plain["etag"])
        assert (found[0], found[2]) == (304, b"")
        assert "content-encoding" not in found[1]

    asyncio.run(play())
    assert packs == [1]


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"calm", []), (random.Random(1).randbytes(4000), []), (b"calm " * 1000, [GZIPPED])],
)
def test_what_is_small_or_packed_already_goes_as_it_is(body, headers):
    assert pack(Held(0, 200, headers, body)) == b""


def test_who_asks_a_little_later_does_not_wait_for_the_next_answer():
    async def play():
        town = Town()
        await town.get()
        town.body, town.now = b"busy", 9.9
        town.wait.clear()
        assert (await town.get())[2] == b"calm"  # as it was, while the next one is made
        assert (await town.get())[2] == b"calm"
        town.wait.set()
        await asyncio.sleep(0.01)
        assert (await town.get())[2] == b"busy"
        assert len(town.asked) == 2

    asyncio.run(play())


def test_who_asks_much_later_gets_a_new_answer():
    async def play():
        town = Town()
        await town.get()
        town.body, town.now = b"busy", 10.0
        assert (await town.get())[2] == b"busy"

    asyncio.run(play())


def test_who_asks_while_it_is_answered_waits_for_the_same_answer_and_may_leave():
    async def play():
        town = Town()
        town.wait.clear()
        asking = [asyncio.create_task(town.get()) for _ in range(32)]
        await asyncio.sleep(0)
        asking[0].cancel()  # the first one leaves
        await asyncio.sleep(0)
        town.wait.set()
        answers = await asyncio.gather(*asking[1:])
        assert {answer[2] for answer in answers} == {b"calm"}
        assert len(town.asked) == 1

    asyncio.run(play())


def test_other_addresses_queries_hosts_and_methods_are_other_questions():
    async def play():
        town = Town()
        for path, query in (("/v1/nodes", b""), ("/v1/nodes", b"a=1"), ("/v1/rides", b"")):
            await town.get(path, query)
        await town.get(host="elsewhere")
        assert len(town.asked) == 4
        await town.get(method="POST")
        await town.get(method="POST")
        assert len(town.asked) == 6

    asyncio.run(play())


@pytest.mark.parametrize("headers", [{"cookie": "session=1"}, {"range": "bytes=0-9"}])
def test_what_is_asked_by_a_person_or_in_part_is_shared_with_nobody(headers):
    async def play():
        town = Town()
        await town.get()
        _, named, _ = await town.get(**headers)
        assert len(town.asked) == 2
        assert "etag" not in named
        await town.get("/nl/kaart")
        await town.get("/nl/kaart")
        assert len(town.asked) == 4

    asyncio.run(play())


def test_who_holds_an_answer_is_told_that_it_is_the_same():
    async def play():
        town = Town()
        _, headers, _ = await town.get()
        town.now = 60
        status, again, body = await town.get(if_none_match=f'"other", {headers["etag"]}')
        assert (status, body) == (304, b"")
        assert again["etag"] == headers["etag"]
        assert "content-length" not in again
        town.body, town.now = b"busy", 120
        status, changed, body = await town.get(if_none_match=headers["etag"])
        assert (status, body) == (200, b"busy")
        assert changed["etag"] != headers["etag"]

    asyncio.run(play())


def test_a_fault_is_not_held():
    async def play():
        town = Town()
        town.status = 503
        assert (await town.get())[0] == 503
        town.status = 500
        with pytest.raises(RuntimeError, match="fell over"):
            await town.get()
        town.status = 200
        assert (await town.get())[0] == 200
        assert len(town.asked) == 3

    asyncio.run(play())


def test_what_is_held_stays_within_its_room():
    async def play():
        town = Town()
        town.body = b"x" * (LARGEST_B + 1)
        await town.get()
        await town.get()
        assert len(town.asked) == 2  # too large to hold
        town.body = b"x" * LARGEST_B
        number = ROOM_B // LARGEST_B + 1
        for query in range(number):
            await town.get(query=str(query).encode())
        before = len(town.asked)
        await town.get(query=str(number - 1).encode())
        assert len(town.asked) == before
        await town.get(query=b"0")  # the oldest made room
        assert len(town.asked) == before + 1

    asyncio.run(play())


def test_what_nobody_is_given_any_more_is_not_held():
    async def play():
        town = Town()
        for query in range(100):
            town.now = query
            await town.get(query=str(query).encode())
        # of 100 answers those that are given out for ten seconds after they were made
        assert len(town.shared._held) == 10
        assert town.shared._size == 10 * len(town.body)

    asyncio.run(play())


def test_an_answer_in_pieces_comes_whole():
    async def play():
        async def app(scope, receive, send):
            async def pieces():
                for piece in (b"a", b"b"):
                    yield piece

            await StreamingResponse(pieces())(scope, receive, send)

        town = Town()
        shared = Sharing(app, ("/v1/",))
        assert (await town.get(app=shared))[2] == b"ab"

    asyncio.run(asyncio.wait_for(play(), 5))
