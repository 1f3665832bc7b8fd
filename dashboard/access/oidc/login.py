"""Which accounts elsewhere are let in, what may go wrong, and who somebody turned out to be."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lokaalmeten.errors import LokaalmetenError


@dataclass(frozen=True)
class Login:
    """An OpenID provider, and as which client it knows this site."""

    issuer: str
    client: str
    secret: str = field(default="", repr=False)  # "" of a client without one: PKCE alone
    name: str = ""  # of the accounts, for people
    site: str = ""  # address of this site; else the one by which it was asked

    @property
    def title(self) -> str:
        """Name for people: the one that was given, else where the accounts are."""
        return self.name or urlsplit(self.issuer).netloc


@dataclass(frozen=True)
class Person:
    """Whose account it is, as its provider says and signs."""

    issuer: str
    subject: str  # what the provider calls the account for ever
    email: str | None  # that the provider confirms

    @property
    def account(self) -> str:
        """What an operator links: the address, else what the account is called."""
        return self.email or self.subject


class UnreachableError(LokaalmetenError):
    """The provider does not answer, or not as one."""


class UntrustedError(LokaalmetenError):
    """What came back does not prove who somebody is."""
