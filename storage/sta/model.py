"""The eight entities of SensorThings, as one table: where each is read, what it says and leads to.

A relation is a SELECT over the public views; the columns that a navigation joins on have the same
values on both sides. Properties are expressions over one row of it, whose alias is ``{r}``.
OGC 18-088 (SensorThings 1.1), section 8.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .relations import CELLS, DATASTREAMS, OBSERVATIONS, PLACEMENTS, PROPERTIES, SENSORS, THINGS

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON = "application/geo+json"
EDGE_M = 201  # average edge of a cell of resolution 9 (h3geo.org, table of cell statistics)


class Kind(StrEnum):
    """What a property or an expression is."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    SPAN = "span"  # two moments: the first and the last
    DATE = "date"
    CLOCK = "clock"  # time of day
    DURATION = "duration"
    BOOL = "bool"
    JSON = "json"
    PLACE = "place"  # an H3 cell, shown as GeoJSON
    SHAPE = "shape"  # geometry that a filter gives
    NULL = "null"


@dataclass(frozen=True)
class Property:
    """One property: its expression, and of a span that of its end."""

    kind: Kind
    sql: str
    end: str = ""


@dataclass(frozen=True)
class Link:
    """One navigation: to which entity, to how many, and equal columns on both sides."""

    target: str  # plural name of the entity
    many: bool
    own: tuple[str, ...]
    their: tuple[str, ...]


@dataclass(frozen=True)
class Entity:
    """One entity: its names, its rows, its properties in order, its navigations."""

    name: str
    plural: str
    relation: str
    properties: Mapping[str, Property]
    links: Mapping[str, Link]


_FIRST, _LAST = (
    f"(SELECT n.{name} FROM public.node n WHERE n.name = {{r}}.node)" for name in ("first", "last")
)
_CELL = (
    "jsonb_build_object('h3', {r}.id, 'resolution', 9,"
    f" 'note', 'centre of a hexagon with edges of {EDGE_M} m: the exact place is not public')"
)
# Campaign, License and Party of STAplus (OGC 22-022), whose entities these are not.
_TERMS = (
    "(SELECT jsonb_build_object('license', n.license, 'party', nullif(n.party, ''),"
    " 'campaign', n.project) FROM public.node n WHERE n.name = {r}.node)"
)
OBSERVATION_ID = "{r}.stream || ':' || floor(extract(epoch FROM {r}.time) * 1000)::bigint::text"

