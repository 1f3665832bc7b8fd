"""Texts of what an owner agrees to, Dutch and English."""

AGREEMENT_TEXTS: dict[str, tuple[str, str]] = {
    "mine.agree": ("Waarmee u instemt", "What you agree to"),
    "mine.agree.text": (
        "Voor dit meetpunt beslist u zelf. Elk woord van u telt vanaf dat moment, en u kunt het "
        "altijd veranderen.",
        "For this node you decide yourself. Each word of yours counts from that moment on, and you"
        " can always change it.",
    ),
    "mine.agree.publish": ("Metingen openbaar", "Measurements in public"),
    "mine.agree.publish.text": (
        "Wat dit meetpunt meet staat op de kaart, in de API en in open data, met zijn naam en de "
        "zeshoek van 350 meter. Intrekken haalt alles weg, ook van vroeger. Wat anderen al "
        "kopieerden en genummerde uitgaven van de data komen niet terug.",
        "What this node measures is on the map, in the API and in open data, with its name and the"
        " hexagon of 350 metres. Withdrawing takes all of it away, of the past as well. What "
        "others copied and numbered releases of the data cannot be called back.",
    ),
    "mine.agree.publish.give": ("Maak openbaar", "Make public"),
    "mine.agree.publish.withdraw": ("Trek in", "Withdraw"),
    "mine.agree.rides": ("Ritten openbaar", "Rides in public"),
    "mine.agree.rides.text": (
        "Van ritten met deze fiets is een dag later het midden openbaar, zonder naam en alleen "
        "waar meer fietsen reden. Intrekken haalt alle ritten weg, ook van vroeger. Wat anderen al"
        " kopieerden en genummerde uitgaven van de data komen niet terug.",
        "Of rides with this bike the middle is public a day later, without a name and only where "
        "more bikes rode. Withdrawing takes all rides away, of the past as well. What others "
        "copied and numbered releases of the data cannot be called back.",
    ),
    "mine.agree.rides.give": ("Maak openbaar", "Make public"),
    "mine.agree.rides.withdraw": ("Trek in", "Withdraw"),
    "mine.agree.mail": ("Mail over dit meetpunt", "Mail about this node"),
    "mine.agree.mail.text": (
        "U krijgt een mail als het stil valt, als de batterij bijna leeg is of als een grenswaarde"
        " wordt overschreden, en als dat over is. Het adres geldt voor al uw meetpunten; alleen "
        "wie het platform beheert ziet het.",
        "You get a mail when it falls silent, when its battery is low or when a limit is passed, "
        "and when that is over. The address holds for all your nodes; only who runs the platform "
        "sees it.",
    ),
    "mine.agree.mail.give": ("Stuur mij mail", "Send me mail"),
    "mine.agree.mail.withdraw": ("Geen mail meer", "No mail any more"),
    "mine.agree.email": ("E-mailadres", "E-mail address"),
    "mine.agree.email.known": ("Gaat naar {email}.", "Goes to {email}."),
    "mine.agree.yes": ("Ja, sinds {time}.", "Yes, since {time}."),
    "mine.agree.no": ("Nee, sinds {time}.", "No, since {time}."),
    "mine.agree.unasked.yes": (
        "Ja: zo is het, zonder dat u iets zei.",
        "Yes: so it is, without a word of yours.",
    ),
    "mine.agree.unasked.no": ("Nee: u zei nog niets.", "No: you have not said anything yet."),
    "mine.saved.agree": (
        "Uw keuze is opgeslagen en geldt nu.",
        "Your choice is saved and holds now.",
    ),
    "mine.wrong.email": (
        "„{value}” is geen e-mailadres zoals naam@example.org.",
        "“{value}” is no e-mail address like name@example.org.",
    ),
    "mine.is.closed": ("niet openbaar", "not public"),
    "mine.cause.closed": (
        "Wat het meet is niet openbaar: de eigenaar wil dat zo.",
        "What it measures is not public: its owner wants it so.",
    ),
    "mine.do.closed": (
        "De eigenaar kan het op deze pagina weer openbaar maken, onder Waarmee u instemt.",
        "Its owner can make it public again on this page, under What you agree to.",
    ),
}
