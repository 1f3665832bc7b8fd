"""The data sets and services of every installation, in words for people: what is offered."""

from collections.abc import Sequence
from dataclasses import dataclass

OGC = "http://www.opengis.net/spec/"


@dataclass(frozen=True)
class Form:
    """One way in which a data set comes: a distribution."""

    name: str
    title: tuple[str, str]  # nl, en
    path: str  # where it is told of, below the site
    file_type: str  # name in the European list
    media: str  # of IANA
    query: str | None = None  # of the file itself; None when ``path`` is an answer, not a file
    service: str = ""  # name of the service that gives it


@dataclass(frozen=True)
class Dataset:
    """A data set for people: titles and texts in Dutch and English."""

    name: str
    title: tuple[str, str]
    text: tuple[str, str]
    theme: str  # name in the European list
    keywords: Sequence[tuple[str, str]]
    forms: Sequence[Form]
    page: tuple[str, str] = ("/nl", "/en")
    is_environment: bool = True  # whether it is of the high-value category of the environment


@dataclass(frozen=True)
class Service:
    """A way for programs to read."""

    name: str
    title: tuple[str, str]
    text: tuple[str, str]
    path: str
    description: str  # path of what tells a program how to ask
    standard: str = ""  # address of the standard that it follows
    serves: Sequence[str] = ()


PARQUET = "application/vnd.apache.parquet"
FILES = (  # name, title, name in the European list, of IANA
    ("csv", "CSV", "CSV", "text/csv"),
    ("parquet", "Parquet", "PARQUET", PARQUET),
    ("geoparquet", "GeoParquet", "PARQUET", PARQUET),
    ("geojson", "GeoJSON", "GEOJSON", "application/geo+json"),
)


def list_files(path: str) -> list[Form]:
    """Forms of a download at a path."""
    return [
        Form(name, (title, title), path, listed, media, f"?format={name}")
        for name, title, listed, media in FILES
    ]


