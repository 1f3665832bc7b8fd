"""Relations: the rows of each entity as a SELECT over the public views.

Texts of our own table of quantities stand in them as VALUES; whatever an asker wrote never does.
"""

import json

from lokaalmeten.quantities import BY_KEY, CORRECTED, QUANTITIES, SLOT

UNKNOWN = "unknown"  # a sensor of which nobody said what it is
UNITS = {  # UCUM code: name and symbol for people
    "ug/m3": ("microgram per cubic metre", "µg/m³"),
    "Cel": ("degree Celsius", "°C"),
    "%": ("percent", "%"),
    "Pa": ("pascal", "Pa"),
    "kOhm": ("kiloohm", "kΩ"),
    "{tick}": ("tick of the sensor", "tick"),
    "[ppm]": ("parts per million", "ppm"),
    "dB(A)": ("decibel, A-weighted", "dB(A)"),
    "1": ("number", ""),
    "V": ("volt", "V"),
}


def _text(value: str) -> str:
    """A text of our own as SQL."""
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"  # % is a placeholder


def _quantity_rows() -> str:
    """VALUES of quantities and what they are corrected to: key, property, unit, names, order."""
    rows = []
    for key in (*BY_KEY, *(f"{key}_corrected" for key in CORRECTED)):
        raw = BY_KEY[key.removesuffix("_corrected")]
        corrected = key != raw.key
        unit, symbol = UNITS[raw.unit]
        said = {"name": unit, "symbol": symbol, "definition": f"ucum:{raw.unit}"}
        en, nl = (raw.en + ", corrected", raw.nl + ", gecorrigeerd") if corrected else raw[2:0:-1]
        facts = {"quantity": raw.key, "corrected": corrected, "nl": nl, "step": 1 / raw.per}
        texts = (key, raw.key, en, nl)
        jsons = (json.dumps(part, ensure_ascii=False) for part in (said, facts))
        rows.append(", ".join([*map(_text, texts), *(f"{_text(part)}::jsonb" for part in jsons)]))
    return "(VALUES " + ", ".join(f"({row})" for row in rows) + ")"


def _property_rows() -> str:
    rows = []
    for quantity in QUANTITIES:
        facts = {"nl": quantity.nl, "unit": quantity.unit, "span": [quantity.low, quantity.high]}
        texts = (quantity.key, quantity.en, f"{quantity.nl} ({quantity.en}), {quantity.unit}")
        said = _text(json.dumps(facts, ensure_ascii=False))
        rows.append(", ".join([*map(_text, texts), f"{said}::jsonb"]))
    return "(VALUES " + ", ".join(f"({row})" for row in rows) + ")"


# The municipality is joined: a look-up of each takes four times as long, and where it is not asked
# for the server leaves the join out.
THINGS = """SELECT n.name AS id, n.label, n.kind, n.moving, n.model, n.project, n.cell, m.code,
    n.license, n.party
FROM public.node n
    LEFT JOIN (
        SELECT z.node, min(substring(z.zone FROM '^gm0*([1-9][0-9]*)$')) AS code
        FROM public.zone_node z WHERE z.until = 'infinity' GROUP BY z.node
    ) AS m ON m.node = n.name"""


CELLS = "SELECT c.cell, to_hex(c.cell) AS id FROM public.cell c"
PLACEMENTS = """SELECT p.node || ':' || p.number AS id, p.node, p.cell, f.time
FROM public.placement p CROSS JOIN LATERAL (
    SELECT CASE WHEN isfinite(p.since) THEN p.since
        ELSE (SELECT n.first FROM public.node n WHERE n.name = p.node) END AS time
) AS f
WHERE f.time IS NOT NULL AND p.cell <> 0"""


DATASTREAMS = f"""SELECT d.node || ':' || d.quantity AS id, d.node, d.quantity, d.cell, q.property,
    q.en, q.unit, q.facts, d.place, coalesce(nullif(d.model, ''), '{UNKNOWN}') AS sensor
FROM public.datastream d
    JOIN {_quantity_rows()} AS q (quantity, property, en, nl, unit, facts) USING (quantity)"""


SENSORS = f"""SELECT DISTINCT coalesce(nullif(n.model, ''), '{UNKNOWN}') AS id
FROM public.node n WHERE NOT n.moving"""


PROPERTIES = f"""SELECT p.id, p.name, p.description, p.facts
FROM {_property_rows()} AS p (id, name, description, facts)"""


_VALUES = ", ".join(
    f"('{key}', o.{key}, {SLOT[key.removesuffix('_corrected')]})"
    for key in (*BY_KEY, *(f"{key}_corrected" for key in CORRECTED))
)


# Of all nodes: the wide row once for each value that it has. observations.py has some.
OBSERVATIONS = f"""SELECT o.node || ':' || v.quantity AS stream, o.node, v.quantity, o.time,
    o.time + make_interval(secs => coalesce(o.period_s, 0)) AS until, v.value,
    flag_of(o.flags, v.slot) AS flag, o.correction, o.cell
FROM public.observation o CROSS JOIN LATERAL (VALUES {_VALUES}) AS v (quantity, value, slot)
WHERE v.value IS NOT NULL"""
