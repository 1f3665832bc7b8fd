"""`meten ca list` as a table."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lokaalmeten.certificates import read_holder
from lokaalmeten.errors import CertificateError

from .ca_files import CA, find_names, read_authority_certificate, read_issued

DAY = timedelta(days=1)


def show_certificates(folder: Path, now: datetime, out: Console) -> bool:
    """Print one line a certificate, the authority first; return whether one has expired.

    What cannot be read is raised at the end as a CertificateError: the others are shown.
    """
    signer = read_authority_certificate(folder)
    table = Table("name", "kind", "names", "until (UTC)", "days left", box=None)
    table.add_row(CA, "authority", escape(to_called(signer)), *to_end(signer, now))
    shown, failures = [signer], []
    for name in find_names(folder):
        try:
            found = read_issued(folder, name, signer)
        except CertificateError as error:
            failures.append(str(error))
            continue
        holder = read_holder(found)
        names = ", ".join(holder.hosts or [holder.name])
        table.add_row(escape(name), holder.kind, escape(names), *to_end(found, now))
        shown.append(found)
    out.print(table)
    if failures:
        raise CertificateError("; ".join(failures))
    return any(each.not_valid_after_utc <= now for each in shown)


def to_called(authority: x509.Certificate) -> str:
    """Return what an authority is called."""
    return ", ".join(str(each.value) for each in authority.subject)


def to_end(certificate: x509.Certificate, now: datetime) -> tuple[str, str]:
    """Return until when it is valid, and how long that is from ``now`` on."""
    until = certificate.not_valid_after_utc
    return f"{until:%Y-%m-%d %H:%M}", to_left(until - now)


def to_left(left: timedelta) -> str:
    """Days that are left, in words where there are none.

    >>> to_left(timedelta(days=29.5)), to_left(timedelta(hours=3)), to_left(timedelta(days=-2))
    ('29', 'less than 1', 'expired 2 days ago')
    """
    if left <= timedelta(0):
        days = -left // DAY
        ago = "today" if days == 0 else f"{days} day{'s' if days > 1 else ''} ago"
        return f"expired {ago}"
    return str(left // DAY) if left >= DAY else "less than 1"
