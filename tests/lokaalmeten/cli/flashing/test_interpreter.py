"""The interpreter: as a file, and fetched from a web server."""

import hashlib
import http.server
import threading

import pytest

from lokaalmeten.cli.flashing.errors import FlashError
from lokaalmeten.cli.flashing.interpreter import Interpreter, fetch_interpreter, read_interpreter

CONTENT = b"interpreter" * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def place(tmp_path):
    """Address of a web server with the interpreter; its folder is (tmp_path / "web")."""
    web = tmp_path / "web"
    web.mkdir()
    (web / "chip.bin").write_bytes(CONTENT)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *words):
            super().__init__(*words, directory=str(web))

        def log_message(self, format, *_):  # noqa: A002 - its name there
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/chip.bin"
        server.shutdown()
        thread.join()


def test_interpreter_is_fetched_once_and_checked_each_time(place, tmp_path):
    told = []
    kept = tmp_path / "kept"
    assert fetch_interpreter(kept, told.append, Interpreter(place, SHA256)) == CONTENT
    assert told[-1] == len(CONTENT)
    (tmp_path / "web/chip.bin").unlink()
    assert fetch_interpreter(kept, told.append, Interpreter(place, SHA256)) == CONTENT
    (kept / "chip.bin").write_bytes(CONTENT[:-1])
    with pytest.raises(FlashError, match=f"chip.bin is not the file that was meant.*{SHA256}"):
        fetch_interpreter(kept, told.append, Interpreter(place, SHA256))


def test_other_content_is_not_even_kept(place, tmp_path):
    with pytest.raises(FlashError, match="is not the file that was meant"):
        fetch_interpreter(tmp_path / "kept", print, Interpreter(place, "0" * 64))
    assert not (tmp_path / "kept").exists()


def test_server_without_it_leads_to_the_browser(place, tmp_path):
    with pytest.raises(FlashError, match=r"not found.*give it with --firmware"):
        fetch_interpreter(tmp_path, print, Interpreter(place + "x", SHA256))


def test_file_is_checked_when_its_checksum_is_given(tmp_path):
    file = tmp_path / "chip.bin"
    file.write_bytes(CONTENT)
    assert read_interpreter(file, None) == read_interpreter(file, SHA256.upper()) == CONTENT
    with pytest.raises(FlashError, match="give another with --firmware"):
        read_interpreter(file, "0" * 64)
    with pytest.raises(FlashError, match=r"none\.bin cannot be read"):
        read_interpreter(tmp_path / "none.bin", None)
