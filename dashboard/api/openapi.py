"""The OpenAPI of the API, by the Dutch API Design Rules (ADR): what FastAPI knows, and the rest.

1. what FastAPI makes of the routes
2. paths below one server, ``/v1``
3. who answers for the installation
4. every answer with its headers, every problem with its form, also those of no route in particular
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ..headers import API_VERSION
from ..publisher import Publisher
from .schemas.common import Problem

BASE = "/v1"
# Of a domain that can never be (RFC 2606): what an installation does not name leads nowhere.
NOWHERE, NOBODY = "https://lokaalmeten.invalid/", "nobody@lokaalmeten.invalid"
ABOUT = (
    "What nodes of citizens and municipalities measure: values with their unit, period, processing "
    "and quality, places no finer than is public. Times are ISO 8601; a period takes in its start "
    "and leaves out its end."
)
LICENSE = {
    "name": "Creative Commons Zero 1.0",
    "url": "https://creativecommons.org/publicdomain/zero/1.0/",
}
PROBLEMS = {
    "400": "A parameter is wrong or not known; detail says which and why",
    "404": "There is nothing of this name, or it is not public",
    "429": "Too many requests from one address; Retry-After says when to come back",
    "503": "The database does not answer, or the server is busy; try again",
}
HEADERS = {
    "API-Version": "Version of the API",
    "RateLimit-Policy": "How many requests (q) in how many seconds (w); absent without a limit",
    "RateLimit": "How many requests are left (r), and seconds until all are (t)",
    "ETag": "Name of these very bytes, to send as If-None-Match",
}
KEPT = {
    "API-Version": API_VERSION,
    "RateLimit-Policy": '"address";q=600;w=60',
    "RateLimit": '"address";r=599;t=1',
    "ETag": 'W/"6f1ca1746392c429f06fb692"',
}
RETRY = {"description": "Seconds after which to ask again", "schema": {"type": "integer"}}
OF_FASTAPI = ("HTTPValidationError", "ValidationError")  # we answer 400, with another body

Json = dict[str, Any]


def describe(app: FastAPI, publisher: Publisher) -> Json:
    """OpenAPI 3.1 of all routes below ``/v1`` that are in the schema; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = make(app, publisher)
    return app.openapi_schema


def make(app: FastAPI, publisher: Publisher) -> Json:
    """The same, anew."""
    made = get_openapi(
        title=app.title,
        version=API_VERSION,
        description=ABOUT,
        license_info=LICENSE,
        servers=[{"url": BASE, "description": "This server"}],
        routes=app.routes,
    )
    made["info"]["contact"] = to_contact(publisher)
    made["paths"] = {
        path.removeprefix(BASE) or "/": item
        for path, item in made["paths"].items()
        if f"{path}/".startswith(f"{BASE}/")
    }
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in OF_FASTAPI:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(mode="serialization")
    parts["headers"] = {name: to_header(name) for name in HEADERS}
    parts["responses"] = {f"Problem{status}": to_problem(PROBLEMS[status]) for status in PROBLEMS}
    for status in ("429", "503"):
        parts["responses"][f"Problem{status}"]["headers"] |= {"Retry-After": RETRY}
    for item in made["paths"].values():
        for operation in item.values():
            complete(operation)
    return made


def to_contact(publisher: Publisher) -> dict[str, str]:
    """Who to write to: the rules want all three, also of who has named none of them."""
    return {
        "name": publisher.name,
        "url": publisher.url or NOWHERE,
        "email": publisher.email or NOBODY,
    }


def to_header(name: str) -> Json:
    """One header of answers."""
    return {"description": HEADERS[name], "schema": {"type": "string"}, "example": KEPT[name]}


def to_problem(description: str) -> Json:
    """An answer that says what is wrong."""
    named = ["API-Version", "RateLimit-Policy", "RateLimit"]
    return {
        "description": description,
        "headers": {name: to_reference("headers", name) for name in named},
        "content": {"application/problem+json": {"schema": to_reference("schemas", "Problem")}},
    }


def complete(operation: Json) -> None:
    """Give an operation the answers and headers that all have."""
    responses = operation["responses"]
    responses.pop("422", None)
    responses.setdefault("304", {"description": "It is still the one that If-None-Match names"})
    for status, response in list(responses.items()):
        if status[0] in "23":
            added = {name: to_reference("headers", name) for name in HEADERS}
            response["headers"] = added | response.get("headers", {})
        elif status not in PROBLEMS:
            responses[status] = to_problem(response["description"])
    for status in PROBLEMS:
        responses[status] = to_reference("responses", f"Problem{status}")
    operation["responses"] = dict(sorted(responses.items()))


def to_reference(kind: str, name: str) -> dict[str, str]:
    """Where a component stands."""
    return {"$ref": f"#/components/{kind}/{name}"}
