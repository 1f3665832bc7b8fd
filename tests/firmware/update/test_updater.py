"""The updater against a server that does what servers do, wrong ones among them."""

import asyncio
import os
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from firmware.files import Files
from firmware.update.slots import Slots
from firmware.update.updater import Updater
from lokaalmeten.cli.releases import make_release, to_public
from tests.firmware.update.test_power_cuts import make_software

KEY = ec.derive_private_key(11, ec.SECP256R1())
OTHER = ec.derive_private_key(12, ec.SECP256R1())


class Server:
    """Answers as told; ``served`` counts the bytes of content that it sent."""

    def __init__(self, content, *, ranges=True, break_at=None, answer=None):
        self.content, self.ranges, self.break_at, self.answer = content, ranges, break_at, answer
        self.served, self.requests = 0, []

    async def __call__(self, reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        begin = int(request.split(b"bytes=")[1].split(b"-")[0]) if self.ranges else 0
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        if self.ranges:
            size = len(self.content)
            head = b"HTTP/1.1 206 Part\r\nContent-Range: bytes %d-%d/%d\r\n\r\n" % (
                begin,
                size,
                size,
            )
        part = self.content[begin : self.break_at]
        writer.write(self.answer or head + part)
        self.served += len(part)
        writer.close()


class Board:
    """A node in a folder, with release 1 in a; ``update`` has it install from a server."""

    def __init__(self, folder, wanted="stable", running="1.0.0"):
        self.files = Files(os, str(folder))
        for path, content in make_software("1.0.0").items():
            self.files.write("a/" + path, content)
        self.files.write("slots.json", b'{"good": "a"}')
        self.files.write("release.pub", to_public(KEY).encode())
        self.slots = Slots(self.files)
        self.wanted, self.running = wanted, running

    def update(self, *servers, share=100):
        """Install from one server after the other; the error of the last one, or the version."""
        return asyncio.run(self._update(servers, share))

    async def _update(self, servers, share):
        found = None
        for server in servers:
            async with await asyncio.start_server(server, "127.0.0.1", 0) as listening:
                port = listening.sockets[0].getsockname()[1]
                updater = Updater(
                    self.files, self.slots, connect, "box-1", self.wanted, self.running, print
                )
                try:
                    found = await updater.install(f"http://127.0.0.1:{port}/r", share)
                except (OSError, ValueError, TimeoutError) as error:
                    found = error
        return found

    def read(self, folder):
        names = self.files.names(folder)
        return {name.partition("/")[2]: self.files.read(name) for name in names}

    def start(self):
        """Folder that boot.py has run."""
        from firmware.root import boot

        return boot.start(self.files.path("slots.json"))


async def connect(host, port, tls):
    assert not tls
    return await asyncio.open_connection(host, port)


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path)


@pytest.fixture(scope="module")
def release():
    return make_release(make_software("2.0.0"), KEY)


def test_a_release_is_installed_beside_the_running_one_and_tried(board, release):
    board.files.write("b/firmware/stale.py", b"from a release long ago")
    assert board.update(Server(release)) == "2.0.0"
    assert board.read("b") == make_software("2.0.0")
    assert board.read("a") == make_software("1.0.0")
    assert board.start() == "b"


def test_what_did_not_change_is_not_fetched(board, release):
    server = Server(release)
    board.update(server)
    begin = server.requests[1].split(b"bytes=")[1].split(b"-")[0]
    assert len(server.requests) > 1
    assert int(begin) > len(release) - sum(map(len, make_software("2.0.0").values()))


def test_a_server_without_ranges_will_do(board, release):
    assert board.update(Server(release, ranges=False)) == "2.0.0"
    assert board.read("b") == make_software("2.0.0")


