"""What the map says, Dutch and English."""

# key: (Dutch, English)
MAP_TEXTS = {
    "unfit.moment": (
        "“{value}” is geen moment. Een moment schrijft u als 2026-11-26T14:00Z.",
        "“{value}” is no moment. A moment is written as 2026-11-26T14:00Z.",
    ),
    "unfit.number": (
        "{name} is hier “{value}”; het is een getal van {least} tot en met {most}, en zoom, lat "
        "en lon horen bij elkaar.",
        "{name} is “{value}” here; it is a number from {least} to {most}, and zoom, lat and lon "
        "go together.",
    ),
    "unfit.layers": (
        "De laag “{value}” is er niet. Kies uit {known}.",
        "There is no layer “{value}”. Choose from {known}.",
    ),
    "map.show": ("Toon", "Show"),
    "map.layers": ("Op de kaart", "On the map"),
    "map.layer.hexagons": ("Zeshoeken", "Hexagons"),
    "map.layer.nodes": ("Vaste meetpunten", "Fixed nodes"),
    "map.layer.stations": ("Officiële stations", "Official stations"),
    "map.layer.zones": ("Grenzen van gebieden", "Borders of areas"),
    "map.moment": ("Tot welk moment", "Up to which moment"),
    "map.now": ("nu, tot de nieuwste meting", "now, up to the newest measurement"),
    "map.now.button": ("Nu", "Now"),
    "map.play": ("Afspelen", "Play"),
    "map.pause": ("Pauze", "Pause"),
    "map.all.moment": (
        "Bij de periode Alles is er geen moment te kiezen.",
        "With the period All there is no moment to choose.",
    ),
    "map.history": ("Verloop in deze zeshoek", "History of this hexagon"),
    "map.node.page": ("Naar dit meetpunt", "To this node"),
    "map.station.page": ("Bij de beheerder van dit station", "At the network of this station"),
    "map.official": ("officieel, zoals gepubliceerd", "official, as published"),
    "map.no_value": ("geen goede waarde in deze periode", "no good value in this period"),
    "map.mean": ("gemiddelde", "mean"),
    "map.node.mean": ("gemiddelde van de hele uren", "mean of the whole hours"),
    "map.close": ("Sluiten", "Close"),
    "map.copy": ("Kopieer link", "Copy link"),
    "map.copied": (
        "De link naar deze kaart is gekopieerd.",
        "The link to this map has been copied.",
    ),
    "map.copy.self": (
        "Kopiëren lukte niet; de link staat hieronder, klaar om te kopiëren.",
        "Copying failed; the link stands below, ready to be copied.",
    ),
    "map.link": ("Link naar deze kaart", "Link to this map"),
    "map.locate": ("Mijn plek", "My place"),
    "map.locate.hint": (
        "Uw plek blijft in uw browser; hij komt niet op de server en niet in het adres.",
        "Your place stays in your browser; it reaches neither the server nor the address.",
    ),
    "map.located": ("De kaart staat nu op uw plek.", "The map now shows your place."),
    "map.locate.refused": (
        "Uw browser geeft uw plek niet. Sta het voor deze site toe in de instellingen van de "
        "browser, of verschuif de kaart zelf.",
        "Your browser does not give your place. Allow it for this site in the settings of the "
        "browser, or move the map yourself.",
    ),
    "map.locate.failed": (
        "Uw plek is niet te bepalen. Verschuif de kaart zelf.",
        "Your place cannot be found. Move the map yourself.",
    ),
    "map.elsewhere": (
        "Hier zijn in deze periode geen metingen van {quantity}. Zoom uit, of kies een andere "
        "periode.",
        "There are no measurements of {quantity} here in this period. Zoom out, or choose another "
        "period.",
    ),
    "map.before": (
        "De metingen beginnen op {first}; kies een later moment.",
        "Measurements begin on {first}; choose a later moment.",
    ),
    "map.fail": (
        "De kaart kon niet bijgewerkt worden; hij probeert het vanzelf opnieuw.",
        "The map could not be brought up to date; it tries again by itself.",
    ),
    "map.marks": (
        "Meetpunten en stations op de kaart, als tabel",
        "Nodes and stations on the map, as a table",
    ),
    "map.marks.many": (
        "Er liggen {count} meetpunten in beeld; van dichterbij worden ze getekend.",
        "There are {count} nodes in view; from closer by they are drawn.",
    ),
    "map.marks.none": ("Er is hier geen enkel punt.", "There is none here."),
    "map.mark.name": ("Naam", "Name"),
    "map.mark.kind": ("Soort", "Kind"),
    "map.legend.station": ("officieel station", "official station"),
    "map.legend.zone": ("grens van een gebied", "border of an area"),
    "map.legend.mark": (
        "Punten hebben de kleur van hun eigen gemiddelde; leeg is zonder waarde.",
        "Nodes have the colour of their own mean; empty is without a value.",
    ),
    "map.shared": (
        "Ook na wisselen van grootheid of moment hoort het adres bij wat u ziet.",
        "The address always belongs to what you see.",
    ),
    "map.embed": ("Deze kaart op uw eigen site", "This map on your own site"),
    "map.embed.why": (
        "Neem deze regel over in een pagina. De kaart blijft bij de metingen op deze site en "
        "verversen gaat vanzelf.",
        "Put this line into a page. The map stays with the measurements of this site and brings "
        "itself up to date.",
    ),
    "map.embed.source": ("Bron: {publisher}", "Source: {publisher}"),
    "map.embed.open": ("Open de hele kaart", "Open the whole map"),
    "map.keys": (
        "Met het toetsenbord: pijltjes verschuiven de kaart, plus en min zoomen, Enter vertelt "
        "over de zeshoek in het midden.",
        "By keyboard: arrows move the map, plus and minus zoom, Enter tells of the hexagon in "
        "the middle.",
    ),
    "map.noscript": (
        "De kaart zelf wordt met JavaScript getekend. Dezelfde getallen staan zonder in de API:",
        "The map itself is drawn with JavaScript. The same numbers are without it in the API:",
    ),
}
