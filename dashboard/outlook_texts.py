"""What the pages say of coming days: limits and the air quality index, Dutch and English."""

# key: (Dutch, English)
OUTLOOK_TEXTS = {
    "outlook.today": ("vandaag", "today"),
    "outlook.tomorrow": ("morgen", "tomorrow"),
    "outlook.chance": (
        "Kans op {quantity} boven de WHO-dagwaarde, {day}",
        "Chance of {quantity} above the WHO value of a day, {day}",
    ),
    "outlook.index": ("Luchtkwaliteit (LKI), {day}", "Air quality (LKI), {day}"),
    "outlook.index.note": (
        "De LKI van een dag is die van het hoogste uur dat nog komt, van 1 (goed) tot 11 (zeer "
        "slecht), hier uit {substances}; tussen haakjes waar ze in 8 van de 10 gevallen tussen "
        "ligt. De officiële LKI telt vier stoffen van officiële stations.",
        "The index (LKI) of a day is that of its highest hour to come, from 1 (good) to 11 (very "
        "poor), here of {substances}; in brackets what it lies between in 8 of 10 cases. The "
        "official one counts four substances of official stations.",
    ),
    "outlook.weather.used": (
        "Gemaakt met de weersverwachting.",
        "Made with the weather forecast.",
    ),
    "outlook.weather.part": (
        "De eerste {hours} uur zijn gemaakt met de weersverwachting, de andere zonder.",
        "The first {hours} hours are made with the weather forecast, the others without.",
    ),
    "outlook.weather.old": (
        "Gemaakt zonder het weer: de weersverwachting is verlopen.",
        "Made without the weather: its forecast is out of date.",
    ),
    "outlook.weather.short": (
        "Gemaakt zonder het weer: er is nog te weinig van bekend om van te leren.",
        "Made without the weather: too little of it is known yet to learn from.",
    ),
    "outlook.day": ("Dag", "Day"),
    "outlook.days": ("Alle dagen en grenswaarden", "All days and limits"),
    "outlook.above": ("boven {limit}", "above {limit}"),
    "outlook.caption": (
        "{quantity}: kans dat een dag boven een grenswaarde komt",
        "{quantity}: chance that a day is above a limit",
    ),
    "outlook.all": ("{quantity}: wat er te verwachten is", "{quantity}: what to expect"),
    "outlook.all.caption": (
        "Dagwaarde: {limit}. LKI: hoogste uur dat nog komt, met de grenzen waar ze in 8 van de 10 "
        "gevallen tussen ligt",
        "Value of a day: {limit}. LKI: highest hour to come, and what it lies between in 8 of 10 "
        "cases",
    ),
    "outlook.column.chance": (
        "Kans op boven de WHO-dagwaarde, {day}",
        "Chance above the WHO value of a day, {day}",
    ),
    "outlook.scores": ("Klopten de kansen?", "Were the chances right?"),
    "outlook.scores.text": (
        "Is een dag gemeten, dan leggen we elke kans die ervan is gezegd naast wat het werd. De "
        "Brierscore is het gemiddelde van het kwadraat van het verschil: 0 is volmaakt. Ernaast "
        "staat wie altijd het gebruikelijke zegt: het deel van de dagen van het jaar ervoor dat "
        "erboven lag.",
        "Once a day is measured, we put each chance that was told of it beside what came. The "
        "Brier score is the mean square of the difference: 0 is perfect. Beside it stands always "
        "telling the usual: the share of the days of the year before that were above.",
    ),
    "outlook.scores.caption": (
        "Brierscore van kansen op een dag boven een grenswaarde",
        "Brier score of chances of a day above a limit",
    ),
    "outlook.scores.limit": ("Grenswaarde", "Limit"),
    "outlook.scores.ahead": ("Dagen vooruit", "Days ahead"),
    "outlook.scores.count": ("Kansen", "Chances"),
    "outlook.scores.brier": ("Brier", "Brier"),
    "outlook.scores.usual": ("Brier van het gebruikelijke", "Brier of the usual"),
}
