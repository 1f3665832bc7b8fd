"""`meten node pull`: what waits on a board goes out by this computer's network instead of its own.

read the pages that wait, and how the board reaches its broker
publish them as the board would, and hear from the ingest what is committed
have the board forget that, and nothing else
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from ingest.bringing import PATIENCE_S, Boot, Way, bring, is_in, to_name
from lokaalmeten import wire
from lokaalmeten.settings import Address, to_address

from . import show_progress, to_bar
from .cable import RESET, explain, read_config, read_text, run_mpremote, stream_mpremote
from .errors import FlashError

AWAKE_MS = 600_000  # of the watchdog: a board that is left alone starts anew by itself

# What runs on the board, before main.py: its outbox, read from the oldest page on.
OPEN = f"""
import esp32, machine, os
from binascii import b2a_base64
from firmware.outbox import Outbox
dog = machine.WDT(timeout={AWAKE_MS})
box = Outbox(esp32.Partition.find(esp32.Partition.TYPE_DATA, label="slog")[0], os.urandom)
"""
READ = f"""
print(box.kept)
page = memoryview(bytearray({wire.PAGE_BYTES}))
at = box.find(0)
while at is not None:
    size = box.read(at, page)
    if size:
        print(str(b2a_base64(page[:size]), "ascii").strip())
    dog.feed()
    at = box.find(box.after(at))
"""
FORGET = """
box.acknowledge({acks!r})
print(box.kept)
"""


def pull(
    port: str,
    out: Console,
    *,
    folder: Path | None = None,
    broker: str = "",
    patience_s: float = PATIENCE_S,
) -> None:
    """Bring what waits on the board to the ingest, or a file for each page into ``folder``.

    ``broker`` takes the place of the address that the board knows. FlashError says what was not
    committed: it stays on the board, as everything does that went into files.
    """
    with started_anew(port):
        way = read_way(port, broker) if folder is None else None
        with show_progress(out) as bars:
            pages = read_pages(port, to_bar(bars, "from the board"))
        if way is None or not pages:
            if folder is not None:
                save(pages, folder)
            copied = f", copied to {folder}" if folder else ""
            out.print(f"{len(pages)} pages wait on the board{copied}", soft_wrap=True)
            return
        with show_progress(out) as bars:
            committed = bring(way, pages, to_bar(bars, f"to {way.broker}"), patience_s)
        left = forget(port, committed.values())
    missing = [page for page in pages if not is_in(to_name(page), committed)]
    out.print(f"{len(pages) - len(missing)} pages of {way.node} are committed, {left} wait")
    if missing:
        raise FlashError(
            f"{len(missing)} pages are not committed and stay on the board: does meten ingest run "
            f"at {way.broker}, and is {way.node} registered there?"
        )


@contextmanager
def started_anew(port: str) -> Iterator[None]:
    """Have the board measure again afterwards, however this ends."""
    try:
        yield
    finally:
        run_mpremote(port, "exec", "--no-follow", RESET)


# the board


def read_way(port: str, broker: str) -> Way:
    """Return how the board sends, by its configuration; FlashError when it does not."""
    config = read_config(port)
    known = config.get("broker") or {}
    node = config.get("node")
    if not node or not (broker or known.get("host")):
        raise FlashError(
            "the board knows no broker or has no name, so nobody takes its pages: give it both by "
            "meten flash or its form, or keep them in files with --to FOLDER"
        )
    login = {"username": known.get("user"), "password": known.get("password")}
    if broker:
        return Way(node, replace(to_address(broker), **login))
    tls = bool(known.get("tls", True))
    authority = read_text(port, known["ca"]) if known.get("ca") else ""
    usual = 8883 if tls else 1883
    address = Address(known["host"], known.get("port") or usual, tls=tls, authority=authority)
    return Way(node, replace(address, **login))


def read_pages(port: str, show: Callable[[float], None]) -> list[bytes]:
    """Return the pages that wait, oldest first; ``show`` hears which share is read."""
    _, *said = list_said(port, show)
    return [to_page(line) for line in said]


def list_said(port: str, show: Callable[[float], None]) -> list[str]:
    """Lines that the board says: how many pages wait, then each; FlashError for none."""
    said: list[str] = []
    for line in stream_mpremote(port, "exec", OPEN + READ):
        said.append(line)
        show(min(len(said) / (int(said[0]) + 1), 1) if said[0].isdigit() else 0)
    if not said:
        raise FlashError(explain(port, ""))
    return said


def to_page(line: str) -> bytes:
    """Page of a line in base64; FlashError when it is none."""
    try:
        page = b64decode(line, validate=True)
    except ValueError:
        page = b""
    if wire.refuse_page(page) is not None:
        raise FlashError("a page was damaged on the cable: nothing was sent, so once more")
    return page


def forget(port: str, committed: Iterable[Boot]) -> int:
    """Have the board forget what is committed; how many pages wait after that."""
    acks = [tuple(boot) for boot in committed]
    return int(run_mpremote(port, "exec", OPEN + FORGET.format(acks=acks)))


def save(pages: Sequence[bytes], folder: Path) -> None:
    """Write a file for each page, as it goes over MQTT."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        boot, sequence = to_name(page)
        (folder / f"{boot:08x}-{sequence:06}.page").write_bytes(page)
