"""Posts to a real web server: signed, over TLS, and never to where they were not sent."""

import hashlib
import hmac

import pytest

from lokaalmeten.errors import FormatError, NoticeError
from lokaalmeten.notices.webhook import check_url, post, sign
from tests.services.receivers import make_certificate, web_server


def test_a_post_arrives_with_its_headers():
    with web_server() as server:
        url = check_url(f"http://127.0.0.1:{server.server_port}/alerts?key=1")
        post(url, b"{}", {"X-Lokaalmeten-Notice": "7"})
    ((path, headers, body),) = server.posts
    assert (path, body) == ("/alerts?key=1", b"{}")
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Lokaalmeten-Notice"] == "7"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"


def test_over_tls_the_name_is_checked(tmp_path):
    there, trusted = make_certificate(tmp_path)
    with web_server(there) as server:
        url = f"https://localhost:{server.server_port}/"
        post(url, b"{}", {}, trusted)
        with pytest.raises(NoticeError, match="certificate"):
            post(url, b"{}", {})
    assert len(server.posts) == 1


def test_a_signature_is_over_the_moment_and_the_body():
    expected = hmac.new(b"secret", b'1767225600.{"a":1}', hashlib.sha256).hexdigest()
    assert sign("secret", b'{"a":1}', 1_767_225_600) == f"t=1767225600,v1={expected}"


def test_a_redirect_is_not_followed():
    with web_server() as server:
        server.answer = 307
        with pytest.raises(NoticeError, match=r"it redirects \(307\), which is not followed"):
            post(f"http://127.0.0.1:{server.server_port}/secret-path", b"{}", {})
    assert [path for path, *_ in server.posts] == ["/secret-path"]


def test_what_goes_wrong_is_said_without_the_path():
    with web_server() as server:
        server.answer = 500
        url = f"http://127.0.0.1:{server.server_port}/secret-path"
        with pytest.raises(NoticeError, match="answered 500") as error:
            post(url, b"{}", {})
    assert "secret-path" not in str(error.value)
    with pytest.raises(NoticeError, match="refused") as error:  # it is gone
        post(url, b"{}", {})
    assert "secret-path" not in str(error.value)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]"])
def test_a_private_address_is_refused_before_it_is_asked(host):
    with pytest.raises(NoticeError, match="it stands for the private"):
        post(f"https://{host}/latest", b"{}", {})


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.org/alerts", "only https is told"),
        ("http://localhost.example.org/", "only https is told"),
        ("ftp://example.org/", "like https://example.org/path"),
        ("https://", "like https://example.org/path"),
        ("https://user:secret@example.org/", "without a login"),
        ("https://example.org:port/", "like https://example.org/path"),
        ("https://example.org/a b", "like https://example.org/path"),
        ("https://example.org/\r\nX-Other: 1", "like https://example.org/path"),
    ],
)
def test_what_may_not_be_told_is_refused(url, says):
    with pytest.raises(FormatError, match=says) as error:
        check_url(url)
    assert "secret" not in str(error.value)