def test_pythons_own_web_server_will_do(board, release, tmp_path_factory):
    """`python -m http.server` is what somebody who tries it has at hand."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "r").write_bytes(release)
    with serve(folder) as port:
        updater = Updater(board.files, board.slots, connect, "box-1", "stable", "1.0.0", print)
        assert asyncio.run(updater.install(f"http://127.0.0.1:{port}/r")) == "2.0.0"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002
        pass


@contextmanager
def serve(folder):
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("break_at", [0, 5, 100, 1300, 2500, 4000])
def test_a_download_that_breaks_goes_on_where_it_was(board, release, break_at):
    broken, whole = Server(release, break_at=break_at), Server(release)
    failed = board.update(broken)
    assert isinstance(failed, OSError), failed
    assert board.start() == "a"
    assert board.update(whole) == "2.0.0"
    assert board.read("b") == make_software("2.0.0")


def damage(release, at, by=1):
    changed = bytearray(release)
    changed[at] ^= by
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("unsigned", "not signed"),
        ("other key", "not signed"),
        ("manifest changed", "not signed"),
        ("version raised", "not signed"),
        ("content changed", "is not what was signed"),
        ("files changed places", "is not what was signed"),
        ("no release", "it is not a release"),
        ("older", "0.9.0 is older than 1.0.0"),
        ("the same", "1.0.0 is running"),
    ],
)
def test_a_release_that_must_not_run_is_refused_and_the_old_one_runs_on(
    board, release, content, said
):
    length = int.from_bytes(release[4:8], "little")
    end = 8 + length
    contents = {
        "unsigned": release[:end] + bytes(64) + release[end + 64 :],
        "other key": make_release(make_software("2.0.0"), OTHER),
        "manifest changed": damage(release, 60),
        "version raised": release.replace(b'"2.0.0"', b'"9.0.0"', 1),
        "content changed": damage(release, len(release) - 2),
        "files changed places": release[: end + 64] + release[end + 64 :][::-1],
        "no release": b"<html>not found</html>" * 9,
        "older": make_release(make_software("0.9.0"), KEY),
        "the same": make_release(make_software("1.0.0"), KEY),
    }
    failed = board.update(Server(contents[content]))
    assert isinstance(failed, ValueError)
    assert said in str(failed)
    assert board.start() == "a"
    assert board.read("a") == make_software("1.0.0")


def test_a_release_that_is_cut_off_never_runs(board, release):
    for size in range(0, len(release), 997):
        failed = board.update(Server(release[:size]))
        assert isinstance(failed, OSError | ValueError)
        assert board.start() == "a"


def test_a_node_without_a_key_takes_nothing(board, release):
    board.files.remove("release.pub")
    assert "knows no key" in str(board.update(Server(release)))


def test_either_of_two_keys_signs(board, release):
    board.files.write("release.pub", (to_public(OTHER) + "\n" + to_public(KEY)).encode())
    assert board.update(Server(release)) == "2.0.0"


def test_a_release_that_was_given_up_is_not_tried_again(board, release):
    board.update(Server(release))
    board.start()
    slots = Slots(board.files)
    slots.give_up()
    board.slots = Slots(board.files)
    assert "did not do well" in str(board.update(Server(release)))
    better = make_release(make_software("3.0.0"), KEY)
    assert board.update(Server(better)) == "3.0.0"


def test_nothing_is_installed_over_a_release_that_is_on_trial(board, release):
    board.update(Server(release))
    board.start()
    board.slots = Slots(board.files)
    failed = board.update(Server(make_release(make_software("3.0.0"), KEY)))
    assert "on trial" in str(failed)
    assert board.read("b") == make_software("2.0.0")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n",
        b"HTTP/1.1 206 Part\r\nContent-Range: bytes 7-9/10\r\n\r\n",
        b"HTTP/1.1 206 Part\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"\r\n\r\n",
        b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    ],
)
def test_an_answer_that_is_no_file_is_an_error_of_the_network(board, answer):
    failed = board.update(Server(b"", answer=answer))
    assert isinstance(failed, OSError), failed
    assert board.start() == "a"


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x/y", "http://", "http://a b/", "http://h:x/", "https://h/\r\nX:y", "x" * 300],
)
def test_what_is_no_address_is_refused_when_it_is_asked_for(board, url):
    updater = Updater(board.files, board.slots, connect, "box-1", "stable", "1.0.0", print)
    with pytest.raises(ValueError, match="not an address"):
        updater.ask(url)
    assert board.files.read("update.json") is None


def test_what_was_asked_for_outlives_a_start_and_ends_in_a_restart(board, release):
    async def live():
        restarted = asyncio.Event()
        async with await asyncio.start_server(Server(release), "127.0.0.1", 0) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/r"
            make = partial(Updater, board.files, board.slots, connect, "box-1", "stable", "1.0.0")
            make(print).ask(url)
            updater = make(restarted.set)  # as after a start
            running = asyncio.create_task(updater.run())
            await asyncio.wait_for(restarted.wait(), 20)
            running.cancel()
        return updater.said

    assert asyncio.run(live()) == "restarting into 2.0.0"
    assert board.files.read("update.json") is None
    assert board.start() == "b"


def test_a_network_that_is_away_is_waited_for_longer_and_longer_and_then_given_up(board):
    async def live():
        slept = []

        async def sleep(seconds):
            slept.append(seconds)
            await asyncio.sleep(0)

        async def refuse(host, port, tls):
            raise OSError(113, "no route")

        updater = Updater(board.files, board.slots, refuse, "box-1", "stable", "1.0.0", print)
        updater.ask("http://server/release")
        running = asyncio.create_task(updater.run(sleep))
        while board.files.read("update.json") is not None:
            await asyncio.sleep(0)
        running.cancel()
        return slept, updater.said

    slept, said = asyncio.run(live())
    assert slept == sorted(slept)
    assert 86_000 < sum(slept) < 100_000
    assert said.startswith("waiting: ")
