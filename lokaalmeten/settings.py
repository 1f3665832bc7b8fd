"""Settings: read once from the environment (LOKAALMETEN_*), then still.

What may hold a secret can lie in a file that LOKAALMETEN_NAME_FILE names, as containers have it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lokaalmeten.errors import SettingsError

CLIENT = "lokaalmeten-ingest"
PREFIX = "LOKAALMETEN_"


class Settings(BaseSettings):
    """What a running part must know; secrets never show in logs or messages."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    dsn: SecretStr = SecretStr("")  # postgresql://user:password@host:port/database
    read_dsn: SecretStr = SecretStr("")  # of a replica, for what only reads; else the same
    broker: SecretStr = SecretStr("mqtt://127.0.0.1:1883")  # mqtt[s]://user:password@host:port
    data: Path = Path(".data")  # where `meten up` and `meten demo` keep what they bring themselves
    host: str = "127.0.0.1"  # of the dashboard; 0.0.0.0 lets others in
    port: int = 8050
    ingest_host: str = "127.0.0.1"  # where the ingest answers over HTTP; 0.0.0.0 lets others in
    ingest_port: int = 0  # the same; 0 = nowhere
    forecast_host: str = "127.0.0.1"  # where `meten forecast run --every` answers over HTTP
    forecast_port: int = 0  # the same; 0 = nowhere
    client: str = CLIENT  # name of an ingest at the broker, its own and lasting
    share: str = Field(default="", pattern=r"^[^/+#]*$")  # group of ingests that share the load
    writers: int = Field(default=2, ge=1, le=8)  # connections that write at the same time
    batch_pages: int = Field(default=1000, ge=1, le=5000)  # a batch closes at so many messages ...
    batch_ms: int = Field(default=10, ge=0)  # ... or at this age, as soon as a writer is idle
    smtp: SecretStr = SecretStr("")  # of notices: smtps://user:password@host, smtp:// for STARTTLS
    mail_from: str = ""  # who notices by mail are from
    webhook_secret: SecretStr = SecretStr("")  # that notices to the web are signed with
    silent_hours: int = Field(default=24, ge=0, le=8760)  # of a box or counter; 0: never told
    silent_bike_hours: int = Field(default=0, ge=0, le=8760)  # of a bike, which rests by nature
    battery_low_mv: int = Field(default=3750, ge=0, le=5000)  # of one cell, from here on low
    site: str = Field(default="", pattern=r"^(https?://\S+)?$")  # of the pages, for links to them
    publisher: str = "Lokaal meten"  # who answers for this installation, in API and catalogue
    publisher_url: str = Field(default="", pattern=r"^(https?://\S+)?$")  # else the site
    publisher_email: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$")
    publisher_is_government: bool = False  # then the law calls what it measures of high value
    releases: str = ""  # where releases of data lie, for feed and catalogue: folder or s3://...
    showcase: str = ""  # folder with stories in Markdown, for the pages
    firmware: str = ""  # folder of meten node image, for the page that flashes boards
    basemap: Literal["", "pdok"] = ""  # below the map; pdok has browsers ask service.pdok.nl
    theme: str = ""  # file of CSS with colours of one's own, for the pages
    oidc_issuer: str = Field(default="", pattern=r"^(https?://\S+)?$")  # whose accounts sign in
    oidc_client: str = ""  # what that OpenID provider calls this site
    oidc_secret_file: str = ""  # file with the secret of this client; "" for one without
    oidc_name: str = ""  # of the accounts, for people: "Sign in with ..."; else the issuer's host
    rate: int = Field(default=600, ge=0)  # requests a minute of one address to the APIs; 0 = any
    log: Literal["auto", "json"] = "auto"  # auto: for people on a terminal, else JSON
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _check_group(self) -> Self:
        if self.share and self.client == CLIENT:
            raise ValueError(
                "each ingest of the group LOKAALMETEN_SHARE needs a name of its own that lasts: "
                "set LOKAALMETEN_CLIENT, for example to ingest-1"
            )
        if bool(self.oidc_issuer) != bool(self.oidc_client):
            raise ValueError(
                "accounts elsewhere sign in with both LOKAALMETEN_OIDC_ISSUER and"
                " LOKAALMETEN_OIDC_CLIENT, the name of this site there: set both, or neither"
            )
        return self

    def need_dsn(self) -> str:
        """Return the DSN, or say how to set it."""
        dsn = self.dsn.get_secret_value()
        if not dsn:
            raise SettingsError(
                "no database is named: set LOKAALMETEN_DSN, for example "
                "postgresql://lokaalmeten@localhost:5432/lokaalmeten, or run `meten demo`, "
                "which brings its own"
            )
        return dsn

    def need_read_dsn(self) -> str:
        """Return the DSN for what only reads: that of the replica, else of the database."""
        return self.read_dsn.get_secret_value() or self.need_dsn()

    def read_oidc_secret(self) -> str:
        """Return what the file of the client's secret holds; "" without one, else SettingsError."""
        if not self.oidc_secret_file:
            return ""
        try:
            secret = Path(self.oidc_secret_file).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no text"
            raise SettingsError(
                f"LOKAALMETEN_OIDC_SECRET_FILE: {self.oidc_secret_file} cannot be read ({reason})"
            ) from error
        if not secret:
            raise SettingsError(f"LOKAALMETEN_OIDC_SECRET_FILE: {self.oidc_secret_file} is empty")
        return secret

    def need_releases(self, given: str | None) -> str:
        """Return where releases lie, as given or as set, or say how to set it."""
        place = self.releases if given is None else given
        if not place:
            raise SettingsError(
                "no place for releases is named: give one, or set LOKAALMETEN_RELEASES, for"
                " example to s3://bucket/releases"
            )
        return place


