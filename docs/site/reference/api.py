"""The HTTP API: paths, what they take and what they answer, from its own OpenAPI."""

import re
from collections.abc import Mapping
from typing import Any

from dashboard.api.openapi import BASE
from dashboard.app import create_app

from ..markdown import code, to_table

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"  # nobody is asked
ABOUT = """\
# HTTP API

Made from the OpenAPI that every installation serves at `/v1/openapi.json`. How to use it, with
its periods, headers and errors: [the API](../api.md). SensorThings and OGC API - Features have
descriptions of their own ([SensorThings](../sensorthings.md), [catalogue](../catalogue.md)).
"""

Json = Mapping[str, Any]


def describe_api() -> str:
    """Every path with each of its methods, then the forms of answers."""
    api = create_app(NOWHERE).openapi()
    paths = [
        describe_operation(path, method, operation)
        for path, item in sorted(api["paths"].items())
        for method, operation in item.items()
    ]
    common = describe_common(api["components"]["responses"])
    schemas = sorted(api["components"]["schemas"].items())
    forms = [describe_form(name, form) for name, form in schemas]
    parts = [ABOUT, "## Paths", common, *paths, "## Forms of answers", *forms]
    return "\n\n".join(parts) + "\n"


def describe_common(responses: Json) -> str:
    """Answers that every path may give when something is wrong."""
    rows = [(name.removeprefix("Problem"), each["description"]) for name, each in responses.items()]
    table = to_table(("status", "meaning"), rows)
    return f"Besides what is said below, each may answer with a [`Problem`](#problem):\n\n{table}"


def describe_operation(path: str, method: str, operation: Json) -> str:
    """What one method of a path does, takes and answers."""
    title = f"### {method.upper()} {BASE}{path}".rstrip("/")
    about = [operation.get("summary", ""), operation.get("description", "")]
    asked = operation.get("requestBody")
    body = f"Takes {to_contents(asked)}." if asked else ""
    parts = [title, *about, describe_parameters(operation), body, describe_answers(operation)]
    return "\n\n".join(part for part in parts if part)


def describe_parameters(operation: Json) -> str:
    """Parameters in a table; empty without any."""
    rows = [
        (
            code(each["name"]),
            f"{each['in']}, {'must' if each.get('required') else 'may'}",
            to_kind(each.get("schema", {})),
            each.get("description") or each.get("schema", {}).get("description", ""),
        )
        for each in operation.get("parameters", ())
    ]
    return to_table(("parameter", "where", "kind", "meaning"), rows) if rows else ""


def describe_answers(operation: Json) -> str:
    """Answers that are of this path alone."""
    rows = [
        (status, to_contents(answer), answer.get("description", ""))
        for status, answer in operation["responses"].items()
        if "$ref" not in answer and status != "304"
    ]
    return to_table(("status", "answer", "meaning"), rows)


def to_contents(answer: Json) -> str:
    """Media types of an answer, each with its form."""
    return ", ".join(
        f"{code(media)} {to_kind(content.get('schema', {}))}".strip()
        for media, content in answer.get("content", {}).items()
    )


def describe_form(name: str, form: Json) -> str:
    """Fields of one form of answers."""
    must = form.get("required", ())
    rows = [
        (
            code(field),
            to_kind(kind),
            "always" if field in must else "",
            kind.get("description", ""),
        )
        for field, kind in form.get("properties", {}).items()
    ]
    table = to_table(("field", "kind", "there", "meaning"), rows) if rows else to_kind(form)
    return "\n\n".join(part for part in (f"### {name}", form.get("description", ""), table) if part)


def to_kind(schema: Json) -> str:
    """A schema in a few words, with a link to the form that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{to_anchor(name)})"
    for key, word in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")):
        if key in schema:
            return word.join(filter(None, map(to_kind, schema[key])))
    if "enum" in schema:
        return ", ".join(code(each) for each in schema["enum"])
    if "const" in schema:
        return code(schema["const"])
    if schema.get("type") == "array":
        return f"list of {to_kind(schema.get('items', {})) or 'anything'}"
    bounds = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "from"), ("maximum", "to"))
        if key in schema
    ]
    default = [f"default {code(schema['default'])}"] if schema.get("default") is not None else []
    kind = schema.get("format") or schema.get("type", "")
    return ", ".join(part for part in (kind, " ".join(bounds), *default) if part)


def to_anchor(name: str) -> str:
    """Anchor of a heading that is one word."""
    return re.sub(r"[^\w-]", "", name.lower())
