"""What the own pages say."""

from .agreement_texts import AGREEMENT_TEXTS
from .cause_texts import CAUSE_TEXTS
from .health_texts import HEALTH_TEXTS
from .setting_texts import SETTING_TEXTS

# key: (Dutch, English)
MINE_TEXTS = {
    "mine.path": ("mijn", "my"),
    "mine.path.new": ("nieuw", "new"),
    "mine.path.ride": ("rit", "ride"),
    "mine.title": ("Mijn meetpunten en ritten", "My nodes and rides"),
    "mine.back": ("Naar mijn overzicht", "To my list"),
    "mine.stranger": (
        "Hier ziet wie meetpunten heeft hoe het ermee gaat. Daarvoor is een sleutel nodig; kijken "
        "naar wat openbaar is kan zonder.",
        "Here, who has nodes sees how they are. That takes a key; looking at what is public needs "
        "none.",
    ),
    "mine.what.nodes": (
        "Hoe het met uw meetpunten gaat, en waarom er een niet op de kaart staat.",
        "How your nodes are, and why one is not on the map.",
    ),
    "mine.what.rides": (
        "Uw eigen ritten, helemaal, gekleurd naar wat u inademde.",
        "Your own rides, whole, coloured by what you breathed in.",
    ),
    "mine.what.zones": (
        "Plekken waarvan niemand iets mag zien.",
        "Places of which nobody may see anything.",
    ),
    "mine.what.add": (
        "Een meetpunt toevoegen, met een eigen wachtwoord.",
        "Add a node, with a password of its own.",
    ),
    "mine.enter": ("Aanmelden met een sleutel", "Sign in with a key"),
    "mine.key": ("Hoe komt u aan een sleutel?", "How do you get a key?"),
    "mine.key.text": (
        "Vraag erom bij wie deze site beheert, en zeg welke meetpunten van u zijn. U krijgt één "
        "keer een sleutel te zien, die met lm_ begint. Bewaar hem goed: niemand kan hem opzoeken, "
        "maar u kunt altijd een nieuwe krijgen.",
        "Ask who runs this site, and say which nodes are yours. You are shown a key once; it "
        "begins with lm_. Keep it well: nobody can look it up, but you can always get another.",
    ),
    # the list
    "mine.nodes": ("Meetpunten", "Nodes"),
    "mine.nodes.caption": ("Meetpunten op naam", "Nodes by name"),
    "mine.nodes.none": ("U hebt nog geen meetpunten.", "You have no nodes yet."),
    "mine.nodes.none.text": (
        "Voeg er hieronder een toe, of vraag de beheerder om een bestaand meetpunt op uw naam te "
        "zetten.",
        "Add one below, or ask the operator to put an existing node in your name.",
    ),
    "mine.nodes.none.reach": (
        "Er staan geen meetpunten in uw gebied.",
        "There are no nodes in your area.",
    ),
    "mine.nodes.none.reach.text": (
        "Met deze sleutel ziet u de meetpunten die in uw gebied staan.",
        "With this key you see the nodes that stand in your area.",
    ),
    "mine.state": ("Hoe het gaat", "How it is"),
    "mine.is.never": ("nog nooit gehoord", "never heard"),
    "mine.is.hidden": ("ritten zijn van de eigenaar", "rides are the owner's"),
    "mine.is.words": ("meldt zich, meet nog niet", "speaks, does not measure yet"),
    "mine.is.silent": ("stil", "silent"),
    "mine.is.nowhere": ("meet, zonder plaats", "measures, without a place"),
    "mine.is.well": ("meet", "measures"),
    "mine.is.online": ("verbonden", "connected"),
    "mine.is.resting": ("in rust", "at rest"),
    "mine.rides": ("Ritten", "Rides"),
    "mine.rides.text": (
        "Alleen u ziet deze ritten helemaal. Van wat anderen zien zijn begin, einde en uw "
        "privézones weggelaten.",
        "You alone see these rides whole. Of what others see, begin, end and your privacy zones "
        "are left out.",
    ),
    "mine.rides.none": ("Er zijn nog geen ritten.", "There are no rides yet."),
    "mine.rides.none.text": (
        "Een rit verschijnt hier zodra een fiets met een meetpunt van u heeft gereden en de "
        "metingen binnen zijn.",
        "A ride appears here as soon as a bike with a node of yours has been ridden and its "
        "samples have come in.",
    ),
    "mine.ride.public": ("Openbaar", "Public"),
    "mine.ride.part": ("een deel", "a part"),
    "mine.ride.waits": ("nog niet: wacht", "not yet: waits"),
    "mine.ride.cut": ("niets: te kort na inkorten", "nothing: too short once cut"),
    "mine.ride.alone": ("niets: te weinig fietsen daar", "nothing: too few bikes there"),
    # a ride
    "mine.ride.lead": (
        "De hele rit van {node}. Alleen u ziet hem zo, zolang u bent aangemeld.",
        "The whole ride of {node}. You alone see it so, while you are signed in.",
    ),
    "mine.ride.map": (
        "De weg van A naar B, noord boven, gekleurd naar {quantity}. De tabel eronder heeft "
        "dezelfde getallen per minuut.",
        "The way from A to B, north up, coloured by {quantity}. The table below has the same "
        "numbers by minute.",
    ),
    "mine.ride.legend": (
        "Hoe hoger de klasse, hoe breder de lijn. Gestippeld: geen goede waarde.",
        "The higher the class, the wider the line. Dotted: no good value.",
    ),
    "mine.ride.table": ("De rit als tabel", "The ride as a table"),
    "mine.ride.minutes": (
        "Gemiddelden per minuut sinds het begin",
        "Means by minute since the start",
    ),
    "mine.ride.nowhere": ("Deze rit heeft geen plaatsen.", "This ride has no places."),
    "mine.ride.nowhere.text": (
        "Het meetpunt wist niet waar het was: het had geen satellieten in zicht.",
        "The node did not know where it was: it had no satellites in view.",
    ),
    "mine.ride.none": (
        "Op deze rit is geen enkele goede waarde gemeten.",
        "Not one good value was measured on this ride.",
    ),
    "mine.ride.speed": ("Snelheid, gemiddeld", "Speed, mean"),
    "mine.ride.peak.at": ("{value}, in minuut {minute}", "{value}, in minute {minute}"),
    "mine.ride.dose": (
        "Ingeademd: ongeveer {dose} microgram {quantity}. Dat is gemiddelde x tijd ({time} "
        "gemeten) x {litres} liter lucht per minuut, zoveel als een fietser gemiddeld ademt. Een "
        "ander ademt twee keer zoveel of half: vergelijk er uw eigen ritten mee, het is geen "
        "medisch getal.",
        "Breathed in: about {dose} micrograms of {quantity}. That is mean x time ({time} "
        "measured) x {litres} litres of air a minute, as much as a cyclist breathes on average. "
        "Others breathe twice that or half: compare your own rides with it, it is no medical "
        "number.",
    ),
    "ride.files": ("De openbare rit als bestand:", "The public ride as a file:"),
    "rides.mine": ("Mijn eigen ritten", "My own rides"),
    "mine.ride.files": ("Meenemen", "Take it with you"),
    "mine.ride.files.text": (
        "In deze bestanden staat de hele rit, ook waar hij begon. Denk na voor u ze deelt.",
        "These files hold the whole ride, also where it began. Think before you share them.",
    ),
    # a node
    "mine.public": ("De openbare pagina", "The public page"),
    "mine.public.rides": ("De openbare ritten", "The public rides"),
    "mine.state.kind": ("{name} is een {kind}.", "{name} is a {kind}."),
    "mine.state.online": (
        "Verbonden; meldde zich {ago} voor het laatst.",
        "Connected; it last spoke {ago}.",
    ),
    "mine.state.offline": ("Niet verbonden sinds {ago}.", "Not connected since {ago}."),
    "mine.state.last": ("Laatste meting: {ago} ({time}).", "Last sample: {ago} ({time})."),
    "mine.state.on": ("Staat op de kaart.", "It is on the map."),
    "mine.state.off": ("Staat nu niet op de kaart.", "It is not on the map now."),
    "mine.measured": ("De laatste dagen", "The last days"),
    "mine.measured.none": (
        "Er zijn nog geen goede waarden.",
        "There are no good values yet.",
    ),
    "mine.measured.said": (
        "{quantity}, gemiddelden per uur, {span}: van {low} tot {high}, gemiddeld {mean}.",
        "{quantity}, means of hours, {span}: from {low} to {high}, {mean} on average.",
    ),
    "mine.measured.caption": (
        "Gemiddelden per uur, het nieuwste eerst",
        "Means of hours, the newest first",
    ),
    "mine.days": ("Metingen per dag, deze week", "Samples a day, this week"),
    "mine.day": ("Dag", "Day"),
    "mine.day.placed": ("met plaats", "with a place"),
    "mine.day.battery": ("batterij (V)", "battery (V)"),
    "mine.said": ("Wat het zelf zegt", "What it says itself"),
    "mine.said.at": ("Gezegd: {ago}.", "Said: {ago}."),
    "mine.said.none": (
        "Het heeft nog niets over zichzelf gezegd. Dat doet het als het verbinding heeft, en "
        "daarna elk kwartier.",
        "It said nothing of itself yet. It does so when it has connected, and every quarter of an "
        "hour after that.",
    ),
    "mine.said.version": ("Software", "Software"),
    "mine.said.battery": ("Batterij", "Battery"),
    "mine.said.sensors": ("Sensoren", "Sensors"),
    "mine.said.outbox": ("Nog te versturen", "Still to be sent"),
    "mine.said.outbox.text": (
        "{kept} pagina's in het geheugen, {dropped} verloren",
        "{kept} pages in its memory, {dropped} lost",
    ),
    "mine.said.uptime": ("Aan sinds", "Up for"),
    "mine.said.boot": ("start {boot}", "boot {boot}"),
    "mine.said.reset": ("gestart door: {why}", "started by: {why}"),
    "mine.said.memory": ("Vrij geheugen", "Free memory"),
    "mine.said.clock": ("Tijd van", "Time from"),
    "mine.said.update": ("Bijwerken", "Updates"),
    "mine.trend.steady": ("gelijk gebleven in {days} dagen", "steady over {days} days"),
    "mine.trend.falls": (
        "{change} V lager dan {days} dagen geleden",
        "{change} V lower than {days} days ago",
    ),
    "mine.trend.rises": (
        "{change} V hoger dan {days} dagen geleden",
        "{change} V higher than {days} days ago",
    ),
    "mine.test": ("Zelftest", "Self-test"),
    "mine.test.part": ("Onderdeel", "Part"),
    "mine.test.found": ("Gevonden", "Found"),
    "mine.test.passed": ("alle {count} onderdelen goed{names}", "all {count} parts passed{names}"),
    "mine.test.failed": (
        "van {count} onderdelen niet goed: {names}",
        "of {count} parts failed: {names}",
    ),
    "mine.logs": ("Wanneer het omviel", "When it fell over"),
    "mine.logs.none": ("Er is geen crash bekend.", "No crash is known."),
    "mine.refused": ("Berichten die niet bruikbaar waren", "Messages that could not be used"),
    "mine.refused.reason": ("Reden", "Reason"),
    "mine.refused.count": ("Aantal", "Number"),
    "mine.refused.last": ("Laatste", "Last"),
    **AGREEMENT_TEXTS,
    **CAUSE_TEXTS,
    **HEALTH_TEXTS,
    **SETTING_TEXTS,
}  # fmt: skip
