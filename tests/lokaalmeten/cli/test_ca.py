"""`meten ca` as people use it, and a real Mosquitto with what it makes."""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ingest.broker import LocalBroker
from lokaalmeten.certificates import Holder, make_authority, make_key, read_holder, to_server
from lokaalmeten.cli import ca_files, main
from lokaalmeten.cli.ca_table import to_left
from lokaalmeten.errors import CertificateError
from lokaalmeten.pem import to_pem
from tests.services.handshakes import greet, read_shown, server, serving, trusting
from tests.services.meten import meten

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
BROKER = "meet.example.nl"


def done(*words):
    """What a command said that did its work."""
    found = meten("ca", *words)
    assert (found.returncode, found.stderr) == (0, ""), found
    assert "PRIVATE" not in found.stdout
    return found.stdout


def said(*words):
    """The one sentence of a command that could not do its work; in this process, for speed."""
    line = ["meten", "ca", *map(str, words)]
    output, errors = StringIO(), StringIO()
    with (
        patch.object(sys, "argv", line),
        redirect_stdout(output),
        redirect_stderr(errors),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert ended.value.code == 2, (output.getvalue(), errors.getvalue())
    (line,) = errors.getvalue().strip().splitlines()
    assert "defect" not in line
    assert "PRIVATE" not in output.getvalue() + line
    return line


def read(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


def to_mode(path):
    return path.stat().st_mode & 0o777


def make(folder, days_ago=0):
    """A CA and a server of 397 days, as if made so many days ago."""
    then = NOW - days_ago * DAY
    ca_files.make(folder, "ours", 10, then)
    ca_files.issue(folder, to_server(BROKER, ["127.0.0.1", "localhost"]), 397, then)
    return folder


@pytest.fixture
def folder(tmp_path):
    return make(tmp_path / "ca")


def test_from_nothing_to_a_handshake(tmp_path):
    folder = tmp_path / "own" / "ca"
    assert f"{folder}/ca.pem: for nodes and programs to trust" in done("init", folder)
    told = done("issue", folder, BROKER, "--also", "localhost", "--also", "192.0.2.7")
    assert f"{BROKER}.pem: server certificate of {BROKER}, localhost, 192.0.2.7, until" in told
    assert "client certificate of box-7" in done("issue", folder, "box-7", "--client")
    names = {f"{name}.{kind}" for name in ("ca", BROKER, "box-7") for kind in ("key", "pem")}
    assert {path.name for path in folder.iterdir()} == names
    for name in ("ca", BROKER, "box-7"):
        assert to_mode(folder / f"{name}.key") == 0o600
        assert (folder / f"{name}.pem").read_text().count("BEGIN") == 1
    ca, pair = folder / "ca.pem", to_pair(folder, BROKER)
    with server(serving(pair, clients=ca)) as port:
        context = trusting(ca, to_pair(folder, "box-7"))
        assert greet(port, context, BROKER) == "box-7"
        with pytest.raises(ssl.SSLCertVerificationError):
            greet(port, context, "other.example.nl")
    table = done("list", folder).splitlines()
    assert re.match(r"\s*ca +authority +lokaalmeten +20\d\d-\d\d-\d\d \d\d:\d\d +365\d", table[1])
    assert re.match(r"\s*box-7 +client +box-7 +20.* 39[67]\s*$", table[2])
    assert re.match(rf"\s*{BROKER} +server +{BROKER}, localhost, 192.0.2.7 +20", table[3])


def to_pair(folder, name):
    return folder / f"{name}.pem", folder / f"{name}.key"


def test_nothing_is_written_over(folder):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert "is there already and is not written over: choose another" in said("init", folder)
    assert f"renew it with meten ca renew {folder} {BROKER}" in said("issue", folder, BROKER)
    (folder / "ca.key").rename(folder / "elsewhere")
    assert "ca.pem is there already" in said("init", folder)  # and no new key is left beside it
    assert not (folder / "ca.key").exists()
    (folder / "elsewhere").rename(folder / "ca.key")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


# renewal


def test_what_ends_soon_is_renewed_once(tmp_path):
    folder = make(tmp_path, days_ago=380)
    ca_files.issue(folder, Holder("box-7", "client"), 397, NOW)
    path = folder / f"{BROKER}.pem"
    path.chmod(0o640)
    key, before, ca = path.with_suffix(".key").read_bytes(), read(path), read(folder / "ca.pem")
    told = done("renew", folder)
    assert f"{path}: renewed, valid until" in told
    assert "box-7.pem: not changed" in told
    assert "send Mosquitto a SIGHUP" in told
    after = read(path)
    assert read_holder(after) == read_holder(before)
    assert after.public_key() == before.public_key()
    assert after.not_valid_after_utc >= NOW + 397 * DAY
    assert path.with_suffix(".key").read_bytes() == key
    assert to_mode(path) == 0o640
    assert read(folder / "ca.pem") == ca
    again = done("renew", folder)
    assert "nothing was renewed" in again
    assert "SIGHUP" not in again
    assert read(path) == after
    assert len(list(folder.iterdir())) == 6  # nothing is left beside them


def test_named_ones_are_renewed_at_once_and_need_no_key_here(folder):
    ca_files.issue(folder, Holder("box-7", "client"), 397, NOW)
    before = read(folder / f"{BROKER}.pem"), read(folder / "box-7.pem")
    (folder / "box-7.key").unlink()  # it was moved to where it is used
    told = done("renew", folder, "box-7")
    assert "box-7.pem: renewed" in told
    assert BROKER not in told
    assert read(folder / f"{BROKER}.pem") == before[0]
    assert read(folder / "box-7.pem").serial_number != before[1].serial_number
    assert f"{folder} has no certificate" in said("renew", folder, "box-8")
    assert "called '../ca'" in said("renew", folder, "../ca")
    assert "called 'ca'" in said("renew", folder, "ca")


def test_a_renewal_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    folder = make(tmp_path, days_ago=380)
    before = (folder / f"{BROKER}.pem").read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lokaalmeten.cli.replacing.os.fsync", fail)
    with pytest.raises(CertificateError, match="cannot be written: No space left"):
        list(ca_files.renew(folder, [], 30, NOW))
    assert (folder / f"{BROKER}.pem").read_bytes() == before
    assert len(list(folder.iterdir())) == 4


def test_one_that_is_damaged_keeps_no_other_from_being_renewed(tmp_path):
    folder = make(tmp_path, days_ago=380)
    (folder / "a.pem").write_text("-----BEGIN CERTIFICATE-----\nMII\n")
    before = read(folder / f"{BROKER}.pem")
    assert f"{folder}/a.pem is damaged" in said("renew", folder)
    assert read(folder / f"{BROKER}.pem").serial_number != before.serial_number
    assert f"{folder}/a.pem is damaged" in said("list", folder)


# the list


def test_what_has_expired_is_said_in_words(tmp_path):
    folder = make(tmp_path, days_ago=400)
    found = meten("ca", "list", folder)
    assert found.returncode == 1
    assert re.search(rf"{BROKER}, 127.0.0.1, localhost .* expired 3 days ago", found.stdout)
    (folder / "ca.key").unlink()  # to look, its key is not needed
    assert meten("ca", "list", folder).returncode == 1
    assert to_left(timedelta(hours=30)) == "1"
    assert to_left(timedelta(hours=3)) == "less than 1"
    assert to_left(timedelta(hours=-3)) == "expired today"
    assert to_left(timedelta(hours=-30)) == "expired 1 day ago"


def test_an_expired_authority_signs_nothing(tmp_path):
    folder = make(tmp_path, days_ago=3660)
    for words in (("issue", folder, "a.nl"), ("renew", folder), ("renew", folder, BROKER)):
        assert re.search(rf"{folder}/ca\.pem expired on 20.*meten ca init", said(*words))
    found = meten("ca", "list", folder)
    assert found.returncode == 1
    assert re.search(r"authority .* expired \d days ago", found.stdout)


# what cannot be


def test_a_folder_without_a_ca_is_told_so(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "no", tmp_path / "file"):
        for words in (("issue", place, "a.nl"), ("renew", place), ("list", place)):
            assert f"{place} holds no CA: make one with meten ca init {place}" in said(*words)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, folder):
    (tmp_path / "file").touch()
    assert f"{tmp_path}/file" in said("init", tmp_path / "file")
    assert "cannot be made: Not a directory" in said("init", tmp_path / "file" / "ca")
    (folder / "a.nl.pem").mkdir()
    assert "a.nl.pem is there already" in said("issue", folder, "a.nl")
    assert not (folder / "a.nl.key").exists()
    assert "a.nl.pem cannot be read: Is a directory" in said("list", folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write every folder")
def test_a_folder_of_somebody_else_is_named(folder):
    folder.chmod(0o500)
    assert f"{BROKER}.pem cannot be written: Permission denied" in said("renew", folder, BROKER)
    assert "a.nl.key cannot be written: Permission denied" in said("issue", folder, "a.nl")
    folder.chmod(0)
    for words in (("issue", folder, "a.nl"), ("renew", folder), ("list", folder)):
        assert "ca.pem cannot be read: Permission denied" in said(*words)
    assert "ca.key cannot be written: Permission denied" in said("init", folder)
    folder.chmod(0o700)


def test_names_that_cannot_be_are_refused(folder):
    before = set(folder.iterdir())
    assert "no host name" in said("issue", folder, "../up")
    assert "no host name" in said("issue", folder, "a.nl", "--also", "a b")
    assert "the name of the CA itself" in said("issue", folder, "CA")
    assert "the name of the CA itself" in said("issue", folder, "ca", "--client")
    assert "a-z, 0-9 and -" in said("issue", folder, "Box 7", "--client")
    assert "leave --also out" in said("issue", folder, "box-7", "--client", "--also", "a.nl")
    assert set(folder.iterdir()) == before


def test_files_of_somebody_else_are_refused(folder):
    stranger = to_pem(make_key())
    kept = (folder / "ca.key").read_bytes()
    for content, says in [
        (stranger, f"{folder}/ca.key does not belong to {folder}/ca.pem"),
        (b"", f"{folder}/ca.key is damaged"),
    ]:
        (folder / "ca.key").write_bytes(content)
        assert says in said("issue", folder, "a.nl")
        assert says in said("renew", folder)
    (folder / "ca.key").write_bytes(kept)
    (folder / "ca.key").chmod(0o644)
    assert f"chmod 600 {folder}/ca.key" in said("issue", folder, "a.nl")
    (folder / "ca.key").chmod(0o600)
    (folder / f"{BROKER}.key").write_bytes(stranger)
    assert f"{BROKER}.key does not belong to {folder}/{BROKER}.pem" in said("renew", folder)
    (folder / f"{BROKER}.pem").write_bytes(to_pem(make_authority("x", 1, NOW).certificate))
    for words in (("renew", folder), ("list", folder)):
        assert f"{BROKER}.pem was not signed by the CA beside it" in said(*words)
    (folder / "ca.key").unlink()
    assert "ca.key cannot be read: No such file" in said("issue", folder, "a.nl")
    (folder / "ca.pem").write_text("nonsense")
    assert f"{folder}/ca.pem is damaged" in said("list", folder)


# a real broker


@contextmanager
def broker_of(programs, tmp_path, folder, **settings):
    """Mosquitto with TLS, as docs/node-life.md has it."""
    certificate, key = to_pair(folder, BROKER)
    lines = {"certfile": certificate, "keyfile": key, "tls_version": "tlsv1.2", **settings}
    lines = {name: str(value) for name, value in lines.items()}
    place = tmp_path / "broker"
    with LocalBroker(place, program=programs.mosquitto, settings=lines) as broker:
        yield broker


def publish(programs, broker, folder, *words):
    """Whether somebody gets in who trusts the CA."""
    where = ["-h", broker.host, "-p", str(broker.port), "--cafile", folder / "ca.pem"]
    done = subprocess.run(
        [programs.mosquitto_pub, *where, "-t", "lm/1/box-7/page", "-m", "x", *words],
        check=False,
        capture_output=True,
        timeout=20,
    )
    return done.returncode == 0


def test_mosquitto_knows_clients_by_their_certificate(programs, tmp_path, folder):
    ca_files.issue(folder, Holder("box-7", "client"), 397, NOW)
    settings = {
        "cafile": folder / "ca.pem", "require_certificate": "true",
        "use_identity_as_username": "true", "log_type": "all",
    }  # fmt: skip
    with broker_of(programs, tmp_path, folder, **settings) as broker:
        pair = ["--cert", folder / "box-7.pem", "--key", folder / "box-7.key"]
        assert publish(programs, broker, folder, *pair)
        assert not publish(programs, broker, folder)
        assert "u'box-7'" in (tmp_path / "broker/mosquitto.log").read_text()


def test_mosquitto_shows_a_renewed_certificate_after_a_sighup(programs, tmp_path):
    folder = make(tmp_path / "ca", days_ago=380)
    context, path = trusting(folder / "ca.pem"), folder / f"{BROKER}.pem"
    with broker_of(programs, tmp_path, folder) as broker:

        def is_shown(certificate):
            shown = read_shown(broker.port, context, BROKER)
            return shown == certificate.public_bytes(Encoding.DER)

        before = read(path)
        assert is_shown(before)
        done("renew", folder)
        assert is_shown(before)
        broker.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while not is_shown(read(path)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert publish(programs, broker, folder)