ENTITIES = {
    entity.plural: entity
    for entity in (
        Entity(
            "Thing",
            "Things",
            THINGS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.id"),
                "description": Property(Kind.TEXT, "{r}.label"),
                "properties": Property(
                    Kind.JSON,
                    "jsonb_build_object('kind', {r}.kind, 'moving', {r}.moving, 'model', {r}.model,"
                    " 'project', {r}.project, 'codegemeente', {r}.code,"
                    " 'license', {r}.license, 'party', nullif({r}.party, ''))",
                ),
            },
            {
                "Locations": Link("Locations", True, ("cell",), ("cell",)),
                "HistoricalLocations": Link("HistoricalLocations", True, ("id",), ("node",)),
                "Datastreams": Link("Datastreams", True, ("id",), ("node",)),
            },
        ),
        Entity(
            "Location",
            "Locations",
            CELLS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.id"),
                "description": Property(Kind.TEXT, "'H3 cell ' || {r}.id"),
                "encodingType": Property(Kind.TEXT, f"'{GEOJSON}'"),
                "location": Property(Kind.PLACE, "{r}.cell"),
                "properties": Property(Kind.JSON, _CELL),
            },
            {
                "Things": Link("Things", True, ("cell",), ("cell",)),
                "HistoricalLocations": Link("HistoricalLocations", True, ("cell",), ("cell",)),
            },
        ),
        Entity(
            "HistoricalLocation",
            "HistoricalLocations",
            PLACEMENTS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "time": Property(Kind.TIME, "{r}.time"),
            },
            {
                "Thing": Link("Things", False, ("node",), ("id",)),
                "Locations": Link("Locations", True, ("cell",), ("cell",)),
            },
        ),
        Entity(
            "Datastream",
            "Datastreams",
            DATASTREAMS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.id"),
                "description": Property(Kind.TEXT, "{r}.en || ' at ' || {r}.node"),
                "observationType": Property(Kind.TEXT, f"'{MEASUREMENT}'"),
                "unitOfMeasurement": Property(Kind.JSON, "{r}.unit"),
                "observedArea": Property(Kind.PLACE, "nullif({r}.cell, 0)"),
                "phenomenonTime": Property(Kind.SPAN, _FIRST, _LAST),
                "properties": Property(Kind.JSON, f"{{r}}.facts || {_TERMS}"),
            },
            {
                "Thing": Link("Things", False, ("node",), ("id",)),
                "Sensor": Link("Sensors", False, ("sensor",), ("id",)),
                "ObservedProperty": Link("ObservedProperties", False, ("property",), ("id",)),
                "Observations": Link(
                    "Observations", True, ("node", "quantity"), ("node", "quantity")
                ),
            },
        ),
        Entity(
            "Sensor",
            "Sensors",
            SENSORS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.id"),
                "description": Property(Kind.TEXT, "'Hardware of a node: ' || {r}.id"),
                "encodingType": Property(Kind.TEXT, "'text/html'"),
                "metadata": Property(Kind.TEXT, "{r}.id"),
                "properties": Property(Kind.JSON, "'{}'::jsonb"),
            },
            {"Datastreams": Link("Datastreams", True, ("id",), ("sensor",))},
        ),
        Entity(
            "ObservedProperty",
            "ObservedProperties",
            PROPERTIES,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.name"),
                "definition": Property(Kind.TEXT, "'urn:lokaalmeten:quantity:' || {r}.id"),
                "description": Property(Kind.TEXT, "{r}.description"),
                "properties": Property(Kind.JSON, "{r}.facts"),
            },
            {"Datastreams": Link("Datastreams", True, ("id",), ("property",))},
        ),
        Entity(
            "Observation",
            "Observations",
            OBSERVATIONS,
            {
                "id": Property(Kind.TEXT, OBSERVATION_ID),
                "phenomenonTime": Property(Kind.SPAN, "{r}.time", "{r}.until"),
                "resultTime": Property(Kind.TIME, "{r}.until"),
                "result": Property(Kind.NUMBER, "{r}.value"),
                "resultQuality": Property(Kind.JSON, "jsonb_build_object('qartod', {r}.flag)"),
                "parameters": Property(
                    Kind.JSON,
                    "CASE WHEN {r}.correction IS NOT NULL"
                    " THEN jsonb_build_object('correction', {r}.correction) END",
                ),
            },
            {
                "Datastream": Link(
                    "Datastreams", False, ("node", "quantity"), ("node", "quantity")
                ),
                "FeatureOfInterest": Link("FeaturesOfInterest", False, ("cell",), ("cell",)),
            },
        ),
        Entity(
            "FeatureOfInterest",
            "FeaturesOfInterest",
            CELLS,
            {
                "id": Property(Kind.TEXT, "{r}.id"),
                "name": Property(Kind.TEXT, "{r}.id"),
                "description": Property(Kind.TEXT, "'H3 cell ' || {r}.id"),
                "encodingType": Property(Kind.TEXT, f"'{GEOJSON}'"),
                "feature": Property(Kind.PLACE, "{r}.cell"),
                "properties": Property(Kind.JSON, _CELL),
            },
            {"Observations": Link("Observations", True, ("cell",), ("cell",))},
        ),
    )
}
PLURAL = {entity.name: plural for plural, entity in ENTITIES.items()}


def find_link(entity: Entity, name: str) -> Link | None:
    """Navigation of a name; clients write a to-one in the plural too, and the other way round."""
    if name in entity.links:
        return entity.links[name]
    return next(
        (
            link
            for own, link in entity.links.items()
            if name in {link.target, ENTITIES[link.target].name} and name != own
        ),
        None,
    )
