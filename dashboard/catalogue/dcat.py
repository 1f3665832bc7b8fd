"""The catalogue as DCAT-AP-NL 3.0 (Geonovum, docs.geostandaarden.nl/dcat/dcat-ap-nl30).

1. who publishes, and under which licence
2. the services through which programs read
3. each data set that there is, with the files and answers it comes in
4. the catalogue that holds them, and the terms of the European lists that all of them use

Addresses are below that of the catalogue, and stay: a harvester that comes again finds its things.
"""

from collections.abc import Iterable, Sequence

from lokaalmeten.geo import Box
from lokaalmeten.quantities import BY_KEY
from storage.licences import CC0, CC_BY, LICENCES
from storage.releases.listing import Listed

from ..publisher import Publisher
from .facts import Facts
from .graph import Iri, Said, Text, Thing, Typed, to_texts, to_typed
from .offers import (
    CROWDS,
    FORECASTS,
    HEXAGONS,
    OBSERVATIONS,
    RELEASES,
    RIDES,
    SERVICES,
    Dataset,
    Form,
    Service,
)

EU = "http://publications.europa.eu/resource/authority/"
PUBLIC = Iri(f"{EU}access-right/PUBLIC")
LICENSE = {CC0: Iri(f"{EU}licence/CC0"), CC_BY: Iri(f"{EU}licence/CC_BY_4_0")}
OFTEN = Iri(f"{EU}frequency/UPDATE_CONT")
LANGUAGES = (Iri(f"{EU}language/NLD"), Iri(f"{EU}language/ENG"))
IANA = "https://www.iana.org/assignments/media-types/"
# Implementing regulation (EU) 2023/138, and its category Earth observation and environment.
HVD_LAW = Iri("http://data.europa.eu/eli/reg_impl/2023/138/oj")
HVD_CATEGORY = Iri("http://data.europa.eu/bna/c_dd313021")
BY_NODES = (OBSERVATIONS, HEXAGONS)  # under the licences of who has the nodes; all else is CC0


def describe_catalogue(
    facts: Facts, publisher: Publisher, site: str, releases: Sequence[Listed] = ()
) -> list[Thing]:
    """Everything that the catalogue says; ``site`` is the address of the server, without a slash.

    What there is nothing of is not listed; of a month its latest release.
    """
    base = f"{site}/v1/catalog"
    latest = [each for each in releases if each.is_latest]
    sets = [*list_datasets(facts), *([RELEASES] if latest else [])]
    names = [each.name for each in sets]
    writer = _Writer(facts, publisher, site, base)
    things = [writer.catalogue(names), *writer.people()]
    for each in sets:
        things += writer.dataset(each, latest if each is RELEASES else ())
    things += (thing for service in SERVICES for thing in writer.service(service, names))
    return [*things, *name_terms(things)]


def list_datasets(facts: Facts) -> list[Dataset]:
    """Data sets of which there is something; measurements are what it is about."""
    there = {RIDES: facts.rides, FORECASTS: facts.forecast is not None, CROWDS: facts.places}
    return [OBSERVATIONS, HEXAGONS, *(each for each, is_there in there.items() if is_there)]


