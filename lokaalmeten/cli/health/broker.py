"""The broker: whether it lets us in, and whom else."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.knock import knock
from lokaalmeten.errors import BrokerError, SettingsError
from lokaalmeten.settings import Address, to_address
from storage.checkup import is_here

from .certificate import check_file, check_shown
from .disk import CONFIGURATION, read_lines
from .finding import PATIENCE_S, Finding, unknown, well, wrong

PART = "broker"


@dataclass(frozen=True)
class Door:
    """How a broker answered: ``version`` it spoke, ``trouble`` where it did not let us in."""

    address: Address
    version: int = 0
    trouble: str = ""
    is_open: bool = False  # to anybody, without a password


def check_broker(url: str) -> list[Finding]:
    """Look at the broker and judge it; SettingsError when ``url`` is none."""
    door = look_at_door(to_address(url))
    return [judge_login(door), *([judge_open(door)] if door.version else [])]


def check_certificate(url: str) -> list[Finding]:
    """Look at the certificate that it shows; nothing without TLS, or for no address."""
    try:
        address = to_address(url)
    except SettingsError:  # told of the broker itself
        return []
    if not address.tls:
        return []
    return check_shown(PART, address.host, address.port, datetime.now(UTC))


def look_at_door(address: Address) -> Door:
    """Try to get in, and then as nobody."""
    try:
        version = knock(address, PATIENCE_S)
    except BrokerError as error:
        return Door(address, trouble=str(error))
    try:
        knock(replace(address, username=None, password=None), PATIENCE_S)
    except BrokerError:
        return Door(address, version)
    return Door(address, version, is_open=True)


def judge_login(door: Door) -> Finding:
    """Judge whether we get in."""
    if not door.version:
        return wrong(PART, "login", door.trouble, "see docs/broker.md, and the log of the broker")
    speaks = "MQTT 5" if door.version == 5 else "MQTT 3.1.1"
    return well(PART, "login", f"{door.address} lets us in, {speaks}")


def judge_open(door: Door) -> Finding:
    """Judge whether others get in without a password."""
    if not door.is_open:
        return well(PART, "open", "nobody gets in without a password")
    if is_here(door.address.host):
        return well(PART, "open", "to anybody, at an address of this machine alone")
    todo = "have it ask for passwords: meten broker setup, docs/broker.md"
    return wrong(PART, "open", f"anybody who reaches {door.address} gets in", todo)


def check_certificates(folder: Path | None) -> list[Finding]:
    """Look at the certificates that the broker of a folder shows to nodes; none without one."""
    if folder is None:
        return []
    try:
        lines = list(read_lines(folder / CONFIGURATION))
    except FileNotFoundError:  # keys and passwords may lie in a folder of their own
        return []
    except OSError as error:
        return [unknown(PART, CONFIGURATION, f"it cannot be read: {error.strerror}")]
    files = [folder / value for name, value in lines if name == "certfile"]
    return [check_file(PART, path, datetime.now(UTC)) for path in files]
