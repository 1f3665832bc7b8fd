"""The texts of pages of places and of places side by side."""

# key: (Dutch, English)
PLACE_TEXTS = {
    "period.year": ("Jaar", "Year"),
    "place.hexagon.title": ("Zeshoek {cell}", "Hexagon {cell}"),
    "place.hexagon.lead": (
        "Alles wat in deze zeshoek is gemeten, door vaste meetpunten en op ritten. Een rit telt in "
        "het uur waarin hij begint.",
        "All that was measured in this hexagon, by fixed nodes and on rides. A ride counts in the "
        "hour in which it starts.",
    ),
    "place.area.lead": (
        "De vaste meetpunten in deze buurt samen: het gemiddelde van al hun goede waarden.",
        "The fixed nodes in this neighbourhood together: the mean of all their good values.",
    ),
    "place.now": ("{quantity}, laatste uur", "{quantity}, latest hour"),
    "place.now.none": (
        "In de laatste {weeks} weken is hier geen {quantity} gemeten. Kies een andere grootheid, "
        "of kijk bij het jaar.",
        "No {quantity} was measured here in the last {weeks} weeks. Choose another quantity, or "
        "look at the year.",
    ),
    "place.lki": ("Luchtkwaliteit (LKI)", "Air quality (LKI)"),
    "place.lki.value": ("{index} van {highest}: {group}", "{index} of {highest}: {group}"),
    "place.basis.node": (
        "Gemeten {period} ({ago}); goede metingen: {count}; ruw, gecontroleerd.",
        "Measured {period} ({ago}); good samples: {count}; raw, checked.",
    ),
    "place.basis.several": (
        "Gemeten {period} ({ago}); goede metingen: {count}, meetpunten of ritten: {nodes}; ruw, "
        "gecontroleerd.",
        "Measured {period} ({ago}); good samples: {count}, nodes or rides: {nodes}; raw, checked.",
    ),
    "place.statistics": ("In getallen", "In numbers"),
    "place.statistics.caption": ("{quantity}, tot {time}", "{quantity}, until {time}"),
    "place.statistics.note": (
        "Hele uren en dagen. Van een meetpunt telt een uur met drie kwart van zijn metingen, een "
        "dag met 18 zulke uren. Een norm voor een jaar geldt van januari tot en met december; hier "
        "staan de laatste 365 dagen ernaast.",
        "Whole hours and days. Of a node an hour counts with three quarters of its samples, a "
        "day with 18 such hours. A limit of a year holds from January to December; here the last "
        "365 days are put beside it.",
    ),
    "place.day": ("24 uur", "24 hours"),
    "place.week": ("week", "week"),
    "place.year": ("jaar", "year"),
    "place.column.period": ("Laatste", "Last"),
    "place.column.mean": ("Gemiddeld", "Mean"),
    "place.column.highest": ("Hoogste uur of dag", "Highest hour or day"),
    "place.column.moment": ("Wanneer", "When"),
    "place.column.measured": ("Gemeten", "Measured"),
    "place.column.limit": ("Naast de normen", "Beside limits"),
    "place.hours": ("{count} van {of} uur", "{count} of {of} hours"),
    "place.days": ("{count} van {of} dagen", "{count} of {of} days"),
    "place.above": ("boven {norm} ({value})", "above {norm} ({value})"),
    "place.within": ("niet boven {norm} ({value})", "not above {norm} ({value})"),
    "place.unknown": (
        "te weinig gemeten om te zeggen; daarvoor is {least}% nodig",
        "too little was measured to tell; that takes {least}%",
    ),
    "place.limit.none": ("geen norm voor zo'n gemiddelde", "no limit of such a mean"),
    "place.of.hour": ("gemiddelde van een uur", "mean of an hour"),
    "place.of.day": ("gemiddelde van een dag", "mean of a day"),
    "place.of.year": ("gemiddelde van een jaar", "mean of a year"),
    "place.line": (
        "{norm}, {mean}: {value} ({source})",
        "{norm}, {mean}: {value} ({source})",
    ),
    "place.lines": (
        "Normen voor deze gemiddelden; een norm ver boven de waarden is niet getekend. {lines}.",
        "Limits of these means; one that is far above the values is not drawn. {lines}.",
    ),
    "place.lines.none": (
        "Voor {quantity} over zo'n periode is er geen norm.",
        "There is no limit for {quantity} over such a period.",
    ),
    "place.history": ("Verloop", "Over time"),
    "place.history.text": (
        "{quantity}, {period}, {step}: gemiddeld {mean}, laagste {low}, hoogste {high}.",
        "{quantity}, {period}, {step}: mean {mean}, lowest {low}, highest {high}.",
    ),
    "place.table": ("{quantity}, nieuwste eerst", "{quantity}, the newest first"),
    "place.table.all": ("Alle getallen als CSV", "All numbers as CSV"),
    "place.sources": ("Meetpunten en ritten", "Nodes and rides"),
    "place.heat": ("Wanneer in de week", "When in the week"),
    "place.heat.hour": ("Uur van de dag", "Hour of the day"),
    "place.heat.text": (
        "{quantity} over {weeks} weken: gemiddeld het hoogst op {high_when} ({high}) en het laagst "
        "op {low_when} ({low}). Gemeten zijn {count} van {of} uren; wat niet is gemeten, is leeg.",
        "{quantity} over {weeks} weeks: on average highest on {high_when} ({high}) and lowest on "
        "{low_when} ({low}). {count} of {of} hours were measured; what was not is left open.",
    ),
    "place.heat.caption": (
        "{quantity}, gemiddelde per uur van de week, {weeks} weken",
        "{quantity}, mean by hour of the week, {weeks} weeks",
    ),
    "place.heat.table": ("De uren van de week als tabel", "The hours of the week as a table"),
    "place.heat.none": (
        "In de laatste {weeks} weken is hier niets van gemeten.",
        "Nothing of it was measured here in the last {weeks} weeks.",
    ),
    "place.weeks": ("{count} weken", "{count} weeks"),
    "place.weeks.label": ("Over hoeveel weken", "Over how many weeks"),
    "place.nodes": ("Meetpunten hier", "Nodes here"),
    "place.nodes.none": (
        "Hier staat geen vast meetpunt.",
        "No fixed node stands here.",
    ),
    "place.nodes.forecast": (
        "Voorspellingen worden per meetpunt gemaakt: ze staan op de pagina van elk meetpunt, met "
        "hoe goed eerdere waren.",
        "Forecasts are made per node: they are on the page of each node, with how good earlier "
        "ones were.",
    ),
    "place.areas": ("Alle buurten naast elkaar", "All neighbourhoods side by side"),
    "place.map": ("Naar de kaart", "To the map"),
    "unfit.place": (
        "“{value}” is geen plaats. Schrijf node:NAAM, area:NAAM of hexagon:CEL.",
        "“{value}” is no place. Write node:NAME, area:NAME or hexagon:CELL.",
    ),
    "unfit.cell": (
        "“{value}” is geen zeshoek: een H3-cel heeft vijftien tekens, 0-9 en a-f.",
        "“{value}” is no hexagon: an H3 cell has fifteen characters, 0-9 and a-f.",
    ),
    "unfit.resolution": (
        "Zeshoek {value} heeft grootte {resolution}; hier zijn die van {least} tot en met {most}.",
        "Hexagon {value} is of resolution {resolution}; here are those from {least} to {most}.",
    ),
    "unfit.weeks": (
        "“{value}” weken kan niet. Kies uit {known}.",
        "“{value}” weeks are not offered. Choose from {known}.",
    ),
    "unfit.span": (
        "“{value}” is geen periode. Schrijf 2026-10-01..2026-10-31.",
        "“{value}” is no period. Write 2026-10-01..2026-10-31.",
    ),
    "unfit.long": (
        "Van {first} tot en met {last} is te lang: ten hoogste {most} dagen.",
        "From {first} to {last} is too long: at most {most} days.",
    ),
    "unfit.many": (
        "Dat zijn {count} lijnen in een grafiek; er passen er {most}. Haal plaatsen of perioden "
        "weg.",
        "That is {count} lines in one chart; there is room for {most}. Take away places or "
        "periods.",
    ),
    "compare.title": ("Vergelijken", "Compare"),
    "compare.link": (
        "Vergelijk met andere plaatsen of perioden",
        "Compare with other places or periods",
    ),
    "compare.lead": (
        "Zet plaatsen naast elkaar, of een plaats in verschillende perioden: ten hoogste {most} "
        "lijnen. Het adres van deze pagina kun je bewaren en delen.",
        "Put places side by side, or one place in several periods: at most {most} lines. The "
        "address of this page can be kept and shared.",
    ),
    "compare.none": (
        "Er is nog niets gekozen. Vul een plaats in, of kies op de pagina van een meetpunt, buurt "
        "of zeshoek voor vergelijken.",
        "Nothing is chosen yet. Fill in a place, or choose to compare on the page of a node, "
        "neighbourhood or hexagon.",
    ),
    "compare.gone": ("Een van deze plaatsen is er niet", "One of these places is not there"),
    "compare.gone.why": (
        "Gevraagd zijn {codes}. Haal weg wat niet bestaat. Meetpunten die meerijden hebben geen "
        "openbare geschiedenis.",
        "Asked for are {codes}. Take away what does not exist. Nodes that ride along have no "
        "public history.",
    ),
    "compare.add": ("Plaats toevoegen", "Add a place"),
    "compare.period": ("Nog een periode", "Another period"),
    "compare.hint": (
        "Een plaats is node:NAAM, area:NAAM of hexagon:CEL; tijdens het typen verschijnen de "
        "namen. Een periode is 2026-10-01..2026-10-31.",
        "A place is node:NAME, area:NAME or hexagon:CELL; names appear as you type. A period is "
        "2026-10-01..2026-10-31.",
    ),
    "compare.show": ("Laat zien", "Show"),
    "compare.away": ("haal weg", "take away"),
    "compare.without": ("haal {name} weg", "take {name} away"),
    "compare.chart": ("{quantity} naast elkaar", "{quantity} side by side"),
    "compare.step.hour": (
        "Gemiddelden per uur van goede waarden, niet gecorrigeerd.",
        "Hourly means of good values, not corrected.",
    ),
    "compare.step.day": (
        "Gemiddelden per dag van goede waarden, niet gecorrigeerd.",
        "Daily means of good values, not corrected.",
    ),
    "compare.line": ("Lijn", "Line"),
    "compare.statistics": ("{quantity}, per lijn", "{quantity}, by line"),
    "compare.days": ("dagen sinds het begin van de periode", "days since the begin of the period"),
    "compare.since": ("Sinds het begin", "Since the begin"),
    "compare.moment": ("dag {day}, {time}", "day {day}, {time}"),
    "compare.download": ("Download deze vergelijking (CSV)", "Download this comparison (CSV)"),
}
