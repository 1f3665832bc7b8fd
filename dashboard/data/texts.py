"""The texts of the page on which people choose data."""

# key: (Dutch, English)
DATA_TEXTS = {
    "menu.data": ("Data", "Data"),
    "data.title": ("Data kiezen en downloaden", "Choose and download data"),
    "data.lead": (
        "Kies wat je wilt hebben en krijg precies dat, zonder account. Tijden in de bestanden zijn "
        "in UTC, plaatsen zijn het midden van een zeshoek.",
        "Choose what you want and get exactly that, without an account. Times in the files are in "
        "UTC, places are the middle of a hexagon.",
    ),
    "data.of": ("Waarvan", "Of what"),
    "data.of.observations": ("vaste meetpunten", "fixed nodes"),
    "data.of.rides": ("ritten, het openbare deel", "rides, the public part"),
    "data.quantities": ("Grootheden (geen: alle)", "Quantities (none: all)"),
    "data.municipality": ("Gemeente", "Municipality"),
    "data.everywhere": ("overal", "everywhere"),
    "data.node": ("Meetpunten", "Nodes"),
    "data.node.hint": (
        "namen, met komma's ertussen; leeg: alle. Niet bij ritten",
        "names, with commas between; empty: all. Not with rides",
    ),
    "data.box": ("Gebied", "Area"),
    "data.box.hint": (
        "west,zuid,oost,noord in graden, zoals 5.0,52.0,5.2,52.2; leeg: alles",
        "west,south,east,north in degrees, such as 5.0,52.0,5.2,52.2; empty: all",
    ),
    "data.map.open": ("Gebied op de kaart kiezen", "Choose the area on a map"),
    "data.map.lead": (
        "Klik twee hoeken aan, of neem wat in beeld is. Stippen zijn meetpunten.",
        "Click two corners, or move the map and take what is in view. Dots are nodes.",
    ),
    "data.map.map": ("Kaart om een gebied te kiezen", "Map to choose an area"),
    "data.map.zoom_in": ("Inzoomen", "Zoom in"),
    "data.map.zoom_out": ("Uitzoomen", "Zoom out"),
    "data.map.view": ("Neem wat in beeld is", "Take what is in view"),
    "data.map.clear": ("Geen gebied", "No area"),
    "data.map.chosen": ("Gekozen: {box}", "Chosen: {box}"),
    "data.map.none": ("Geen gebied gekozen: overal.", "No area chosen: everywhere."),
    "data.first": ("Eerste dag", "First day"),
    "data.last": ("Laatste dag", "Last day"),
    "data.processing": ("Waarden", "Values"),
    "data.raw": ("ruw", "raw"),
    "data.corrected": ("gecorrigeerd", "corrected"),
    "data.both": ("ruw en gecorrigeerd", "raw and corrected"),
    "data.quality": ("Kwaliteit", "Quality"),
    "data.any": ("alle, met hun oordeel", "all, with their flag"),
    "data.good": ("alleen goede", "good ones only"),
    "data.format": ("Bestand", "File"),
    "data.show": ("Laat zien", "Show"),
    "data.wrong": ("Zo kan het niet:", "Not like this:"),
    "data.found": ("Dit krijg je", "This is what you get"),
    "data.amount.nodes": (
        "Ongeveer {rows} rijen, van {count} meetpunten.",
        "About {rows} rows, of {count} nodes.",
    ),
    "data.amount.rides": (
        "Ongeveer {rows} rijen, van {count} ritten.",
        "About {rows} rows, of {count} rides.",
    ),
    "data.rows": ("De eerste {count} rijen", "The first {count} rows"),
    "data.none": (
        "Hiervan is niets gemeten. Kies andere dagen, een groter gebied of andere grootheden.",
        "Nothing of this was measured. Choose other days, a larger area or other quantities.",
    ),
    "data.none.first": (
        "In het begin van deze keuze is niets dat erin past. Verderop kan er wel iets zijn: het "
        "bestand zoekt alles door.",
        "At the beginning of this choice there is nothing that fits. There may be further on: the "
        "file looks through all of it.",
    ),
    "data.download": ("Downloaden", "Download"),
    "data.columns": ("wat de kolommen zijn", "what the columns are"),
    "data.cite": ("Zo verwijs je ernaar", "How to cite it"),
    "data.programs": ("Hetzelfde in een programma", "The same in a program"),
    "data.excel": (
        "Gegevens > Van web, en plak dit adres:",
        "Data > From Web, and paste this address:",
    ),
    "data.ways": ("Andere ingangen", "Other ways in"),
    "data.way.api": (
        "de API: laatste waarden van alles, reeksen, zeshoeken, ritten, verwachtingen",
        "the API: latest values of everything, series, hexagons, rides, forecasts",
    ),
    "data.way.sensorthings": (
        "SensorThings 1.1, voor QGIS en scripts van Samen Meten",
        "SensorThings 1.1, for QGIS and scripts of Samen Meten",
    ),
    "data.way.features": (
        "kaartlagen voor QGIS, ArcGIS en GDAL (OGC API - Features)",
        "layers for QGIS, ArcGIS and GDAL (OGC API - Features)",
    ),
    "data.way.ngsi": ("NGSI-LD voor stadsplatforms", "NGSI-LD for city platforms"),
    "data.way.catalogue": (
        "catalogus volgens DCAT-AP-NL 3, om te oogsten",
        "catalogue by DCAT-AP-NL 3, to harvest",
    ),
    "data.way.feed": (
        "nieuws als Atom: uitgaven per maand, meldingen",
        "news as Atom: releases of months, incidents",
    ),
}
