"""Headers of every answer: what a browser may load, and the version of the API."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_VERSION = "1.0.0"
SMALLEST_B = 1000  # smaller answers are not worth compressing
LEVEL = 4  # of gzip: a quarter of the time of 9 for a few percent more bytes
DOWNLOADS = "/v1/downloads/"  # files, in parts and as large as they come

EXPOSED = "API-Version, ETag, RateLimit, RateLimit-Policy, Retry-After"

NOBODY, ANYBODY = "'none'", "*"  # who may show a page in a frame of theirs

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_policy(script_hashes: Sequence[str], tiles: str = "") -> str:
    """Content-Security-Policy that names no other host but that of ``tiles``, where there is one.

    Dash starts with one inline script, allowed by its hash. Mantine, Plotly and MapLibre set
    inline styles; MapLibre makes images from blobs and Plotly from data addresses.
    """
    also = f" {tiles}" if tiles else ""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob:{also}",
        "font-src": "'self' data:",
        "connect-src": f"'self'{also}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": NOBODY,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Headers:
    """ASGI middleware that adds the headers above to every answer.

    The paths in ``framed`` may be shown by any page in a frame, others by none.
    """

    def __init__(self, app: ASGIApp, policy: str, framed: Sequence[str] = ()) -> None:
        self.app = app
        self.framed = frozenset(framed)
        self.added = {**FIXED, "Content-Security-Policy": policy}
        open_policy = policy.replace(f"frame-ancestors {NOBODY}", f"frame-ancestors {ANYBODY}")
        self.added_framed = {**self.added, "Content-Security-Policy": open_policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = self.added_framed if scope["path"] in self.framed else self.added
        is_api = f"{scope['path']}/".startswith("/v1/")

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers[name] = value
                if is_api:
                    headers["API-Version"] = API_VERSION
                    headers["Access-Control-Allow-Origin"] = "*"  # without cookies: all is public
                    headers["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self.app(scope, receive, send_more)


class Compression(GZipMiddleware):
    """Packs answers, but not files to download: a part of one is a part of its own bytes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and pack what comes back."""
        if scope["type"] == "http" and scope["path"].startswith(DOWNLOADS):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
