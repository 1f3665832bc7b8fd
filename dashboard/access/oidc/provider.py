"""An OpenID provider as it is asked: where it is, what its keys are, and for the token of a code.

It is asked for the first time when somebody signs in: a provider that is away keeps nothing from
starting, and neither its answers nor that it is away are asked for again at each click.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.exceptions import RequestException

from .login import Login, Person, UnreachableError, UntrustedError
from .pending import Pending
from .tokens import Expected, UnknownKeyError, read_person

WELL_KNOWN = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, section 4
SCOPE = "openid email"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
TIMEOUT_S = 5
FRESH_S = 3600  # for which what a provider says of itself is believed
RETRY_S = 10  # until one that was away is asked again
HERE = ("127.0.0.1", "localhost", "::1")


class Provider:
    """Asks one provider; may be shared by threads. ``clock`` is in Unix seconds."""

    def __init__(self, login: Login, clock: Callable[[], float] = time.time) -> None:
        self.login = login
        self._clock = clock
        self._lock = Lock()
        self._facts: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._asked_at = self._away_at = float("-inf")

    def to_address(self, asked: Pending, back: str) -> str:
        """Where a browser is sent to sign in, and from there to ``back``; UnreachableError."""
        facts = self._find()
        with self._open(facts, back) as session:
            address, _ = session.create_authorization_url(
                facts["authorization_endpoint"],
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return address

    def find_person(self, code: str, asked: Pending, back: str) -> Person:
        """Who came back with a code; UnreachableError, or UntrustedError without a proof."""
        token = self._exchange(code, asked, back)
        texts = [token.get(name) for name in ("id_token", "access_token")]
        if not all(isinstance(text, str) for text in texts):
            raise UntrustedError("the provider gave no ID token")
        id_token, access_token = map(str, texts)
        login = self.login
        expected = Expected(login.issuer, login.client, asked.nonce, access_token)
        keys = self._keys
        try:
            return read_person(id_token, keys, expected, self._clock())
        except UnknownKeyError:
            return read_person(id_token, self._read_keys(), expected, self._clock())

    def _exchange(self, code: str, asked: Pending, back: str) -> dict[str, Any]:
        facts = self._find()
        try:
            with self._open(facts, back) as session:
                return session.fetch_token(
                    facts["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise UntrustedError(f"the provider refuses the code ({error.error})") from error
        except (RequestException, ValueError) as error:
            raise UnreachableError(f"no token ({type(error).__name__})") from error

    def _open(self, facts: dict[str, Any], back: str) -> Any:
        login = self.login
        known = facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return OAuth2Session(
            login.client,
            login.secret or None,
            token_endpoint_auth_method=method if login.secret else "none",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )

    def _find(self) -> dict[str, Any]:
        """What the provider says of itself, with its keys; asked by one thread at a time."""
        with self._lock:
            now = self._clock()
            if 0 <= now - self._asked_at < FRESH_S:
                return self._facts
            if 0 <= now - self._away_at < RETRY_S:
                raise UnreachableError("it did not answer a moment ago")
            try:
                said = self._get(self.login.issuer.rstrip("/") + WELL_KNOWN)
                facts = check_facts(said, self.login)
                keys = self._get(facts["jwks_uri"])
            except UnreachableError:
                self._away_at = now
                raise
            self._facts, self._keys, self._asked_at = facts, keys, now
            return facts

    def _read_keys(self) -> dict[str, Any]:
        with self._lock:
            self._keys = self._get(self._facts["jwks_uri"])
            return self._keys

    def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except (RequestException, ValueError) as error:
            raise UnreachableError(f"{address} does not answer ({type(error).__name__})") from error
        if not isinstance(found, dict):
            raise UnreachableError(f"{address} answers {answer.status_code} without an object")
        return found


def check_facts(facts: dict[str, Any], login: Login) -> dict[str, Any]:
    """What a provider says of itself, when it can be used; UnreachableError when it cannot."""
    if facts.get("issuer") != login.issuer:
        raise UnreachableError(f"it calls itself another issuer than {login.issuer}")
    for name in NEEDED:
        if not is_safe(str(facts.get(name, ""))):
            raise UnreachableError(f"its {name} is no address with https")
    return facts


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read or change what is asked there.

    >>> is_safe("https://login.example.nl/token"), is_safe("http://login.example.nl/token")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
