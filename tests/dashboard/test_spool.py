"""Kept answers: made once, read while they are made, forgotten again."""

import asyncio
import hashlib
import io
import threading

import pytest

from dashboard import spool
from dashboard.spool import BusyError, Kept, Sink, Spool, fill


def run(work):
    return asyncio.run(work)


async def collect(kept, start=0, stop=None):
    return b"".join([piece async for piece in kept.pieces(start, stop)])


def making(write, *, grows=True):
    """A way to fill an answer in a thread, as a question to the database does."""

    async def ask(kept):
        await asyncio.to_thread(fill, kept, write, grows=grows)

    return ask


def test_an_answer_is_read_while_it_is_written():
    async def work():
        first, second = threading.Event(), threading.Event()

        def write(file):
            file.write(b"one ")
            first.set()
            assert second.wait(10)
            file.write(b"two")

        kept = Spool().make("q", making(write))
        pieces = kept.pieces(0, None)
        assert await anext(pieces) == b"one "
        assert first.is_set()
        assert not kept.whole
        second.set()
        assert b"".join([piece async for piece in pieces]) == b"two"
        assert kept.whole

    run(work())


@pytest.mark.parametrize("grows", [True, False])
def test_the_same_question_has_the_same_bytes_and_is_made_once(grows):
    made = []

    async def work():
        def write(file):
            made.append(1)
            file.write(b"bytes" * 100_000)

        kept = Spool()
        answer = kept.make("q", making(write, grows=grows))
        await answer.wait(10)
        assert kept.find("q") is answer
        assert kept.find("other") is None
        assert await collect(answer) == await collect(answer) == b"bytes" * 100_000
        assert await collect(answer, 5, 12) == b"bytesby"

    run(work())
    assert made == [1]


def test_what_was_whole_when_first_told_is_named_by_its_content():
    async def work():
        shelf = Spool()
        tags = []
        for content in (b"a", b"a", b"b"):
            kept = shelf.make("q", making(lambda file, content=content: file.write(content)))
            await kept.wait(10)
            tags.append(kept.etag)
        assert tags[0] == tags[1] == f'"{hashlib.sha256(b"a").hexdigest()[:40]}"'
        assert tags[2] != tags[0]

    run(work())


def test_what_is_named_while_it_is_made_keeps_its_name():
    async def work():
        go = threading.Event()

        def write(file):
            assert go.wait(10)
            file.write(b"a")

        shelf = Spool()
        kept, other = (shelf.make("q", making(write)) for _ in range(2))
        before = kept.etag
        assert before != other.etag
        go.set()
        await kept.wait(10)
        assert kept.etag == before
        assert shelf.find("q", before) is kept
        assert shelf.find("q", other.etag) is other
        assert shelf.find("q", '"nothing"') is None

    run(work())


def test_a_failure_reaches_who_waits_and_who_reads():
    async def work():
        go = threading.Event()

        def write(file):
            file.write(b"half")
            assert go.wait(10)
            raise ValueError("broken off")

        shelf = Spool()
        kept = shelf.make("q", making(write))
        pieces = kept.pieces(0, None)
        assert await anext(pieces) == b"half"
        go.set()
        with pytest.raises(ValueError, match="broken off"):
            await kept.wait(10)
        with pytest.raises(ValueError, match="broken off"):
            await anext(pieces)
        assert shelf.find("q", stale=True) is None

    run(work())


def test_a_server_that_stops_does_not_wait_for_the_end():
    async def work():
        begun, go = threading.Event(), threading.Event()

        def write(file):
            file.write(b"a")
            begun.set()
            assert go.wait(10)
            file.write(b"b")

        shelf = Spool()
        kept = shelf.make("q", making(write))
        assert await asyncio.to_thread(begun.wait, 10)
        shelf.close()
        go.set()
        with pytest.raises(BusyError, match="stops"):
            await kept.wait(10)

    run(work())


def test_a_full_disk_is_told_as_such():
    async def work():
        def write(_file):
            raise OSError(28, "No space left on device")

        kept = Spool().make("q", making(write))
        with pytest.raises(BusyError, match="No space left"):
            await kept.wait(10)

    run(work())


def test_who_comes_when_too_many_wait_is_sent_away():
    async def work():
        go = threading.Event()
        shelf = Spool()
        most = spool.AT_ONCE + spool.WAITING
        made = [shelf.make(str(number), making(lambda _: go.wait(10))) for number in range(most)]
        with pytest.raises(BusyError, match="try again"):
            shelf.make("one more", making(lambda _: None))
        go.set()
        for kept in made:
            await kept.wait(10)
        shelf.make("afterwards", making(lambda _: None))

    run(work())


def test_an_old_answer_is_only_for_who_resumes():
    async def work():
        shelf = Spool()
        kept = shelf.make("q", making(lambda file: file.write(b"a")))
        await kept.wait(10)
        kept.begun -= spool.FRESH_S
        assert shelf.find("q") is None
        assert shelf.find("q", stale=True) is kept
        assert shelf.find("q", kept.etag) is kept
        kept.asked -= spool.KEPT_S
        assert shelf.find("q", stale=True) is None

    run(work())


def test_the_oldest_answers_make_room():
    async def work():
        shelf = Spool()
        made = [shelf.make(name, making(lambda file: file.write(b"a"))) for name in "abc"]
        for kept in made:
            await kept.wait(10)
            kept.size = spool.TOGETHER_B // 2  # as if it were as large
        assert shelf.find("a", stale=True) is None
        assert shelf.find("b", stale=True) is made[1]
        assert shelf.find("c", stale=True) is made[2]

    run(work())


def test_a_sink_refuses_what_is_too_large():
    sink = Sink(io.BytesIO())
    sink.size = spool.MOST_B - 1
    sink.write(b"a")
    with pytest.raises(BusyError, match="3 GB"):
        sink.write(b"b")


def test_nothing_with_a_name_is_left_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    async def work():
        kept = Spool().make("q", making(lambda file: file.write(b"a")))
        await kept.wait(10)
        assert list(tmp_path.iterdir()) == []
        assert isinstance(kept, Kept)

    run(work())
