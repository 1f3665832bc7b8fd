"""What the own pages say."""

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
    "mine.causes": ("Waarom niet op de kaart?", "Why is it not on the map?"),
    "mine.attention": ("Wat de aandacht vraagt", "What needs attention"),
    "mine.causes.none": ("Er is niets bijzonders.", "Nothing is out of the ordinary."),
    "mine.causes.none.text": (
        "Gekeken is naar stilte, klok, plaats, geweigerde berichten, sensoren, instellingen, "
        "oordelen en privacy.",
        "Looked at were silence, clock, place, refused messages, sensors, configuration, flags and "
        "privacy.",
    ),
    "mine.causes.off": ("Houdt het van de kaart", "Keeps it off the map"),
    "mine.causes.note": ("Om te weten", "Good to know"),
    "mine.cause.never": ("Het heeft zich nog nooit gemeld.", "It was never heard."),
    "mine.do.never": (
        "Geef het stroom, stel wifi en wachtwoord in, en kijk naar het lampje: kort aan, kort uit "
        "betekent dat het nog niet is ingesteld.",
        "Give it power, set Wi-Fi and password, and look at the light: long on, short off means "
        "that it is not set up yet.",
    ),
    "mine.cause.words": (
        "Het meldde zich ({at}), maar stuurde nog geen metingen.",
        "It spoke ({at}), but sent no samples yet.",
    ),
    "mine.do.words": (
        "De eerste pagina komt na hooguit een uur. Komt er niets, kijk dan hieronder of een "
        "sensor faalt.",
        "The first page comes within an hour. If none does, see below whether a sensor fails.",
    ),
    "mine.cause.silent": (
        "Het is stil: de laatste meting is van {at}.",
        "It is silent: the last sample is of {at}.",
    ),
    "mine.do.silent": (
        "Kijk of het stroom en wifi heeft. Wat het intussen meet bewaart het, en stuurt het als de "
        "verbinding terug is.",
        "See whether it has power and Wi-Fi. What it measures meanwhile it keeps, and sends when "
        "the connection is back.",
    ),
    "mine.cause.offline": (
        "Het is niet verbonden, sinds {at}.",
        "It is not connected, since {at}.",
    ),
    "mine.do.offline": (
        "Het lampje flitst dan twee keer, elke vijf seconden. Kijk of de wifi er nog is en of het "
        "wachtwoord nog klopt; maak hieronder zo nodig een nieuw.",
        "Its light then flashes twice, every five seconds. See whether the Wi-Fi is there and the "
        "password is right; make another one below if need be.",
    ),
    "mine.cause.ahead": (
        "De laatste meting ligt in de toekomst: de klok loopt voor.",
        "The last sample lies in the future: its clock is ahead.",
    ),
    "mine.do.ahead": (
        "Start het opnieuw op een plek met wifi of zicht op de hemel, zodat het de tijd ophaalt.",
        "Restart it where there is Wi-Fi or a view of the sky, so that it gets the time.",
    ),
    "mine.cause.clock.unset": ("Het wist de tijd niet ({at}).", "It did not know the time ({at})."),
    "mine.do.clock.unset": (
        "Metingen zonder tijd wachten tot het die weet. Dat gaat vanzelf bij wifi met een "
        "tijdserver, of met zicht op de hemel.",
        "Samples without a time wait until it knows. That happens by itself with Wi-Fi and a time "
        "server, or with a view of the sky.",
    ),
    "mine.cause.clock.off": ("De klok loopt {seconds} verkeerd.", "Its clock is {seconds} off."),
    "mine.do.clock.off": (
        "Start het opnieuw; blijft het zo, vervang dan de batterij van de klok.",
        "Restart it; if that does not help, replace the battery of the clock.",
    ),
    "mine.cause.refused.damaged": (
        "{count} berichten waren beschadigd of van andere software ({reason}), de laatste {at}.",
        "{count} messages were damaged or of other software ({reason}), the last {at}.",
    ),
    "mine.do.refused.damaged": (
        "Werk de software van het meetpunt bij. Blijft het, meld het dan bij de beheerder: de "
        "berichten zijn bewaard.",
        "Update the software of the node. If it goes on, tell the operator: the messages are kept.",
    ),
    "mine.cause.refused.clock": (
        "{count} berichten hadden een tijd die niet kan ({reason}), de laatste {at}.",
        "{count} messages had a time that cannot be ({reason}), the last {at}.",
    ),
    "mine.do.refused.clock": (
        "Zorg dat het meetpunt de tijd kan ophalen. De berichten zijn bewaard en tellen alsnog mee "
        "zodra de tijd bekend is.",
        "See that the node can get the time. The messages are kept and count as soon as their time "
        "is known.",
    ),
    "mine.cause.refused.unknown": (
        "{count} berichten kwamen voordat het meetpunt was aangemeld, de laatste {at}.",
        "{count} messages came before the node was registered, the last {at}.",
    ),
    "mine.do.refused.unknown": (
        "Vraag de beheerder om ze alsnog te verwerken (meten rejected replay). Nieuwe berichten "
        "gaan vanzelf goed.",
        "Ask the operator to take them in after all (meten rejected replay). New messages are well "
        "by themselves.",
    ),
    "mine.cause.refused.kind": (
        "{count} berichten zijn van een ander soort meetpunt, de laatste {at}.",
        "{count} messages are of another kind of node, the last {at}.",
    ),
    "mine.do.refused.kind": (
        "Een fiets stuurt plaatsen, een vast meetpunt niet. Stel in het meetpunt de juiste soort "
        "in, of voeg het toe onder een andere naam.",
        "A bike sends places, a fixed node does not. Set the right kind in the node, or add it "
        "under another name.",
    ),
    "mine.cause.refused.other": (
        "{count} berichten konden niet worden gelezen ({reason}), de laatste {at}.",
        "{count} messages could not be read ({reason}), the last {at}.",
    ),
    "mine.do.refused.other": (
        "Kijk na wat uw apparaat stuurt. De berichten zijn bewaard; de beheerder kan erin kijken.",
        "Check what your device sends. The messages are kept; the operator can look into them.",
    ),
    "mine.cause.sensors": (
        "Sensoren die niet werken: {names}.",
        "Sensors that do not work: {names}.",
    ),
    "mine.do.sensors": (
        "Zet het uit, kijk of de stekkers vastzitten, en zet het weer aan. Een zelftest zegt meer.",
        "Switch it off, see whether the plugs sit tight, and switch it on again. A self-test says "
        "more.",
    ),
    "mine.cause.config": (
        "Er is iets mis met de instellingen: {said}.",
        "Its configuration is wrong: {said}.",
    ),
    "mine.do.config": (
        "Houd de knop drie seconden ingedrukt en verbeter het in het formulier van het meetpunt.",
        "Hold the button for three seconds and mend it in the form of the node.",
    ),
    "mine.cause.backlog": (
        "Er wachten {count} pagina's in zijn geheugen.",
        "{count} pages wait in its memory.",
    ),
    "mine.do.backlog": (
        "Die komen vanzelf als de verbinding goed is. Blijft het aantal groeien, zoek dan betere "
        "wifi.",
        "They come by themselves with a good connection. If their number grows, look for better "
        "Wi-Fi.",
    ),
    "mine.cause.dropped": (
        "{count} pagina's gingen verloren omdat het geheugen vol was.",
        "{count} pages were lost because its memory was full.",
    ),
    "mine.do.dropped": (
        "Dat telt sinds het meetpunt is gemaakt. Zorg dat het geen weken zonder verbinding is.",
        "That counts since the node was made. See that it is not without a connection for weeks.",
    ),
    "mine.cause.place": (
        "We weten niet waar het staat.",
        "We do not know where it stands.",
    ),
    "mine.do.place": (
        "Vul hieronder de plaats in. Openbaar is alleen de zeshoek van 350 meter eromheen.",
        "Give its place below. Public is only the hexagon of 350 metres around it.",
    ),
    "mine.cause.flagged": (
        "{quantity}: {share} % van de waarden van de laatste dag telt niet mee. Gevonden: "
        "{checks}.",
        "{quantity}: {share} % of the values of the last day do not count. Found: {checks}.",
    ),
    "mine.do.flagged": (
        "De nachelijke controle vergelijkt met uren ervoor en met buren. Kijk of de sensor vrij "
        "hangt, schoon is en lucht krijgt.",
        "The review compares with hours before and with neighbours. See whether the sensor hangs "
        "free, is clean and gets air.",
    ),
    "mine.cause.flagged.at_once": (
        "{quantity}: {share} % van de waarden van de laatste dag telt niet mee.",
        "{quantity}: {share} % of the values of the last day do not count.",
    ),
    "mine.do.flagged.at_once": (
        "Al bij binnenkomst afgekeurd: buiten wat de sensor kan, mist (vocht boven 95 %), steeds "
        "dezelfde waarde, of te snel veranderd. Kijk of de sensor droog en schoon is.",
        "Judged when it came in: beyond what the sensor can, fog (humidity above 95 %), always the "
        "same value, or changed too fast. See whether the sensor is dry and clean.",
    ),
    "mine.check.flat": ("urenlang dezelfde waarde", "one value for hours"),
    "mine.check.zero": ("niets dan nul", "nothing but zero"),
    "mine.check.spike": ("uitschieters", "spikes"),
    "mine.check.range": ("hoger dan kan", "higher than can be"),
    "mine.check.neighbours": ("heel anders dan de buren", "far from the neighbours"),
    "mine.check.persistent": (
        "dagenlang heel anders dan de buren",
        "far from the neighbours for days",
    ),
    "mine.cause.fix": (
        "Het mat {count} keer deze week, maar wist nooit waar.",
        "It measured {count} times this week, but never knew where.",
    ),
    "mine.do.fix": (
        "Leg het buiten met vrij zicht op de hemel: de eerste keer duurt het minuten voor het "
        "satellieten vindt. Kijk of de antenne vastzit.",
        "Put it outside with a free view of the sky: the first time it takes minutes to find "
        "satellites. See whether the antenna sits tight.",
    ),
    "mine.cause.ride": (
        "Het mat, maar er is nog geen rit in gevonden.",
        "It measured, but no ride was found in that yet.",
    ),
    "mine.do.ride": (
        "Een rit is fietsen van vertrek tot aankomst, sneller dan lopen; wie stilstaat rijdt niet. "
        "De laatste rit verschijnt als die een half uur voorbij is.",
        "A ride is cycling from leaving to arriving, faster than walking; who stands still does "
        "not ride. The last one appears half an hour after its end.",
    ),
    "mine.cause.waits": (
        "{count} ritten wachten tot ze openbaar mogen worden.",
        "{count} rides wait until they may become public.",
    ),
    "mine.do.waits": (
        "Een rit wordt pas na een dag openbaar, of opnieuw ingekort na een nieuwe privézone. Dat "
        "gaat vanzelf.",
        "A ride becomes public after a day, or is cut anew after a new privacy zone. That happens "
        "by itself.",
    ),
    "mine.cause.cut": (
        "Van {count} ritten blijft na inkorten niets over.",
        "Of {count} rides nothing is left once they are cut.",
    ),
    "mine.do.cut": (
        "Begin en einde (600 tot 750 meter), lange stops en uw zones worden weggelaten. Ritten "
        "korter dan zo'n twee kilometer zijn dus nooit openbaar. Alleen u ziet ze.",
        "Begin and end (600 to 750 metres), long stops and your zones are left out. So rides "
        "shorter than some two kilometres are never public. You alone see them.",
    ),
    "mine.cause.alone": (
        "Van {count} ritten ziet niemand iets, want te weinig fietsen reden daar.",
        "Of {count} rides nobody sees anything, for too few bikes rode there.",
    ),
    "mine.do.alone": (
        "Een zeshoek is pas openbaar als er genoeg verschillende fietsen door reden, meestal drie. "
        "Dat beschermt u; het komt goed als meer mensen daar rijden.",
        "A hexagon is public once enough different bikes have passed, mostly three. That protects "
        "you; it comes with more people riding there.",
    ),
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
    # settings
    "mine.settings": ("Instellingen", "Settings"),
    "mine.label": ("Naam voor mensen", "Name for people"),
    "mine.form.label": ("Naam", "Name"),
    "mine.form.label.text": (
        "Zo heet het op de kaart. Iedereen ziet dit; leeg is ook goed.",
        "So it is called on the map. Everybody sees this; empty is fine too.",
    ),
    "mine.form.label.button": ("Naam opslaan", "Save name"),
    "mine.form.place": ("Plaats", "Place"),
    "mine.form.place.text": (
        "Waar het staat, in graden. Alleen u ziet dit; openbaar is de zeshoek van 350 meter. Het "
        "geldt vanaf nu: wat het eerder mat, blijft op de oude plek.",
        "Where it stands, in degrees. You alone see this; public is the hexagon of 350 metres. It "
        "holds from now on: what it measured before stays at the old place.",
    ),
    "mine.form.place.button": ("Plaats opslaan", "Save place"),
    "mine.place.lat": ("Breedtegraad", "Latitude"),
    "mine.place.lat.hint": ("zoals 52,0907", "such as 52.0907"),
    "mine.place.lon": ("Lengtegraad", "Longitude"),
    "mine.place.lon.hint": ("zoals 5,1214", "such as 5.1214"),
    "mine.form.licence": ("Licentie", "Licence"),
    "mine.form.licence.text": (
        "Wat anderen met uw metingen mogen: CC0 is vrij voor alles, CC BY vraagt om uw naam te "
        "noemen. Het geldt vanaf nu; wat al CC0 was, blijft dat.",
        "What others may do with your samples: CC0 is free for anything, CC BY asks to name you. "
        "It holds from now on; what was CC0 stays so.",
    ),
    "mine.form.licence.button": ("Licentie opslaan", "Save licence"),
    "mine.licence": ("Licentie", "Licence"),
    "mine.party": ("Wie wordt genoemd (openbaar)", "Who is named (public)"),
    "mine.party.is": ("Dat is", "That is"),
    "mine.party.individual": ("een persoon", "a person"),
    "mine.party.institutional": ("een organisatie", "a body"),
    "mine.form.login": ("Wachtwoord", "Password"),
    "mine.form.login.text": (
        "Maakt een nieuw wachtwoord voor dit meetpunt en toont het één keer. Het oude werkt dan "
        "niet meer.",
        "Makes another password for this node and shows it once. The old one then works no more.",
    ),
    "mine.form.login.there": (
        "Er is hier een wachtwoord voor gemaakt.",
        "A password was made for it here.",
    ),
    "mine.form.login.none": (
        "Hier is nog geen wachtwoord voor gemaakt; misschien gaf de beheerder er een.",
        "No password was made for it here yet; the operator may have given one.",
    ),
    "mine.form.login.button": ("Nieuw wachtwoord maken", "Make another password"),
    "mine.zones": ("Privézones", "Privacy zones"),
    "mine.zones.text": (
        "Van ritten in een zone is nooit iets openbaar. Voor uw huis is er geen nodig: begin en "
        "einde van elke rit zijn altijd verborgen. Bij elke verandering verdwijnen al uw ritten "
        "uit het openbaar, tot ze opnieuw zijn ingekort.",
        "Of rides within a zone nothing is ever public. Your home needs none: begin and end of "
        "every ride are always hidden. With each change all your rides leave the public until they "
        "are cut anew.",
    ),
    "mine.zones.none": ("U hebt geen zones getekend.", "You have drawn no zones."),
    "mine.zone.name": ("Naam van de zone", "Name of the zone"),
    "mine.zone.where": ("Waar", "Where"),
    "mine.zone.do": ("Weghalen", "Remove"),
    "mine.zone.circle": ("{metres} m rond {lat}, {lon}", "{metres} m around {lat}, {lon}"),
    "mine.zone.outline": (
        "een vorm met {corners} hoeken en {metres} m eromheen",
        "a shape with {corners} corners and {metres} m around it",
    ),
    "mine.zone.erase": ("{name} weghalen", "Remove {name}"),
    "mine.zone.radius": ("Straal in meters", "Radius in metres"),
    "mine.form.zone": ("Een zone tekenen", "Draw a zone"),
    "mine.form.zone.text": (
        "Een naam die er al is, tekent die zone opnieuw. Alleen u ziet waar hij ligt.",
        "A name that is there already draws that zone anew. You alone see where it is.",
    ),
    "mine.form.zone.button": ("Zone opslaan", "Save zone"),
    "mine.saved.label": ("De naam is opgeslagen.", "The name is saved."),
    "mine.saved.place": ("De plaats is opgeslagen.", "The place is saved."),
    "mine.saved.licence": ("De licentie is opgeslagen.", "The licence is saved."),
    "mine.saved.zone": (
        "De zone is opgeslagen; uw ritten zijn verborgen tot ze ermee zijn ingekort.",
        "The zone is saved; your rides are hidden until they are cut by it.",
    ),
    "mine.saved.erase": (
        "De zone is weg; uw ritten zijn verborgen tot ze zonder zijn ingekort.",
        "The zone is gone; your rides are hidden until they are cut without it.",
    ),
    "mine.wrong.name": (
        "Een naam is a-z, 0-9 en -, niet eerst een -, hooguit 63 tekens; niet „{value}”.",
        "A name is a-z, 0-9 and -, first no -, at most 63 characters; not “{value}”.",
    ),
    "mine.wrong.kind": ("Kies wat voor meetpunt het is.", "Choose what kind of node it is."),
    "mine.wrong.label": (
        "Een naam voor mensen is hooguit {most} tekens, op één regel.",
        "A name for people is at most {most} letters, on one line.",
    ),
    "mine.wrong.place": (
        "Een plaats is een breedtegraad (zoals 52,0907) en een lengtegraad (zoals 5,1214).",
        "A place is a latitude (such as 52.0907) and a longitude (such as 5.1214).",
    ),
    "mine.wrong.radius": (
        "Een straal is een heel aantal meters, van 1 tot {most}.",
        "A radius is a whole number of metres, from 1 to {most}.",
    ),
    "mine.wrong.party": (
        "CC BY vraagt om iemand te noemen: vul in wie.",
        "CC BY asks to name somebody: say who.",
    ),
    "mine.wrong.licence": (
        "Kies een licentie; wie wordt genoemd heeft een naam van hooguit {most} tekens.",
        "Choose a licence; who is named has a name of at most {most} letters.",
    ),
    "mine.wrong.moving": (
        "Een fiets beweegt: die heeft geen vaste plaats, en van ritten wordt niemand genoemd.",
        "A bike moves: it has no fixed place, and nobody is named for rides.",
    ),
    "mine.wrong.zones": (
        "U hebt al vijftig zones: haal er eerst een weg.",
        "You have fifty zones already: remove one first.",
    ),
    "mine.wrong.taken": (
        "De naam {name} is al in gebruik. Kies een andere, of vraag de beheerder of dit "
        "meetpunt van u is.",
        "The name {name} is in use already. Choose another, or ask the operator whether this node "
        "is yours.",
    ),
    "mine.wrong.many": (
        "U hebt al honderd meetpunten: vraag de beheerder om {name} toe te voegen.",
        "You have a hundred nodes already: ask the operator to add {name}.",
    ),
    # another node
    "mine.new.title": ("Een meetpunt toevoegen", "Add a node"),
    "mine.new.lead": (
        "Hierna ziet u één keer het wachtwoord waarmee het meetpunt zich aanmeldt. Houd de "
        "telefoon of computer bij de hand waarmee u het instelt.",
        "After this you are shown once the password with which the node logs in. Have the phone or "
        "computer at hand with which you set it up.",
    ),
    "mine.form.new": ("Het meetpunt", "The node"),
    "mine.form.new.text": (
        "Alles behalve naam en soort kan later nog anders.",
        "All but name and kind can be changed later.",
    ),
    "mine.form.new.button": ("Toevoegen", "Add"),
    "mine.new.name": ("Naam in adressen", "Name in addresses"),
    "mine.new.name.hint": (
        "a-z, 0-9 en -; openbaar, dus niet uw eigen naam",
        "a-z, 0-9 and -; public, so not your own name",
    ),
    "mine.new.kind": ("Soort", "Kind"),
    "mine.new.label.hint": ("zoals Basisschool; mag leeg", "such as Primary school; may be empty"),
    "mine.made.title": ("{name} is toegevoegd", "{name} is added"),
    "mine.made.once": (
        "Dit wachtwoord ziet u alleen nu. Sluit deze pagina pas als het meetpunt is ingesteld.",
        "You are shown this password only now. Close this page when the node is set up.",
    ),
    "mine.made.node": ("Naam van het meetpunt", "Name of the node"),
    "mine.made.host": ("Adres van de broker", "Address of the broker"),
    "mine.made.host.ask": ("vraag dit aan de beheerder", "ask the operator"),
    "mine.made.user": ("Gebruiker", "User"),
    "mine.made.password": ("Wachtwoord", "Password"),
    "mine.made.tls": ("Versleuteld (TLS)", "Encrypted (TLS)"),
    "mine.made.tls.yes": ("ja", "yes"),
    "mine.made.tls.no": ("nee: vink „zonder TLS” aan", "no: tick “without TLS”"),
    "mine.made.code": (
        "QR-code met dezelfde gegevens als de lijst ernaast, als tekst",
        "QR code with the same facts as the list beside it, as text",
    ),
    "mine.made.code.text": (
        "De code bevat deze gegevens als tekst: scan hem met de telefoon waarmee u het meetpunt "
        "instelt, en kopieer ze. Het is dezelfde tekst die in config.json hoort.",
        "The code holds these facts as text: scan it with the phone with which you set the node "
        "up, and copy them. It is the text that belongs into config.json.",
    ),
    "mine.made.broker": (
        "De broker kent het wachtwoord zodra de beheerder de lijst heeft bijgewerkt, meestal "
        "binnen een paar minuten.",
        "The broker knows the password once its operator has renewed the list, mostly within a few "
        "minutes.",
    ),
    "mine.made.go": ("Naar de pagina van dit meetpunt", "To the page of this node"),
    "mine.steps": ("Zo gaat het verder", "What comes next"),
    "mine.step.portal": (
        "Geef het meetpunt stroom en houd de knop drie seconden ingedrukt. Het opent een eigen "
        "wifi-netwerk; het wachtwoord daarvan staat op de sticker.",
        "Give the node power and hold its button for three seconds. It opens a Wi-Fi network of "
        "its own; the password of that is on its sticker.",
    ),
    "mine.step.network": (
        "Verbind uw telefoon met dat netwerk. Er opent een formulier; zo niet, ga naar "
        "192.168.4.1.",
        "Join that network with your phone. A form opens; if not, go to 192.168.4.1.",
    ),
    "mine.step.fields": (
        "Kies uw eigen wifi en vul naam ({name}), broker, gebruiker en wachtwoord in zoals "
        "hierboven.",
        "Choose your own Wi-Fi and fill in name ({name}), broker, user and password as above.",
    ),
    "mine.step.light": (
        "Het lampje flitst kort, elke tien seconden, als alles goed is.",
        "Its light flashes shortly, every ten seconds, when all is well.",
    ),
    "mine.step.page": (
        "De eerste metingen staan binnen een uur op de pagina van het meetpunt. Zo niet, dan staat "
        "daar waarom.",
        "The first samples are on the page of the node within an hour. If not, that page says why.",
    ),
}  # fmt: skip
