"""`meten doctor` at real servers: what is well, what is away, what is old, and no secret."""

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest

from ingest.broker import LocalBroker
from lokaalmeten.certificates import issue, make_authority, make_key, to_server
from lokaalmeten.cli.doctor import to_object
from lokaalmeten.cli.health.broker import check_broker, check_certificate, check_certificates
from lokaalmeten.cli.health.certificate import judge_end
from lokaalmeten.cli.health.checks import run_checks, to_checks
from lokaalmeten.cli.health.database import check_database, check_replica
from lokaalmeten.cli.health.disk import check_data, check_secrets
from lokaalmeten.cli.health.finding import unknown, well
from lokaalmeten.cli.health.services import check_forecast, check_ingest, check_site
from lokaalmeten.errors import BrokerError
from lokaalmeten.pem import to_pem
from lokaalmeten.processes import free_port
from lokaalmeten.settings import build_settings
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import ingesting, meten
from tests.services.samples import make_samples

NOW = datetime.now(UTC)
SECRET = "topsecret"


def states(findings):
    return {(one.part, one.what): one.state for one in findings}


@pytest.fixture
def silent():
    """URL parts of a port at which somebody listens and nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def test_a_whole_installation(timescale_database, mosquitto, tmp_path):
    with connect(timescale_database) as connection:
        node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12).id
        add_node(connection, "bike-1", "bike")
        start = int(time.time()) - 120
        write(connection, [make_samples(node, 60, start=start, step=1)])
    (tmp_path / "broker").mkdir()
    (tmp_path / "broker/passwords").touch(0o644)
    settings = {
        "dsn": timescale_database,
        "broker": f"mqtt://me:{SECRET}@{mosquitto.host}:{mosquitto.port}",
        "smtp": f"smtps://me:{SECRET}@mail.example.org",
        "webhook_secret": SECRET,
        "ingest_port": free_port(),
        "data": tmp_path,
    }
    port = {"ingest_port": settings["ingest_port"]}
    with ingesting(timescale_database, mosquitto, tmp_path / "log", **port):
        done = meten("doctor", "--broker", tmp_path / "broker", "--json", **settings)
        table = meten("doctor", **settings)
    assert (done.returncode, done.stderr) == (1, ""), done
    told = json.loads(done.stdout)
    assert told["well"] is False
    state = {(one["part"], one["what"]): one["state"] for one in told["checks"]}
    free_disk = (
        state.pop(("database", "disk of its data"), "well"),
        state.pop(("disk", "of LOKAALMETEN_DATA")),
    )  # whether there is room is not ours to say
    assert set(free_disk) <= {"well", "wrong"}
    assert state == {
        ("database", "connection"): "well",
        ("database", "migrations"): "well",
        ("database", "clock"): "well",
        ("database", "line"): "well",
        ("database", "rollups"): "well",
        ("nodes", "newest of bike"): "well",
        ("nodes", "newest of box"): "well",
        ("nodes", "silent"): "well",
        ("replica", "connection"): "not set up",
        ("broker", "login"): "well",
        ("broker", "open"): "well",
        ("ingest", "health"): "well",
        ("ingest", "lag"): "well",
        ("forecast", "health"): "not set up",
        ("pages", "health"): "not set up",
        ("files", "secrets"): "wrong",
    }
    assert "part" in table.stdout
    password = urlsplit(timescale_database).password
    for secret in (SECRET, password):
        assert secret not in done.stdout + table.stdout


def test_a_database_that_is_away_or_of_another_version(postgres_empty_database, tmp_path):
    (away,) = check_database(f"postgresql://me:{SECRET}@127.0.0.1:1/x")
    assert (away.what, away.state) == ("connection", "wrong")
    assert SECRET not in str(away)
    assert states(check_database(""))["database", "connection"] == "not set up"
    last = max(MIGRATIONS.glob("*.sql"))
    for path in MIGRATIONS.glob("*.sql"):
        if path != last:
            (tmp_path / path.name).write_text(path.read_text())
    migrate(postgres_empty_database, tmp_path)
    found = {one.what: one for one in check_database(postgres_empty_database)}
    assert found["migrations"].said == "it lacks 1 migration"
    assert found["migrations"].todo == "run: meten db migrate"
    assert found["rollups"].state == "not known"
    assert states(check_replica(postgres_empty_database))["replica", "migrations"] == "wrong"


def test_a_user_with_few_rights(postgres_database):
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE ROLE doctors_reader LOGIN PASSWORD 'x'")
        try:
            connection.execute("GRANT USAGE ON SCHEMA private TO doctors_reader")
            connection.execute("GRANT SELECT ON private.migration TO doctors_reader")
            parts = urlsplit(postgres_database)
            netloc = f"doctors_reader:x@{parts.hostname}:{parts.port}"
            found = check_database(parts._replace(netloc=netloc).geturl())
        finally:
            connection.execute("DROP OWNED BY doctors_reader")
            connection.execute("DROP ROLE doctors_reader")
    found = {one.what: one for one in found}
    assert found["clock"].state == "well"
    assert found["rollups"].state == "not known"
    assert "this user lacks" in found["rollups"].said
    assert "disk of its data" not in found


def test_a_broker_that_stopped_or_refuses(mosquitto, tmp_path, programs):
    url = f"mqtt://me:{SECRET}@{mosquitto.host}:{mosquitto.port}"
    assert set(states(check_broker(url)).values()) == {"well"}
    mosquitto.stop()
    (found,) = check_broker(url)
    assert (found.what, found.state) == ("login", "wrong")
    closed = {"allow_anonymous": "false"}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=closed) as broker:
        (found,) = check_broker(f"mqtt://me:{SECRET}@{broker.host}:{broker.port}")
    assert "refuses us" in found.said
    assert SECRET not in found.said


def test_a_broker_of_the_demo_which_speaks_an_older_mqtt(amqtt):
    found = {one.what: one for one in check_broker(f"mqtt://{amqtt.host}:{amqtt.port}")}
    assert found["login"].said.endswith("MQTT 3.1.1")
    assert found["open"].state == "well"


@pytest.fixture
def certified(tmp_path):
    """A certificate for another host that ends in ten days, and its key."""
    began = NOW - timedelta(days=60)
    authority, key = make_authority("ours", 1, began), make_key()
    holder = to_server("meet.example.nl", [])
    made = issue(authority, holder, key.public_key(), timedelta(days=70), began)
    for name, thing in (("meet.pem", made), ("meet.key", key)):
        (tmp_path / name).write_bytes(to_pem(thing))
    return tmp_path / "meet.pem", tmp_path / "meet.key"


def test_the_certificate_of_a_broker(certified, tmp_path, programs):
    pem, key = certified
    lines = {"certfile": str(pem), "keyfile": str(key), "user": "root"}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=lines) as broker:
        url = f"mqtts://{broker.host}:{broker.port}"
        found = {one.what: one for one in check_certificate(url)}
        (login,) = check_broker(url)
        assert login.state == "wrong"  # nobody of this machine trusts it
    assert found["certificate"].said.startswith("9 days left")
    assert {one.state for one in found.values()} == {"wrong"}
    assert "not for 127.0.0.1" in found["certificate name"].said
    assert check_certificate("mqtt://127.0.0.1") == []
    (shown,) = check_certificate("mqtts://127.0.0.1:1")
    assert shown.state == "not known"


def test_a_certificate_that_lasts_hours_ends_soon_in_its_last_quarter():
    authority, holder = make_authority("ours", 1, NOW), to_server("meet.example.nl", [])
    short = issue(authority, holder, make_key().public_key(), timedelta(hours=12), NOW)
    until = short.not_valid_after_utc
    assert judge_end("pages", "it", short, until - timedelta(hours=4)).state == "well"
    late = judge_end("pages", "it", short, until - timedelta(hours=2))
    assert (late.state, late.said.partition(",")[0]) == ("wrong", "less than 1 day left")


def test_the_files_of_a_broker(certified, tmp_path):
    pem, key = certified
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / "mosquitto.conf").write_text(f"# certfile x\ncertfile {pem}\nkeyfile {key}\n")
    (file,) = check_certificates(folder)
    assert (file.what, file.state) == ("certificate meet.pem", "wrong")
    key.chmod(0o604)
    (secrets,) = check_secrets(folder)
    assert str(key) in secrets.todo
    key.chmod(0o600)
    assert check_secrets(folder)[0].state == "well"
    assert check_secrets(tmp_path / "none")[0].state == "not known"
    pem.write_text("damaged")
    assert check_certificates(folder)[0].state == "wrong"
    assert check_certificates(None) == []
    assert check_data(tmp_path / "none")[0].state == "not set up"


def test_dead_hosts_cost_as_much_as_one(silent, monkeypatch, tmp_path):
    for name in ("broker", "certificate", "database"):
        monkeypatch.setattr(f"lokaalmeten.cli.health.{name}.PATIENCE_S", 2)
    monkeypatch.setattr("lokaalmeten.cli.status.PATIENCE_S", 2)
    port = silent.rpartition(":")[2]
    settings = build_settings({
        "dsn": f"postgresql://me:{SECRET}@{silent}/x", "read_dsn": f"postgresql://{silent}/x",
        "broker": f"mqtts://me:{SECRET}@{silent}", "site": f"https://me:{SECRET}@{silent}",
        "ingest_port": port, "forecast_port": port, "data": str(tmp_path),
    })  # fmt: skip
    began = time.monotonic()
    findings = run_checks(to_checks(settings, None))
    assert time.monotonic() - began < 5
    found = states(findings)
    for part in ("database", "replica", "broker", "ingest", "forecast", "pages"):
        assert "wrong" in {state for (one, _), state in found.items() if one == part}, part
    assert SECRET not in json.dumps(to_object(findings))


def test_one_check_that_fails_or_hangs_leaves_the_others():
    def fail():
        raise BrokerError("there is none")

    def break_down():
        raise ValueError(SECRET)

    looks = {
        "a": lambda: [well("a", "b", "")],
        "b": fail,
        "c": break_down,
        "d": lambda: time.sleep(1) or [],
    }
    a, b, c, d = run_checks(looks, 0.3)
    assert (a.state, b.state) == ("well", "wrong")
    assert c == unknown("c", "all", "a defect in meten itself: ValueError", "please report it")
    assert d.said == "no answer in time"


def test_services_that_nobody_started():
    (found,) = check_ingest("127.0.0.1", 1)
    assert (found.state, found.todo) == ("wrong", "start meten ingest")
    (found,) = check_forecast("127.0.0.1", 1)
    assert "no forecast service answers" in found.said
    (found,) = check_site(f"http://me:{SECRET}@127.0.0.1:1")
    assert found.state == "wrong"
    assert SECRET not in found.said
