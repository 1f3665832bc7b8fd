"""Whom an ID token is of, when all of it can be trusted (OpenID Connect Core 1.0, 3.1.3.7).

1. one signature, by a key of the provider, and by no method for which the client's secret is a key
2. issuer, audience, nonce, the times and the hash of the access token that came with it
3. subject, and the address when the provider confirms that it is the account's
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from .login import Person, UntrustedError

# By public keys alone: with HS256 whoever has the client's secret could sign, and none is nobody.
ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
SIGNATURES = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
LEEWAY_S = 60  # that two clocks may differ
LONGEST = 255  # letters of a subject; section 2


class UnknownKeyError(UntrustedError):
    """A token is signed by a key that the provider has not shown yet."""


@dataclass(frozen=True)
class Expected:
    """What a token must say to be the answer to a question of ours."""

    issuer: str
    client: str
    nonce: str
    access_token: str


def read_person(token: str, keys: Any, expected: Expected, now: float) -> Person:
    """Whom a token is of at ``now`` (Unix seconds); ``keys`` is a JWK Set (RFC 7517).

    Raises UntrustedError, which says what is wrong and holds nothing of the token;
    UnknownKeyError when newer keys may help.
    """
    try:
        signed = jwt.decode(token, KeySet.import_key_set(keys), registry=SIGNATURES)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client},
            },
            {
                "nonce": expected.nonce,
                "client_id": expected.client,
                "access_token": expected.access_token,
            },
        )
        claims.validate(now=int(now), leeway=LEEWAY_S)
    except InvalidKeyIdError as error:
        raise UnknownKeyError("its key is not one of the provider's") from error
    except ClaimError as error:
        raise UntrustedError(f"{error.error}: {error.claim}") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise UntrustedError(f"no ID token that can be trusted ({type(error).__name__})") from error
    return to_person(claims, expected.issuer)


def to_person(claims: Mapping[str, Any], issuer: str) -> Person:
    """Whom claims that hold are of; UntrustedError for a subject that is none."""
    subject, email = claims["sub"], claims.get("email")
    if not (isinstance(subject, str) and 0 < len(subject) <= LONGEST and subject.isprintable()):
        raise UntrustedError("sub is no text of up to 255 letters")
    is_confirmed = isinstance(email, str) and claims.get("email_verified") is True
    return Person(issuer, subject, email if is_confirmed else None)
