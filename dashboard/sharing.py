"""Answers that many ask for at once, such as the latest value of every node: made once, for all.

A map that a thousand people have open asks the same question a thousand times. It is put to the
database once in FRESH_S seconds: who asks then is given the answer before, up to twice as old,
while the next one is made (RFC 5861). Only who asks first waits, with all who ask meanwhile; and
who holds an answer already (If-None-Match) is told that nothing changed.
"""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .headers import LEVEL, SMALLEST_B

FRESH_S = 5.0  # nodes measure every ten seconds or more seldom
ROOM_B = 64_000_000  # of all answers that are held
LARGEST_B = 8_000_000  # of one that is held

Key = tuple[str, str, bytes]


@dataclass(frozen=True)
class Held:
    """An answer, and until when it holds."""

    until: float
    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    packed: bytes = b""  # as gzip has it, where that is a gain

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + len(self.packed)


class Sharing:
    """ASGI middleware: answers of some addresses are for all who ask without a cookie.

    What begins with ``but`` passes: it is too large to be held.
    """

    def __init__(
        self,
        app: ASGIApp,
        prefixes: tuple[str, ...],
        fresh_s: float = FRESH_S,
        clock: Callable[[], float] = time.monotonic,
        but: str = "",
    ) -> None:
        self.app = app
        self._prefixes = prefixes
        self._but = but
        self._fresh_s = fresh_s
        self._clock = clock
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._size = 0
        self._coming: dict[Key, asyncio.Task[Held]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is held, or let it be made; other requests pass."""
        key = self._read_key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        held = self._held.get(key)
        if held is None or self._is_over(held):
            # shielded: who leaves does not take the answer of others along
            held = await asyncio.shield(self._begin(key, scope))
        elif held.until <= self._clock():
            self._begin(key, scope)
        await send_answer(held, Headers(scope=scope), send)

    def _read_key(self, scope: Scope) -> Key | None:
        """What makes two questions the same; None for those that are nobody else's."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        headers = Headers(scope=scope)
        path = f"{scope['path']}/"
        if "cookie" in headers or "range" in headers or not path.startswith(self._prefixes):
            return None
        if self._but and path.startswith(self._but):
            return None
        origin = f"{scope['scheme']}://{headers.get('host', '')}"  # links in an answer begin so
        return origin, scope["path"], scope["query_string"]

    def _begin(self, key: Key, scope: Scope) -> asyncio.Task[Held]:
        """The answer that is being made for this question; it may be so already."""
        task = self._coming.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, scope))
            self._coming[key] = task
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        return task

    async def _make(self, key: Key, scope: Scope) -> Held:
        """Put the question, and hold the answer when it is one."""
        started, chunks = {}, []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self.app(dict(scope), receive_once(), send)
        body = b"".join(chunks)
        held = Held(
            self._clock() + self._fresh_s, started["status"], started.get("headers", ()), body
        )
        if held.status == 200:
            held = mark(held, self._fresh_s)
            if self._fresh_s > 0:
                held = replace(held, packed=await asyncio.to_thread(pack, held))
            self._keep(key, held)
        return held

    def _keep(self, key: Key, held: Held) -> None:
        """Hold an answer; those that hold for nobody any more go, and the oldest make room."""
        if (before := self._held.pop(key, None)) is not None:
            self._size -= before.size
        if self._fresh_s <= 0 or len(held.body) > LARGEST_B:
            return
        self._held[key] = held
        self._size += held.size
        while self._held and (
            self._size > ROOM_B or self._is_over(next(iter(self._held.values())))
        ):
            _, oldest = self._held.popitem(last=False)
            self._size -= oldest.size

    def _is_over(self, held: Held) -> bool:
        """Tell whether an answer is given to nobody any more."""
        return held.until + self._fresh_s <= self._clock()


def mark(held: Held, fresh_s: float) -> Held:
    """The answer with what others may do with it, and a name by what it says."""
    message: MutableMapping[str, Any] = {"type": "http.response.start", "headers": [*held.headers]}
    headers = MutableHeaders(scope=message)
    # weak: the same answer may also go out compressed
    headers["ETag"] = f'W/"{blake2b(held.body, digest_size=12).hexdigest()}"'
    known = f"public, max-age={fresh_s:.0f}, stale-while-revalidate={fresh_s:.0f}"
    headers.setdefault("Cache-Control", known)
    headers.add_vary_header("Cookie")
    return Held(held.until, held.status, message["headers"], held.body)


def pack(held: Held) -> bytes:
    """The body as gzip has it, for all who ask; nothing where that is no gain or done already."""
    if len(held.body) < SMALLEST_B or "content-encoding" in Headers(raw=list(held.headers)):
        return b""
    packed = gzip.compress(held.body, LEVEL, mtime=0)
    return packed if len(packed) < len(held.body) else b""


async def send_answer(held: Held, asked: Headers, send: Send) -> None:
    """Send an answer, packed to who takes that, or that it is still what the asker holds."""
    message: MutableMapping[str, Any] = {
        "type": "http.response.start",
        "status": held.status,
        "headers": [*held.headers],
    }
    headers, body = MutableHeaders(scope=message), held.body
    known = {tag.strip() for tag in asked.get("if-none-match", "").split(",")}
    if headers.get("etag") in known:
        message["status"], body = 304, b""
        del headers["content-length"], headers["content-type"]
    elif held.packed and "gzip" in asked.get("accept-encoding", ""):
        body = held.packed
        headers["Content-Length"], headers["Content-Encoding"] = str(len(body)), "gzip"
        headers.add_vary_header("Accept-Encoding")
    await send(message)
    await send({"type": "http.response.body", "body": body})


def receive_once() -> Receive:
    """A request without a body, of somebody who stays."""
    messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        return await asyncio.get_running_loop().create_future()

    return receive
