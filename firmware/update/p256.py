"""ECDSA over P-256, verification only: FIPS 186-5, section 6.4.2, in whole numbers.

MicroPython verifies no signature of its own. A point is (X, Y, Z) in Jacobian coordinates, with
x = X/Z^2 and y = Y/Z^3, so that no division is needed on the way; None is the point at infinity.
Everything here is public, so nothing needs to take the same time whatever the numbers are.
"""

from micropython import const

# SP 800-186, section 3.2.1.3: y^2 = x^3 - 3x + B over the field of P, N points, base point (GX, GY)
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
GX = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
GY = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
_BYTES = const(32)  # of one number


def verify(key, digest, signature):
    """Tell whether ``signature`` (r and s, 64 bytes) of a SHA-256 ``digest`` is by ``key``.

    ``key`` is x and y of the public point, 64 bytes.
    """
    return list(verify_in_steps(key, digest, signature))[-1]


def verify_in_steps(key, digest, signature):
    """Yield None while there is more to do, at last True or False.

    On an ESP32 it takes seconds in all, in which a node has samples to take: so a step is one bit.
    """
    point = read_key(key)
    if point is None or len(signature) != 2 * _BYTES or len(digest) != _BYTES:
        yield False
        return
    r, s = to_number(signature[:_BYTES]), to_number(signature[_BYTES:])
    if not (0 < r < N and 0 < s < N):
        yield False
        return
    inverse = pow(s, N - 2, N)
    u, v = to_number(digest) * inverse % N, r * inverse % N
    base = (GX, GY, 1)
    both = add(base, point)  # of Shamir: u and v are walked through together
    total = None
    for bit in range(255, -1, -1):
        total = double(total)
        first, second = u >> bit & 1, v >> bit & 1
        if first or second:
            total = add(total, both if first and second else base if first else point)
        yield None
    yield total is not None and to_x(total) % N == r


def read_key(key):
    """Point of 64 bytes; None when it is not on the curve."""
    if len(key) != 2 * _BYTES:
        return None
    x, y = to_number(key[:_BYTES]), to_number(key[_BYTES:])
    if x >= P or y >= P or (y * y - (x * x - 3) * x - B) % P:
        return None
    return x, y, 1


def to_number(octets):
    """Whole number of bytes, the highest first."""
    return int.from_bytes(octets, "big")


def to_x(point):
    """Affine x of a point."""
    inverse = pow(point[2], P - 2, P)
    return point[0] * inverse * inverse % P


def double(point):
    """Twice a point; the curve has none of order two."""
    if point is None:
        return None
    x, y, z = point
    yy, zz = y * y % P, z * z % P
    slope = 3 * (x - zz) * (x + zz) % P  # 3 x^2 + a z^4, as a is -3
    beta = 4 * x * yy % P
    top = (slope * slope - 2 * beta) % P
    return top, (slope * (beta - top) - 8 * yy * yy) % P, 2 * y * z % P


def add(one, other):
    """Sum of two points."""
    if one is None or other is None:
        return one or other
    x, y, z = one
    p, q, w = other
    zz, ww = z * z % P, w * w % P
    u, h = x * ww % P, p * zz % P
    s, r = y * ww * w % P, q * zz * z % P
    h, r = (h - u) % P, (r - s) % P
    if h == 0:
        return double(one) if r == 0 else None
    hh = h * h % P
    hhh, v = h * hh % P, u * hh % P
    top = (r * r - hhh - 2 * v) % P
    return top, (r * (v - top) - s * hhh) % P, h * z * w % P
