"""A certificate authority of one's own, for the TLS of the broker.

    make_authority   a key, and the certificate that nodes and programs trust
    issue            a certificate of a server or a client, signed by the authority
    is_due, renew    the same key, names and kind for another while

Everything is EC P-256 with SHA-256: mbedTLS on a node knows it, and RSA takes a chip several times
as long. The clock comes in as an argument, and nothing here knows files.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lokaalmeten.errors import CertificateError

Kind = Literal["server", "client"]
PURPOSES: dict[Kind, x509.ObjectIdentifier] = {
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
}
LEEWAY = timedelta(minutes=5)  # a certificate begins earlier: clocks of others differ
LEAST_GAIN = timedelta(hours=6)  # by which a renewed one has to last longer, or it is left alone
YEAR_DAYS = 365.25
LONGEST_NAME = 64  # characters of a common name, RFC 5280 appendix A.1
LONGEST_HOST = 253  # characters, RFC 1035
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")


@dataclass(frozen=True)
class Authority:
    """Who signs; ``where`` is what messages call it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    where: str = "the CA"


@dataclass(frozen=True)
class Holder:
    """Whom a certificate is for; ``hosts`` are the names and addresses of a server."""

    name: str
    kind: Kind
    hosts: tuple[str, ...] = ()


def make_key() -> ec.EllipticCurvePrivateKey:
    """Return a new private key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_authority(name: str, years: int, now: datetime) -> Authority:
    """Return a new authority called ``name``; CertificateError when it cannot be called so."""
    _check_length("name of a CA", name)
    key, subject = make_key(), _to_subject(name)
    start, stop = _round(now), _round(now) + timedelta(days=round(years * YEAR_DAYS))
    usage = _to_usage(signs_certificates=True)
    certificate = (
        _begin(subject, subject, key.public_key(), start, stop)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def to_server(name: str, also: Sequence[str] = ()) -> Holder:
    """Return the server ``name`` with what else it is called; CertificateError for no host.

    >>> to_server("Meet.example.nl", ["192.0.2.7", "meet.example.nl"]).hosts
    ('meet.example.nl', '192.0.2.7')
    """
    hosts = tuple(dict.fromkeys(to_host(each) for each in (name, *also)))
    _check_length("first name of a server, unlike those of --also,", hosts[0])
    return Holder(hosts[0], "server", hosts)


def to_host(text: str) -> str:
    """Return a host name or IP address as certificates have it; CertificateError for others.

    >>> to_host("Broker.example"), to_host("2001:DB8::0:1")
    ('broker.example', '2001:db8::1')
    """
    if "%" not in text:  # the zone of an address means something on one machine only
        with suppress(ValueError):
            return str(ip_address(text))
    host = text.lower()
    is_number = host.rpartition(".")[2].isdigit()  # 192.0.2.300 is a mistyped address
    if is_number or len(host) > LONGEST_HOST or not _HOST.fullmatch(host):
        raise CertificateError(
            f"{text!r} is no host name or IP address: write it as meet.example.nl or 192.0.2.7"
        )
    return host


def issue(
    authority: Authority,
    holder: Holder,
    public_key: ec.EllipticCurvePublicKey,
    lasts: timedelta,
    now: datetime,
) -> x509.Certificate:
    """Sign for ``holder``, at most until the authority ends.

    CertificateError when the authority is not valid now.
    """
    check_dates(authority, now)
    ours = authority.certificate
    stop = min(_round(now) + lasts, ours.not_valid_after_utc)
    made = _begin(_to_subject(holder.name), ours.subject, public_key, _round(now), stop)
    signer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        ours.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )
    made = (
        made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_to_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([PURPOSES[holder.kind]]), critical=False)
        .add_extension(signer, critical=False)
    )
    if holder.hosts:
        names = x509.SubjectAlternativeName([_to_general(host) for host in holder.hosts])
        made = made.add_extension(names, critical=False)
    return made.sign(authority.key, hashes.SHA256())


def renew(authority: Authority, certificate: x509.Certificate, now: datetime) -> x509.Certificate:
    """Sign for the same holder and key again, for as long as before; errors as of `issue`."""
    public_key = certificate.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise CertificateError("only certificates with a key of EC P-256 can be renewed here")
    return issue(authority, read_holder(certificate), public_key, to_lasting(certificate), now)


def is_due(
    authority: Authority, certificate: x509.Certificate, days_left: int, now: datetime
) -> bool:
    """Tell whether it ends within ``days_left`` days and another would last longer.

    One that ends with the authority is not due: however often it is renewed, it ends then.
    """
    end = certificate.not_valid_after_utc
    then = min(now + to_lasting(certificate), authority.certificate.not_valid_after_utc)
    return end - now <= timedelta(days=days_left) and then - end >= LEAST_GAIN


def to_lasting(certificate: x509.Certificate) -> timedelta:
    """Return how long it was issued for."""
    return certificate.not_valid_after_utc - certificate.not_valid_before_utc - LEEWAY


def read_holder(certificate: x509.Certificate) -> Holder:
    """Return whom it is for; CertificateError when it is neither for a server nor a client."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    purposes, hosts = (), ()
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.ExtendedKeyUsage):
            purposes = tuple(extension.value)
        if isinstance(extension.value, x509.SubjectAlternativeName):
            hosts = tuple(str(each.value) for each in extension.value)
    for kind, purpose in PURPOSES.items():
        if purpose in purposes and names:
            return Holder(str(names[0].value), kind, hosts)
    raise CertificateError("it is neither for a server nor for a client")


def check_dates(authority: Authority, now: datetime) -> None:
    """Refuse an authority that has ended or not begun, with a CertificateError."""
    ours = authority.certificate
    start, stop = ours.not_valid_before_utc, ours.not_valid_after_utc
    if now >= stop:
        raise CertificateError(
            f"{authority.where} expired on {stop:%Y-%m-%d}: make another CA in another folder"
            " with meten ca init, and give nodes its ca.pem"
        )
    if now < start:
        raise CertificateError(
            f"{authority.where} is valid from {start:%Y-%m-%d %H:%M} UTC: correct the clock here"
        )


def _check_length(what: str, name: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise CertificateError(
            f"the {what} has 1 to {LONGEST_NAME} printable characters, not {len(name)}: {name!r}"
        )


def _round(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)  # certificates know whole seconds


def _to_subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _to_general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    start: datetime,
    stop: datetime,
) -> x509.CertificateBuilder:
    """What a certificate of an authority and of others have in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - LEEWAY)
        .not_valid_after(stop)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _to_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """An authority signs certificates and their revocation, others sign handshakes."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
