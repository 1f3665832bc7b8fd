"""Facts to an address of the web: POST of JSON, signed, over TLS, straight to where it was said.

The receiver checks ``X-Lokaalmeten-Signature: t=SECONDS,v1=HEX``: HMAC-SHA256 with the common
secret over the seconds, a dot and the body. Old seconds are a message that somebody plays again;
``X-Lokaalmeten-Notice`` is the number of the notice, the same when it is sent a second time.
"""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from lokaalmeten.errors import FormatError, NoticeError

TIMEOUT_S = 10.0
MOST_SAID = 65_536  # bytes of an answer that are read
PORTS = {"https": 443, "http": 80}


def check_url(url: str) -> str:
    """An address that may be told; FormatError for another."""
    wrong = FormatError("an address to be told is like https://example.org/path, without a login")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise wrong from error
    if not parts.hostname or not port or "@" in parts.netloc:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise FormatError(f"{to_shown(url)}: only https is told, or this machine itself")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost.example.org")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def to_shown(url: str) -> str:
    """An address without its path, which often is a secret.

    >>> to_shown("https://hooks.example.org/T0/secret?key=1")
    'https://hooks.example.org/...'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/..."


def sign(secret: str, body: bytes, seconds: int) -> str:
    """Signature of a body at a moment (Unix seconds).

    >>> sign("secret", b"{}", 1_767_225_600)[:20]
    't=1767225600,v1=fa7e'
    """
    signed = f"{seconds}.".encode() + body
    return f"t={seconds},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def post(
    url: str, body: bytes, headers: Mapping[str, str], context: ssl.SSLContext | None = None
) -> None:
    """Post a body to a checked address; NoticeError unless it is answered with 2xx.

    A redirect is not followed: it could lead into the network of this machine. For the same reason
    a name that stands for a private address is refused, and the address that was looked at is the
    one that is connected to.
    """
    parts = urlsplit(url)
    try:
        link = open_link(parts, find_address(parts), context or ssl.create_default_context())
    except (OSError, ValueError) as error:  # a name that cannot be is a ValueError
        raise NoticeError(f"{to_shown(url)}: {error}") from error
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        link.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = link.getresponse()
        answer.read(MOST_SAID)
    except (OSError, http.client.HTTPException) as error:
        raise NoticeError(f"{to_shown(url)}: {error or type(error).__name__}") from error
    finally:
        link.close()
    if 300 <= answer.status < 400:
        raise NoticeError(f"{to_shown(url)}: it redirects ({answer.status}), which is not followed")
    if not 200 <= answer.status < 300:
        raise NoticeError(f"{to_shown(url)}: answered {answer.status} {answer.reason}")


def find_address(parts: SplitResult) -> tuple[str, int]:
    """Number and port of a host; NoticeError when the name stands for a private address."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    number = str(found[0][4][0])
    if not is_loopback(host) and not ipaddress.ip_address(number).is_global:
        raise NoticeError(f"{parts.scheme}://{host}/...: it stands for the private {number}")
    return number, port


def open_link(
    parts: SplitResult, address: tuple[str, int], context: ssl.SSLContext
) -> http.client.HTTPConnection:
    """A connection to the address that was looked at, which speaks to the host by its name."""
    host = parts.hostname or ""
    link = http.client.HTTPConnection(host, address[1], timeout=TIMEOUT_S)
    plain = socket.create_connection(address, TIMEOUT_S)
    try:
        tls = parts.scheme == "https"
        link.sock = context.wrap_socket(plain, server_hostname=host) if tls else plain
    except BaseException:
        plain.close()
        raise
    if parts.scheme == "https":
        link.default_port = PORTS["https"]  # so that Host names the port only where it must
    return link
