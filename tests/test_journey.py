"""From a virtual node to a row; what happens when something dies on the way is in `faults`."""

import psycopg
import pytest

from storage.store import Store
from tests.services.meten import ingesting, wait_until
from tests.services.senders import publish
from tests.services.stored import assert_stored_once, count_rows, wait_for_all
from tests.services.town import make_pages, register_town


def test_what_the_ingest_refuses_is_kept_and_the_rest_goes_on(
    timescale_database, mosquitto, tmp_path
):
    name, good = next(pair for pair in make_pages() if pair[0].startswith("box"))
    with Store(timescale_database) as store:
        store.add_node(name, "box", lat=52.0, lon=5.0)
    bad = [
        ("stranger", good, "unknown node"),
        (name, good[:-1], "length"),
        (name, good[:-1] + bytes([good[-1] ^ 255]), "crc"),
        (name, good[:2] + b"\x07" + good[3:], "version"),
        (name, b"", "short"),
        (name, b"{}", "short"),
    ]
    with ingesting(timescale_database, mosquitto, tmp_path / "ingest.log") as ingest:
        publish(mosquitto, [*[(node, page) for node, page, _ in bad], (name, good)])
        wait_until(lambda: count_rows(timescale_database) > 0)
        assert ingest.poll() is None
    with psycopg.connect(timescale_database) as connection:
        kept = connection.execute("SELECT node, reason, payload FROM private.rejected").fetchall()
    assert sorted((n, r, bytes(p)) for n, r, p in kept) == sorted((n, r, p) for n, p, r in bad)


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_both_brokers_carry_a_page_to_a_row(broker, database, tmp_path, request):
    broker = request.getfixturevalue(broker)
    register_town(database)
    some = make_pages()[:20]
    with ingesting(database, broker, tmp_path / "ingest.log"):
        publish(broker, some)
        wait_for_all(database, some)
    assert_stored_once(database, some)
