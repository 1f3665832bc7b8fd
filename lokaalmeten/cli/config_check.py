"""What is wrong with settings: every one of them, with what it must be and an example.

1. each by itself, as `Settings` reads it
2. those that go together, and addresses and folders, which are used later
3. names that are nobody's
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from lokaalmeten.errors import LokaalmetenError
from lokaalmeten.settings import FILED, PREFIX, Settings, build_settings, to_address, to_mail_server
from storage.failures import read_dsn

ALIKE = 0.6  # of difflib's ratio: DNS is DSN
ALIKE_WHOLE = 0.9  # with the prefix
ANOTHERS = ("TEST_CACHE", "FUZZ")  # of `make test`

_PORT = ("a whole number from 0 to 65535", "8051")
_ADDRESS = ("an address with http:// or https://, or nothing", "https://meet.example.nl")
_DSN = ("an address of PostgreSQL", "postgresql://lokaalmeten:password@localhost:5432/lokaalmeten")
_TEXT = ("a text", "")
_FOLDER = ("a folder that is there", "/var/lib/lokaalmeten")

MUST: dict[str, tuple[str, str]] = {  # what each must be, and an example
    "dsn": _DSN,
    "read_dsn": _DSN,
    "broker": ("an address of MQTT", "mqtts://lokaalmeten:password@meet.example.nl:8883"),
    "data": _FOLDER,
    "host": ("a name or address of this machine", "127.0.0.1"),
    "port": _PORT,
    "ingest_host": ("a name or address of this machine", "127.0.0.1"),
    "ingest_port": _PORT,
    "forecast_host": ("a name or address of this machine", "127.0.0.1"),
    "forecast_port": _PORT,
    "client": ("a name that no other ingest has", "ingest-1"),
    "share": ("a name without / + #, or nothing", "ingests"),
    "writers": ("a whole number from 1 to 8", "2"),
    "batch_pages": ("a whole number from 1 to 5000", "1000"),
    "batch_ms": ("a whole number of milliseconds, 0 or more", "10"),
    "smtp": ("an address of a mail server", "smtps://user:password@mail.example.org"),
    "mail_from": ("an address for mail", "crowd@example.org"),
    "webhook_secret": _TEXT,
    "silent_hours": ("a whole number of hours, 0 for never", "24"),
    "silent_bike_hours": ("a whole number of hours, 0 for never", "720"),
    "battery_low_mv": ("a whole number of millivolts from 0 to 5000", "3750"),
    "site": _ADDRESS,
    "publisher": _TEXT,
    "publisher_url": _ADDRESS,
    "publisher_email": ("an address for mail, or nothing", "data@example.org"),
    "publisher_is_government": ("true or false", "true"),
    "releases": ("a folder, or an address like s3://bucket/releases", "s3://bucket/releases"),
    "showcase": _FOLDER,
    "firmware": _FOLDER,
    "basemap": ("pdok or nothing", "pdok"),
    "theme": ("a file of CSS that is there", "/etc/lokaalmeten/theme.css"),
    "oidc_issuer": (
        "an address with https://, of an OpenID provider",
        "https://login.example.nl/realms/city",
    ),
    "oidc_client": ("a text, with LOKAALMETEN_OIDC_ISSUER", "lokaal-meten"),
    "oidc_secret_file": (
        "a file that can be read, with the secret of the client",
        "/etc/lokaalmeten/oidc-secret",
    ),
    "oidc_name": ("a text", "Gemeente Utrecht"),
    "rate": ("a whole number of requests a minute, 0 for any", "600"),
    "log": ("auto or json", "json"),
    "log_level": ("debug, info, warning or error", "info"),
}
TOGETHER = (("share", "client"), ("oidc_issuer", "oidc_client"))  # the second is said to be wrong


@dataclass(frozen=True)
class Fault:
    """One setting that cannot be used; ``found`` never holds a secret."""

    name: str  # with LOKAALMETEN_
    found: str
    must: str  # or, without an example, the whole sentence
    example: str = ""


def find_faults(given: Mapping[str, str]) -> list[Fault]:
    """Every setting that cannot be used, by ``given``, name without prefix to text."""
    ours = {name: text for name, text in given.items() if name in Settings.model_fields}
    alone = find_alone(ours)
    rest = {name: text for name, text in ours.items() if name not in alone}
    together = find_together(rest)
    for pair in TOGETHER:
        if pair[1] in together:
            rest = {name: text for name, text in rest.items() if name not in pair}
    faults = {name: to_fault(name, ours) for name in alone} | together
    return list((faults | find_later(build_settings(rest), ours)).values())


def find_alone(given: Mapping[str, str]) -> set[str]:
    """Names of those that cannot be read, whatever the others are."""
    try:
        build_settings(given)
    except ValidationError as error:
        return {str(one["loc"][0]) for one in error.errors() if one["loc"]}
    return set()


def find_together(given: Mapping[str, str]) -> dict[str, Fault]:
    """Those that can be read, and do not go together: a group needs a name of each."""
    faults = {}
    for pair in TOGETHER:
        try:
            build_settings({name: given[name] for name in pair if name in given})
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            faults[pair[1]] = Fault(to_name(pair[1]), "", said)
    return faults


def find_later(settings: Settings, given: Mapping[str, str]) -> dict[str, Fault]:
    """Those that are read, and that the command which uses them would refuse."""
    tries: dict[str, Callable[[], object]] = {
        "dsn": lambda: try_dsn(settings.dsn.get_secret_value()),
        "read_dsn": lambda: try_dsn(settings.read_dsn.get_secret_value()),
        "broker": lambda: to_address(settings.broker.get_secret_value()),
        "smtp": lambda: to_mail_server(settings.smtp.get_secret_value(), "a@example.org"),
        "mail_from": lambda: to_mail_server("smtp://example.org", settings.mail_from),
    }
    tries |= {
        "oidc_issuer": lambda: settings.oidc_issuer and try_issuer(settings.oidc_issuer),
        "oidc_secret_file": settings.read_oidc_secret,
    }
    tries |= {name: lambda name=name: try_port(getattr(settings, name)) for name in given
              if MUST[name] is _PORT}  # fmt: skip
    tries |= {
        name: lambda name=name: try_path(getattr(settings, name), name)
        for name in ("showcase", "firmware", "theme")
    }
    faults = {}
    for name, check in tries.items():
        if not given.get(name):
            continue
        try:
            check()
        except (LokaalmetenError, ValueError, OSError):
            faults[name] = to_fault(name, given)
    if settings.smtp.get_secret_value() and not settings.mail_from:
        faults["mail_from"] = Fault(to_name("mail_from"), "nothing", *MUST["mail_from"])
    return faults


def try_dsn(dsn: str) -> None:
    """Read a DSN; StorageError when it is none."""
    read_dsn(dsn)


def try_port(port: int) -> None:
    """Refuse what is no port, with a ValueError."""
    if not 0 <= port < 1 << 16:
        raise ValueError(port)


def try_issuer(issuer: str) -> None:
    """Refuse an address that others can read or change on the way, with a ValueError."""
    parts = urlsplit(issuer)
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not is_here):
        raise ValueError(issuer)


def try_path(path: str, name: str) -> None:
    """Refuse a file or folder that is not there, with a FileNotFoundError."""
    if not (Path(path).is_file() if name == "theme" else Path(path).is_dir()):
        raise FileNotFoundError(path)


def find_strangers(names: Iterable[str]) -> list[Fault]:
    """Names in the environment that look like ours and are not; what they hold may be a secret."""
    ours = [to_name(name) for name in (*Settings.model_fields, *FILED)]
    faults = []
    for name in map(str.upper, names):
        if name in ours or name.removeprefix(PREFIX) in ANOTHERS:
            continue
        alike = find_alike(name, ours)
        if alike or name.startswith(PREFIX):
            asked = f"; did you mean {alike}?" if alike else ""
            faults.append(Fault(name, "", f"there is no such setting{asked}"))
    return faults


def find_alike(name: str, ours: Sequence[str]) -> str:
    """Ours that is most like a name, or "".

    >>> find_alike("LOKAALMETEN_DNS", ["LOKAALMETEN_HOST", "LOKAALMETEN_DSN"])
    'LOKAALMETEN_DSN'
    """
    if not name.startswith(PREFIX):
        return next(iter(get_close_matches(name, ours, 1, ALIKE_WHOLE)), "")
    # without what they have in common, which would make all alike
    ends = {one.removeprefix(PREFIX): one for one in ours}
    found = get_close_matches(name.removeprefix(PREFIX), ends, 1, ALIKE)
    return ends[found[0]] if found else ""


def to_fault(name: str, given: Mapping[str, str]) -> Fault:
    """Fault of one setting by itself."""
    return Fault(to_name(name), to_found(name, given), *MUST[name])


def to_found(name: str, given: Mapping[str, str]) -> str:
    """What a setting holds, for people; a secret as ***."""
    text = given[name]
    return "***" if is_secret(name) and text else repr(hide_login(text))


def hide_login(text: str) -> str:
    """Address without a name and password, which some put where none belong.

    >>> hide_login("https://me:secret@meet.example.nl/x"), hide_login("data@example.org")
    ('https://***@meet.example.nl/x', 'data@example.org')
    """
    head, at, rest = text.rpartition("@")
    scheme, mark, _ = head.partition("://")
    return f"{scheme + mark if mark else ''}***@{rest}" if at and ":" in head else text


def is_secret(name: str) -> bool:
    """Whether a setting may hold a password."""
    return Settings.model_fields[name].annotation is SecretStr


def to_name(name: str) -> str:
    """Name in the environment.

    >>> to_name("dsn")
    'LOKAALMETEN_DSN'
    """
    return f"{PREFIX}{name.upper()}"
