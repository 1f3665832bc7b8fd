"""What the page of the cleanest way says."""

# key: (Dutch, English)
ROUTE_TEXTS = {
    "route.title": ("De schoonste route", "The cleanest way"),
    "route.link": ("De schoonste route tussen twee plekken", "The cleanest way between two places"),
    "route.lead": (
        "Kies een begin en een einde. Je krijgt de weg waarop fietsers de schoonste lucht maten, "
        "naast de kortste.",
        "Choose a begin and an end. You get the way on which cyclists measured the cleanest air, "
        "beside the shortest.",
    ),
    "route.from": ("Van", "From"),
    "route.to": ("Naar", "To"),
    "route.hint": (
        "breedte- en lengtegraad, of kies uit de lijst",
        "latitude and longitude, or choose from the list",
    ),
    "route.find": ("Zoek de route", "Find the way"),
    "route.rides": ("{count} ritten", "{count} rides"),
    "route.column.rides": ("Ritten", "Rides"),
    "route.choose": (
        "Kies eerst waar je begint: klik op een zeshoek, typ een plaats of neem er een uit de "
        "lijst.",
        "First choose where you begin: click a hexagon, type a place or take one of the list.",
    ),
    "route.choose.to": ("Kies nu waar je heen gaat.", "Now choose where you go."),
    "route.place": (
        "„{value}” is geen plaats. Typ een breedte- en een lengtegraad, zoals 52.0907, 5.1214.",
        "“{value}” is no place. Type a latitude and a longitude, such as 52.0907, 5.1214.",
    ),
    "route.far": (
        "Deze plekken liggen {km} km uit elkaar; verder dan {most} km wordt niet gezocht.",
        "These places are {km} km apart; no way is looked for beyond {most} km.",
    ),
    "route.none": ("Hier zijn nog geen ritten.", "There are no rides here yet."),
    "route.none.text": (
        "Een route kan alleen door zeshoeken waar in de laatste drie maanden genoeg fietsen maten. "
        "Kies een andere plek of een andere grootheid, of kom later terug.",
        "A way leads only through hexagons in which enough bikes measured in the last three "
        "months. Choose another place or another quantity, or come back later.",
    ),
    "route.nobody": (
        "Bij deze plek mat niemand: {places}.",
        "Nobody measured near this place: {places}.",
    ),
    "route.nobody.text": (
        "Binnen zo'n 400 meter ligt geen zeshoek met metingen. Kies een gekleurde zeshoek op de "
        "kaart, of een uit de lijst.",
        "No hexagon with samples lies within some 400 metres. Choose a coloured hexagon on the "
        "map, or one of the list.",
    ),
    "route.apart": (
        "Deze twee plekken zijn niet verbonden.",
        "These two places are not joined.",
    ),
    "route.apart.text": (
        "Tussen beide ontbreken zeshoeken met metingen: niemand fietste er, of te weinig fietsen "
        "om het te mogen tonen. Kies plekken dichter bij elkaar.",
        "Between them there are no hexagons with samples: nobody rode there, or too few bikes for "
        "it to be shown. Choose places that are closer.",
    ),
    "route.found": ("Gevonden", "Found"),
    "route.cleaner": (
        "Op de schoonste route adem je ongeveer {less} % minder {quantity} in dan op de kortste: "
        "gemiddeld {clean} tegen {short}. Hij is {more} meter langer ({length}).",
        "On the cleanest way you breathe in about {less} % less {quantity} than on the shortest: "
        "{clean} on average against {short}. It is {more} metres longer ({length}).",
    ),
    "route.same": (
        "De schoonste route scheelt bijna niets met de kortste: gemiddeld {clean} {quantity} tegen "
        "{short}, over {length}. Neem gerust de kortste.",
        "The cleanest way hardly differs from the shortest: {clean} of {quantity} on average "
        "against {short}, over {length}. Feel free to take the shortest.",
    ),
    "route.way": ("Route", "Way"),
    "route.cleanest": ("de schoonste", "the cleanest"),
    "route.shortest": ("de kortste", "the shortest"),
    "route.hexagons": ("Zeshoeken", "Hexagons"),
    "route.fewest": ("Ritten, minstens", "Rides, at least"),
    "route.both": ("Beide routes naast elkaar", "Both ways beside each other"),
    "route.map": ("Kaart van de routes", "Map of the ways"),
    "route.map.label": (
        "Zeshoeken met metingen, noord boven, gekleurd naar klasse, met beide routes. De tabellen "
        "hebben dezelfde getallen.",
        "Hexagons with samples, north up, coloured by class, with both ways. The tables have the "
        "same numbers.",
    ),
    "route.cell": (
        "zeshoek, klasse {number}, {count} metingen",
        "hexagon, class {number}, {count} samples",
    ),
    "route.lines": (
        "Hele lijn met nummers: de schoonste, van A naar B. Streepjes: de kortste.",
        "Whole line with numbers: the cleanest, from A to B. Dashes: the shortest.",
    ),
    "route.click": (
        "Klik op een zeshoek om daar te beginnen, en dan op een tweede.",
        "Click a hexagon to begin there, then a second one.",
    ),
    "route.number": ("Nummer", "Number"),
    "route.middle": ("Midden van de zeshoek", "Middle of the hexagon"),
    "route.table": ("De schoonste route als tabel", "The cleanest way as a table"),
    "route.all": ("Alle zeshoeken als tabel", "All hexagons as a table"),
    "route.all.cut": (
        "De {shown} met de hoogste waarden van {total} zeshoeken.",
        "The {shown} with the highest values of {total} hexagons.",
    ),
    "route.basis": (
        "Dit rust op {values} metingen in {hexagons} zeshoeken van 130 meter, {span}.",
        "This rests on {values} samples in {hexagons} hexagons of 130 metres, {span}.",
    ),
    "route.not": (
        "Niet elke rit was op hetzelfde uur: een zeshoek die vooral in de spits is gemeten, lijkt "
        "viezer. De route loopt door zeshoeken, niet over straten: kijk zelf waar je kunt fietsen.",
        "Not every ride was at the same hour: a hexagon measured mostly in the rush hour seems "
        "dirtier. The way leads through hexagons, not along streets: see for yourself where you "
        "can ride.",
    ),
}  # fmt: skip
