"""The texts of the page of neighbourhoods."""

# key: (Dutch, English)
AREA_TEXTS = {
    "menu.areas": ("Buurten", "Neighbourhoods"),
    "areas.title": ("Buurten naast elkaar", "Neighbourhoods side by side"),
    "areas.lead": (
        "Elke buurt naast de normen: hoe het nu is, hoe de maand was en hoe het jaar tot nu toe "
        "is.",
        "Each neighbourhood beside the limits: how it is now, how the month was and how the year "
        "is so far.",
    ),
    "areas.none": ("Er zijn nog geen buurten", "There are no neighbourhoods yet"),
    "areas.none.why": (
        "Een buurt is een gebied met een grens: een gemeente, wijk of buurt. De beheerder leest ze "
        "in uit een GeoJSON-bestand, zoals dat van het CBS:",
        "A neighbourhood is an area with an outline: a municipality, district or neighbourhood. "
        "The operator reads them from a GeoJSON file, such as that of Statistics Netherlands:",
    ),
    "areas.none.more": (
        "Daarna telt elk vast meetpunt mee in de buurt waarin het staat, ook met terugwerkende "
        "kracht.",
        "After that each fixed node counts in the neighbourhood in which it stands, for what it "
        "measured before as well.",
    ),
    "areas.kind": ("Soort gebied", "Kind of area"),
    "areas.kind.municipality": ("gemeente", "municipality"),
    "areas.kind.district": ("wijk", "district"),
    "areas.kind.neighbourhood": ("buurt", "neighbourhood"),
    "areas.rise": (
        "Het meest gestegen: {label}, {percent}% meer dan in de maand ervoor.",
        "Rose most: {label}, {percent}% more than in the month before.",
    ),
    "areas.fall": (
        "Het meest gedaald: {label}, {percent}% minder dan in de maand ervoor.",
        "Fell most: {label}, {percent}% less than in the month before.",
    ),
    "areas.change.none": (
        "Nergens is het gemiddelde van {days} dagen meer dan 5% veranderd.",
        "Nowhere did the mean of {days} days change by more than 5%.",
    ),
    "areas.change.unknown": (
        "Wat het meest veranderde is nog niet te zeggen: in geen buurt is in {days} dagen en in de "
        "{days} dagen ervoor genoeg gemeten.",
        "What changed most cannot be told yet: in no neighbourhood was enough measured in {days} "
        "days and in the {days} days before.",
    ),
    "areas.caption": (
        "{quantity}, tot {time}; kies een kop om te sorteren",
        "{quantity}, until {time}; choose a heading to sort",
    ),
    "areas.column.name": ("Naam", "Name"),
    "areas.column.day": ("24 uur", "24 hours"),
    "areas.column.month": ("30 dagen", "30 days"),
    "areas.column.trend": ("Naast 30 dagen ervoor", "Beside 30 days before"),
    "areas.column.year": ("Jaar tot nu", "Year so far"),
    "areas.column.above": ("Dagen boven een norm", "Days above a limit"),
    "areas.column.capture": ("Gemeten dit jaar", "Measured this year"),
    "areas.column.nodes": ("Meetpunten", "Nodes"),
    "areas.trend.up": ("{percent}% hoger", "{percent}% higher"),
    "areas.trend.down": ("{percent}% lager", "{percent}% lower"),
    "areas.trend.equal": ("vrijwel gelijk", "much the same"),
    "areas.trend.unknown": (
        "te weinig gemeten: {now} van {of} dagen, ervoor {before}",
        "too little measured: {now} of {of} days, before {before}",
    ),
    "areas.year.unknown": (
        "te weinig gemeten om naast een norm te zetten",
        "too little measured to put beside a limit",
    ),
    "areas.above": (
        "{count} boven {norm} ({value}; {allowed} mag)",
        "{count} above {norm} ({value}; {allowed} may be)",
    ),
    "areas.meaning": ("Hoe deze getallen zijn gemaakt", "How these numbers are made"),
    "areas.meaning.day": (
        "Een gemiddelde is dat van alle goede waarden van de vaste meetpunten in de buurt. Een dag "
        "telt als ten minste een meetpunt 18 uren heeft die tellen.",
        "A mean is that of all good values of the fixed nodes in the area. A day counts when at "
        "least one node has 18 hours that count.",
    ),
    "areas.meaning.trend": (
        "Vergeleken worden de laatste 30 hele dagen met de 30 ervoor, als in beide drie kwart "
        "van de dagen telt. Minder dan 5% verschil is vrijwel gelijk. Ook het weer maakt verschil.",
        "The last 30 whole days are compared with the 30 before, where three quarters of the days "
        "of both count. Less than 5% is much the same. The weather makes a difference too.",
    ),
    "areas.meaning.year": (
        "Het jaar tot nu staat naast de jaarnormen als 90% van zijn dagen telt; pas na 31 december "
        "is het een jaar.",
        "The year so far is put beside the limits of a year where 90% of its days count; only "
        "after 31 December it is a year.",
    ),
    "areas.meaning.above": (
        "Dagen waarvan het gemiddelde boven een dagnorm lag, van de dagen die tellen: wat niet is "
        "gemeten, is niet meegeteld. Per meetpunt geeft de API ze:",
        "Days with a mean above a limit of a day, of the days that count: what was not measured is "
        "not counted. The API has them per node:",
    ),
    "areas.meaning.indicative": (
        "Goedkope sensoren zijn geen officiële meting: ze laten verschillen zien en toetsen geen "
        "wettelijke norm.",
        "Low-cost sensors are no official measurement: they show differences and are no test of a "
        "legal limit.",
    ),
    "areas.stations": ("Officiële stations in en om deze buurten", "Official stations nearby"),
    "areas.stations.none": (
        "In en om deze buurten is geen officieel station dat dit meet, of zijn uren zijn niet "
        "ingelezen.",
        "In and around these neighbourhoods no official station measures this, or its hours were "
        "not imported.",
    ),
    "areas.stations.caption": (
        "{quantity} van officiële stations, gemiddelden",
        "{quantity} of official stations, means",
    ),
    "areas.stations.kind": ("Soort", "Kind"),
    "areas.station.traffic": ("verkeer", "traffic"),
    "areas.station.background": ("achtergrond", "background"),
    "areas.station.industry": ("industrie", "industry"),
    "areas.station.weather": ("weer", "weather"),
    "areas.files": ("Downloaden", "Download"),
    "areas.csv": ("Deze tabel (CSV)", "This table (CSV)"),
    "areas.report": ("Jaarrapport", "Year report"),
    "areas.report.text": (
        "Wat een jaar meten zegt: naast elke norm, per dag en maand, op een kaart, en hoe het is "
        "uitgerekend. Het maken kan een minuut duren.",
        "What a year of measuring says: beside each limit, per day and month, on a map, and how it "
        "was worked out. Making it may take a minute.",
    ),
    "areas.report.of": ("Gebied", "Area"),
    "areas.report.year": ("Jaar", "Year"),
    "areas.report.get": ("Jaarrapport als {form}", "Year report as {form}"),
    "areas.report.file": ("jaar", "year"),
    "unfit.sort": (
        "Op “{value}” is niet te sorteren. Kies uit {known}.",
        "There is no sorting by “{value}”. Choose from {known}.",
    ),
    "unfit.kind": (
        "De soort “{value}” is er niet. Kies uit {known}.",
        "There is no kind “{value}”. Choose from {known}.",
    ),
    "unfit.municipality": (
        "De gemeente “{value}” is hier niet ingelezen.",
        "There is no municipality “{value}” here.",
    ),
    "unfit.year": (
        "Van het jaar “{value}” is hier niets; kies {first} tot en met {last}.",
        "There is nothing of the year “{value}”; choose {first} to {last}.",
    ),
    "unfit.format": (
        "Een rapport is er niet als “{value}”. Kies uit {known}.",
        "There is no report as “{value}”. Choose from {known}.",
    ),
}
