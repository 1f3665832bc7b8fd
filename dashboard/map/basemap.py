"""The map below the map: none, or the grey one of the Dutch government.

PDOK serves the Basisregistratie Topografie as tiles (BRT Achtergrondkaart, WMTS), free under
CC BY 4.0; who sets it has browsers ask another host.
"""

from collections.abc import Mapping
from typing import Any

NAMES = ("", "pdok")
PDOK = {
    "host": "https://service.pdok.nl",
    "tiles": "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png",
    "attribution": "Kaart: Kadaster (CC BY 4.0)",
    "maxzoom": 19,
}


def find_basemap(name: str) -> Mapping[str, Any]:
    """What the browser must know of it; empty for none."""
    return {"": {}, "pdok": PDOK}[name]
