"""The folder of a certificate authority: NAME.key and NAME.pem, and ca.key and ca.pem that sign.

All functions raise CertificateError for what a person can mend.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace as change
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from lokaalmeten import certificates, pem
from lokaalmeten.certificates import Authority, Holder
from lokaalmeten.errors import CertificateError

from .replacing import replace

CA = "ca"
SECRET, PUBLIC = 0o600, 0o644  # modes: keys are for their owner alone, certificates for all


def make(folder: Path, name: str, years: int, now: datetime) -> Authority:
    """Make an authority in ``folder``, which may be new; one that is there stays as it is."""
    made = certificates.make_authority(name, years, now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CertificateError(
            f"{folder} cannot be made: {error.strerror}; choose a folder that you may write"
        ) from None
    write_pair(folder, CA, pem.to_pem(made.key), pem.to_pem(made.certificate))
    return made


def issue(folder: Path, holder: Holder, days: int, now: datetime) -> x509.Certificate:
    """Write the key and the certificate of ``holder``; those that are there stay as they are."""
    if holder.name == CA:
        raise CertificateError(f"{CA} is the name of the CA itself in {folder}: choose another")
    authority = read_authority(folder)
    key = certificates.make_key()
    lasts = timedelta(days=days)
    made = certificates.issue(authority, holder, key.public_key(), lasts, now)
    write_pair(folder, holder.name, pem.to_pem(key), pem.to_pem(made))
    return made


def renew(
    folder: Path, names: Sequence[str], days_left: int, now: datetime
) -> Iterator[tuple[str, x509.Certificate, bool]]:
    """Renew the certificates of ``names``, or without names those that end within ``days_left``.

    Yields name, certificate as it is now, and whether it was renewed. One that cannot be renewed
    keeps no other from it: what is wrong is raised at the end.
    """
    authority = read_authority(folder)
    certificates.check_dates(authority, now)
    failures = []
    for name in dict.fromkeys(names) or find_names(folder):
        try:
            before = read_issued(folder, name, authority.certificate)
            check_own_key(folder, name, before)
            if names or certificates.is_due(authority, before, days_left, now):
                after = certificates.renew(authority, before, now)
                write_again(folder / f"{name}.pem", after)
                yield name, after, True
            else:
                yield name, before, False
        except CertificateError as error:
            failures.append(str(error))
    if failures:
        raise CertificateError("; ".join(failures))


def read_authority(folder: Path) -> Authority:
    """Return the authority of ``folder``, whose key only its owner may be able to read."""
    public, secret = folder / f"{CA}.pem", folder / f"{CA}.key"
    certificate = read_authority_certificate(folder)
    key = read(secret)
    mode = secret.stat().st_mode & 0o777
    if mode & 0o077:
        raise CertificateError(f"others can read {secret} (mode {mode:o}): chmod 600 {secret}")
    found = pem.read_authority(pem.to_pem(certificate), key, str(public), str(secret))
    return change(found, where=str(public))


def read_authority_certificate(folder: Path) -> x509.Certificate:
    """Return what the authority of ``folder`` signs with; its key may be kept elsewhere."""
    path = folder / f"{CA}.pem"
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise CertificateError(
            f"{folder} holds no CA: make one with meten ca init {folder}"
        ) from None
    except OSError as error:
        raise to_unreadable(path, error) from None
    return pem.read_authority_certificate(content, str(path))


def find_names(folder: Path) -> list[str]:
    """Return the names of what the authority has issued."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".pem")
    except OSError as error:
        raise to_unreadable(folder, error) from None
    return [path.stem for path in found if path.stem != CA]


def read_issued(folder: Path, name: str, signer: x509.Certificate) -> x509.Certificate:
    """Return a certificate of ``folder`` that ``signer`` signed."""
    if name not in find_names(folder):
        raise CertificateError(
            f"{folder} has no certificate to renew that is called {name!r}:"
            f" see meten ca list {folder}"
        )
    path = folder / f"{name}.pem"
    found = pem.read_certificate(read(path), str(path))
    pem.check_signer(found, signer, str(path))
    try:
        certificates.read_holder(found)
    except CertificateError as error:
        raise CertificateError(f"{path}: {error}: move it elsewhere") from None
    return found


def check_own_key(folder: Path, name: str, certificate: x509.Certificate) -> None:
    """Refuse a key of somebody else; one that was moved to where it is used is not needed."""
    path = folder / f"{name}.key"
    if path.exists():
        key = pem.read_key(read(path), str(path))
        pem.check_key(certificate, key, str(path.with_name(f"{name}.pem")), str(path))


def read(path: Path) -> bytes:
    """Return what a file holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise to_unreadable(path, error) from None


def write_pair(folder: Path, name: str, key: bytes, certificate: bytes) -> None:
    """Write both files or none."""
    secret = folder / f"{name}.key"
    create(secret, key, SECRET)
    try:
        create(folder / f"{name}.pem", certificate, PUBLIC)
    except BaseException:
        secret.unlink()
        raise


def create(path: Path, content: bytes, mode: int) -> None:
    """Write a file that was not there; it has its mode before it has its content."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise to_taken(path) from None
    except OSError as error:
        raise to_unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink()
        raise to_unwritable(path, error) from None


def write_again(path: Path, certificate: x509.Certificate) -> None:
    """Replace a certificate in one step."""
    try:
        replace(path, pem.to_pem(certificate).decode("ascii"))
    except OSError as error:
        raise to_unwritable(path, error) from None


def to_taken(path: Path) -> CertificateError:
    """Return what is said of a file that is there already."""
    said = f"{path} is there already and is not written over"
    if path.stem == CA:
        return CertificateError(f"{said}: choose another folder for another CA")
    again = f"meten ca renew {path.parent} {path.stem}"
    return CertificateError(f"{said}: renew it with {again}, or move it elsewhere")


def to_unreadable(path: Path, error: OSError) -> CertificateError:
    """Return what is said of a file that cannot be read."""
    said = f"{path} cannot be read: {error.strerror}"
    return CertificateError(f"{said}; put it back, or let this user read it")


def to_unwritable(path: Path, error: OSError) -> CertificateError:
    """Return what is said of a file that cannot be written."""
    said = f"{path} cannot be written: {error.strerror}"
    return CertificateError(
        f"{said}; let this user write in {path.parent}, or choose another folder"
    )
