"""The catalogue against shapes, against rdflib, and through a real server."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from dashboard.catalogue.dcat import describe_catalogue
from dashboard.catalogue.facts import Facts
from dashboard.catalogue.graph import Iri, Text, Thing, Typed, write_json_ld, write_turtle
from dashboard.publisher import Publisher
from tests.dashboard import city
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

SITE = "https://meten.example.org"
SHAPES = Graph().parse(Path(__file__).with_name("shapes.ttl"))
EVERYTHING = Facts(
    extent=(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 4, 18, tzinfo=UTC)),
    box=(5.0, 52.0, 5.2, 52.1),
    quantities=["pm25", "sound_laeq"],
    rides=True,
    places=True,
    forecast=datetime(2026, 5, 4, 17, tzinfo=UTC),
    license="CC-BY-4.0",
)
NOTHING = Facts(None, None, [], rides=False, places=False, forecast=None, license="CC0-1.0")
TOWN = Publisher("Gemeente Voorbeeld", "https://example.org/", "data@example.org", True)


def parse(things):
    return Graph().parse(data=write_turtle(things), format="turtle")


def find_faults(graph):
    conforms, _, text = validate(graph, shacl_graph=SHAPES, inference="none")
    return [] if conforms else [text]


@pytest.mark.parametrize("facts", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
@pytest.mark.parametrize("publisher", [Publisher(), TOWN], ids=["unnamed", "town"])
def test_no_shape_is_violated(facts, publisher):
    assert find_faults(parse(describe_catalogue(facts, publisher, SITE))) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("dcat:Dataset", "dct:creator"),
        ("dcat:Dataset", "dct:accessRights"),
        ("dcat:Distribution", "dct:license"),
        ("dcat:Distribution", "dcat:mediaType"),
        ("dcat:DataService", "dcat:endpointDescription"),
        ("dcat:Catalog", "dcat:contactPoint"),
        ("foaf:Agent", "foaf:name"),
        ("vcard:Kind", "vcard:hasURL"),
    ],
)
def test_the_shapes_notice_what_is_left_out(kind, name):
    things = [
        replace(thing, said=[pair for pair in thing.said if pair[0] != name])
        if thing.kind == kind
        else thing
        for thing in describe_catalogue(EVERYTHING, Publisher(), SITE)
    ]
    assert find_faults(parse(things))


def test_both_forms_say_the_same():
    things = describe_catalogue(EVERYTHING, TOWN, SITE)
    other = Graph().parse(data=write_json_ld(things), format="json-ld")
    assert isomorphic(parse(things), other)


def test_whatever_text_is_read_back_as_it_was():
    odd = 'a "quote", a \\ and\na\tline\r\N{BELL}é'
    thing = Thing(f"{SITE}/a b<>", "dcat:Dataset", [("dct:title", Text(odd, "nl"))])
    for graph in (
        parse([thing]),
        Graph().parse(data=write_json_ld([thing]), format="json-ld"),
    ):
        assert set(graph) == {
            (URIRef(f"{SITE}/a%20b%3C%3E"), RDF.type, DCAT.Dataset),
            (URIRef(f"{SITE}/a%20b%3C%3E"), DCTERMS.title, Literal(odd, lang="nl")),
        }


def test_terms_are_what_they_say():
    said = [("dct:source", Iri(SITE)), ("dct:issued", Typed("2026-05-04", "xsd:date"))]
    graph = parse([Thing(SITE, "dcat:Dataset", said)])
    assert graph.value(URIRef(SITE), DCTERMS.source) == URIRef(SITE)
    assert graph.value(URIRef(SITE), DCTERMS.issued) == Literal("2026-05-04", datatype=XSD.date)


def test_only_a_government_says_that_its_data_is_of_high_value():
    law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    assert law not in write_turtle(describe_catalogue(EVERYTHING, Publisher(), SITE)).decode()
    told = parse(describe_catalogue(EVERYTHING, TOWN, SITE))
    valued = set(told.subjects(URIRef("http://data.europa.eu/r5r/hvdCategory")))
    assert URIRef(f"{SITE}/v1/catalog#dataset-observations") in valued
    assert URIRef(f"{SITE}/v1/catalog#dataset-crowds") not in valued


def test_what_is_not_there_is_not_listed():
    told = parse(describe_catalogue(NOTHING, Publisher(), SITE))
    names = {str(each).partition("#dataset-")[2] for each in told.subjects(RDF.type, DCAT.Dataset)}
    assert names == {"observations", "hexagons"}


@pytest.fixture(scope="module")
def told(client):
    answer = client.get("/v1/catalog.ttl")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    return Graph().parse(data=answer.text, format="turtle")


def test_the_city_violates_no_shape(told):
    assert find_faults(told) == []


def test_the_city_is_told_from_its_first_sample_to_its_last(told, site):
    period = URIRef(f"{site}/v1/catalog#period")
    assert told.value(period, DCAT.endDate).toPython() >= city.LAST
    box = str(told.value(URIRef(f"{site}/v1/catalog#box"), DCAT.bbox))
    assert box.startswith("POLYGON((5.")
    names = {str(each).partition("#dataset-")[2] for each in told.subjects(RDF.type, DCAT.Dataset)}
    assert names == {"observations", "hexagons", "rides", "forecasts"}


def test_every_address_that_it_gives_answers(told, site):
    links = {
        str(each)
        for name in (DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription)
        for each in told.objects(None, name)
    } | {str(each) for each in told.objects(None, DCAT.landingPage)}
    assert len(links) > 10
    for link in links:
        assert link.startswith(site)
        with urlopen(link, timeout=60) as answer:  # raises for what is not there
            assert answer.status == 200


def test_json_ld_of_the_city_says_the_same(told, client):
    answer = client.get("/v1/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert isomorphic(told, Graph().parse(data=answer.text, format="json-ld"))


def test_the_catalogue_is_at_its_own_address_too(told, client, site):
    answer = client.get("/v1/catalog")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert isomorphic(told, Graph().parse(data=answer.text, format="turtle"))
    assert told.value(URIRef(f"{site}/v1/catalog"), RDF.type) == DCAT.Catalog


@pytest.mark.parametrize("path", ["/v1/catalog", "/v1/catalog.ttl", "/v1/catalog.jsonld"])
def test_an_option_is_refused_as_a_problem(client, path):
    answer = client.get(path, format="xml")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "'format'" in answer.json["detail"]


def test_the_publisher_of_an_installation_is_named(built_city):
    with running(built_city.dsn, publisher=TOWN) as address:
        text = Client(address).get("/v1/catalog.ttl").text
    assert '"Gemeente Voorbeeld"' in text
    assert "<mailto:data@example.org>" in text
