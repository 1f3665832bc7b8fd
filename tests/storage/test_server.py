import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError
from storage import unprivileged
from storage.server import LocalServer, answering, embedded_binaries
from storage.server_folder import remove

REPOSITORY = Path(__file__).parents[2]
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root must hand its server to others")


@pytest.fixture(scope="module", autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def open_folder():
    """A folder that any user can walk to, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def homes(open_folder, monkeypatch):
    """Keeps /var/lib as it is."""
    monkeypatch.setattr(unprivileged, "HOMES", open_folder / "homes")
    return open_folder / "homes"


@pytest.fixture(scope="module")
def binaries():
    return embedded_binaries()


@pytest.fixture(scope="module")
def made(binaries):
    """A folder with data, made once for the tests that are about what follows."""
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o711)
    with LocalServer(parent / "pg", binaries):
        pass
    yield parent / "pg"
    shutil.rmtree(parent)


@pytest.fixture
def folder(made, open_folder):
    """A copy of those data, of the same owner."""
    subprocess.run(["cp", "-a", made, open_folder / "pg"], check=True)
    return open_folder / "pg"


def ask(server, question):
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_both_editions_answer(server):
    assert ask(server, "SELECT 1") == 1


def test_server_keeps_time_in_utc_and_sorts_by_code_point(server):
    assert ask(server, "SHOW timezone") == "UTC"
    assert ask(server, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"


def test_timescaledb_can_be_created(timescale_empty_database):
    with psycopg.connect(timescale_empty_database) as connection:
        connection.execute("CREATE EXTENSION timescaledb")
        connection.execute("CREATE TABLE t (at timestamptz NOT NULL)")
        connection.execute("SELECT create_hypertable('t', by_range('at'))")


def test_server_is_reached_on_the_loopback_address_and_with_a_password_only(folder, binaries):
    with LocalServer(folder, binaries) as server:
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn.replace(server.dsn.split(":")[2].split("@")[0], "guess"))
        secret = folder / "password"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert secret.read_text() in server.dsn


def test_data_survive_a_restart_and_a_kill(folder, binaries):
    with LocalServer(folder, binaries) as server:
        port = server.port
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        server.kill()
        server.start()
        assert ask(server, "SELECT number FROM kept") == 7
        assert server.port == port
    with LocalServer(folder, binaries) as server:
        assert ask(server, "SELECT number FROM kept") == 7


def test_kill_during_a_long_query_does_not_stop_the_next_start(folder, binaries):
    """A busy child of a killed server holds its memory for a moment."""
    with LocalServer(folder, binaries) as server:
        connection = psycopg.connect(server.dsn)
        connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 5000000)")
        connection.pgconn.flush()
        time.sleep(0.1)
        server.kill()
        server.start()
        connection.close()
        assert ask(server, "SELECT 1") == 1


def test_note_of_a_dead_server_whose_number_lives_on_is_forgotten(folder, binaries):
    with LocalServer(folder, binaries) as server:
        server.kill()
        note = folder / "data/postmaster.pid"
        note.write_text("\n".join([str(os.getpid()), *note.read_text().splitlines()[1:]]))
        server.start()
        assert ask(server, "SELECT 1") == 1


def test_another_program_finds_it_on_the_port_of_the_last_time(folder, binaries):
    with LocalServer(folder, binaries) as server:
        dsn = server.dsn
    with LocalServer(folder, binaries) as server:
        assert server.dsn == dsn


def test_a_last_port_that_somebody_else_has_now_is_left_to_them(folder, binaries):
    with LocalServer(folder, binaries) as server:
        port = server.port
    with socket.create_server(("127.0.0.1", port)), LocalServer(folder, binaries) as server:
        assert server.port != port
        assert ask(server, "SELECT 1") == 1


def test_a_server_that_was_stopped_answers_while_it_is_asked_to(folder, binaries):
    with LocalServer(folder, binaries) as server:
        dsn = server.dsn
        with answering(dsn, folder):  # it runs: nothing to do, and it goes on
            assert ask(server, "SELECT 1") == 1
        assert ask(server, "SELECT 1") == 1
    with answering(dsn, folder):
        assert ask(server, "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError):
        ask(server, "SELECT 1")


def test_a_dsn_of_somewhere_else_starts_nothing(folder, binaries):
    with LocalServer(folder, binaries) as server:
        dsn = server.dsn.replace("@", "x@")
    with answering(dsn, folder):
        assert not (folder / "data/postmaster.pid").exists()


def test_second_server_on_the_same_folder_is_refused(folder, binaries):
    with LocalServer(folder, binaries) as server:
        assert server.process is not None
        sentence = f"already running as process {server.process.pid}; stop it or use another"
        with pytest.raises(ServiceError, match=sentence):
            LocalServer(folder, binaries).start()
        with pytest.raises(ServiceError, match=sentence):
            remove(folder)
        assert ask(server, "SELECT 1") == 1


def test_nothing_runs_after_the_end(folder, binaries):
    with LocalServer(folder, binaries) as server:
        assert server.process is not None
        pid = server.process.pid
        connection = psycopg.connect(server.dsn)
    assert not processes.is_running(pid, "postgres")
    assert not processes.is_running(connection.info.backend_pid, "postgres")
    connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a death signal")
def test_server_ends_when_its_program_is_killed(tmp_path):
    program = (
        "import os; from pathlib import Path; from storage.server import *;"
        f"server = LocalServer(Path({str(tmp_path / 'pg')!r}), embedded_binaries());"
        "server.start(); print(server.process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=REPOSITORY, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    until = time.monotonic() + 10
    while processes.is_running(int(done.stdout), "postgres") and time.monotonic() < until:
        time.sleep(0.01)
    assert not processes.is_running(int(done.stdout), "postgres")
    remove(tmp_path / "pg")


def test_port_in_use_is_one_sentence(tmp_path, binaries):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"port {port} of 127.0.0.1"):
            LocalServer(tmp_path / "pg", binaries, port=port).start()
    assert not (tmp_path / "pg").exists()


@pytest.fixture
def snatched(monkeypatch):
    """A port that looks free and of which somebody else is quicker, the first time."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port, look = taken.getsockname()[1], processes.free_port
        answers = iter([port])
        monkeypatch.setattr(
            processes, "free_port", lambda wanted=None: next(answers, None) or look(wanted)
        )
        yield port


def test_a_port_that_somebody_takes_first_is_left_to_them(folder, binaries, snatched):
    with LocalServer(folder, binaries) as server:
        assert server.port != snatched
        assert ask(server, "SELECT 1") == 1


def test_a_port_that_was_asked_for_and_lost_is_named(folder, binaries, snatched):
    sentence = f"port {snatched} of 127.0.0.1 cannot be used .*; choose another port"
    with pytest.raises(ServiceError, match=sentence):
        LocalServer(folder, binaries, port=snatched).start()


def listen_as_soon_as_possible(port):
    """A socket on the port of a killed server, whose children may hold it for a moment."""
    until = time.monotonic() + 10
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_restart_waits_for_who_still_holds_its_port(folder, binaries):
    with LocalServer(folder, binaries) as server:
        port = server.port
        server.kill()
        holder = listen_as_soon_as_possible(port)
        threading.Timer(0.3, holder.close).start()
        server.start()
        assert server.port == port


@pytest.mark.parametrize("closed", ["a file/pg", "/sys/pg"])
def test_folder_that_cannot_be_written_is_one_sentence(tmp_path, binaries, closed):
    (tmp_path / "a file").touch()
    with pytest.raises(ServiceError, match="pg cannot hold a database: "):
        LocalServer(tmp_path / closed, binaries).start()


def test_setting_that_postgresql_refuses_is_told(folder, binaries):
    with pytest.raises(ServiceError, match=r"postgresql ended at once: .*no_such_setting"):
        LocalServer(folder, binaries, settings={"no_such_setting": "1"}).start()


def test_data_of_another_version_are_refused(folder, binaries):
    (folder / "data/PG_VERSION").write_text("12\n")
    with pytest.raises(ServiceError, match="holds data of PostgreSQL 12 and the program is 18"):
        LocalServer(folder, binaries).start()


def test_initialisation_that_was_cut_off_starts_afresh(folder, binaries):
    (folder / "data").rename(folder / "data.new")
    (folder / "data.new/global/pg_control").unlink()
    with LocalServer(folder, binaries) as server:
        assert ask(server, "SELECT 1") == 1


def test_removed_data_are_gone_and_nothing_else_is(folder, binaries):
    (folder / "letter").touch()
    remove(folder)
    assert [path.name for path in (folder).iterdir()] == ["letter"]
    (folder / "letter").unlink()
    remove(folder)
    remove(folder)
    assert not os.path.lexists(folder)


@root_only
def test_root_keeps_data_in_a_folder_that_others_can_reach(open_folder, binaries, homes):
    with LocalServer(open_folder / "pg", binaries) as server:
        assert ask(server, "SELECT 1") == 1
    assert not (open_folder / "pg").is_symlink()
    assert (open_folder / "pg/data").stat().st_uid == unprivileged.NOBODY
    # copied programs may be there: this very project may lie in a closed folder
    assert [home for home in homes.glob("*") if not home.name.startswith("programs-")] == []


@root_only
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_root_keeps_data_elsewhere_when_the_folder_is_closed(tmp_path, binaries, homes, umask):
    before = os.umask(umask)
    try:
        check_that_data_are_elsewhere(tmp_path / "closed", binaries, homes)
    finally:
        os.umask(before)


def check_that_data_are_elsewhere(closed, binaries, homes):
    closed.mkdir(mode=0o700)
    with LocalServer(closed / "pg", binaries) as server:
        assert ask(server, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    home = (closed / "pg").readlink()
    assert home.parent == homes
    assert (home / "data").stat().st_mode & 0o777 == 0o700
    remove(closed / "pg")
    assert not home.exists()
    assert not list(closed.iterdir())


@root_only
def test_root_copies_programs_that_others_cannot_run(tmp_path, folder, binaries, homes):
    package = binaries.parents[1]
    closed = tmp_path / "closed"
    shutil.copytree(package, closed / package.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    closed.chmod(0o700)
    for _ in range(2):
        with LocalServer(folder, closed / package.name / "pginstall/bin") as server:
            assert ask(server, "SELECT 1") == 1
            assert server.process is not None
    assert len(list(homes.glob("programs-*"))) == 1


@root_only
def test_root_runs_the_server_as_the_owner_of_the_data(folder, binaries):
    for path in [folder / "data", *(folder / "data").rglob("*")]:
        os.chown(path, 4321, 4321)
    with LocalServer(folder, binaries) as server:
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == 4321


@root_only
def test_data_that_their_owner_cannot_reach_are_one_sentence(open_folder, binaries):
    with LocalServer(open_folder / "house/pg", binaries):
        pass
    (open_folder / "house").chmod(0o700)
    with pytest.raises(ServiceError, match="cannot reach it: make its parent folders searchable"):
        LocalServer(open_folder / "house/pg", binaries).start()
