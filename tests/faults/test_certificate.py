"""The certificate of the broker runs out, and somebody puts a new one there the next day."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from ingest.broker import LocalBroker
from lokaalmeten import certificates, pem
from lokaalmeten.settings import Address
from tests.services.meten import running, wait_until
from tests.services.senders import Nodes
from tests.services.stored import assert_stored_once, count_rows, wait_for_more
from tests.services.town import make_pages

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def authority():
    return certificates.make_authority("ours", 10, NOW - 500 * DAY)


@pytest.fixture
def secured(authority, tmp_path, programs):
    """A broker that speaks TLS alone, and `certify(days)`: how long its certificate still lasts."""
    key = certificates.make_key()
    paths = {"certfile": tmp_path / "broker.pem", "keyfile": tmp_path / "broker.key"}
    paths["keyfile"].write_bytes(pem.to_pem(key))

    def certify(days):
        holder = certificates.to_server("localhost", ["127.0.0.1"])
        begun = NOW - 397 * DAY
        lasts = NOW + days * DAY - begun
        made = certificates.issue(authority, holder, key.public_key(), lasts, begun)
        paths["certfile"].write_bytes(pem.to_pem(made))

    certify(30)
    settings = {name: str(path) for name, path in paths.items()}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker:
        yield broker, certify


def test_every_page_is_stored_once_though_the_certificate_of_the_broker_ran_out(
    town_database, secured, authority, log, tmp_path, monkeypatch
):
    broker, certify = secured
    ours = pem.to_pem(authority.certificate)
    (tmp_path / "ca.pem").write_bytes(ours)
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    pages = make_pages()
    address = Address(broker.host, broker.port, tls=True, authority=ours.decode())
    log.touch()
    with running("ingest", log=log, dsn=town_database, broker=f"mqtts://{address}") as ingest:
        wait_until(lambda: "ready" in log.read_text())
        with Nodes(address, pages, seconds=10, again_s=2) as nodes:
            wait_for_more(town_database)
            broker.kill()
            certify(-1)
            broker.start()
            wait_until(lambda: "certificate has expired" in " ".join(log.read_text().split()))
            before = count_rows(town_database)
            assert nodes.sending, "it must run out while nodes publish"
            assert ingest.poll() is None
            broker.kill()
            certify(30)
            broker.start()
            wait_for_more(town_database)
            assert count_rows(town_database) > before
            nodes.finish()
        assert "Traceback" not in log.read_text()
    assert_stored_once(town_database, pages)
