import asyncio
import os
import socket
import struct
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import config, portal, provisioning
from firmware.files import Files
from firmware.page import WORDS, to_done, to_form
from firmware.pins import wait_for_press
from firmware.portal import Portal, answer_name, read_form

HEARD = ["library", "KPN12345 <b>'\"&", "café de Unie"]


@pytest.fixture
def files(tmp_path):
    return Files(os, str(tmp_path))


def make_portal(files):
    return Portal(HEARD, config.load(files), lambda changed: config.change(files, changed))


async def ask(door, request):
    """Answer of the portal over a real socket."""
    async with await asyncio.start_server(door.serve, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(request)
        if not request.endswith(b"\r\n\r\n") and b"Content-Length" not in request:
            writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer


def post(files, **fields):
    body = urlencode(fields).encode()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    door = make_portal(files)
    return door, asyncio.run(ask(door, head + body)).decode()


def test_a_form_that_is_filled_in_becomes_the_configuration(files):
    door, answer = post(
        files,
        ssid=HEARD[1],
        password="pass word+%é",
        node="box-7",
        host="meet.example.nl:8884",
        user="box-7",
        secret="s",
    )
    assert "Saved" in answer
    assert door.done.is_set()
    read = config.load(files)
    assert read.networks == [(HEARD[1], "pass word+%é")]
    assert (read.node, read.broker.host, read.broker.port) == ("box-7", "meet.example.nl", 8884)
    assert (read.broker.tls, read.broker.password) == (True, "s")


def test_what_is_left_empty_stays_and_a_network_is_added_before_the_others(files):
    post(files, ssid="library", password="12345678", node="box-7", host="h", secret="s")
    post(files, other="hidden", password="87654321", node="box-7", host="h:8883", secret="")
    post(files, ssid="library", password="", node="")
    read = config.load(files)
    assert read.networks == [("library", "12345678"), ("hidden", "87654321")]
    assert (read.node, read.broker.password) == ("box-7", "s")


def test_what_is_wrong_is_said_and_what_was_typed_stays_but_no_password(files):
    door, answer = post(files, ssid="a", password="short", node="Box <7>", host="h", secret="s3c")
    assert not door.done.is_set()
    assert "8 to 63 characters" in answer
    assert "value='Box &lt;7&gt;'" in answer
    assert "s3c" not in answer
    assert files.read("config.json") is None


class Tags(HTMLParser):
    """Which tags with which attributes a page has, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(st.lists(st.text(max_size=32), max_size=4), st.text(max_size=63), st.text(max_size=80))
def test_no_name_of_a_network_can_be_more_than_text(networks, node, said):
    plain = Tags(to_form("en", ["a"] * len(networks), {"node": "b"}, ["c"]))
    page = Tags(to_form("en", networks, {"node": node}, [said]))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    values = [attrs["value"] for tag, attrs in page.tags if attrs.get("name") == "node"]
    assert (
        values == [node.replace("\r\n", "\n").replace("\r", "\n")] or "\r" in node or "\0" in node
    )


def test_the_portal_speaks_dutch_to_a_dutch_phone_and_needs_no_script():
    assert WORDS["nl"].keys() == WORDS["en"].keys()
    for language in WORDS:
        page = to_form(language, HEARD, {}, [])
        assert f"<html lang={language}>" in page
        assert "<script" not in page + to_done(language)
        assert len(page.encode()) < 6000


def get(path="/", language="nl-NL,nl;q=0.9"):
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\n\r\n".encode()


def test_the_form_comes_in_the_language_of_the_browser(files):
    answers = [asyncio.run(ask(make_portal(files), get(language=each))) for each in ("nl", "de")]
    assert "Bewaren en starten" in answers[0].decode()
    assert "Save and start" in answers[1].decode()
    assert answers[0].startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("path", ["/generate_204", "/hotspot-detect.html", "/connecttest.txt"])
def test_a_phone_that_looks_for_a_portal_is_led_to_the_form(files, path):
    answer = asyncio.run(ask(make_portal(files), get(path)))
    assert answer.startswith(b"HTTP/1.1 302 Found\r\n")
    assert b"Location: http://192.168.4.1/\r\n" in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"GET /\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2000 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_no_answer_and_the_next_one_does(files, request_):
    async def live():
        door = make_portal(files)
        first = await ask(door, request_)
        return first, await ask(door, get())

    first, second = asyncio.run(live())
    assert first == b""
    assert b"200 OK" in second


def test_who_sends_nothing_is_left_alone_after_a_while(files, monkeypatch):
    monkeypatch.setattr(portal, "WAIT_S", 0.05)

    async def live():
        door = make_portal(files)
        async with await asyncio.start_server(door.serve, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return answer

    assert asyncio.run(live()) == b""


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=20), max_size=5))
def test_a_form_is_read_as_it_was_written(fields):
    encoded = urlencode(fields).encode()
    assert read_form(encoded) == (fields or {"": ""})


@given(st.binary(max_size=100))
def test_any_form_is_read(body):
    portal.to_configuration(read_form(body), [])


# names


def ask_name(name, kind=1, flags=0x0100):
    """Query as in RFC 1035, section 4."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return (
        struct.pack(">6H", 0x1234, flags, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)
    )


