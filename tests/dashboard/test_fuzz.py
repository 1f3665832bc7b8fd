"""A few hundred requests that nobody thought of; `make bench-fuzz` asks 30,000."""

from urllib.parse import quote

import pytest

from lokaalmeten.quantities import BY_KEY
from tests.services.fuzzing import INJECTED, find_known, fuzz_api, fuzz_sta

PATHS = ("/v1/nodes/{}", "/v1/nodes/{}/series?quantity=pm25", "/v1/nodes/{}/forecast?quantity=pm25",
         "/v1/rides/{}", "/v1/stations/{}/series?quantity=no2", "/v1/crowd/places/{}",
         "/v1/crowd/places/{}/plan", "/v1/forecasts/{}/box-markt?quantity=pm25",
         "/v1/forecasts/node/{}?quantity=pm25", "/v1/forecasts/node/{}/index")  # fmt: skip


def test_every_answer_of_the_api_is_as_the_openapi_says(site):
    found = fuzz_api(site, 300, find_known(site))
    assert found.requests > 200
    assert found.faults == []
    assert {200, 400, 404} <= set(found.statuses) <= {200, 400, 404}
    assert found.server_faults == 0


def test_every_answer_of_sensorthings_is_in_its_form(site):
    found = fuzz_sta(site, 150)
    assert found.requests == 150
    assert found.faults == []
    assert {200, 400, 404} == set(found.statuses)


@pytest.fixture(scope="module")
def parameters(client):
    """Every parameter of the query of every route: path with names that are there, name."""
    names = {"name": "box-markt", "ride": "0", "place": "box-markt", "kind": "node"}
    return [
        (f"/v1{path.format(**names)}", parameter["name"])
        for path, item in client.get("/v1/openapi.json").json["paths"].items()
        for parameter in item["get"].get("parameters", [])
        if parameter["in"] == "query"
    ]


@pytest.mark.parametrize("attack", [text for text in INJECTED if text], ids=lambda text: text[:20])
def test_an_attack_in_any_parameter_is_a_problem_or_finds_nothing(client, parameters, attack):
    assert len(parameters) > 40
    for path, name in parameters:
        given = {} if name == "quantity" else {"quantity": "pm25"}
        given = given if any(p == path and n == "quantity" for p, n in parameters) else {}
        answer = client.get(path, **given, **{name: attack})
        is_nobody = (path, name) == ("/v1/forecasts/scores", "place")  # any text may be a place
        assert answer.status in ({200, 400} if is_nobody else {400, 404}), (path, name, answer)
        if answer.status != 200:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json["status"] == answer.status
    assert client.get("/v1/quantities").status == 200
    assert set(client.get("/v1/latest").json["units"]) <= set(BY_KEY)


@pytest.mark.parametrize("attack", [text for text in INJECTED if text], ids=lambda text: text[:20])
@pytest.mark.parametrize("path", PATHS)
def test_an_attack_in_a_name_finds_nothing(client, path, attack):
    answer = client.get(path.format(quote(attack, "")))
    assert answer.status in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"
