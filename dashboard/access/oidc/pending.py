"""What a browser keeps while it is away to sign in: a cookie of ten minutes, of its own.

By the state an answer is known as one to a question of this browser, by the nonce a token as one
for that question; the verifier makes a code worthless to whoever else has it (RFC 7636). The cookie
comes along when another site links here (Lax): that is how one comes back.
"""

import secrets
from dataclasses import astuple, dataclass

from fastapi import Request
from fastapi.responses import Response

from ...texts import LANGUAGES

NAME = "lokaalmeten_oidc"
BYTES = 32
LASTS_S = 600
LONGEST = 1000


@dataclass(frozen=True)
class Pending:
    """A question to the provider that is not answered yet."""

    state: str
    nonce: str
    verifier: str
    language: str
    to: str  # where one goes on to, of ours; "" is the page to sign in


def make_pending(language: str, to: str) -> Pending:
    """Ask anew."""
    state, nonce, verifier = (secrets.token_urlsafe(BYTES) for _ in range(3))
    return Pending(state, nonce, verifier, language, to)


def keep_pending(request: Request, answer: Response, asked: Pending) -> None:
    """Have the browser keep a question; no letter of its parts is a dot."""
    kept = ".".join(astuple(asked))
    answer.set_cookie(to_name(request), kept, max_age=LASTS_S, **_options(request))


def read_pending(request: Request, state: str) -> Pending | None:
    """The question of this browser that ``state`` answers; None when there is none."""
    parts = request.cookies.get(to_name(request), "")[:LONGEST].split(".")
    if len(parts) != len(Pending.__dataclass_fields__) or parts[3] not in LANGUAGES:
        return None
    asked = Pending(*parts)
    is_same = secrets.compare_digest(asked.state.encode(), state.encode())
    return asked if is_same and asked.state else None


def drop_pending(request: Request, answer: Response) -> None:
    """Have the browser forget its question: each is answered once."""
    answer.delete_cookie(to_name(request), **_options(request))


def to_name(request: Request) -> str:
    """Name of the cookie: over https one that no neighbouring site can set for us (RFC 6265bis)."""
    return f"__Host-{NAME}" if request.url.scheme == "https" else NAME


def _options(request: Request) -> dict:
    return {
        "path": "/",
        "httponly": True,
        "samesite": "lax",
        "secure": request.url.scheme == "https",
    }