def read_settings() -> Settings:
    """Settings of this process; SettingsError names the variable that cannot be used."""
    try:
        return build_settings(read_given())
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:  # of settings that do not go together
            raise SettingsError(first["msg"].removeprefix("Value error, ")) from None
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']}, found {first['input']!r}") from None


# names, as `read_given` has them, of files that hold a setting
FILE = "_file"
FILED = frozenset(
    f"{name}{FILE}" for name, one in Settings.model_fields.items() if one.annotation is SecretStr
)


class _Given(Settings):
    """Settings of what is handed in, and nothing of the environment."""

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[Any, ...]:
        return (sources["init_settings"],)


def read_given(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What an environment says with our prefix: name without it, in small letters, to text.

    Of a secret in a file, its text. Raises SettingsError for a file that cannot be read.
    """
    given = {
        name[len(PREFIX) :].lower(): text
        for name, text in environment.items()
        if name.upper().startswith(PREFIX)
    }
    for name in FILED & given.keys():
        secret = name.removesuffix(FILE)
        if secret in given:
            said = f"{PREFIX}{secret.upper()} and {PREFIX}{name.upper()} are both set: keep one"
            raise SettingsError(said)
        given[secret] = read_secret(Path(given.pop(name)), f"{PREFIX}{name.upper()}: ")
    return given


def read_secret(file: Path, what: str = "") -> str:
    """Text of a file without the end of its line; SettingsError that says ``what`` it is for."""
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"{what}{file} cannot be read: {why}") from None


def read_file(file: Path) -> dict[str, str]:
    """Lines NAME=value of a file, as systemd and shells read them; SettingsError for what is none.

    Blank lines and those that begin with # are left out, so is the word export; quotes around a
    value fall away.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"{file} cannot be read: {why}") from None
    found = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        name, mark, value = (part.strip() for part in line.removeprefix("export ").partition("="))
        if not (mark and name.isidentifier()):  # the line itself may hold a secret
            raise SettingsError(f"{file}, line {number} is not NAME=value")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[name] = value[1:-1] if quoted else value
    return found


def read_dsn_of(file: Path) -> str:
    """DSN that is all of a file, or the LOKAALMETEN_DSN of NAME.env; SettingsError without one."""
    if file.suffix != ".env":
        return read_secret(file)
    dsn = read_file(file).get(f"{PREFIX}DSN")
    if not dsn:
        raise SettingsError(f"{file} has no {PREFIX}DSN")
    return dsn


def read_names(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Names in an environment that begin as our prefix does, right or not, in order."""
    return sorted(name for name in environment if name.upper().startswith(PREFIX[:6]))


def build_settings(given: Mapping[str, str]) -> Settings:
    """Settings of texts by name, as `read_given` has them; pydantic's ValidationError."""
    values: dict[str, Any] = dict(given)
    return _Given(**values)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, as whom, and from whom it is."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False  # from the first byte; else STARTTLS

    def __str__(self) -> str:
        """Host and port, without the password."""
        return f"{self.host}:{self.port}"


def to_mail_server(url: str, sender: str) -> MailServer:
    """Server of ``smtps://`` (port 465) or ``smtp://`` (587, STARTTLS); else SettingsError.

    Letters of a name or password that an address cannot hold are written as %40 and the like.

    >>> str(to_mail_server("smtp://me:secret@mail.example.org", "me@example.org"))
    'mail.example.org:587'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError(
            "notices by mail need LOKAALMETEN_SMTP, an address like"
            " smtps://user:password@mail.example.org or smtp://... for STARTTLS"
        )
    if "@" not in sender:
        raise SettingsError(
            "notices by mail need LOKAALMETEN_MAIL_FROM, for example crowd@example.org"
        )
    user, password = (part and unquote(part) for part in (parts.username, parts.password))
    tls = parts.scheme == "smtps"
    return MailServer(parts.hostname, port or (465 if tls else 587), sender, user, password, tls)


@dataclass(frozen=True)
class Address:
    """Where a broker is and as whom to log in."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    authority: str = field(default="", repr=False)  # certificates, PEM; "" are those of the system

    def __str__(self) -> str:
        """Host and port, without the password."""
        return f"{self.host}:{self.port}"


def to_address(url: str) -> Address:
    """Address of ``mqtt://`` (port 1883) or ``mqtts://`` (8883, TLS); else SettingsError.

    >>> str(to_address("mqtt://localhost"))
    'localhost:1883'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise SettingsError(
            "LOKAALMETEN_BROKER is not an address like mqtt://host:1883 or mqtts://host:8883"
        )
    tls = parts.scheme == "mqtts"
    login = (parts.username, parts.password)
    return Address(parts.hostname, port or (8883 if tls else 1883), *login, tls)
