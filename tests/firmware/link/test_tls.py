"""TLS to a real Mosquitto: whose certificate is believed, and what the owner is told when not."""

import re
import shutil
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager

import pytest

from firmware.link.tls import to_der
from ingest.broker import LocalBroker
from tests.firmware.link.certificates import Authority

PAST, NOW, FUTURE = "20200101000000Z", "20210101000000Z", "20400101000000Z"
FAR = "20450101000000Z"
HOST = "broker.example"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture
def ours(tmp_path):
    return Authority(tmp_path, "ours")


@pytest.fixture
def connect(programs, tmp_path, uplink):
    """`connect(certificate, key, ca, host)` -> lines of a node that sends two pages over TLS."""

    def run(certificate, key, ca, host=HOST, known=1):
        settings = {"certfile": str(certificate), "keyfile": str(key)}
        folder = tmp_path / "mosquitto"
        with LocalBroker(folder, program=programs.mosquitto, settings=settings) as broker:
            return uplink(broker.host, broker.port, 2, 20, ca, host, known)

    return run


def test_right_certificate_of_the_right_host_is_believed(ours, connect):
    lines = connect(*ours.sign(HOST, PAST, FUTURE), ours.ca)
    assert lines == ["20 kept 2 sent 2"]


def refusals(lines):
    """What the node said, and that it sent nothing."""
    assert lines[-1] == "20 kept 2 sent 0"
    return {line.partition(" log broker: ")[2] for line in lines[:-1]}


def test_certificate_of_another_host_is_refused(ours, connect):
    lines = connect(*ours.sign("other.example", PAST, FUTURE), ours.ca)
    said = "the certificate belongs to another host than the broker in the configuration"
    assert refusals(lines) == {said}


def test_certificate_of_another_authority_is_refused(ours, connect, tmp_path):
    other = Authority(tmp_path, "other")
    lines = connect(*other.sign(HOST, PAST, FUTURE), ours.ca)
    said = "the certificate of the broker is not signed by the configured CA"
    assert refusals(lines) == {said}


def test_expired_certificate_is_refused(ours, connect):
    lines = connect(*ours.sign(HOST, PAST, NOW), ours.ca)
    assert refusals(lines) == {"the certificate of the broker has expired"}


def test_certificate_that_is_not_valid_yet_is_refused(ours, connect):
    lines = connect(*ours.sign(HOST, FUTURE, FAR), ours.ca)
    said = "the certificate of the broker is not valid yet: is the time right?"
    assert refusals(lines) == {said}


def test_nothing_is_sent_before_the_time_is_known(ours, connect):
    lines = connect(*ours.sign(HOST, PAST, FUTURE), ours.ca, known=0)
    assert refusals(lines) == {"the time is not known yet, and a certificate has dates"}


def test_broker_that_speaks_no_tls_is_refused(programs, tmp_path, uplink, ours):
    with LocalBroker(tmp_path / "plain", program=programs.mosquitto) as broker:
        lines = uplink(broker.host, broker.port, 2, 20, ours.ca, HOST, 1)
    assert len(refusals(lines)) == 1


def test_certificate_of_the_configuration_may_be_pem_or_der(ours):
    pem = ours.ca.read_text()
    der = to_der(pem)
    assert der[:1] == b"\x30"  # an ASN.1 SEQUENCE
    assert to_der(der) == der
    assert to_der("a comment before\n" + pem) == der


# versions of TLS: against Python's server, which can be held to one


@contextmanager
def server_of(version, certificate, key):
    """A server that speaks one version of TLS; yields its port and what each handshake came to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL itself leaves version 1.1 out
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    told = []

    def serve():
        while True:
            try:
                line, _ = listening.accept()
                with line, context.wrap_socket(line, server_side=True) as secure:
                    told.append(secure.version())
            except ssl.SSLError as error:
                told.append(error.reason)
            except OSError:
                if listening.fileno() < 0:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1], told
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("version", "spoken"),
    [(ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")],
)
def test_versions_of_tls_from_1_2_on_are_spoken(uplink, ours, version, spoken):
    with server_of(version, *ours.sign(HOST, PAST, FUTURE)) as (port, told):
        uplink("127.0.0.1", port, 2, 20, ours.ca, HOST, 1)
    assert set(told) == {spoken}


def test_version_1_1_of_tls_is_refused(uplink, ours):
    """By the library: mbedTLS 3 has no older one, and MicroPython has no setting for it."""
    with server_of(ssl.TLSVersion.TLSv1_1, *ours.sign(HOST, PAST, FUTURE)) as (port, told):
        lines = uplink("127.0.0.1", port, 2, 20, ours.ca, HOST, 1)
    assert refusals(lines)
    assert set(told) == {"UNSUPPORTED_PROTOCOL"}


def test_library_of_the_unix_port_knows_no_version_before_1_2(micropython, tmp_path):
    script = tmp_path / "version.py"
    script.write_text("import tls\nprint(tls.MBEDTLS_VERSION)\n")
    assert int(re.search(r"(\d+)\.\d+", micropython.run(script))[1]) >= 3