class _Writer:
    """Writes the things of one site."""

    def __init__(self, facts: Facts, publisher: Publisher, site: str, base: str) -> None:
        self.facts, self.by, self.site, self.base = facts, publisher, site, base
        self.owner, self.contact = Iri(f"{base}#publisher"), Iri(f"{base}#contact")

    def catalogue(self, names: Sequence[str]) -> Thing:
        """The catalogue itself."""
        title = ("Open data van {}", "Open data of {}")
        text = (
            "Lucht, geluid, klimaat en drukte, lokaal gemeten.",
            "Air, noise, climate and crowds, measured locally.",
        )
        said = to_texts("dct:title", [words.format(self.by.name) for words in title])
        said += to_texts("dct:description", text)
        said += [("dct:publisher", self.owner), ("dct:creator", self.owner)]
        said += [("dcat:contactPoint", self.contact), ("dct:license", LICENSE[CC0])]
        said += [("dct:language", each) for each in LANGUAGES]
        said += [("foaf:homepage", Iri(f"{self.site}/"))]
        said += self._when() + self._where("#box")
        said += [("dcat:dataset", self._set(name)) for name in names]
        said += [("dcat:service", self._service(each.name)) for each in SERVICES]
        return Thing(self.base, "dcat:Catalog", said)

    def people(self) -> Iterable[Thing]:
        """Who publishes and how to reach it, and the places and times that others point at."""
        home = Iri(self.by.url or f"{self.site}/")
        name = Text(self.by.name)
        yield Thing(
            self.owner.address, "foaf:Agent", [("foaf:name", name), ("foaf:homepage", home)]
        )
        mail = [("vcard:hasEmail", Iri(f"mailto:{self.by.email}"))] if self.by.email else []
        said = [("vcard:fn", name), ("vcard:hasURL", home), *mail]
        yield Thing(self.contact.address, "vcard:Kind", said)
        if self.facts.box is not None:
            box = Typed(to_wkt(self.facts.box), "gsp:wktLiteral")
            yield Thing(f"{self.base}#box", "dct:Location", [("dcat:bbox", box)])
        if self.facts.extent is not None:
            start, stop = map(to_typed, self.facts.extent)
            said = [("dcat:startDate", start), ("dcat:endDate", stop)]
            yield Thing(f"{self.base}#period", "dct:PeriodOfTime", said)

    def dataset(self, what: Dataset, releases: Sequence[Listed]) -> Iterable[Thing]:
        """A data set and its distributions."""
        address = self._set(what.name)
        said: Said = [("dct:identifier", Typed(address.address, "xsd:anyURI"))]
        said += to_texts("dct:title", what.title) + to_texts("dct:description", what.text)
        said += [
            *self._owned(),
            ("dct:creator", self.owner),
            ("dcat:theme", Iri(f"{EU}data-theme/{what.theme}")),
        ]
        said += [("dct:language", each) for each in LANGUAGES]
        words = [*what.keywords, *self._measured(what)]
        said += [pair for each in words for pair in to_texts("dcat:keyword", each)]
        said += [("dct:accrualPeriodicity", OFTEN), *self._when(what), *self._where("#box")]
        said += [("dct:temporal", Iri(f"{self.base}#period"))] if self.facts.extent else []
        said += [("dcat:landingPage", Iri(self.site + what.page[0]))]
        said += self._high_value() if what.is_environment else []
        things = [self.distribution(what, form) for form in what.forms]
        things += [self.release(each) for each in releases]
        said += [("dcat:distribution", Iri(thing.address)) for thing in things]
        yield Thing(address.address, "dcat:Dataset", said)
        yield from things

    def distribution(self, what: Dataset, form: Form) -> Thing:
        """One form of a data set."""
        said = to_texts("dct:title", form.title)
        license_ = LICENSE[self.facts.license if what in BY_NODES else CC0]
        said += [("dcat:accessURL", Iri(self.site + form.path)), ("dct:license", license_)]
        said += [("dct:format", Iri(f"{EU}file-type/{form.file_type}"))]
        said += [("dcat:mediaType", Iri(IANA + form.media))]
        if form.query is not None:
            said += [("dcat:downloadURL", Iri(self.site + form.path + form.query))]
        if form.service:
            said += [("dcat:accessService", self._service(form.service))]
        if what.is_environment and self.by.is_government:
            said += [("dcatap:applicableLegislation", HVD_LAW)]
        return Thing(self._form(what, form).address, "dcat:Distribution", said)

    def release(self, what: Listed) -> Thing:
        """A month that was released, as a distribution."""
        license_ = LICENSE[[name for name in LICENCES if name in what.licenses][-1]]
        said = to_texts("dct:title", (what.title, what.title))
        said += to_texts("dct:description", (what.summary, what.summary))
        said += [("dcat:accessURL", Iri(what.url)), ("dct:license", license_)]
        said += [("dct:format", Iri(f"{EU}file-type/PARQUET"))]
        said += [("dct:modified", to_typed(what.updated))]
        if self.by.is_government:
            said += [("dcatap:applicableLegislation", HVD_LAW)]
        return Thing(f"{self.base}#release-{what.id}", "dcat:Distribution", said)

    def service(self, what: Service, names: Sequence[str]) -> Iterable[Thing]:
        """A service, with the data sets there are of those that it serves."""
        address = self._service(what.name)
        said: Said = [("dct:identifier", Typed(address.address, "xsd:anyURI"))]
        said += to_texts("dct:title", what.title) + to_texts("dct:description", what.text)
        said += [
            *self._owned(),
            ("dct:creator", self.owner),
            ("dcat:theme", Iri(f"{EU}data-theme/ENVI")),
        ]
        said += [("dct:license", LICENSE[self.facts.license])]
        said += [("dct:language", each) for each in LANGUAGES]
        said += [("dcat:endpointURL", Iri(self.site + what.path))]
        said += [("dcat:endpointDescription", Iri(self.site + what.description))]
        said += [("foaf:page", Iri(self.site + what.description))]
        said += [("dct:conformsTo", Iri(what.standard))] if what.standard else []
        said += [("dcat:servesDataset", self._set(name)) for name in what.serves if name in names]
        said += self._high_value()
        yield Thing(address.address, "dcat:DataService", said)

    def _owned(self) -> Said:
        return [
            ("dct:publisher", self.owner),
            ("dcat:contactPoint", self.contact),
            ("dct:accessRights", PUBLIC),
        ]

    def _high_value(self) -> Said:
        """What the regulation on high-value data sets asks of governments, and of nobody else."""
        if not self.by.is_government:
            return []
        return [("dcatap:applicableLegislation", HVD_LAW), ("dcatap:hvdCategory", HVD_CATEGORY)]

    def _when(self, what: Dataset | None = None) -> Said:
        """When it was last changed, as far as it is known."""
        newest = self.facts.extent[1] if self.facts.extent else None
        if what is FORECASTS:
            newest = self.facts.forecast
        return [("dct:modified", to_typed(newest))] if newest is not None else []

    def _where(self, fragment: str) -> Said:
        return [("dct:spatial", Iri(self.base + fragment))] if self.facts.box else []

    def _measured(self, what: Dataset) -> Iterable[tuple[str, str]]:
        known = self.facts.quantities if what in (OBSERVATIONS, HEXAGONS) else ()
        return ((BY_KEY[key].nl, BY_KEY[key].en) for key in known)

    def _set(self, name: str) -> Iri:
        return Iri(f"{self.base}#dataset-{name}")

    def _service(self, name: str) -> Iri:
        return Iri(f"{self.base}#service-{name}")

    def _form(self, what: Dataset, form: Form) -> Iri:
        return Iri(f"{self.base}#dataset-{what.name}-{form.name}")


