"""How often one address may ask: a bucket that fills evenly, and is told in every answer.

1. find the bucket of the address that asks, and fill it for the time that passed
2. take one request out of it, or answer 429 with when to come back
3. tell in the answer how many are left (draft-ietf-httpapi-ratelimit-headers)

Of whom a proxy asks is told by uvicorn, which believes it of the addresses that it is given alone.
The buckets of an address that has not asked for a minute are full, and need not be kept.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .legible import Refuse

WINDOW_S = 60
MOST = 10_000  # addresses that are remembered; about 2 MB
NETWORK_BITS = 64  # of IPv6: what one connection has, which holds endless addresses
SENTENCE = "More than {rate} requests a minute from one address: come back in {wait} s."

Bucket = tuple[float, float]  # requests that are left, and when that was


class Rates:
    """ASGI middleware: ``rate`` requests a minute per address for some paths; 0 is no limit."""

    def __init__(
        self,
        app: ASGIApp,
        rate: int,
        prefixes: tuple[str, ...],
        refuse: Refuse,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST,
    ) -> None:
        """Let ``refuse`` write the answers that refuse."""
        self.app = app
        self._rate = rate
        self._prefixes = prefixes
        self._refuse = refuse
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._policy = f'"address";q={rate};w={WINDOW_S}'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say when to come back."""
        if not self._counts(scope):
            await self.app(scope, receive, send)
            return
        left = self._take(find_network(scope["client"]))
        told = {"RateLimit-Policy": self._policy, "RateLimit": self._tell(left)}
        if left < 0:
            wait = math.ceil(-left * WINDOW_S / self._rate)
            sentence = SENTENCE.format(rate=self._rate, wait=wait)
            headers = told | {"Retry-After": str(wait)}
            await self._refuse(scope, 429, sentence, headers)(scope, receive, send)
            return

        added = [(name.lower().encode(), value.encode()) for name, value in told.items()]

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        await self.app(scope, receive, send_more)

    def _counts(self, scope: Scope) -> bool:
        return (
            self._rate > 0
            and scope["type"] == "http"
            and f"{scope['path']}/".startswith(self._prefixes)
        )

    def _take(self, address: str) -> float:
        """Requests that are left after this one; less than 0 when it is one too many.

        Who is refused loses nothing, so that asking on and on does not lock anybody out.
        """
        now = self._clock()
        left, before = self._buckets.pop(address, (float(self._rate), now))
        left = min(self._rate, left + (now - before) * self._rate / WINDOW_S)
        after = left - 1
        self._buckets[address] = (after if after >= 0 else left, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return after

    def _tell(self, left: float) -> str:
        """Requests that are left, and seconds until all are again."""
        left = max(left, 0)
        return f'"address";r={int(left)};t={math.ceil((self._rate - left) * WINDOW_S / self._rate)}'


def find_network(client: Any) -> str:
    """What counts as one address: of IPv6 the first half.

    >>> find_network(("2001:db8::1", 1)), find_network(("192.0.2.7", 1)), find_network(None)
    ('2001:db8::/64', '192.0.2.7', '')
    """
    host = client[0] if client else ""
    if ":" not in host:
        return host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    kept = int(address) >> NETWORK_BITS << NETWORK_BITS
    return f"{IPv6Address(kept)}/{NETWORK_BITS}"
