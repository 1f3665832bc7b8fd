"""What the page to sign in says."""

# key: (Dutch, English)
ACCESS_TEXTS = {
    "access.path": ("aanmelden", "sign-in"),
    "access.path.out": ("uit", "out"),
    "access.title": ("Aanmelden", "Sign in"),
    "access.title.in": ("Aangemeld", "Signed in"),
    "menu.mine": ("Mijn", "Mine"),
    "access.lead": (
        "Wie een sleutel heeft van de beheerder, ziet en wijzigt hier de eigen meetpunten, ritten "
        "of plattegronden. Kijken naar wat openbaar is kan zonder.",
        "Who has a key of the operator sees and changes own nodes, rides or plans here. Looking "
        "at what is public needs none.",
    ),
    "access.key": ("Sleutel (begint met lm_)", "Key (begins with lm_)"),
    "access.enter": ("Aanmelden", "Sign in"),
    "access.privacy": (
        "Aangemeld blijft u 12 uur, met één cookie dat alleen daarvoor is.",
        "You stay signed in for 12 hours, by one cookie that serves nothing else.",
    ),
    "access.wrong": (
        "Deze sleutel opent niets: hij is onbekend, verlopen of ingetrokken.",
        "This key opens nothing: it is unknown, expired or revoked.",
    ),
    "access.often": (
        "Vijf keer een verkeerde sleutel. Wacht een minuut en probeer het dan opnieuw.",
        "Five times a wrong key. Wait a minute, then try again.",
    ),
    "access.signed": (
        "U bent aangemeld als {label} ({role}).",
        "You are signed in as {label} ({role}).",
    ),
    "access.area": ("U kunt wijzigen wat in {area} ligt.", "You can change what lies in {area}."),
    "access.mine": ("Naar mijn meetpunten en ritten", "To my nodes and rides"),
    "access.role.operator": ("beheerder", "operator"),
    "access.role.municipality": ("gemeente", "municipality"),
    "access.role.project": ("project", "project"),
    "access.role.owner": ("eigenaar van meetpunten", "owner of nodes"),
    "access.plans": ("Plattegronden die u kunt wijzigen", "Plans that you can change"),
    "access.closed": ("(niet openbaar)", "(not public)"),
    "access.new": ("Een nieuwe plek tekenen", "Draw a new place"),
    "access.leave": ("Afmelden", "Sign out"),
}  # fmt: skip
