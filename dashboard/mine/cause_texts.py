"""Why a node is not on the map, and what to do: the texts of causes.py."""

# key: (Dutch, English)
CAUSE_TEXTS = {
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
}  # fmt: skip
