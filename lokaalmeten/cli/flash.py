"""`meten flash`: a board on a cable becomes a node."""

import os
import sys
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import typer

from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import Address, Settings, read_settings, to_address

from .saying import example, out

if TYPE_CHECKING:
    from .flashing.first import Look

WIFI_PASSWORD, NODE_PASSWORD = "METEN_WIFI_PASSWORD", "METEN_NODE_PASSWORD"
FLASH_EXAMPLE = example(
    "meten flash --board f1 --node box-7 --wifi library --broker mqtts://meet.example.nl",
    "meten flash --board b2 --firmware ESP32_GENERIC_S3-SPIRAM_OCT-20260406-v1.28.0.bin",
)


def flash(
    board: Annotated[
        Literal["f1", "b1", "b2"], typer.Option(help="f1 is a box; b1 and b2 are bikes.")
    ] = "f1",
    node: Annotated[str, typer.Option(help="Name as registered; without it nothing is sent.")] = "",
    wifi: Annotated[str, typer.Option(help="Its network; the password is asked for.")] = "",
    broker: Annotated[
        str, typer.Option(help="mqtt[s]://host:port of the broker, without a password.")
    ] = "",
    ca: Annotated[Path | None, typer.Option(help="CA of a broker with TLS, PEM.")] = None,
    key: Annotated[
        Path | None, typer.Option(help="release.pub: whose releases it takes, see node key.")
    ] = None,
    interval: Annotated[
        int | None, typer.Option(min=1, max=3600, help="Seconds between samples.")
    ] = None,
    port: Annotated[str, typer.Option(help="Serial port; auto is the only board on USB.")] = "auto",
    firmware: Annotated[
        Path | None, typer.Option(help="MicroPython for the chip; else it is downloaded.")
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="What that file must be.")] = None,
    micropython: Annotated[
        Path | None, typer.Option(help="MicroPython's unix port, when it is not in the PATH.")
    ] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Also forget pages that wait.")] = False,
    site: Annotated[
        str | None, typer.Option(help="https://... of the pages, to see its first page there.")
    ] = None,
) -> None:
    """Write MicroPython and the node software to a board on USB, and bring it to its first page.

    Passwords are asked for, or taken from METEN_WIFI_PASSWORD and METEN_NODE_PASSWORD. What was
    half written is simply flashed again.
    """
    settings = read_settings()
    from .flashing import Wish
    from .flashing import flash as run
    from .simulated import find_micropython

    address = read_broker(broker, node) if broker else None
    if wifi and not 1 <= len(wifi.encode()) <= 32:
        raise SettingsError(f"{wifi!r} is no name of a network: it has 1 to 32 bytes")
    wish = Wish(
        board, node, wifi, read_password(WIFI_PASSWORD, f"password of {wifi}") if wifi else "",
        address, ca, key, interval,
    )  # fmt: skip
    if address is not None:
        password = read_password(NODE_PASSWORD, f"password of {node} at the broker", empty=True)
        wish = replace(wish, broker=replace(address, password=password))
    site = (site or settings.site).rstrip("/")
    run(
        wish, out, program=micropython or find_micropython(), port=port, firmware=firmware,
        sha256=sha256, downloads=settings.data / "interpreters", erase=erase,
        look=choose_look(wish.board, node if wifi and broker else "", site, settings),
    )  # fmt: skip
    if site and node:
        out.print(f"its page: {site}/nl/node/{node}", soft_wrap=True)


def read_broker(url: str, node: str) -> Address:
    """Return the address of the broker; SettingsError when it holds a password or nobody is it."""
    if urlsplit(url).password:
        raise SettingsError(
            f"a password in --broker can be read by all who use this machine: leave it out, and "
            f"type it when asked or set {NODE_PASSWORD}"
        )
    if not node:
        raise SettingsError("--broker needs --node: a node without a name sends nothing")
    try:
        return to_address(url)
    except SettingsError as error:
        said = str(error).replace("LOKAALMETEN_BROKER", f"--broker {url}")
        raise SettingsError(said) from None


def read_password(name: str, question: str, *, empty: bool = False) -> str:
    """Return a password of the environment, else typed; SettingsError when nobody can type."""
    found = os.environ.get(name)
    if found is not None:
        return found
    if sys.stdin.isatty():
        return getpass(f"{question} (nothing when there is none): ")
    if empty:
        return ""
    raise SettingsError(f"the {question} is missing: set {name}; empty is an open network")


def choose_look(board: str, node: str, site: str, settings: Settings) -> "Look | None":
    """Return what tells of the first page; a bike's comes with its first ride, days later."""
    from .flashing.first import by_database, by_site

    if not node or board != "f1":
        return None
    if settings.dsn.get_secret_value() or settings.read_dsn.get_secret_value():
        return by_database(settings.need_read_dsn(), node)
    return by_site(site, node) if site else None
