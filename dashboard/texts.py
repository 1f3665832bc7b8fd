"""The texts of the pages, Dutch and English side by side; ``words.Words`` reads them."""

from .access.texts import ACCESS_TEXTS
from .areas.texts import AREA_TEXTS
from .catalogue.texts import FEED_TEXTS
from .crowd.editing.texts import EDITING_TEXTS
from .crowd.texts import CROWD_TEXTS
from .data.texts import DATA_TEXTS
from .flashing.texts import FLASH_TEXTS
from .forecast_texts import FORECAST_TEXTS
from .knowledge.texts import KNOWLEDGE_TEXTS
from .map.texts import MAP_TEXTS
from .mine.texts import MINE_TEXTS
from .outlook_texts import OUTLOOK_TEXTS
from .places.texts import PLACE_TEXTS
from .reports.texts import REPORT_TEXTS
from .route.texts import ROUTE_TEXTS

LANGUAGES = ("nl", "en")

MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

# key: (Dutch, English)
TEXTS = {
    # frame
    "site.name": ("Lokaal meten", "Lokaal meten"),
    "site.skip": ("Naar de inhoud", "Skip to content"),
    "site.menu": ("Hoofdmenu", "Main menu"),
    "site.dark": ("Donkere pagina", "Dark page"),
    "site.other": ("English", "Nederlands"),
    "site.other.hint": ("This page in English", "Deze pagina in het Nederlands"),
    "site.loading": ("Even geduld, de pagina wordt geladen …", "One moment, the page is loading …"),
    "site.noscript": (
        "Deze pagina tekent kaart en grafieken met JavaScript. De getallen zijn ook zonder te "
        "krijgen, via de API:",
        "This page draws its map and charts with JavaScript. The numbers are there without it "
        "too, through the API:",
    ),
    "site.footer": (
        "Waarden van goedkope sensoren: ruw en automatisch gecontroleerd; waar ze gecorrigeerd "
        "zijn, staat dat erbij.",
        "Values from low-cost sensors: raw and checked by computer; where they are corrected, it "
        "says so.",
    ),
    "site.api": ("Open data (API)", "Open data (API)"),
    "menu.map": ("Kaart", "Map"),
    "menu.nodes": ("Meetpunten", "Nodes"),
    "menu.rides": ("Ritten", "Rides"),
    "menu.forecasts": ("Voorspellingen", "Forecasts"),
    # problems
    "problem.404.title": ("Deze pagina bestaat niet", "This page does not exist"),
    "problem.404.text": (
        "Het adres {path} kennen we niet. Misschien is het meetpunt of de rit verwijderd, of "
        "zit er een tikfout in het adres.",
        "The address {path} is not known here. The node or ride may have been removed, or the "
        "address has a typing error.",
    ),
    "problem.400.title": ("Dit kan zo niet", "This cannot be shown"),
    "problem.400.text": (
        "Het adres {path} is niet te lezen. Misschien is het niet heel overgekomen.",
        "The address {path} cannot be read. It may not have come through whole.",
    ),
    "problem.403.title": ("Dat kan hiervandaan niet", "Not from here"),
    "problem.403.text": (
        "Iets wijzigen kan alleen vanaf een pagina van deze site. Ga daarheen en probeer het daar.",
        "A change can only be made from a page of this site. Go there and try it there.",
    ),
    "unfit.quantity": (
        "Wat bedoelt u met de grootheid “{value}”? Er is {known}.",
        "There is no quantity “{value}”. There is {known}.",
    ),
    "unfit.period": (
        "De periode “{value}” is er niet. Kies uit {known}.",
        "There is no period “{value}”. Choose from {known}.",
    ),
    "unfit.day": (
        "“{value}” is geen dag. Een dag schrijft u als 2026-11-26.",
        "“{value}” is no day. A day is written as 2026-11-26.",
    ),
    "unfit.days": (
        "De eerste dag, {first}, ligt na de laatste, {last}.",
        "The first day, {first}, is after the last, {last}.",
    ),
    "problem.500.title": ("Hier ging iets mis", "Something went wrong here"),
    "problem.500.text": (
        "Dat ligt aan ons, niet aan u: de server heeft de fout opgeschreven.",
        "That is our fault, not yours: the server has written the error down.",
    ),
    "problem.503.title": ("Even geen metingen", "No measurements for the moment"),
    "problem.503.text": (
        "De database antwoordt niet. De metingen zelf gaan door; probeer het over een minuut "
        "opnieuw.",
        "The database does not answer. Measuring goes on; try again in a minute.",
    ),
    "problem.again": ("Opnieuw proberen", "Try again"),
    "problem.without": ("Deze pagina zonder die keuze", "This page without that choice"),
    "problem.map": ("Naar de kaart", "To the map"),
    # words that several pages use
    "raw": (
        "ruwe waarden, gecontroleerd, niet gecorrigeerd",
        "raw values, checked, not corrected",
    ),
    "beside": ("ruw en gecorrigeerd, gecontroleerd", "raw and corrected, checked"),
    "raw.short": ("Ruw", "Raw"),
    "corrected": ("Gecorrigeerd", "Corrected"),
    "quantity": ("Grootheid", "Quantity"),
    "period": ("Periode", "Period"),
    "period.hour": ("Uur", "Hour"),
    "period.day": ("24 uur", "24 h"),
    "period.week": ("Week", "Week"),
    "period.all": ("Alles", "All"),
    "value": ("Waarde", "Value"),
    "mean": ("Gemiddelde", "Mean"),
    "median": ("Mediaan", "Median"),
    "highest": ("Hoogste", "Highest"),
    "count": ("Aantal metingen", "Measurements"),
    "time": ("Tijd", "Time"),
    "quality": ("Kwaliteit", "Quality"),
    "unit.hour": ("uur", "h"),
    "flag.good": ("goed", "good"),
    "flag.not_evaluated": ("niet beoordeeld", "not evaluated"),
    "flag.suspect": ("twijfelachtig", "suspect"),
    "flag.fail": ("afgekeurd", "failed"),
    "flag.missing": ("ontbreekt", "missing"),
    "ago.now": ("zojuist", "just now"),
    "ago.minute": ("{count} minuut geleden", "{count} minute ago"),
    "ago.minutes": ("{count} minuten geleden", "{count} minutes ago"),
    "ago.hour": ("{count} uur geleden", "{count} hour ago"),
    "ago.hours": ("{count} uur geleden", "{count} hours ago"),
    "ago.day": ("{count} dag geleden", "{count} day ago"),
    "ago.days": ("{count} dagen geleden", "{count} days ago"),
    "table.cut": (
        "De eerste {shown} van {total} rijen. Alle getallen:",
        "The first {shown} of {total} rows. All numbers:",
    ),
    "table.all": ("Alle getallen als JSON", "All numbers as JSON"),
    "no.data": ("Nog geen metingen", "No measurements yet"),
    "no.data.why": (
        "Er is nog niets binnengekomen. Zodra een meetpunt zijn eerste metingen stuurt, "
        "verschijnen ze hier vanzelf.",
        "Nothing has come in yet. As soon as a node sends its first measurements, they appear "
        "here by themselves.",
    ),
    "no.period": (
        "Geen {quantity} in deze periode ({period}). Kies een langere periode of een andere "
        "grootheid.",
        "No {quantity} in this period ({period}). Choose a longer period or another quantity.",
    ),
    # map page
    "map.title": ("Metingen op de kaart", "Measurements on the map"),
    "map.label": (
        "Kaart met zeshoeken; dezelfde getallen staan in de tabel onder de kaart",
        "Map of hexagons; the table below the map has the same numbers",
    ),
    "map.summary": (
        "{quantity}: gemiddelde over {period}; zeshoeken: {cells}, goede metingen: {count}; {raw}.",
        "{quantity}: mean over {period}; hexagons: {cells}, good measurements: {count}; {raw}.",
    ),
    "map.newest": ("Nieuwste meting: {time} ({ago}).", "Newest measurement: {time} ({ago})."),
    "map.legend": ("Legenda", "Legend"),
    "map.legend.lki": (
        "Klassen van de Nederlandse luchtkwaliteitsindex (LKI). Die index is bedoeld voor "
        "uurgemiddelden van geijkte meters; hier is hij alleen een schaal.",
        "Classes of the Dutch air quality index (LKI). That index is meant for hourly means of "
        "reference instruments; here it is only a scale.",
    ),
    "map.legend.quantiles": (
        "Klassen met elk ongeveer evenveel zeshoeken.",
        "Classes with about as many hexagons each.",
    ),
    "map.legend.node": ("vast meetpunt", "fixed node"),
    "map.legend.cell": (
        "Zeshoek: ongeveer {width} breed; inzoomen geeft kleinere.",
        "Hexagon: about {width} wide; zoom in for smaller ones.",
    ),
    "map.legend.finest": (
        "Zeshoeken van ritten zijn ongeveer {width} breed, die van vaste meetpunten {fixed}: "
        "preciezer is niet openbaar.",
        "Hexagons of rides are about {width} wide, those of fixed nodes {fixed}: nothing more "
        "precise is public.",
    ),
    "map.table": ("Dezelfde getallen als tabel", "The same numbers as a table"),
    "map.cell": ("Zeshoek (H3)", "Hexagon (H3)"),
    "map.class": ("Klasse", "Class"),
    "map.broken": (
        "De kaart kan hier niet worden getekend ({reason}). De tabel hieronder heeft dezelfde "
        "getallen.",
        "The map cannot be drawn here ({reason}). The table below has the same numbers.",
    ),
    "map.zoom_in": ("Inzoomen", "Zoom in"),
    "map.zoom_out": ("Uitzoomen", "Zoom out"),
    "map.whole": ("Alle metingen in beeld", "Show all measurements"),
    "map.count": ("metingen", "measurements"),
    "lki.1": ("goed", "good"),
    "lki.2": ("matig", "moderate"),
    "lki.3": ("onvoldoende", "insufficient"),
    "lki.4": ("slecht", "poor"),
    "lki.5": ("zeer slecht", "very poor"),
    "class.above": ("{low} en hoger", "{low} and above"),
    "class.below": ("lager dan {high}", "below {high}"),
    "class.between": ("{low} tot {high}", "{low} to {high}"),
    "class.all": ("alle waarden", "all values"),
    # nodes
    "kind.box": ("vaste kast", "fixed box"),
    "kind.bike": ("fiets", "bike"),
    "kind.counter": ("teller", "counter"),
    "nodes.title": ("Meetpunten", "Nodes"),
    "nodes.fixed": ("Vaste meetpunten", "Fixed nodes"),
    "nodes.moving": ("Op de fiets", "On bikes"),
    "nodes.moving.text": (
        "{count} meetpunten rijden mee op fietsen. Wie er reed en wanneer precies, is niet "
        "openbaar: hun metingen staan op de kaart en als losse, ingekorte",
        "{count} nodes ride along on bikes. Who rode and exactly when is not public: their "
        "measurements are on the map and in separate, trimmed",
    ),
    "nodes.moving.link": ("ritten", "rides"),
    "node.name": ("Naam", "Name"),
    "node.kind": ("Soort", "Kind"),
    "node.last": ("Laatste meting", "Last measurement"),
    "node.never": ("nog niets", "nothing yet"),
    "node.lead": (
        "{kind}, laatste meting {time} ({ago}).",
        "{kind}, last measured {time} ({ago}).",
    ),
    "node.lead.never": ("{kind}, nog zonder metingen.", "{kind}, without measurements so far."),
    "node.lead.moving": (
        "Dit meetpunt rijdt mee op een fiets. Om de fietser te beschermen is niet openbaar "
        "welke ritten van dit meetpunt zijn.",
        "This node rides along on a bike. To protect the rider it is not public which rides "
        "are of this node.",
    ),
    "node.series": ("Verloop", "Over time"),
    "node.latest": ("Laatste waarden", "Latest values"),
    "node.latest.caption": ("Gemeten op {time}, {raw}", "Measured on {time}, {raw}"),
    "series.summary": (
        "{quantity}, {period}, {step}: gemiddeld {mean}, laagste {low}, hoogste {high} van de "
        "goede waarden; {raw}.",
        "{quantity}, {period}, {step}: mean {mean}, lowest {low}, highest {high} of the good "
        "values; {raw}.",
    ),
    "chart.label": (
        "Grafiek: {title}; dezelfde getallen staan in de tabel eronder",
        "Chart: {title}; the table below has the same numbers",
    ),
    "download.samples": ("Alle metingen als bestand:", "All samples as a file:"),
    "download.choose": ("Kies zelf: meer, andere dagen", "Choose yourself: more, other days"),
    "download.columns": ("wat de kolommen zijn", "what the columns are"),
    "series.table": ("De grafiek als tabel", "The chart as a table"),
    "series.corrected": (
        " Gecorrigeerd: gemiddeld {mean}, laagste {low}, hoogste {high}.",
        " Corrected: mean {mean}, lowest {low}, highest {high}.",
    ),
    "series.doubtful": ("twijfelachtig of afgekeurd", "suspect or failed"),
    "step.raw": ("elke meting", "every sample"),
    "step.minutes": ("gemiddelden per {count} minuten", "means of {count} minutes"),
    "step.minute": ("gemiddelden per minuut", "means per minute"),
    "step.hour": ("gemiddelden per uur", "hourly means"),
    "step.hours": ("gemiddelden per {count} uur", "means of {count} hours"),
    "step.day": ("gemiddelden per dag", "daily means"),
    "step.days": ("gemiddelden per {count} dagen", "means of {count} days"),
    # forecast
    "forecast.title": ("Voorspelling", "Forecast"),
    "forecast.measured": ("gemeten, per uur", "measured, hourly"),
    "forecast.median": ("voorspelling", "forecast"),
    "forecast.interval": ("band van 80%", "80% band"),
    "forecast.table": ("De voorspelling als tabel", "The forecast as a table"),
    "forecast.low": ("Laag ({level}%)", "Low ({level}%)"),
    "forecast.middle": ("Midden", "Middle"),
    "forecast.high": ("Hoog ({level}%)", "High ({level}%)"),
    # rides
    "rides.title": ("Ritten", "Rides"),
    "rides.none": ("Nog geen openbare ritten", "No public rides yet"),
    "rides.none.why": (
        "Een rit verschijnt hier als hij is afgelopen en lang genoeg was om begin en einde weg "
        "te laten.",
        "A ride appears here when it is over and was long enough to leave out its start and end.",
    ),
    "rides.privacy": (
        "Van elke rit zijn begin en einde weggelaten, de plaats is afgerond op zeshoeken van "
        "ongeveer 130 meter en de tijd op het uur. Welk meetpunt reed, is niet openbaar.",
        "The start and end of every ride are left out, places are rounded to hexagons of about "
        "130 metres and times to the hour. Which node rode is not public.",
    ),
    "rides.caption": ("Nieuwste ritten eerst", "Newest rides first"),
    "rides.more": (
        "Alleen de nieuwste {count} ritten staan hier.",
        "Only the newest {count} rides are listed.",
    ),
    "ride.title": ("Rit van {time}", "Ride of {time}"),
    "ride.hour": ("Vertrek", "Departure"),
    "ride.duration": ("Duur", "Duration"),
    "ride.distance": ("Afstand", "Distance"),
    "ride.map": ("Kaart van de rit", "Map of the ride"),
    "ride.profile": ("Verloop tijdens de rit", "Along the ride"),
    "ride.minutes": ("minuten sinds het openbare begin", "minutes since the public start"),
    "ride.minute": ("Minuut", "Minute"),
    "ride.statistics": ("In getallen", "In numbers"),
    "ride.period": ("rit van {time}", "ride of {time}"),
    **ACCESS_TEXTS,
    **AREA_TEXTS,
    **CROWD_TEXTS,
    **DATA_TEXTS,
    **EDITING_TEXTS,
    **FEED_TEXTS,
    **FLASH_TEXTS,
    **FORECAST_TEXTS,
    **KNOWLEDGE_TEXTS,
    **MINE_TEXTS,
    **MAP_TEXTS,
    **OUTLOOK_TEXTS,
    **PLACE_TEXTS,
    **REPORT_TEXTS,
    **ROUTE_TEXTS,
}
