"""One question to a time server, against a small one of our own."""

import asyncio
import socket
import struct
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.link import ntp

SINCE_1900 = 25567 * 86400  # days from 1900-01-01 to 1970-01-01: 70 years, 17 of them leap
NOON = 1795435200
COOKIE = bytes(range(8))


def make_answer(question, seconds, mode=4, stratum=2, leap=0, half=True):
    """48 bytes as RFC 4330 draws them (chapter 4)."""
    head = bytes([leap << 6 | 4 << 3 | mode, stratum, 6, 236]) + bytes(20)
    stamp = struct.pack(">II", (seconds + SINCE_1900) % 2**32, 2**31 if half else 0)
    return head + question[40:48] + stamp + stamp


class Board:
    def ticks_ms(self):
        return int(time.monotonic() * 1000)

    def ticks_diff(self, end, start):
        return end - start


class Server(threading.Thread):
    """Answers each question with what ``answers`` makes of it."""

    def __init__(self, answers):
        super().__init__(daemon=True)
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.line.settimeout(5)
        self.answers = answers
        self.questions = []

    def run(self):
        question, address = self.line.recvfrom(100)
        self.questions.append(question)
        for answer in self.answers(question):
            self.line.sendto(answer, address)


def ask(answers, monkeypatch):
    server = Server(answers)
    server.start()
    monkeypatch.setattr(ntp, "PORT", server.line.getsockname()[1])
    try:
        asked = ntp.ask(
            socket, "127.0.0.1", Board(), lambda n: COOKIE[:n], lambda ms: asyncio.sleep(ms / 1000)
        )
        return asyncio.run(asked), server.questions
    finally:
        server.join()
        server.line.close()


def test_time_and_the_ticks_at_which_it_held_come_from_a_sound_answer(monkeypatch):
    (told, ticks), (question,) = ask(lambda q: [make_answer(q, NOON)], monkeypatch)
    assert told == NOON
    assert abs(ticks - Board().ticks_ms()) < 1000
    assert len(question) == 48
    assert question[0] == 0x23  # no leap warning, version 4, a client
    assert question[40:] == COOKIE


def test_answers_that_are_none_are_passed_over(monkeypatch):
    def answers(question):
        other = question[:40] + bytes(8)
        yield b""
        yield make_answer(other, NOON - 1)  # to somebody else's question
        yield make_answer(question, NOON - 2, mode=3)
        yield make_answer(question, NOON - 3, stratum=0)  # a refusal ("kiss-o'-death")
        yield make_answer(question, NOON - 4, leap=3)  # a server that does not know the time
        yield make_answer(question, NOON - 5)[:47]
        yield make_answer(question, NOON)

    assert ask(answers, monkeypatch)[0][0] == NOON


def test_no_answer_is_told_in_time(monkeypatch):
    monkeypatch.setattr(ntp, "PATIENCE_MS", 100)
    with pytest.raises(OSError, match="time server"):
        ask(lambda question: [], monkeypatch)


@given(st.integers(NOON, NOON + 60 * 365 * 86400))
def test_seconds_of_1900_that_begin_again_in_2036_are_read_right(seconds):
    question = bytes(40) + COOKIE
    assert ntp.read_answer(make_answer(question, seconds), COOKIE) == (seconds, 500)


@given(st.binary(max_size=60))
def test_no_bytes_are_trusted_that_do_not_carry_our_cookie(data):
    if data[24:32] != COOKIE:
        assert ntp.read_answer(data, COOKIE) is None
