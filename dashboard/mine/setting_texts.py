"""What an owner changes and adds: the texts of settings.py, forms.py and adding.py."""

# key: (Dutch, English)
SETTING_TEXTS = {
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
