"""`meten broker logins`: Mosquitto lets in the nodes that owners added, and nobody else."""

import signal
import subprocess
import time

from ingest.broker import LocalBroker
from storage import mine, sessions
from storage.logins import SALT_BYTES, make_password, to_login
from storage.pool import connect
from tests.services.meten import meten


def publish(programs, broker, name, password):
    """Whether a node gets in."""
    words = ["-h", broker.host, "-p", str(broker.port), "-t", f"lm/1/{name}/page", "-m", "x"]
    login = ["-u", name, "-P", password]
    done = subprocess.run(
        [programs.mosquitto_pub, *words, *login], check=False, capture_output=True, timeout=20
    )
    return done.returncode == 0


def test_a_node_gets_in_with_the_password_that_was_shown(timescale_database, programs, tmp_path):
    dsn, file = timescale_database, tmp_path / "passwords"
    passwords = {"box-7": make_password(), "box-8": make_password()}
    added = meten("owner", "add", "ann", dsn=dsn)
    assert added.returncode == 0
    refused = meten("key", "add", "--role", "owner", "--for", "Ann", dsn=dsn)
    assert refused.returncode == 2
    key = meten("key", "add", "--role", "owner", "--owner", "ann", "--for", "Ann", dsn=dsn)
    assert key.returncode == 0, key.stderr
    assert "of ann" in meten("key", "list", dsn=dsn).stdout
    with connect(dsn) as connection:
        token = sessions.sign_in(connection, key.stdout.split("\n")[0]).token
        for name, password in passwords.items():
            login = to_login(password, name.encode().ljust(SALT_BYTES, b"\0"))
            assert mine.add_node(connection, token, name, "box", "", None, login) == "saved"
    file.write_text(f"ingest:{to_login('other', bytes(SALT_BYTES))}\n")
    file.chmod(0o600)
    written = meten("broker", "logins", tmp_path, dsn=dsn)
    assert written.returncode == 0, written.stderr
    assert "2 nodes, changed" in written.stdout
    assert "2 nodes, not changed" in meten("broker", "logins", tmp_path, dsn=dsn).stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert not [password for password in passwords.values() if password in file.read_text()]
    settings = {"allow_anonymous": "false", "password_file": str(file)}
    folder = tmp_path / "broker"
    with LocalBroker(folder, program=programs.mosquitto, settings=settings) as broker:
        for name, password in {"ingest": "other", **passwords}.items():
            assert publish(programs, broker, name, password), name
            assert not publish(programs, broker, name, "wrong")
        assert not publish(programs, broker, "box-7", passwords["box-8"])
        with connect(dsn) as connection:
            new = make_password()
            login = to_login(new, bytes(SALT_BYTES))
            assert mine.renew_login(connection, token, "box-7", login) == "saved"
        meten("broker", "logins", tmp_path, dsn=dsn)
        broker.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while not publish(programs, broker, "box-7", new):
            assert time.monotonic() < deadline
        assert not publish(programs, broker, "box-7", passwords["box-7"])
        assert publish(programs, broker, "ingest", "other")


def test_a_file_that_cannot_be_written_is_said(timescale_database, tmp_path):
    refused = meten("broker", "logins", tmp_path / "no", dsn=timescale_database)
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr
