"""The OpenAPI of the API by the Dutch API Design Rules, each rule of their linter a test.

Whatever is below /v1 is looked at, whoever put it there. Names of rules are those of the linter
(Logius, API Design Rules 2.1, media/linter.yaml) and of the rules themselves (/core/...).
"""

import re

import jsonschema_rs
import pytest

from dashboard.app import create_app
from dashboard.setup import Setup

METHODS = {"get", "put", "post", "delete", "patch"}
OTHERS = {"parameters", "summary", "description", "servers"}
SEGMENT = r"([a-z0-9-]+|\{[^}]+\})"
PATH = re.compile(rf"/|/{SEGMENT}(/([a-z0-9.-]+|\{{[^}}]+\}}))*(/_[a-z]+)?")
CAMEL = re.compile(r"\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*")
SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
)
DATED = re.compile(r"date|datum|.*(\wD|_[dD])(ate|atum).*")


@pytest.fixture(scope="module")
def served(client):
    """The OpenAPI as it is fetched."""
    return client.get("/v1/openapi.json")


@pytest.fixture(scope="module")
def described(served):
    """The same as JSON."""
    return served.json


@pytest.fixture(scope="module")
def resolved(described):
    """The same with what is referred to in its place."""
    return resolve(described, described)


def resolve(node, root):
    if isinstance(node, list):
        return [resolve(each, root) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        found = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return resolve(found, root)
    return {key: resolve(value, root) for key, value in node.items()}


def operations(document):
    """Name and operation of every route."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method} {path}", operation


def answers(document):
    """Name and answer of every status of every route."""
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            yield f"{name} {status}", response


def schemas(node, inside=""):
    """Every schema of a property, with its name."""
    if isinstance(node, list):
        for each in node:
            yield from schemas(each, inside)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "properties":
                for key, schema in value.items():
                    yield f"{inside}.{key}", schema
            yield from schemas(value, name if name != "properties" else inside)


# /core/doc-openapi, /core/publish-openapi


def test_openapi3(described):
    assert re.fullmatch(r"3(\.\d+){1,2}", described["openapi"])


def test_publish_openapi(served):
    assert served.status == 200
    assert served.headers["content-type"] == "application/json"
    assert served.headers["access-control-allow-origin"] == "*"


def test_operation_operationid_unique(described):
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(set(names)) == len(names) >= 25


def test_path_params(described):
    for name, operation in operations(described):
        told = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert told == set(re.findall(r"\{([^}]+)\}", name)), name
        keys = [(p["in"], p["name"]) for p in operation.get("parameters", [])]
        assert len(set(keys)) == len(keys), name


def test_openapi_tags_uniqueness(described):
    tags = [tag["name"] for tag in described.get("tags", [])]
    assert len(set(tags)) == len(tags)


def test_oas3_valid_schema_example(described, resolved):
    seen = 0
    for name, schema in schemas(resolved):
        for example in schema.get("examples", []):
            jsonschema_rs.validate(schema, example)
            seen += 1
        assert "default" not in schema or jsonschema_rs.is_valid(schema, schema["default"]), name
    for name, operation in operations(resolved):
        for parameter in operation.get("parameters", []):
            for example in parameter.get("examples", []) or parameter["schema"].get("examples", []):
                assert jsonschema_rs.is_valid(parameter["schema"], example), (name, parameter)
                seen += 1
    assert seen > 100


def test_oas3_api_servers_and_include_major_version_in_uri(described):
    assert described["servers"]
    for server in described["servers"]:
        assert re.search(r"/v\d", server["url"])
        assert not server["url"].startswith("http://")
        assert "{" not in server["url"]


def test_paths_are_below_the_server(client, described):
    (server,) = described["servers"]
    for path in ("/", "/nodes", "/latest", "/stations", "/crowd/places"):
        assert path in described["paths"]
        assert client.get(f"{server['url']}{path}".rstrip("/")).status == 200


# /core/version-header, /core/semver


def test_missing_header_and_missing_version_header(resolved):
    for name, response in answers(resolved):
        if name.split()[-1][0] in "23":
            assert "API-Version" in response["headers"], name


def test_semver(described):
    assert SEMVER.fullmatch(described["info"]["version"])


# names


def test_paths_no_trailing_slash(described):
    assert [path for path in described["paths"] if path != "/" and path.endswith("/")] == []


def test_paths_kebab_case(described):
    assert [path for path in described["paths"] if not PATH.fullmatch(path)] == []


def test_query_keys_camel_case(described):
    for name, operation in operations(described):
        for parameter in operation.get("parameters", []):
            assert parameter["in"] != "query" or CAMEL.fullmatch(parameter["name"]), name


def test_schema_camel_case(described):
    names = list(described["components"]["schemas"])
    assert [name for name in names if not re.fullmatch(r"([A-Z][A-Za-z0-9]*)", name)] == []


def test_property_casing(described):
    for name, _ in schemas(described["components"]["schemas"]):
        assert CAMEL.fullmatch(name.rpartition(".")[2]), name


def test_http_methods(described):
    for path, item in described["paths"].items():
        assert set(item) <= METHODS | OTHERS, path


# /core/doc-openapi-contact


def test_info_contact_and_its_fields(described):
    contact = described["info"]["contact"]
    assert contact["name"]
    assert re.fullmatch(r"https?://\S+", contact["url"])
    assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", contact["email"])


# /core/error-handling


def test_use_problem_schema_and_problem_schema_members(resolved):
    for name, response in answers(resolved):
        if name.split()[-1][0] in "45":
            schema = response["content"]["application/problem+json"]["schema"]
            assert {"status", "title", "detail"} <= set(schema["properties"]), name
            assert {"status", "title", "detail"} <= set(schema["required"]), name


def test_problem_invalid_input(described):
    for name, operation in operations(described):
        if operation.get("parameters") or not name.startswith(("get", "delete")):
            assert "400" in operation["responses"], name
        assert {"404", "429", "503"} <= set(operation["responses"]), name
        assert "422" not in operation["responses"], name


# /core/date-time


def test_date_time_has_a_time_zone_and_a_date_no_time(resolved):
    for name, schema in schemas(resolved):
        kinds = {schema.get("format")} | {each.get("format") for each in schema.get("anyOf", [])}
        assert not kinds & {"date-time-local", "time"}, name
        if DATED.fullmatch(name.rpartition(".")[2]):
            assert "date" in kinds, name


# beyond the linter: of what this API itself answers everything is told


def own_operations(document):
    """Operations that no standard of others describes: those that answer in plain JSON."""
    for name, operation in operations(document):
        content = operation["responses"]["200"].get("content", {})
        if "application/json" in content:
            yield name, operation, content["application/json"].get("schema", {})


def test_every_answer_tells_its_keys(resolved):
    for name, _, schema in own_operations(resolved):
        assert schema.get("properties"), name


def test_every_key_and_parameter_is_described(resolved):
    for name, operation, schema in own_operations(resolved):
        assert operation["summary"]
        for parameter in operation.get("parameters", []):
            told = parameter.get("description") or parameter["schema"].get("description")
            assert told, (name, parameter["name"])
        for key, inner in schemas(schema):
            assert inner.get("description"), (name, key)


def test_there_is_one_name_for_a_period_everywhere(described):
    keys = {
        parameter["name"]
        for _, operation in operations(described)
        for parameter in operation.get("parameters", [])
    }
    assert {"start", "end"} <= keys
    assert not keys & {"startTime", "endTime", "from", "until", "since"}


def test_who_answers_for_it_can_be_told():
    from dashboard.publisher import Publisher

    publisher = Publisher("Gemeente Voorbeeld", "https://example.org", "meten@example.org")
    app = create_app("postgresql://nobody@127.0.0.1:1/none", setup=Setup(publisher=publisher))
    assert app.openapi()["info"]["contact"] == {
        "name": "Gemeente Voorbeeld",
        "url": "https://example.org",
        "email": "meten@example.org",
    }
