"""Mail to a real server: over TLS, with a login, and what is said when it is not taken."""

from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import FormatError, NoticeError, UnsureError
from lokaalmeten.notices.mail import check_mailbox, send_mail, to_mail
from lokaalmeten.settings import MailServer
from tests.services.receivers import mail_server, make_certificate

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SENDER = "crowd@example.org"


def mail(to="stewards@example.org"):
    return to_mail(SENDER, to, "Oranje: Pier, Kop", "Twee mensen per m².\n", 12, NOON)


def nothing():
    return None


def test_a_mail_arrives_as_it_was_written():
    handed = []
    with mail_server() as inbox:
        send_mail(MailServer("127.0.0.1", inbox.port, SENDER), mail(), lambda: handed.append(1))
    (came,) = inbox.mails
    assert handed == [1]
    assert came["Subject"] == "Oranje: Pier, Kop"
    assert (came["To"], came["From"]) == ("stewards@example.org", SENDER)
    assert came["Message-ID"] == "<notice-12@example.org>"
    assert came["Date"] == "Mon, 01 Jun 2026 12:00:00 +0000"
    assert came.get_content().splitlines() == ["Twee mensen per m²."]


def test_a_login_goes_over_tls_alone(tmp_path):
    server, client = make_certificate(tmp_path)
    with mail_server(context=server, login=True) as inbox:
        there = MailServer("localhost", inbox.port, SENDER, "crowd", "right")
        send_mail(there, mail(), nothing, client)
        wrong = MailServer("localhost", inbox.port, SENDER, "crowd", "wrong-secret")
        with pytest.raises(NoticeError, match="535") as refused:
            send_mail(wrong, mail(), nothing, client)
        with pytest.raises(NoticeError, match="certificate"):  # whom nobody vouches for
            send_mail(there, mail(), nothing)
    assert len(inbox.mails) == 1
    assert set(inbox.logins) == {("crowd", "right"), ("crowd", "wrong-secret")}
    assert "wrong-secret" not in str(refused.value)


def test_what_a_server_does_not_take_is_said_with_its_reason():
    with mail_server() as inbox:
        inbox.answer = "451 try again later"
        with pytest.raises(NoticeError, match="451 try again later") as error:
            send_mail(MailServer("127.0.0.1", inbox.port, SENDER), mail(), nothing)
    assert not isinstance(error.value, UnsureError)
    with pytest.raises(NoticeError, match="mail server 127"):
        send_mail(MailServer("127.0.0.1", inbox.port, SENDER), mail(), nothing)  # it is gone


def test_nobody_knows_when_the_line_breaks_during_the_text():
    with mail_server() as inbox:
        inbox.answer = "hang up"
        with pytest.raises(UnsureError):
            send_mail(MailServer("127.0.0.1", inbox.port, SENDER), mail(), nothing)


@pytest.mark.parametrize(
    "text",
    ["", "stewards", "a@b@c", "a b@example.org", "a@example.org\nBcc: b@example.org", "é@x.nl"],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(FormatError, match="no address like name@"):
        check_mailbox(text)
