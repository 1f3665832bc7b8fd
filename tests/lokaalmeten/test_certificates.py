"""Certificates of our own authority: what is in them, and what TLS makes of them."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lokaalmeten import pem
from lokaalmeten.certificates import (
    LEEWAY,
    Holder,
    is_due,
    issue,
    make_authority,
    make_key,
    read_holder,
    renew,
    to_host,
    to_server,
)
from lokaalmeten.errors import CertificateError
from tests.services.handshakes import greet, server, serving, trusting

REPOSITORY = Path(__file__).parents[2]
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
Extension = TypeVar("Extension", bound=x509.ExtensionType)
BROKER = to_server("meet.example.nl", ["192.0.2.7", "127.0.0.1", "localhost"])


@pytest.fixture(scope="module")
def ours():
    return make_authority("ours", 10, NOW - 2000 * DAY)


def make(authority, holder=BROKER, days=397, now=NOW):
    key = make_key()
    return issue(authority, holder, key.public_key(), timedelta(days=days), now), key


def write(folder, authority, holder=BROKER, **dates):
    """Paths of a certificate and its key."""
    certificate, key = make(authority, holder, **dates)
    paths = folder / f"{holder.name}.pem", folder / f"{holder.name}.key"
    for path, thing in zip(paths, (certificate, key), strict=True):
        path.write_bytes(pem.to_pem(thing))
    return paths


def write_ca(folder, authority):
    path = folder / f"{authority.certificate.serial_number}.pem"
    path.write_bytes(pem.to_pem(authority.certificate))
    return path


def get(certificate: x509.Certificate, kind: type[Extension]) -> tuple[Extension, bool]:
    """Value of an extension, and whether it is critical."""
    found = certificate.extensions.get_extension_for_class(kind)
    return found.value, found.critical


# what is in them


def test_an_authority_signs_others_and_no_further_authorities():
    made = make_authority("Our street", 10, NOW)
    certificate = made.certificate
    assert get(certificate, x509.BasicConstraints) == (x509.BasicConstraints(True, 0), True)
    usage, critical = get(certificate, x509.KeyUsage)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert critical
    expected = x509.SubjectKeyIdentifier.from_public_key(made.key.public_key())
    assert get(certificate, x509.SubjectKeyIdentifier) == (expected, False)
    assert certificate.subject == certificate.issuer
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_before_utc == NOW - LEEWAY
    assert certificate.not_valid_after_utc - NOW == timedelta(days=3652)


def test_a_server_has_its_names_and_may_only_serve(ours):
    certificate, key = make(ours)
    names, _ = get(certificate, x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["meet.example.nl", "localhost"]
    addresses = [ip_address("192.0.2.7"), ip_address("127.0.0.1")]
    assert names.get_values_for_type(x509.IPAddress) == addresses
    assert list(get(certificate, x509.ExtendedKeyUsage)[0]) == [ExtendedKeyUsageOID.SERVER_AUTH]
    usage, critical = get(certificate, x509.KeyUsage)
    assert (usage.digital_signature, usage.key_cert_sign, critical) == (True, False, True)
    assert get(certificate, x509.BasicConstraints) == (x509.BasicConstraints(False, None), True)
    signer = get(ours.certificate, x509.SubjectKeyIdentifier)[0].digest
    assert get(certificate, x509.AuthorityKeyIdentifier)[0].key_identifier == signer
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    assert get(certificate, x509.SubjectKeyIdentifier)[0] == own
    assert certificate.not_valid_before_utc == NOW - LEEWAY
    assert certificate.not_valid_after_utc == NOW + 397 * DAY


def test_a_client_is_called_as_its_node(ours):
    certificate, _ = make(ours, Holder("box-7", "client"))
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "box-7"
    assert list(get(certificate, x509.ExtendedKeyUsage)[0]) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        get(certificate, x509.SubjectAlternativeName)


def test_everything_is_what_mbedtls_on_a_node_knows(ours):
    for certificate in (ours.certificate, make(ours)[0]):
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp256r1"
        assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
        assert 0 < certificate.serial_number < 1 << 159  # 20 bytes, RFC 5280


def test_serial_numbers_are_random(ours):
    numbers = {make(ours)[0].serial_number for _ in range(20)}
    assert len(numbers) == 20
    assert min(numbers) > 1 << 100


def test_nothing_is_valid_for_longer_than_the_authority(ours):
    certificate, _ = make(ours, days=36500)
    assert certificate.not_valid_after_utc == ours.certificate.not_valid_after_utc


@pytest.mark.parametrize(("years", "says"), [(-1, "another CA in another folder"), (11, "clock")])
def test_an_authority_that_is_not_valid_signs_nothing(years, says):
    authority = make_authority("ours", 1, NOW + years * 366 * DAY)
    with pytest.raises(CertificateError, match=says):
        make(authority)


def test_keys_are_in_no_repr(ours):
    secret = pem.to_pem(ours.key).split(b"\n")[1].decode()
    number = ours.key.private_numbers().private_value
    for said in (repr(ours), str(ours), repr(ours.key)):
        assert secret not in said
        assert str(number) not in said
        assert f"{number:x}" not in said
    assert pem.to_pem(ours.key).startswith(b"-----BEGIN PRIVATE KEY-----")  # PKCS #8


@pytest.mark.parametrize(
    "host", ["a b", "../x", "*.example.nl", "192.0.2.300", "-a", "a_b", "", "fe80::1%eth0", "é.nl"]
)
def test_what_is_no_host_is_refused(host):
    with pytest.raises(CertificateError, match="no host name or IP address"):
        to_host(host)


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(CertificateError, match="1 to 64 printable characters"):
        to_server("a" * 60 + ".example.nl")
    assert len(to_server("a.nl", ["a" * 60 + ".example.nl"]).hosts) == 2
    for name in ("", "x" * 65, "two\nlines"):
        with pytest.raises(CertificateError, match="name of a CA"):
            make_authority(name, 1, NOW)


# renewal


@pytest.mark.parametrize("holder", [BROKER, Holder("box-7", "client")], ids=lambda one: one.kind)
def test_renewal_keeps_key_names_kind_and_how_long(ours, holder):
    before, key = make(ours, holder, days=90, now=NOW - 80 * DAY)
    after = renew(ours, before, NOW)
    assert after.public_key() == key.public_key()
    assert read_holder(after) == read_holder(before) == holder
    assert after.subject == before.subject
    assert after.not_valid_after_utc == NOW + 90 * DAY
    assert after.serial_number != before.serial_number
    after.verify_directly_issued_by(ours.certificate)


def test_what_ends_soon_is_due_once(ours):
    before, _ = make(ours, days=90, now=NOW - 60 * DAY)
    assert is_due(ours, before, 30, NOW)
    assert not is_due(ours, before, 29, NOW)
    assert is_due(ours, before, 0, NOW + 31 * DAY)
    after = renew(ours, before, NOW)
    assert not is_due(ours, after, 30, NOW + timedelta(seconds=1))
    short, _ = make(ours, days=7)  # always within 30 days of its end
    assert not is_due(ours, short, 30, NOW + timedelta(hours=1))
    assert is_due(ours, short, 30, NOW + DAY)


def test_what_ends_with_the_authority_is_not_renewed_over_and_over():
    authority = make_authority("ours", 1, NOW - 350 * DAY)
    certificate, _ = make(authority)
    assert certificate.not_valid_after_utc == authority.certificate.not_valid_after_utc
    assert not is_due(authority, certificate, 30, NOW)


# files that are not what they should be


def test_what_is_damaged_is_named_and_never_shown(ours):
    whole = pem.to_pem(ours.key)
    for content in (b"", b"\xff\x00", whole[:90], whole.replace(b"M", b"N")):
        with pytest.raises(CertificateError, match=r"x\.key is damaged") as refused:
            pem.read_key(content, "x.key")
        assert whole[40:60].decode() not in str(refused.value)
        assert refused.value.__cause__ is None
    whole = pem.to_pem(ours.certificate)
    for content in (b"", b"\xff\x00", whole[:200], whole.replace(b"MII", b"MIJ")):
        with pytest.raises(CertificateError, match=r"x\.pem is damaged"):
            pem.read_certificate(content, "x.pem")


def test_certificates_that_are_damaged_anywhere_are_refused_in_a_sentence(ours):
    whole = ours.certificate.public_bytes(serialization.Encoding.DER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd numbers, which are read all the same
        for place in range(len(whole)):
            damaged = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
            with pytest.raises(CertificateError, match=r"x\.pem"):
                pem.check_signer(
                    pem.read_certificate(to_text(damaged), "x.pem"), ours.certificate, "x.pem"
                )


def to_text(der):
    return ssl.DER_cert_to_PEM_cert(der).encode()


def test_what_does_not_belong_together_is_refused(ours):
    other = make_authority("ours", 10, NOW)
    certificate, key = pem.to_pem(ours.certificate), pem.to_pem(other.key)
    with pytest.raises(CertificateError, match=r"ca\.key does not belong to ca\.pem"):
        pem.read_authority(certificate, key, "ca.pem", "ca.key")
    leaf, leaf_key = make(ours)
    with pytest.raises(CertificateError, match="not signed by the CA beside it"):
        pem.check_signer(leaf, other.certificate, "x.pem")
    with pytest.raises(CertificateError, match="no certificate of a CA"):
        pem.read_authority(pem.to_pem(leaf), pem.to_pem(leaf_key), "ca.pem", "ca.key")


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())]
)
def test_keys_of_other_kinds_are_refused(key):
    form = serialization.PrivateFormat.PKCS8
    content = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    with pytest.raises(CertificateError, match="only EC P-256"):
        pem.read_key(content, "x.key")
    locked = serialization.BestAvailableEncryption(b"secret")
    content = key.private_bytes(serialization.Encoding.PEM, form, locked)
    with pytest.raises(CertificateError, match="damaged"):
        pem.read_key(content, "x.key")


# handshakes


@pytest.mark.parametrize("host", BROKER.hosts)
def test_a_server_is_believed_by_each_of_its_names(ours, tmp_path, host):
    pair, ca = write(tmp_path, ours), write_ca(tmp_path, ours)
    with server(serving(pair)) as port:
        assert greet(port, trusting(ca), host) == "nobody"


@pytest.mark.parametrize("host", ["other.example.nl", "example.nl", "192.0.2.8"])
def test_a_server_is_not_believed_by_another_name(ours, tmp_path, host):
    pair, ca = write(tmp_path, ours), write_ca(tmp_path, ours)
    with (
        server(serving(pair)) as port,
        pytest.raises(ssl.SSLCertVerificationError, match=r"(Hostname|IP address) mismatch"),
    ):
        greet(port, trusting(ca), host)


@pytest.mark.parametrize(
    ("past", "says"), [(398, "certificate has expired"), (-1, "not yet valid")]
)
def test_a_server_is_not_believed_outside_its_dates(ours, tmp_path, past, says):
    pair = write(tmp_path, ours, now=NOW - past * DAY)
    ca = write_ca(tmp_path, ours)
    with (
        server(serving(pair)) as port,
        pytest.raises(ssl.SSLCertVerificationError, match=says),
    ):
        greet(port, trusting(ca), "localhost")


def test_another_authority_is_not_believed(ours, tmp_path):
    pair = write(tmp_path, ours)
    ca = write_ca(tmp_path, make_authority("ours", 10, NOW))  # called the same
    with server(serving(pair)) as port, pytest.raises(ssl.SSLCertVerificationError):
        greet(port, trusting(ca), "localhost")


def test_clients_are_known_by_their_certificate(ours, tmp_path):
    pair, ca = write(tmp_path, ours), write_ca(tmp_path, ours)
    client = write(tmp_path, ours, Holder("box-7", "client"))
    stranger = write(tmp_path, make_authority("other", 10, NOW), Holder("box-8", "client"))
    with server(serving(pair, clients=ca)) as port:
        assert greet(port, trusting(ca, client), "localhost") == "box-7"
        for mine in (None, stranger, pair):  # nor with one that is for servers
            with pytest.raises((ssl.SSLError, ConnectionError)):
                greet(port, trusting(ca, mine), "localhost")


def test_a_client_cannot_be_the_server(ours, tmp_path):
    ca = write_ca(tmp_path, ours)
    pair = write(tmp_path, ours, Holder("localhost", "client", ("localhost",)))
    with (
        server(serving(pair)) as port,
        pytest.raises(ssl.SSLCertVerificationError, match=r"(?i)unsuitable certificate purpose"),
    ):
        greet(port, trusting(ca), "localhost")


NODE = """
import socket
import ssl
import sys

from firmware.link.tls import make_context

port, ca, host = sys.argv[1:]
with open(ca) as file:
    context = make_context(ssl, file.read())
line = socket.socket()
line.connect(socket.getaddrinfo("127.0.0.1", int(port))[0][-1])
try:
    print(context.wrap_socket(line, server_hostname=host).read(100).decode())
except (OSError, ValueError) as error:
    print("refused", error)
"""


def test_a_node_believes_the_server_and_no_other(ours, tmp_path, micropython):
    script = tmp_path / "node.py"
    script.write_text(NODE)
    pair, ca = write(tmp_path, ours), write_ca(tmp_path, ours)
    path = [REPOSITORY / "firmware/simulated", REPOSITORY]
    with server(serving(pair)) as port:
        for host, said in [
            ("meet.example.nl", "nobody"),
            ("localhost", "nobody"),
            ("127.0.0.1", "nobody"),
            ("other.example.nl", "refused"),
            ("192.0.2.8", "refused"),
        ]:
            told = micropython.run(script, port, ca, host, path=path)
            assert told.startswith(said), (host, told)
        other = write_ca(tmp_path, make_authority("ours", 10, NOW))
        assert micropython.run(script, port, other, "localhost", path=path).startswith("refused")
