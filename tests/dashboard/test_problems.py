"""Every wrong question gets a sentence: problem+json on the API, a page elsewhere."""

import re

import pytest

from dashboard.headers import API_VERSION
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

SERIES = "/v1/nodes/box-markt/series"
LOOK = ["/assets/look.js"]  # light or dark; a page of a problem needs no other script
DAY = "start=2026-05-03T00:00:00Z&end=2026-05-04T00:00:00Z"


def find_scripts(text):
    return re.findall(r'<script(?: src="([^"]*)")?', text)


def is_problem(answer, status):
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == API_VERSION
    assert set(answer.json) == {"type", "title", "status", "detail"}
    assert answer.json["status"] == status
    assert answer.json["detail"].endswith(".")
    return answer.json["detail"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (SERIES, "'quantity' is required"),
        (f"{SERIES}?quantity=pm99", "'pm99': there is no such quantity, choose one of pm1"),
        (f"{SERIES}?quantity=pm25&start=yesterday", "'start' is 'yesterday'"),
        (f"{SERIES}?quantity=pm25&start=2026-05-04T00:00:00", "timezone"),
        (f"{SERIES}?quantity=pm25&start=0001-01-01T00:00:00Z", "1970"),
        (f"{SERIES}?quantity=pm25&end=9999-01-01T00:00:00Z", "2106"),
        (
            f"{SERIES}?quantity=pm25&start=2026-05-05T00:00:00Z&end=2026-05-04T00:00:00Z",
            "start must be before end",
        ),
        (f"{SERIES}?quantity=pm25&width=-1", "'width' is '-1'"),
        (f"{SERIES}?quantity=pm25&width=a", "'width' is 'a'"),
        (
            f"{SERIES}?quantity=pm25&width=0&start=1970-01-01T00:00:00Z&end=2100-01-01T00:00:00Z",
            "ask for a shorter period or a larger width",
        ),
        (f"{SERIES}?quantity=pm25&quantitty=no2", "'quantitty' is not known here"),
        (f"/v1/hexagons?quantity=pm25&resolution=15&{DAY}", "'resolution' is '15'"),
        (f"/v1/hexagons?quantity=pm25&bbox=1,2,3&{DAY}", "west,south,east,north"),
        (f"/v1/hexagons?quantity=pm25&bbox=6,52,5,53&{DAY}", "west must be less than east"),
        (f"/v1/hexagons?quantity=pm25&bbox=nan,52,5,53&{DAY}", "'bbox'"),
        ("/v1/rides?limit=1000000000", "'limit' is '1000000000'"),
        ("/v1/quantities?from=today", "'from' is not known here"),
    ],
)
def test_a_wrong_parameter_is_named_with_its_value(client, target, words):
    assert words in is_problem(client.get(target), 400)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/nope",
        "/v1/nodes/nope",
        "/v1/nodes/nope/series?quantity=pm25",
        "/v1/nodes/nope/forecast?quantity=pm25",
        "/v1/rides/nope",
        "/v1/rides/00000000-0000-0000-0000-000000000000",
        "/v1/nodes/..%2f..%2fetc",
        "/v1/",
    ],
)
def test_what_is_not_there_is_a_problem_and_never_a_page(client, target):
    is_problem(client.get(target), 404)


@pytest.mark.parametrize(
    "path", ["/v1/nodes/%00", "/v1/nodes?%00", "/v1/forecasts/scores?quantity=pm25&place=%00"]
)
def test_an_address_with_a_nul_is_refused_before_a_database_sees_it(client, path):
    assert "NUL" in is_problem(client.get(path), 400)


@pytest.mark.parametrize("path", ["/nl/%00", "/en/crowd/a%00", "/nl/node/box-markt?quantity=%00"])
def test_a_page_with_a_nul_in_its_address_is_refused_calmly(client, path):
    answer = client.get(path)
    assert (answer.status, answer.headers["content-type"][:9]) == (400, "text/html")
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nl/?quantity=pm99", "Wat bedoelt u met de grootheid “pm99”? Er is pm1, "),
        ("/en/?quantity=%3Cb%3E", "There is no quantity “&lt;b&gt;”."),
        ("/en/?period=century", "There is no period “century”. Choose from hour, day, week, all."),
        ("/nl/node/box-markt?quantity=pm99", "“pm99”"),
        ("/en/forecasts?quantity=battery", "There is no quantity “battery”. There is pm25"),
        ("/en/air-map?quantity=x", "There is no quantity “x”."),
    ],
)
def test_an_option_that_cannot_be_is_said_in_the_language_of_the_page(client, path, said):
    answer = client.get(path)
    assert answer.status == 400
    assert said in answer.text
    assert f'href="{path.partition("?")[0]}"' in answer.text  # the page without it


def test_options_of_others_are_let_be(client):
    assert client.get("/nl/?fbclid=abc&utm_source=brief").status == 200


def test_sensorthings_refuses_a_nul_in_its_own_form(client):
    answer = client.get("/sta/v1.1/Things?$filter=name%20eq%20'%00'")
    assert answer.status == 400
    assert answer.json["code"] == 400


def test_a_moving_node_has_no_series_by_name(client):
    detail = is_problem(client.get("/v1/nodes/fiets-1/series?quantity=pm25"), 404)
    assert "moves with a person" in detail


def test_only_get_is_allowed(client):
    answer = client.get("/v1/nodes", method="DELETE")
    is_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/nope", "/nl/nope", "/en/node/nope", "/nl/ride/nope", "/docs"])
def test_an_unknown_page_is_calm_and_needs_no_script(client, path):
    answer = client.get(path)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert find_scripts(answer.text) == LOOK
    assert path in answer.text
    assert "aria-current" not in answer.text  # it is in no part of the menu


def test_an_unknown_page_speaks_the_language_of_its_address_or_else_of_the_browser(client):
    assert '<html lang="en">' in client.get("/en/nope").text
    assert '<html lang="nl">' in client.get("/nope").text
    english = {"Accept-Language": "de-DE, en;q=0.8, nl;q=0.5"}
    assert '<html lang="en">' in client.get("/nope", english).text


def test_an_address_is_shown_as_text(client):
    answer = client.get("/nl/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status == 404
    assert find_scripts(answer.text) == LOOK


def test_without_a_database_everything_answers_503_and_recovers(own_server):
    with running(own_server.dsn) as address:
        client = Client(address)
        assert client.get("/v1/nodes").status == 200
        own_server.stop()
        for _ in range(2):
            detail = is_problem(client.get("/v1/nodes"), 503)
            assert "try again in a minute" in detail
            assert client.get("/healthz").status == 503
        assert client.get("/v1").status == 200
        page = client.get("/nl/nodes")
        assert page.status == 503
        assert page.headers["retry-after"] == "10"
        assert "De database antwoordt niet" in page.text
        assert client.get("/assets/style.css").status == 200
        own_server.start()
        assert client.get("/v1/nodes").status == 200
        assert client.get("/nl/nodes").status == 200
        assert client.get("/healthz").json == {"status": "ok"}


def test_it_starts_without_a_database_and_tells_where_that_is_to_the_log_alone(caplog):
    with running("postgresql://reader:geheim@127.0.0.1:1/none") as address:
        details = [is_problem(Client(address).get("/v1/nodes"), 503) for _ in range(3)]
    assert not any("127.0.0.1" in detail or "reader" in detail for detail in details)
    (told,) = [r.getMessage() for r in caplog.records if r.name == "dashboard.source"]
    assert "database none at 127.0.0.1:1" in told
    assert "geheim" not in caplog.text
