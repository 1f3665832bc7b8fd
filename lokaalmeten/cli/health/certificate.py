"""Certificates that servers show: how long they last, and whether they are for that name."""

import socket
import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from lokaalmeten.certificates import to_host
from lokaalmeten.errors import CertificateError
from lokaalmeten.pem import DAMAGED, read_certificate

from ..ca_table import to_left
from .finding import PATIENCE_S, Finding, unknown, well, wrong

SOON = timedelta(days=14)
# ... or, of one that is short, a quarter of its life: Caddy renews when a third of it is left
SHARE = 4
WHAT = "certificate"


def check_shown(part: str, host: str, port: int, now: datetime) -> list[Finding]:
    """Look at the certificate that a server shows, and judge it for that name."""
    try:
        found = read_shown(host, port)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        return [unknown(part, WHAT, f"{host}:{port} shows none ({error})", "does it speak TLS?")]
    return [judge_end(part, WHAT, found, now), judge_name(part, found, host)]


def check_file(part: str, path: Path, now: datetime) -> Finding:
    """Look at a certificate in a file, such as a broker gives to nodes."""
    what = f"{WHAT} {path.name}"
    try:
        return judge_end(part, what, read_certificate(path.read_bytes(), str(path)), now)
    except OSError as error:
        return unknown(part, what, f"{path} cannot be read: {error.strerror}")
    except CertificateError as error:
        return wrong(part, what, str(error), "issue another: meten ca issue")


def read_shown(host: str, port: int) -> x509.Certificate:
    """Certificate of a server, whoever signed it; raises OSError and ValueError."""
    context = ssl.create_default_context()
    context.check_hostname = False  # one that has ended or is for others is to be told, too
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), PATIENCE_S) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        return x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")


def judge_end(part: str, what: str, certificate: x509.Certificate, now: datetime) -> Finding:
    """Judge how long it lasts."""
    until = certificate.not_valid_after_utc
    left = until - now
    unit = "" if left <= timedelta(0) else " day left" if left < timedelta(days=2) else " days left"
    said = f"{to_left(left)}{unit}, until {until:%Y-%m-%d %H:%M}Z"
    if left >= min(SOON, (until - certificate.not_valid_before_utc) / SHARE):
        return well(part, what, said)
    todo = "renew it (meten ca renew, or whoever issued it), and have the server read it"
    return wrong(part, what, said, todo)


def judge_name(part: str, certificate: x509.Certificate, host: str) -> Finding:
    """Judge whether it is for the name by which we reach the server."""
    names = read_names(certificate)
    what = f"{WHAT} name"
    if any(fits(name, host) for name in names):
        return well(part, what, f"it is for {host}")
    said = f"it is for {', '.join(names) or 'nobody'}, and not for {host}"
    return wrong(part, what, said, f"use a name that it has, or issue one with --also {host}")


def read_names(certificate: x509.Certificate) -> list[str]:
    """Names and addresses that it is for; none when they cannot be read."""
    try:
        kind = x509.SubjectAlternativeName
        return [
            str(one.value) for one in certificate.extensions.get_extension_for_class(kind).value
        ]
    except (x509.ExtensionNotFound, *DAMAGED):
        return []


def fits(name: str, host: str) -> bool:
    """Whether a name in a certificate is that of a host; a star is one label (RFC 9525).

    >>> fits("meet.example.nl", "Meet.example.nl"), fits("*.example.nl", "a.b.example.nl")
    (True, False)
    """
    try:
        return ip_address(name) == ip_address(host)
    except ValueError:
        pass
    try:
        asked = to_host(host)
    except CertificateError:
        return False
    if name.startswith("*."):
        return asked.partition(".")[2] == name[2:].lower()
    return asked == name.lower()
