"""The node's own verification against `cryptography`, and against signatures made to deceive."""

from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.update import p256
from firmware.update.p256 import N, P, verify

SIGNATURES = 2000
SCRIPT = Path(__file__).parent / "verify_lines.py"
ECDSA = ec.ECDSA(hashes.SHA256())


def to_bytes(*numbers):
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def make_key(secret):
    private = ec.derive_private_key(secret, ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    return private, to_bytes(numbers.x, numbers.y)


def sign(private, message):
    return to_bytes(*decode_dss_signature(private.sign(message, ECDSA)))


@pytest.fixture(scope="module")
def signed():
    """(key, digest, signature) of many keys and messages."""
    found = []
    secrets = [int.from_bytes(sha256(b"%d" % index).digest()) % N for index in range(200)]
    keys = [make_key(secret) for secret in secrets]
    for index in range(SIGNATURES):
        private, key = keys[index % len(keys)]
        message = b"message %d" % index
        found.append((key, sha256(message).digest(), sign(private, message)))
    return found


def test_thousands_of_signatures_of_another_library_are_right(signed):
    assert all(verify(*each) for each in signed)


def test_a_flipped_bit_anywhere_is_seen(signed):
    for index, parts in enumerate(signed[:600]):
        changed = [bytearray(part) for part in parts]
        part = changed[index % 3]
        part[index % len(part)] ^= 1 << index % 8
        assert not verify(*map(bytes, changed))


@given(st.integers(1, N - 1), st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_key_and_message_is_verified_as_the_other_library_does(secret, message):
    private, key = make_key(secret)
    signature = sign(private, message)
    assert verify(key, sha256(message).digest(), signature)
    assert not verify(key, sha256(message + b"!").digest(), signature)


def negate(key):
    return to_bytes(int.from_bytes(key[:32]), P - int.from_bytes(key[32:]))


def deceive():
    """(what, key, digest, signature): cases in the manner of Wycheproof's, made here."""
    private, key = make_key(123456789)
    digest = sha256(b"hello").digest()
    r, s = decode_dss_signature(private.sign(b"hello", ECDSA))
    _, other = make_key(987654321)
    good = to_bytes(r, s)
    yield "r is 0", key, digest, to_bytes(0, s)
    yield "s is 0", key, digest, to_bytes(r, 0)
    yield "both are 0", key, digest, bytes(64)
    yield "r is n", key, digest, to_bytes(N, s)
    yield "s is n", key, digest, to_bytes(r, N)
    if r + N < 2**256:
        yield "r is beyond n", key, digest, to_bytes(r + N, s)
    yield "s is beyond n", key, digest, to_bytes(r, 2**256 - 1)
    yield "r is p", key, digest, to_bytes(P, s)
    yield "r and s changed places", key, digest, to_bytes(s, r)
    yield "both are 1", key, digest, to_bytes(1, 1)
    yield "both are n-1", key, digest, to_bytes(N - 1, N - 1)
    yield "too short", key, digest, good[:-1]
    yield "too long", key, digest, good + b"\0"
    yield "empty", key, digest, b""
    yield "DER instead of two numbers", key, digest, private.sign(b"hello", ECDSA)
    yield "another message", key, sha256(b"hullo").digest(), good
    yield "digest too short", key, digest[:31], good
    yield "digest too long", key, digest + b"\0", good
    yield "another key", other, digest, good
    yield "the key's mirror image", negate(key), digest, good
    yield "key not on the curve", key[:63] + bytes([key[63] ^ 1]), digest, good
    yield "key is 0", bytes(64), digest, good
    yield "key y is beyond p", key[:32] + b"\xff" * 32, digest, good
    yield "key with its prefix", b"\4" + key, digest, good
    yield "key of infinity", b"", digest, good
    # Q = -G and u = v: the sum walks through the point at infinity and must not stay there
    _, minus = make_key(N - 1)
    yield "sum is infinity", minus, to_bytes(5), to_bytes(5, 1)


@pytest.mark.parametrize(
    ("key", "digest", "signature"), [pytest.param(*c[1:], id=c[0]) for c in deceive()]
)
def test_a_deceptive_signature_is_refused(key, digest, signature):
    assert verify(key, digest, signature) is False


def test_a_point_has_one_spelling():
    """x + p would be the same point once more, where x is small enough to leave room."""
    x = next(x for x in range(1, 99) if pow(x**3 - 3 * x + p256.B, (P - 1) // 2, P) == 1)
    y = pow(x**3 - 3 * x + p256.B, (P + 1) // 4, P)
    assert p256.read_key(to_bytes(x, y)) == (x, y, 1)
    assert p256.read_key(to_bytes(x + P, y)) is None


def test_the_other_of_two_valid_s_is_valid_as_the_standard_says():
    """s and n - s both sign; who counts signatures must not, so nothing here does."""
    private, key = make_key(5)
    r, s = decode_dss_signature(private.sign(b"x", ECDSA))
    assert verify(key, sha256(b"x").digest(), to_bytes(r, N - s))


@pytest.mark.parametrize("secret", [1, 2, 3, N - 1, N - 2])
def test_keys_that_meet_the_base_point_on_the_way_are_verified(secret):
    private, key = make_key(secret)
    for message in (b"", b"a", b"b", b"c"):
        assert verify(key, sha256(message).digest(), sign(private, message))


def test_a_digest_of_zero_and_one_beyond_n_are_numbers_like_others():
    """e = 0 makes u = 0; e >= n wraps."""
    secret, nonce = 77, 4242
    _, key = make_key(secret)
    r = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x % N
    for e in (0, N, N + 1, 2**256 - 1):
        s = pow(nonce, -1, N) * (e + r * secret) % N
        assert verify(key, to_bytes(e), to_bytes(r, s))


def slow_multiply(count, point):
    """Affine double-and-add with divisions: another road to the same point."""
    total = None
    for bit in f"{count:b}":
        total = slow_add(total, total)
        if bit == "1":
            total = slow_add(total, point)
    return total


def slow_add(one, other):
    if one is None or other is None:
        return one or other
    (x, y), (p, q) = one, other
    if x == p and (y + q) % P == 0:
        return None
    slope = (3 * x * x - 3) * pow(2 * y, -1, P) if one == other else (q - y) * pow(p - x, -1, P)
    top = (slope * slope - x - p) % P
    return top, (slope * (x - top) - y) % P


@given(st.integers(0, N - 1), st.integers(0, N - 1))
@settings(max_examples=40, deadline=None)
def test_points_are_added_and_doubled_as_by_the_school_formula(first, second):
    def to_jacobian(point, z):
        return point and (point[0] * z * z % P, point[1] * z * z * z % P, z)

    def to_affine(point):
        if point is None:
            return None
        inverse = pow(point[2], -1, P)
        return p256.to_x(point), point[1] * inverse**3 % P

    base = (p256.GX, p256.GY)
    one, other = slow_multiply(first, base), slow_multiply(second, base)
    left, right = to_jacobian(one, first % P or 1), to_jacobian(other, 3)
    assert to_affine(p256.add(left, right)) == slow_add(one, other)
    assert to_affine(p256.double(left)) == slow_add(one, one)
    assert to_affine(p256.add(left, to_jacobian(one, 7))) == slow_add(one, one)


def test_micropython_says_the_same(micropython, signed, tmp_path):
    lines = [(*parts, True) for parts in signed[:300]]
    lines += [(*case[1:], False) for case in deceive()]
    file = tmp_path / "lines"
    file.write_text(
        "".join(" ".join((k.hex() or "-", d.hex(), s.hex() or "-")) + "\n" for k, d, s, _ in lines)
    )
    said = micropython.run(SCRIPT, file).split()
    assert said == [str(right) for *_, right in lines]