def test_every_name_leads_here():
    query = ask_name("connectivitycheck.gstatic.com")
    answer = answer_name(query, "192.168.4.1")
    number, flags, questions, answers, *_ = struct.unpack(">6H", answer[:12])
    assert (number, questions, answers) == (0x1234, 1, 1)
    assert flags & 0x8000
    assert flags & 0x000F == 0
    assert answer[12 : len(query)] == query[12:]
    name, kind, group, _, length = struct.unpack(">HHHIH", answer[len(query) : len(query) + 12])
    assert (name, kind, group, length) == (0xC00C, 1, 1, 4)
    assert socket.inet_ntoa(answer[-4:]) == "192.168.4.1"


def test_an_address_of_version_6_is_none_so_that_the_phone_does_not_wait():
    answer = answer_name(ask_name("a.nl", kind=28), "192.168.4.1")
    assert struct.unpack(">6H", answer[:12])[3] == 0


@given(st.binary(max_size=400))
def test_what_is_no_query_has_no_answer_or_a_short_one(octets):
    for query in (octets, ask_name("a.nl")[:12] + octets, ask_name("a.nl") + octets):
        answer = answer_name(query, "192.168.4.1")
        assert answer is None or len(answer) <= len(query) + 16


def test_an_answer_is_not_answered():
    assert answer_name(ask_name("a.nl", flags=0x8180), "192.168.4.1") is None


# the button, and the ten minutes


def test_only_a_long_press_opens_the_portal():
    async def live(presses):
        now = 0

        async def sleep_ms(length):
            nonlocal now
            now += length
            if now > 60_000:
                raise TimeoutError

        await wait_for_press(lambda: any(a <= now < b for a, b in presses), sleep_ms)
        return now

    assert asyncio.run(live([(1000, 9000)])) == 4000 - 50
    with pytest.raises(TimeoutError):
        asyncio.run(live([(at, at + 900) for at in range(0, 50_000, 1000)]))


def test_a_board_keeps_the_password_of_its_sticker_and_no_other_board_has_it(files, tmp_path):
    password = provisioning.read_password(files, os.urandom)
    assert provisioning.read_password(files, os.urandom) == password
    (tmp_path / "other").mkdir()
    other = provisioning.read_password(Files(os, str(tmp_path / "other")), os.urandom)
    assert len(password) == len(other) == 12
    assert other != password


class Point:
    """The access point of network.WLAN."""

    def __init__(self):
        self.states = []

    def active(self, on):
        self.states.append(on)


@pytest.mark.parametrize("filled_in", [True, False])
def test_the_portal_closes_when_it_was_answered_or_nobody_came(files, filled_in):
    async def live():
        async def sleep_ms(length):
            await asyncio.sleep(0)

        async def start_server(serve, host, port):
            return await asyncio.start_server(serve, "127.0.0.1", 0)

        point, door = Point(), make_portal(files)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind(("127.0.0.1", 0))
            line.setblocking(False)
            if filled_in:
                door.done.set()
            answered = await portal.run(point, door, line, start_server, sleep_ms, 1)
        return answered, point.states

    assert asyncio.run(live()) == (filled_in, [True, False])


# how it looks


@pytest.mark.parametrize("width", [320, 1280])
def test_the_form_is_readable_at_any_width_without_a_script(browser, tmp_path, width):
    known = {"node": "box-7", "host": "meet.example.nl:8883"}
    said = ['networks: the password of "library" does not have 8 to 63 characters']
    with browser.new_context(
        viewport={"width": width, "height": 640}, java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.set_content(to_form("nl", HEARD, known, said))
        fields = page.locator("input:visible, select, button").all()
        for field in fields:
            box = field.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        assert len(fields) == 8 + 1
        assert page.get_by_label("Wachtwoord van het netwerk").is_visible()
        page.screenshot(path=tmp_path / f"portal-{width}.png", full_page=True)