def name_terms(things: Sequence[Thing]) -> list[Thing]:
    """The terms of lists that things point at, each with the class that its list gives it."""
    classes = {
        "dct:accessRights": "dct:RightsStatement",
        "dct:accrualPeriodicity": "dct:Frequency",
        "dct:conformsTo": "dct:Standard",
        "dct:format": "dct:MediaTypeOrExtent",
        "dct:language": "dct:LinguisticSystem",
        "dct:license": "dct:LicenseDocument",
        "dcat:landingPage": "foaf:Document",
        "dcat:mediaType": "dct:MediaType",
        "dcat:theme": "skos:Concept",
        "dcatap:applicableLegislation": "eli:LegalResource",
        "dcatap:hvdCategory": "skos:Concept",
        "foaf:homepage": "foaf:Document",
        "foaf:page": "foaf:Document",
    }
    found = {
        (term.address, classes[name])
        for thing in things
        for name, term in thing.said
        if name in classes and isinstance(term, Iri)
    }
    texts = {LICENSE[name].address: Iri(path) for name, (_, path) in LICENCES.items()}
    return [
        Thing(address, kind, [("skos:exactMatch", texts[address])] if address in texts else ())
        for address, kind in sorted(found)
    ]


def to_wkt(box: Box) -> str:
    """A box as a polygon in longitude and latitude (CRS84), the default of GeoSPARQL."""
    west, south, east, north = (f"{edge:.4f}" for edge in box)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return "POLYGON((" + ",".join(" ".join(corner) for corner in corners) + "))"