OBSERVATIONS = Dataset(
    "observations",
    ("Metingen van vaste sensoren", "Measurements of fixed sensors"),
    (
        "Metingen van sensoren van bewoners en gemeenten, gecontroleerd en niet gladgestreken; "
        "indicatief, geen officiële meting. Een plaats is het midden van een H3-cel van resolutie "
        "9, zo'n 350 m breed.",
        "Samples of sensors of citizens and municipalities, checked, not smoothed; indicative, not "
        "an official measurement. A place is the centre of an H3 cell of resolution 9, some 350 m "
        "wide.",
    ),
    "ENVI",
    (("luchtkwaliteit", "air quality"), ("burgerwetenschap", "citizen science")),
    (
        *list_files("/v1/downloads/observations"),
        Form(
            "sensorthings",
            ("SensorThings", "SensorThings"),
            "/sta/v1.1",
            "JSON",
            "application/json",
            service="sensorthings",
        ),
        Form(
            "ngsi-ld",
            ("NGSI-LD AirQualityObserved", "NGSI-LD AirQualityObserved"),
            "/v1/ngsi-ld/air-quality-observed",
            "JSON_LD",
            "application/ld+json",
            service="api",
        ),
    ),
)
HEXAGONS = Dataset(
    "hexagons",
    ("Gemiddelden per zeshoek", "Means by hexagon"),
    (
        "Gemiddelde van de goede waarden van vaste sensoren en ritten samen, per H3-cel over een "
        "periode naar keuze.",
        "Mean of the good values of fixed sensors and rides together, by H3 cell over a period of "
        "choice.",
    ),
    "ENVI",
    (("luchtkwaliteit", "air quality"), ("zeshoeken", "hexagons")),
    (
        Form(
            "geojson",
            ("GeoJSON (OGC API Features)", "GeoJSON (OGC API Features)"),
            "/v1/features/collections/hexagons-pm25/items",
            "GEOJSON",
            "application/geo+json",
            service="features",
        ),
        Form(
            "json",
            ("JSON, compact", "JSON, compact"),
            "/v1/hexagons?quantity=pm25",
            "JSON",
            "application/json",
            service="api",
        ),
    ),
)
RIDES = Dataset(
    "rides",
    ("Ritten met fietssensoren", "Rides with sensors on bikes"),
    (
        "Het openbare deel van ritten: uiteinden en lange stops zijn weggelaten, de fiets is niet "
        "herkenbaar, plaatsen zijn H3-cellen van resolutie 10.",
        "The public part of rides: ends and long stops are left out, the bike cannot be told, "
        "places are H3 cells of resolution 10.",
    ),
    "ENVI",
    (("luchtkwaliteit", "air quality"), ("fiets", "bicycle")),
    (
        *list_files("/v1/downloads/rides"),
        Form("json", ("JSON", "JSON"), "/v1/rides", "JSON", "application/json", service="api"),
    ),
)
RELEASES = Dataset(
    "releases",
    ("Uitgaven per maand", "Releases of months"),
    (
        "Alle openbare metingen van een maand, genummerd, met controlegetallen en een lijst van "
        "wijzigingen; om naar te verwijzen.",
        "All public samples of a month, numbered, with checksums and a list of changes; to cite.",
    ),
    "ENVI",
    (("luchtkwaliteit", "air quality"), ("burgerwetenschap", "citizen science")),
    (),
)
FORECASTS = Dataset(
    "forecasts",
    ("Verwachtingen van luchtkwaliteit", "Forecasts of air quality"),
    (
        "Kwantielen per uur, 72 uur vooruit, met wat erachter zit en hoe goed eerdere waren.",
        "Quantiles by the hour, 72 hours ahead, with what they rest on and how good earlier ones "
        "were.",
    ),
    "ENVI",
    (("luchtkwaliteit", "air quality"), ("verwachting", "forecast")),
    (Form("json", ("JSON", "JSON"), "/v1/forecasts", "JSON", "application/json", service="api"),),
    ("/nl/forecasts", "/en/forecasts"),
)
CROWDS = Dataset(
    "crowds",
    ("Drukte op openbare plekken", "Crowds at public places"),
    (
        "Hoe vol zones en doorgangen zijn en worden: tellingen zonder personen te herkennen.",
        "How full zones and passages are and will be: counts that know nobody.",
    ),
    "TRAN",
    (("drukte", "crowd"), ("voetgangers", "pedestrians")),
    (
        Form(
            "geojson",
            ("GeoJSON (OGC API Features)", "GeoJSON (OGC API Features)"),
            "/v1/features/collections/crowd-zones/items",
            "GEOJSON",
            "application/geo+json",
            service="features",
        ),
        Form(
            "json", ("JSON", "JSON"), "/v1/crowd/places", "JSON", "application/json", service="api"
        ),
        Form(
            "ngsi-ld",
            ("NGSI-LD CrowdFlowObserved", "NGSI-LD CrowdFlowObserved"),
            "/v1/ngsi-ld/crowd-flow-observed",
            "JSON_LD",
            "application/ld+json",
            service="api",
        ),
    ),
    ("/nl/drukte", "/en/crowd"),
    is_environment=False,
)
SERVICES = (
    Service(
        "api",
        ("Eigen API", "Own API"),
        ("REST en JSON, beschreven met OpenAPI.", "REST and JSON, described by OpenAPI."),
        "/v1",
        "/v1/openapi.json",
        serves=("observations", "hexagons", "rides", "forecasts", "crowds"),
    ),
    Service(
        "sensorthings",
        ("OGC SensorThings API 1.1", "OGC SensorThings API 1.1"),
        ("Vaste sensoren en hun metingen.", "Fixed sensors and their observations."),
        "/sta/v1.1",
        "/sta/v1.1",
        f"{OGC}iot_sensing/1.1",
        ("observations",),
    ),
    Service(
        "features",
        ("OGC API - Features", "OGC API - Features"),
        ("Voor QGIS, ArcGIS en GDAL.", "For QGIS, ArcGIS and GDAL."),
        "/v1/features",
        "/v1/features/api",
        f"{OGC}ogcapi-features-1/1.0",
        ("observations", "hexagons", "crowds"),
    ),
)
