"""Requests that nobody thought of: by the OpenAPI of the API, by a grammar for SensorThings.

Each runs so many requests against a server and returns what went wrong, a sentence a fault.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

# the stubs of MicroPython have a module of this name
from requests import Session, get
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import Failure, FailureGroup

from storage.sta.model import ENTITIES

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
PATIENCE_S = 60
MOST_TURNS = 6
INJECTED = (
    "'; DROP TABLE private.node; --",
    "x' OR '1'='1",
    "1) UNION SELECT secret FROM private.node --",
    "$(sleep 9)",
    "../../etc/passwd",
    "\0",
    "\ud7ff\U0010ffff",
    "%s%d%(x)s{0}",
    "<script>alert(1)</script>",
    "9" * 400,
    "-1e309",
    "NaN",
    "",
)


@dataclass
class Found:
    """What so many requests brought to light."""

    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, status: int) -> None:
        """Count one answer."""
        self.requests += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def server_faults(self) -> int:
        """How many answers were of the 500s."""
        return sum(count for status, count in self.statuses.items() if status >= 500)


def run(strategy: Any, count: int, seed: int, ask: Callable[[Any], None]) -> None:
    """Ask so many examples of a strategy."""

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(strategy)
    def each(example: Any) -> None:
        ask(example)

    each()


# the API


def fuzz_api(address: str, count: int, known: dict[str, list[str]], seed: int = 1) -> Found:
    """Ask ``count`` requests, shared among the routes; ``known`` names are tried as well.

    A third of them is as the OpenAPI allows, a third with names that are there, a third against it.
    """
    found, session, turn = Found(), Session(), 0
    schema = schemathesis.openapi.from_url(f"{address}/v1/openapi.json")
    results: list[Any] = list(schema.get_all_operations())
    operations = [each.ok() for each in results]

    def ask(case: schemathesis.Case) -> None:
        answer = case.call(session=session, timeout=PATIENCE_S)
        found.note(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            found.faults.append(f"{case.as_curl_command()}\n{failure}")

    # routes without options are soon through: their share goes round again
    while found.requests < count and turn < MOST_TURNS:
        share = -(-(count - found.requests) // (3 * len(operations)))
        for number, operation in enumerate(operations):
            for strategy in to_strategies(operation, to_names(operation.path, known)):
                run(strategy, share, seed + number + 1000 * turn, ask)
        turn += 1
    return found


def to_strategies(operation: Any, names: Any) -> tuple[Any, Any, Any]:
    """Requests as the OpenAPI allows, with names that are there, and with what should not be."""

    def by_name(names: dict[str, str]) -> Any:
        return operation.as_strategy(GenerationMode.POSITIVE, path_parameters=names)

    positive = operation.as_strategy(GenerationMode.POSITIVE)
    return positive, names.flatmap(by_name), to_attacks(operation)


def to_names(path: str, known: dict[str, list[str]]) -> st.SearchStrategy[dict[str, str]]:
    """Values of the names in a path that are there."""
    base = path.partition("{")[0]
    parts = {name: values for name, values in known.items() if f"{{{name}}}" in path}
    choices = {
        name: st.sampled_from(known.get(f"{base}{name}", values)) for name, values in parts.items()
    }
    return st.fixed_dictionaries(choices)


def to_attacks(operation: Any) -> st.SearchStrategy[schemathesis.Case]:
    """Requests with what should not be in one of the places: a parameter, a name, an option."""
    options = [parameter.name for parameter in operation.query]
    names = [parameter.name for parameter in operation.path_parameters]
    text = st.sampled_from(INJECTED) | st.text(max_size=30)
    keys = st.sampled_from([*options, "nothing", "$filter", "x[]"])

    def spoil(case: Any, query: dict[str, str], path: dict[str, str]) -> Any:
        case.query = {**(case.query or {}), **query}
        if path:
            case.path_parameters = {**case.path_parameters, **path}
        return case

    return st.builds(
        spoil,
        operation.as_strategy(GenerationMode.POSITIVE),
        st.dictionaries(keys, text, min_size=1, max_size=3),
        st.fixed_dictionaries({}, optional={name: text.filter(is_name) for name in names}),
    )


def is_name(text: str) -> bool:
    """Tell whether a client would send it as a name: dots lead it to another address."""
    return bool(text.strip(".")) and ".." not in text


# SensorThings

ROOTS = ("/sta/v1.1", "/sta/v1.0", "/v1.0")
PROPERTIES = (
    "name", "description", "properties", "properties/kind", "phenomenonTime", "resultTime",
    "result", "location", "encodingType", "feature", "unitOfMeasurement/symbol", "id", "@iot.id",
    "observedArea", "metadata", "definition", "Thing/name", "Datastream/Thing/name", "time",
)  # fmt: skip
NAVIGATIONS = (
    "Thing", "Things", "Locations", "HistoricalLocations", "Datastream", "Datastreams", "Sensor",
    "Sensors", "ObservedProperty", "Observations", "FeatureOfInterest",
)  # fmt: skip
LITERALS = (
    "'box-markt'", "'pm25'", "1", "-3.5", "1e400", "true", "null", "2026-05-04T00:00:00Z",
    "2026-05-04T00:00:00Z/2026-05-05T00:00:00Z", "date'2026-05-04'", "duration'P1D'", "'%'", "''",
    "geography'POINT(5.12 52.09)'", "geography'POLYGON((5 52,6 52,6 53,5 53,5 52))'",
    "geography'POINT(x)'", "9999999999999999999999", "0001-01-01T00:00:00Z", "INF",
)  # fmt: skip
FUNCTIONS = (
    "length", "tolower", "toupper", "trim", "year", "month", "day", "hour", "minute", "second",
    "date", "time", "now", "round", "floor", "ceiling", "geo.length", "pg_sleep",
)  # fmt: skip
PAIRED = (
    "contains", "substringof", "startswith", "endswith", "indexof", "concat", "geo.distance",
    "geo.intersects", "st_within", "st_equals", "st_relate",
)  # fmt: skip
COMPARED = ("eq", "ne", "gt", "ge", "lt", "le")
COUNTED = ("add", "sub", "mul", "div", "mod")
_IDS = {
    "Things": "'box-markt'",
    "Datastreams": "'box-markt:pm25'",
    "ObservedProperties": "'pm25'",
}
_NUMBER = st.sampled_from(["0", "1", "5", "200", "-1", "1.5", "x", "", "99999999999999999999"])
_WRONG = st.sampled_from(INJECTED)
_ODD_IDS = st.sampled_from(["1", "'x'", "'", "''", "-1", "99999999999999999999"])
_END = st.sampled_from(["", "/$ref", "/name", "/name/$value", "/$value", "/nothing", "/"])


@lru_cache
def to_terms(plural: str) -> st.SearchStrategy[str]:
    """What can be compared: properties, literals, functions of them."""
    own = st.sampled_from(list(ENTITIES[plural].properties))
    term: st.SearchStrategy[str] = st.deferred(
        lambda: (
            own
            | st.sampled_from(PROPERTIES)
            | st.sampled_from(LITERALS)
            | st.text(max_size=8).map(lambda text: f"'{text}'")
            | st.builds("{}({})".format, st.sampled_from(FUNCTIONS), term)
            | st.builds("{}({},{})".format, st.sampled_from(PAIRED), term, term)
            | st.builds("({} {} {})".format, term, st.sampled_from(COUNTED), term)
        )
    )
    return term


@lru_cache
def to_filters(plural: str) -> st.SearchStrategy[str]:
    """Conditions, many of which make no sense."""
    term = to_terms(plural)
    compared = st.builds("{} {} {}".format, term, st.sampled_from(COMPARED), term)
    return st.recursive(
        compared | term,
        lambda inner: (
            st.builds("not ({})".format, inner)
            | st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner)
        ),
        max_leaves=4,
    )


@lru_cache
def to_options(plural: str, depth: int = 0) -> dict[str, st.SearchStrategy[str]]:
    """Values of each option; of those inside ``$expand`` only what may stand there."""
    own = st.sampled_from(list(ENTITIES[plural].properties))
    ways = st.sampled_from(["", " asc", " desc", " down"])
    order = st.builds("{}{}".format, own | st.sampled_from(PROPERTIES), ways)
    options = {
        "$filter": to_filters(plural),
        "$orderby": st.lists(order, min_size=1, max_size=3).map(",".join),
        "$select": st.lists(own | st.sampled_from(PROPERTIES), max_size=3).map(",".join),
        "$top": _NUMBER,
        "$skip": _NUMBER,
        "$count": st.sampled_from(["true", "false", "yes", "1"]),
    }
    if depth < 3:
        options["$expand"] = to_expands(plural, depth)
    if depth:
        return options
    return options | {
        "$resultFormat": st.sampled_from(["CSV", "GeoJSON", "dataArray", "xml", "csv"]),
        "$skiptoken": st.text(max_size=40),
        "$search": st.just("x"),
        "token": st.just("x"),
    }


@lru_cache
def to_expands(plural: str, depth: int) -> st.SearchStrategy[str]:
    """Navigations, with options of their own."""
    links = ENTITIES[plural].links

    @st.composite
    def one(draw: Any) -> str:
        name = draw(st.sampled_from(list(links)))
        options = to_options(links[name].target, depth + 1)
        names = draw(st.lists(st.sampled_from(list(options)), max_size=2, unique=True))
        inner = ";".join(f"{each}={draw(options[each])}" for each in names)
        return f"{name}({inner})" if inner else name

    return st.lists(one() | st.sampled_from(NAVIGATIONS), min_size=1, max_size=2).map(",".join)


@st.composite
def sta_targets(draw: Any) -> str:
    """An address of SensorThings with options, most of them near to right."""
    plural, is_many = draw(st.sampled_from(list(ENTITIES))), True
    path = plural
    for _ in range(draw(st.integers(0, 2))):
        if is_many:
            path += f"({draw(_ODD_IDS) if draw(st.integers(0, 4)) == 0 else _IDS.get(plural, 1)})"
        name = draw(st.sampled_from(list(ENTITIES[plural].links)))
        link = ENTITIES[plural].links[name]
        path, plural, is_many = f"{path}/{name}", link.target, link.many
    path += "" if draw(st.integers(0, 3)) else draw(_END)
    options = to_options(plural)
    names = draw(st.lists(st.sampled_from(list(options)), max_size=3))
    pairs = [(name, draw(options[name])) for name in names]
    if pairs and draw(st.integers(0, 5)) == 0:
        pairs[-1] = (pairs[-1][0], draw(_WRONG))
    query = "&".join(f"{quote(name, '$')}={quote(value, '')}" for name, value in pairs)
    return f"{draw(st.sampled_from(ROOTS))}/{quote(path, '/()$')}?{query}".rstrip("?")


def fuzz_sta(address: str, count: int, seed: int = 1) -> Found:
    """Ask ``count`` requests of SensorThings."""
    found, session = Found(), Session()

    def ask(target: str) -> None:
        answer = session.get(address + target, timeout=PATIENCE_S, allow_redirects=False)
        found.note(answer.status_code)
        found.faults += [f"{target}: {fault}" for fault in find_faults(answer)]

    run(sta_targets(), count, seed, ask)
    return found


def find_faults(answer: Any) -> Iterator[str]:
    """What is not as SensorThings answers."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code >= 500:
        yield f"{answer.status_code} {answer.text[:200]}"
    elif answer.status_code >= 400:
        if kind != "application/json":
            yield f"{answer.status_code} is {kind}"
        elif set(answer.json()) != {"code", "type", "message"}:
            yield f"{answer.status_code} has the keys {sorted(answer.json())}"
        elif answer.json()["code"] != answer.status_code:
            yield f"{answer.status_code} says {answer.json()['code']}"
    elif kind not in ("application/json", "application/geo+json", "text/csv", "text/plain"):
        yield f"{answer.status_code} is {kind}"


def find_known(address: str) -> dict[str, list[str]]:
    """Names that are there, by the name of their parameter or by where that stands."""
    told = {
        path: get(f"{address}/v1{path}", timeout=PATIENCE_S).json()
        for path in ("/nodes", "/stations", "/rides", "/crowd/places")
    }
    nodes = [node["name"] for node in told["/nodes"]["nodes"]]
    stations = [station["code"] for station in told["/stations"]["stations"]]
    return {
        "name": nodes,
        "/stations/name": stations or ["NL1"],
        "ride": [ride["id"] for ride in told["/rides"]["rides"]] or ["none"],
        "kind": ["node", "station", "zone", "cell"],
        "place": nodes,
        "/crowd/places/place": [p["name"] for p in told["/crowd/places"]["places"]] or ["none"],
    }
