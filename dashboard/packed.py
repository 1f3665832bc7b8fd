"""Files for the browser, packed once: every answer is bytes that are ready.

A file is asked for by an address with a checksum in it (``to_address``) and may then be kept for a
year; by its bare name a browser asks each time whether it is still the same one.
"""

import asyncio
import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .problems import NotFoundError

LEVEL = 9  # of gzip: it is done once
FOREVER = "public, max-age=31536000, immutable"
ASK = "no-cache"  # keep, but ask whether it is the same
TYPES = {".mjs": "text/javascript", ".js": "text/javascript"}
PACKED = ("text/", "application/json", "image/svg")  # other files are packed already


@dataclass(frozen=True)
class File:
    """A file as it is and as it is sent."""

    changed: tuple[int, int]  # time of change in ns, and size
    mark: str
    kind: str
    plain: bytes
    packed: bytes | None


class Packed:
    """ASGI application that serves the files of a folder."""

    def __init__(self, folder: Path, address: str = "/assets") -> None:
        self._folder = folder.resolve()
        self._depth = len(self._folder.parts)
        self._address = address
        self._held: dict[str, File] = {}
        self._lock = Lock()

    def to_address(self, name: str) -> str:
        """Address of a file by which it may be kept; the bare one when there is no such file."""
        try:
            return f"{self._address}/{name}?v={self.read(name).mark}"
        except NotFoundError:
            return f"{self._address}/{name}"

    def read(self, name: str) -> File:
        """The file of a name, read and packed when it is new.

        Raises:
            NotFoundError: there is none in the folder.

        """
        path = (self._folder / name).resolve()
        is_inside = path.is_relative_to(self._folder) and path.is_file()
        if not is_inside or any(part.startswith(".") for part in path.parts[self._depth :]):
            raise NotFoundError(f"There is nothing at {self._address}/{name}.")
        stat = path.stat()
        changed = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            held = self._held.get(name)
            if held is None or held.changed != changed:
                held = self._held[name] = pack(path, changed)
        return held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a file."""
        name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(self._address)
        file = await asyncio.to_thread(self.read, name.lstrip("/"))
        asked = Headers(scope=scope)
        versioned = any(part[:2] in (b"v=", b"m=") for part in scope["query_string"].split(b"&"))
        headers = {
            "Cache-Control": FOREVER if versioned else ASK,
            "ETag": f'"{file.mark}"',
            "Vary": "Accept-Encoding",
        }
        if file.mark in asked.get("if-none-match", ""):
            await Response(None, 304, headers)(scope, receive, send)
            return
        body = file.plain
        if file.packed is not None and "gzip" in asked.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = file.packed, "gzip"
        await Response(body, 200, headers, media_type=file.kind)(scope, receive, send)


def pack(path: Path, changed: tuple[int, int]) -> File:
    """Read a file and pack it where that makes it smaller."""
    plain = path.read_bytes()
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    kind = kind or "application/octet-stream"
    packed = gzip.compress(plain, LEVEL, mtime=0) if kind.startswith(PACKED) else None
    return File(changed, blake2b(plain, digest_size=9).hexdigest(), kind, plain, packed)
