"""The cookie of a session, and whether a change comes from a page of our own."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from storage.sessions import SESSION_S

from ..problems import RefusedError

NAME = "lokaalmeten_session"
LONGEST = 100  # letters of a token that we look up


def read_token(request: Request) -> str | None:
    """Token of the browser that asks; None when it has none."""
    token = request.cookies.get(NAME)
    return token if token and len(token) <= LONGEST else None


def keep_token(request: Request, answer: Response, token: str) -> None:
    """Have the browser keep a token: out of reach of scripts, and sent from our pages only."""
    answer.set_cookie(NAME, token, max_age=SESSION_S, **_options(request))


def drop_token(request: Request, answer: Response) -> None:
    """Have the browser forget its token."""
    answer.delete_cookie(NAME, **_options(request))


def check_own_page(request: Request) -> None:
    """Refuse, with a RefusedError, a change that a page of somebody else asks for.

    Browsers say so in Sec-Fetch-Site, where the connection is secure, else in Origin. What says
    neither is no browser with a cookie.
    """
    said = request.headers.get("sec-fetch-site")
    if said is None:
        origin = urlsplit(request.headers.get("origin", "")).netloc
        is_own = bool(origin) and origin == request.headers.get("host")
    else:
        is_own = said == "same-origin"
    if not is_own:
        raise RefusedError("A change is asked for from a page of this site, and from no other.")


def _options(request: Request) -> dict:
    return {
        "path": "/",
        "httponly": True,
        "samesite": "strict",
        "secure": request.url.scheme == "https",
    }
