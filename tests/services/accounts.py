"""An OpenID provider over HTTP, as a municipality has one: it signs, and believes no code twice.

It is strict in what a client must do (OpenID Connect Core 1.0, RFC 6749, RFC 7636), and a test has
it say something wrong by ``claims``, ``header``, ``key`` or ``ahead_s``.
"""

import json
import secrets
import time
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "lokaal-meten", "s3cret & lang: geheim/van+ons"
WELL_KNOWN = "/.well-known/openid-configuration"


def make_key(kind, kid) -> Any:
    """A key pair to sign with: RS256 or ES256."""
    about: Any = {"kid": kid, "use": "sig", "alg": kind}
    if kind == "RS256":
        return RSAKey.generate_key(2048, about)
    return ECKey.generate_key("P-256", about)


@dataclass
class Accounts:
    """The provider; what it gave out is in ``given``."""

    address: str
    key: Any
    shown: list[Any]  # keys that it shows
    claims: dict[str, Any] = field(default_factory=dict)  # said instead; None is left out
    header: dict[str, Any] = field(default_factory=dict)
    ahead_s: float = 0  # of its clock
    calls_itself: str = ""
    given: list[str] = field(default_factory=list)  # codes and tokens
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths

    @property
    def issuer(self):
        return self.address

    def describe(self):
        return {
            "issuer": self.calls_itself or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        }

    def enter(self, asked, subject, email):
        """Address back to the client, with a code for an account."""
        code = secrets.token_urlsafe(24)
        self.given.append(code)
        self.codes[code] = {**asked, "subject": subject, "email": email}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form, authorization):
        """Tokens for a code, or why not."""
        if not is_client(authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        proof = create_s256_code_challenge(form.get("code_verifier", ""))
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != proof
        ):
            return 400, {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(24)
        id_token = self.sign(self.to_claims(asked, access_token))
        self.given += [access_token, id_token]
        return 200, {"access_token": access_token, "token_type": "Bearer", "id_token": id_token}

    def to_claims(self, asked, access_token):
        now = int(time.time() + self.ahead_s)
        said = {
            "iss": self.address,
            "sub": asked["subject"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": asked["email"],
            "email_verified": True,
            "at_hash": create_half_hash(access_token, "RS256").decode(),
        }
        return {name: value for name, value in (said | self.claims).items() if value is not None}

    def sign(self, claims):
        header = {"alg": self.key.alg, "kid": self.key.kid} | self.header
        return jwt.encode(header, claims, self.key, algorithms=["RS256", "ES256"])


def is_client(authorization):
    """Whether this is who the client says it is: RFC 6749, 2.3.1."""
    kind, _, text = (authorization or "").partition(" ")
    name, _, secret = b64decode(text).decode().partition(":") if kind == "Basic" else ("", "", "")
    return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET) or (
        (name, secret) == (CLIENT, SECRET)
    )


class Handler(BaseHTTPRequestHandler):
    """What the provider answers."""

    accounts: Accounts

    def do_GET(self):
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.accounts.asked.append(path)
        if path == WELL_KNOWN:
            self.answer(200, self.accounts.describe())
        elif path == "/keys":
            self.answer(200, KeySet(self.accounts.shown).as_dict(private=False))
        elif path == "/authorize":
            asked = {name: values[0] for name, values in query.items()}
            right = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
            assert right
            assert asked["code_challenge_method"] == "S256"
            assert "openid" in asked["scope"].split()
            self.page(asked)
        else:
            self.answer(404, {})

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        form = {n: v[0] for n, v in parse_qs(self.rfile.read(length).decode()).items()}
        path = urlsplit(self.path).path
        self.accounts.asked.append(path)
        if path == "/token":
            self.answer(*self.accounts.exchange(form, self.headers["Authorization"]))
            return
        subject, email = form.pop("subject"), form.pop("email")
        self.send_response(303)
        self.send_header("Location", self.accounts.enter(form, subject, email))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page(self, asked):
        """A form that signs in as anybody: this is no place for passwords."""
        kept = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in asked.items()
        )
        body = (
            f'<!doctype html><html lang="en"><title>Accounts</title><form method="post">{kept}'
            '<label>Subject<input name="subject"></label><label>E-mail<input name="email"></label>'
            "<button>Enter</button></form></html>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002
        pass


@contextmanager
def providing(kind="RS256"):
    """A provider on a free port, until the end of the block."""
    key = make_key(kind, "first")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # another site than 127.0.0.1 to a browser, as that of a municipality is
    accounts = Accounts(f"http://localhost:{server.server_port}", key, [key])
    server.RequestHandlerClass = type("Bound", (Handler,), {"accounts": accounts})
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield accounts
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
