"""HEAD as GET without its body, of everything that is there (RFC 9110, 9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """ASGI middleware: who asks for the head of an answer gets that of GET; ``but`` have their own.

    The server leaves the body out. What is still made of it then ends, as if the client had gone.
    """

    def __init__(self, app: ASGIApp, but: tuple[str, ...] = ()) -> None:
        self.app = app
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, HEAD as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or self._has_own(scope["path"]):
            await self.app(scope, receive, send)
            return
        told = False

        async def send_head(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                told = True

        async def receive_until_told() -> Message:
            return {"type": "http.disconnect"} if told else await receive()

        await self.app({**scope, "method": "GET"}, receive_until_told, send_head)

    def _has_own(self, path: str) -> bool:
        return f"{path}/".startswith(self._but)
