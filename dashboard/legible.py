"""Addresses that no text of ours can be: no database holds a NUL, and no name has one."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Refuse = Callable[[Scope, int, str, dict[str, str]], Response]  # status, sentence, headers
SENTENCE = "The address holds a NUL character (%00), which no text here has."


class Legible:
    """ASGI middleware that answers 400 to an address with a NUL in it; ``but`` sees for itself."""

    def __init__(self, app: ASGIApp, refuse: Refuse, but: tuple[str, ...] = ()) -> None:
        """Let ``refuse`` write the answers that refuse."""
        self.app = app
        self._refuse = refuse
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say what is wrong with it."""
        is_ours = scope["type"] == "http" and not f"{scope['path']}/".startswith(self._but)
        if is_ours and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await self._refuse(scope, 400, SENTENCE, {})(scope, receive, send)
        else:
            await self.app(scope, receive, send)
