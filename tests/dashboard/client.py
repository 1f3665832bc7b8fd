"""A plain HTTP client: one connection a request, redirects not followed."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]  # names in lower case, each value on a line
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Client:
    """Asks one server."""

    def __init__(self, address):
        self._host = urlsplit(address).netloc

    def get(self, path, headers=None, method="GET", *, content=None, **query):
        connection = HTTPConnection(self._host, timeout=30)
        try:
            target = f"{path}?{urlencode(query)}" if query else path
            connection.request(method, target, body=content, headers=headers or {})
            answer = connection.getresponse()
            names = {}
            for name, value in answer.getheaders():
                names.setdefault(name.lower(), []).append(value)
            names = {name: "\n".join(values) for name, values in names.items()}
            return Answer(answer.status, names, answer.read().decode())
        finally:
            connection.close()
