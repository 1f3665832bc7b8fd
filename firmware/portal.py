"""The portal: after a long press the node opens a network of its own, with a form to set it up.

    long press -> soft-AP with the password of the sticker -> every name leads here (DNS)
    -> a form -> the configuration -> restart; after ten minutes without an answer all is as before

No script is needed, and no page of 320 pixels is too narrow. Everything that comes is bounded.
"""

import asyncio

from micropython import const

from firmware.page import to_done, to_form, to_language
from firmware.streams import close

ADDRESS = "192.168.4.1"  # of an ESP32 that is an access point
_OPEN_S = const(600)
_MOST_REQUEST = const(4096)
WAIT_S = 10
_MOST_NETWORKS = const(8)


class Portal:
    """The form and who answers it."""

    def __init__(self, networks, config, change):
        """``networks`` are names that were heard, ``config`` the configuration as it is.

        ``change(dictionary)`` changes it and returns what is wrong, as sentences.
        """
        self.done = asyncio.Event()
        self._networks = networks
        self._config = config
        self._known = to_fields(config)
        self._change = change

    async def serve(self, reader, writer):
        """Answer one request, whatever it is; for asyncio.start_server."""
        try:
            request = await asyncio.wait_for(read_request(reader), WAIT_S)
            writer.write(self.answer(*request))
            await asyncio.wait_for(writer.drain(), WAIT_S)
        except (OSError, ValueError, asyncio.TimeoutError):
            pass  # who does not speak HTTP gets no answer
        finally:
            await close(writer)

    def answer(self, method, path, headers, body):
        """Bytes of an answer."""
        language = to_language(headers.get("accept-language", ""))
        if path != "/":  # what a phone asks to find out whether it is behind a portal
            return to_answer("302 Found", "", "Location: http://%s/\r\n" % ADDRESS)
        if method != "POST":
            return to_answer("200 OK", to_form(language, self._networks, self._known, []))
        fields = read_form(body)
        problems = self._change(to_configuration(fields, self._config.networks))
        if problems:
            self._known = fields
            return to_answer("200 OK", to_form(language, self._networks, self._known, problems))
        self.done.set()
        return to_answer("200 OK", to_done(language))


def to_fields(config):
    """What the form begins with: never a password."""
    found = {"node": config.node}
    broker = config.broker
    if broker is not None:
        found.update({"host": "%s:%d" % (broker.host, broker.port), "user": broker.user})
        found["plain"] = "" if broker.tls else "on"
    return found


def to_configuration(fields, networks):
    """Keys to change, of what was filled in; what was left empty stays as it is.

    A network is added before the ``networks`` that are known.
    """
    changed = {}
    ssid = fields.get("other") or fields.get("ssid")
    if ssid:
        password = fields.get("password") or dict(networks).get(ssid, "")
        listed = [(ssid, password)] + [one for one in networks if one[0] != ssid]
        changed["networks"] = [to_network(one) for one in listed[:_MOST_NETWORKS]]
    if fields.get("node"):
        changed["node"] = fields["node"]
    if fields.get("host"):
        host, _, port = fields["host"].partition(":")
        changed["broker"] = {"host": host}
        if port:
            changed["broker"]["port"] = int(port) if port.isdigit() else port
        for key, field in (("user", "user"), ("password", "secret")):
            if fields.get(field):
                changed["broker"][key] = fields[field]
        changed["broker"]["tls"] = "plain" not in fields
    return changed


def to_network(known):
    """A network as the configuration has it."""
    ssid, password = known
    return {"ssid": ssid, "password": password} if password else {"ssid": ssid}


async def read_request(reader):
    """(method, path, headers, body) of a request; raises ValueError for what is none."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += await read_more(reader, got)
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise ValueError("no request")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 4 or int(length) > _MOST_REQUEST:
        raise ValueError("too long")
    while len(body) < int(length):
        body += await read_more(reader, body)
    return words[0], words[1].partition("?")[0], headers, body[: int(length)]


async def read_more(reader, got):
    """Next bytes of a request that is not too long."""
    more = await reader.read(512)
    if not more or len(got) + len(more) > _MOST_REQUEST:
        raise ValueError("cut off, or too long")
    return more


def read_form(body):
    """Fields of a form as browsers send it (URL Standard, section 5.1)."""
    fields = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            fields[unquote(name)] = unquote(value)
        except UnicodeError:
            pass
    return fields


def unquote(octets):
    """Text of %41 and +."""
    parts = octets.replace(b"+", b" ").split(b"%")
    found = parts[0]
    for part in parts[1:]:
        try:
            found += bytes([int(part[:2], 16)]) + part[2:]
        except ValueError:
            found += b"%" + part
    return found.decode()


def to_answer(status, text, headers=""):
    """Bytes of an answer, after which the connection closes."""
    body = text.encode()
    head = "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n"
    head += "Cache-Control: no-store\r\nConnection: close\r\n%s\r\n"
    return (head % (status, len(body), headers)).encode() + body


def answer_name(query, address):
    """Answer of a name server to which every name is ours; None for no query (RFC 1035, 4.1)."""
    if len(query) < 17 or len(query) > 300 or query[2] & 0xF8 or query[4:6] != b"\0\1":
        return None
    end = 12
    while end < len(query) and query[end]:
        end += query[end] + 1
    if end + 5 > len(query):
        return None
    question = query[12 : end + 5]
    wanted = question[-4:]
    answers = b"\0\1" if wanted == b"\0\1\0\1" else b"\0\0"  # an address of version 4, or nothing
    head = query[:2] + b"\x85\x80" + b"\0\1" + answers + b"\0\0\0\0"
    if answers == b"\0\0":
        return head + question
    octets = bytes([int(part) for part in address.split(".")])
    return head + question + b"\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4" + octets  # for ten seconds


async def serve_names(line, address, sleep_ms):
    """Answer name queries for ever; ``line`` is a UDP socket that does not block."""
    while True:
        try:
            query, place = line.recvfrom(512)
            answer = answer_name(query, address)
            if answer is not None:
                line.sendto(answer, place)
            await sleep_ms(1)  # whoever asks without end must not keep the form from being served
        except OSError:  # nothing came
            await sleep_ms(50)


async def run(point, portal, line, start_server, sleep_ms, open_s=_OPEN_S):
    """Keep the portal open until it was answered, at most ``open_s``; True when it was.

    ``point`` is the access point, a network.WLAN that is configured; ``line`` see serve_names.
    """
    point.active(True)
    server = await start_server(portal.serve, "0.0.0.0", 80)  # noqa: S104 - its own network
    names = asyncio.create_task(serve_names(line, ADDRESS, sleep_ms))
    try:
        await asyncio.wait_for(portal.done.wait(), open_s)
        await sleep_ms(1000)  # in which the last page is sent
        return True
    except asyncio.TimeoutError:
        return False
    finally:
        names.cancel()
        server.close()
        point.active(False)
