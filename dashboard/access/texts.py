"""What the page to sign in says."""

# key: (Dutch, English)
ACCESS_TEXTS = {
    "access.path": ("aanmelden", "sign-in"),
    "access.path.out": ("uit", "out"),
    "access.path.account": ("account", "account"),
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
    "access.account.enter": ("Aanmelden met {name}", "Sign in with {name}"),
    "access.account.or": ("Of met een sleutel", "Or with a key"),
    "access.account.away": (
        "{name} antwoordt niet, dus daarmee aanmelden kan nu niet. Probeer het over een minuut "
        "opnieuw; een sleutel werkt wel.",
        "{name} does not answer, so nobody can sign in with it now. Try again in a minute; a key "
        "does work.",
    ),
    "access.account.refused": (
        "Bij {name} is niemand aangemeld. Probeer het opnieuw.",
        "Nobody was signed in at {name}. Try again.",
    ),
    "access.account.stale": (
        "Dit aanmelden begon in een ander venster, of langer dan tien minuten geleden. Begin "
        "opnieuw.",
        "This sign-in began in another window, or more than ten minutes ago. Begin again.",
    ),
    "access.account.untrusted": (
        "Wat {name} zei, bewijst niet wie u bent. Begin opnieuw; blijft het zo, zeg het dan de "
        "beheerder: de reden staat in het logboek.",
        "What {name} said does not prove who you are. Begin again; if it stays like this tell the "
        "operator: the log says why.",
    ),
    "access.account.unset": (
        "Aanmelden met {name} is hier nog niet helemaal ingesteld. Zeg het de beheerder: de reden "
        "staat in het logboek. Een sleutel werkt wel.",
        "Signing in with {name} is not wholly set up here yet. Tell the operator: the log says "
        "why. A key does work.",
    ),
    "access.account.often": (
        "Vijf keer achter elkaar lukte aanmelden niet. Wacht een minuut en begin dan opnieuw.",
        "Signing in failed five times in a row. Wait a minute, then begin again.",
    ),
    "access.account.stranger": (
        "U bent bij {name} aangemeld als {account}, maar dat account heeft hier nog geen rol. "
        "Vraag erom bij {contact} en noem daarbij {account}.",
        "You are signed in at {name} as {account}, but that account has no role here yet. Ask "
        "{contact} for one, and say {account}.",
    ),
    "access.account.operator": ("de beheerder van deze site", "the operator of this site"),
    "access.onward": ("Ga verder", "Go on"),
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
