"""Texts of the page that shows how all nodes are, Dutch and English."""

HEALTH_TEXTS: dict[str, tuple[str, str]] = {
    "mine.path.health": ("toestand", "health"),
    "health.title": ("Hoe alle meetpunten het doen", "How all nodes are"),
    "health.lead": (
        "{count} meetpunten in uw bereik. Wat het eerst aandacht vraagt staat boven.",
        "{count} nodes in your reach. What asks for attention first is on top.",
    ),
    "health.counts": ("Toestand", "State"),
    "health.is.all": ("alle", "all"),
    "health.is.silent": ("stil", "silent"),
    "health.is.battery": ("batterij bijna leeg", "battery low"),
    "health.is.never": ("nog nooit gemeten", "never measured"),
    "health.is.resting": ("in rust", "at rest"),
    "health.is.well": ("in orde", "well"),
    "health.project": ("Project", "Project"),
    "health.zone": ("Gebied", "Zone"),
    "health.any": ("alle", "any"),
    "health.choose": ("Toon", "Show"),
    "health.none": ("Geen meetpunten", "No nodes"),
    "health.none.text": (
        "Er zijn geen meetpunten in uw bereik die hierbij horen.",
        "There are no nodes in your reach that belong to this.",
    ),
    "health.more": (
        "Dit zijn de eerste {shown}; nog {rest} staan in de CSV, of kies een toestand, project of "
        "gebied.",
        "These are the first {shown}; {rest} more are in the CSV, or choose a state, a project or "
        "a zone.",
    ),
    "health.csv": ("Deze meetpunten (CSV)", "These nodes (CSV)"),
    "health.link": ("Hoe alle meetpunten het doen", "How all nodes are"),
    "health.column.node": ("Meetpunt", "Node"),
    "health.column.state": ("Toestand", "State"),
    "health.column.last": ("Laatste meting", "Last sample"),
    "health.column.battery": ("Batterij", "Battery"),
    "health.column.backlog": ("Wachtende pagina's", "Waiting pages"),
    "health.column.version": ("Versie", "Version"),
    "health.column.day": ("24 uur compleet", "24 h complete"),
    "health.column.week": ("7 dagen compleet", "7 days complete"),
    "health.column.reason": ("Niet op de kaart", "Not on the map"),
    "health.reason.closed": ("niet openbaar", "not public"),
    "health.reason.refused": ("berichten geweigerd", "messages refused"),
    "health.reason.words": ("meldt zich, meet niet", "speaks, does not measure"),
    "health.reason.never": ("nog nooit gehoord", "never heard"),
    "health.reason.silent": ("stil", "silent"),
    "health.reason.nowhere": ("geen plaats", "no place"),
    "unfit.state": (
        "„{value}” is geen toestand; kies uit: {known}.",
        "“{value}” is no state; choose among: {known}.",
    ),
}
