"""A text to a mail server, over TLS; one mail, one connection."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from lokaalmeten.errors import FormatError, NoticeError, UnsureError
from lokaalmeten.settings import MailServer

from .webhook import is_loopback

TIMEOUT_S = 20.0


def check_mailbox(text: str) -> str:
    """An address of mail; FormatError when it is none.

    >>> check_mailbox("stewards@example.org")
    'stewards@example.org'
    """
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:  # its parser raises all of them
        raise FormatError(f"{text!r} is no address like name@example.org") from error
    if not address.domain or not text.isascii() or not text.isprintable() or " " in text:
        raise FormatError(f"{text!r} is no address like name@example.org")
    return text


def to_mail(
    sender: str, to: str, subject: str, text: str, number: int | str, moment: datetime
) -> EmailMessage:
    """A mail of a notice; mail servers know a repeated one by its number, which no other has."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<notice-{number}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to answer
    mail.set_content(text)
    return mail


def send_mail(
    server: MailServer,
    mail: EmailMessage,
    hand: Callable[[], object],
    context: ssl.SSLContext | None = None,
) -> None:
    """Hand a mail to its server; ``hand`` is called just before.

    Nothing goes over a line without TLS, but to this machine itself. Raises NoticeError when the
    server did not take it, UnsureError when the line broke before it said so.
    """
    trusted = context or ssl.create_default_context()
    try:
        link = open_link(server, trusted)
    except smtplib.SMTPResponseException as error:
        raise NoticeError(f"mail server {server}: {to_reason(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise NoticeError(f"mail server {server}: {error}") from error
    handed = False
    try:
        if server.username:
            link.login(server.username, server.password or "")
        hand()
        handed = True
        link.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, said),) = error.recipients.values()
        reason = to_reason(smtplib.SMTPResponseException(code, said))
        raise NoticeError(f"mail server {server}: the receiver is refused: {reason}") from error
    except smtplib.SMTPResponseException as error:
        raise NoticeError(f"mail server {server}: {to_reason(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        kind = UnsureError if handed else NoticeError
        raise kind(f"mail server {server}: {error}") from error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            link.quit()
        link.close()


def open_link(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    """A connection that is private, or stays on this machine."""
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    link = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        link.ehlo()
        if link.has_extn("starttls"):
            link.starttls(context=context)
        elif not is_loopback(server.host):
            raise smtplib.SMTPException("it offers no TLS, and mail would go out in the open")
    except BaseException:
        link.close()
        raise
    return link


def to_reason(error: smtplib.SMTPResponseException) -> str:
    """What a server answered, on one line."""
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(f"{error.smtp_code} {text}".split())[:200]
