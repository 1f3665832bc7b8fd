"""Certificates and private keys as PEM: bytes in, objects out, and back.

``where`` is what messages call the file; no message holds what a file with a key holds.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lokaalmeten.certificates import Authority
from lokaalmeten.errors import CertificateError

# what `cryptography` raises of bytes that are none, or that are odd
DAMAGED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
)


def read_authority(certificate: bytes, key: bytes, where: str, key_where: str) -> Authority:
    """Authority of two PEM files; CertificateError when one is damaged or they do not match."""
    found = read_authority_certificate(certificate, where)
    private = read_key(key, key_where)
    check_key(found, private, where, key_where)
    return Authority(found, private, where)


def read_authority_certificate(pem: bytes, where: str) -> x509.Certificate:
    """Certificate of an authority; CertificateError when it is damaged or of somebody else."""
    found = read_certificate(pem, where)
    values = [extension.value for extension in found.extensions]
    signs = any(isinstance(value, x509.BasicConstraints) and value.ca for value in values)
    if not signs or not any(isinstance(value, x509.SubjectKeyIdentifier) for value in values):
        raise CertificateError(f"{where} is no certificate of a CA: put the right file back")
    return found


def read_certificate(pem: bytes, where: str) -> x509.Certificate:
    """Certificate of a PEM file; CertificateError when there is none that can be read."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        list(found.extensions)  # they are decoded when they are asked for
        found.public_key()
    except DAMAGED:
        raise CertificateError(
            f"{where} is damaged: it holds no certificate that can be read; put a copy back,"
            " or remove it and issue another"
        ) from None
    return found


def read_key(pem: bytes, where: str) -> ec.EllipticCurvePrivateKey:
    """Private key of a PEM file; CertificateError when it is damaged or of another kind."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateError(
            f"{where} is damaged: it holds no private key that can be read; put a copy back"
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise CertificateError(f"{where} holds a key of another kind: only EC P-256 is used here")
    return key


def check_key(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, where: str, key_where: str
) -> None:
    """Refuse a key that does not belong to the certificate, with a CertificateError."""
    if key.public_key() != certificate.public_key():
        raise CertificateError(
            f"{key_where} does not belong to {where}: put the two back that were made together"
        )


def check_signer(certificate: x509.Certificate, signer: x509.Certificate, where: str) -> None:
    """Refuse a certificate that somebody else signed, with a CertificateError."""
    try:
        certificate.verify_directly_issued_by(signer)
    except (*DAMAGED, InvalidSignature):
        raise CertificateError(
            f"{where} was not signed by the CA beside it: move it elsewhere, or issue it anew"
        ) from None


def to_pem(thing: x509.Certificate | ec.EllipticCurvePrivateKey) -> bytes:
    """Bytes of a PEM file; of a key as PKCS#8, without a password."""
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    return thing.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
