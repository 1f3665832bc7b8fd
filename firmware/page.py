"""The pages of the portal, Dutch or English; small, without script, and readable when narrow."""

HEAD = """<!doctype html><html lang=%s><meta charset=utf-8>\
<meta name=viewport content="width=device-width,initial-scale=1"><title>lokaalmeten</title><style>\
body{font:1rem/1.4 sans-serif;margin:0 auto;max-width:26rem;padding:1rem;color:#1b1b1b;\
background:#fff}\
h1{font-size:1.3rem}fieldset{border:0;padding:0;margin:0 0 1.2rem}legend{font-weight:700;padding:0}\
label{display:block;margin:.7rem 0 0}\
input,select,button{font:inherit;width:100%%;box-sizing:border-box;padding:.6rem;margin-top:.2rem;\
border:1px solid #595959;border-radius:4px;background:#fff;color:inherit}\
input[type=checkbox]{width:auto;margin-right:.5rem}button{background:#00528c;color:#fff;border:0}\
small{color:#4a4a4a}.wrong{border-left:4px solid #b00020;padding:.2rem .8rem;margin:0 0 1rem}\
.wrong ul{margin:0}:focus{outline:3px solid #e08a00}</style><main><h1>%s</h1>"""

WORDS = {
    "nl": {
        "title": "Meetkastje instellen",
        "wrong": "Dit klopt nog niet:",
        "network": "Wifi",
        "ssid": "Netwerk",
        "none": "kies een netwerk",
        "other": "Of een ander netwerk (naam)",
        "password": "Wachtwoord van het netwerk",
        "place": "Waarheen",
        "node": "Naam van het kastje",
        "node_hint": "zoals aangemeld: a-z, 0-9 en -",
        "host": "Server (MQTT)",
        "user": "Gebruiker bij de server",
        "secret": "Wachtwoord bij de server",
        "plain": "Zonder versleuteling (alleen om te proberen)",
        "keep": "Wat je leeg laat, blijft zoals het is.",
        "save": "Bewaren en starten",
        "done": "Bewaard",
        "after": "Het kastje start opnieuw. Lukt de verbinding niet binnen tien minuten, dan gaat"
        " het terug naar de vorige instellingen. Je kunt dit venster sluiten.",
    },
    "en": {
        "title": "Set up this sensor box",
        "wrong": "This is not right yet:",
        "network": "Wi-Fi",
        "ssid": "Network",
        "none": "choose a network",
        "other": "Or another network (its name)",
        "password": "Password of the network",
        "place": "Where to",
        "node": "Name of this box",
        "node_hint": "as registered: a-z, 0-9 and -",
        "host": "Server (MQTT)",
        "user": "User at the server",
        "secret": "Password at the server",
        "plain": "Without encryption (only to try)",
        "keep": "What you leave empty stays as it is.",
        "save": "Save and start",
        "done": "Saved",
        "after": "The box starts again. If no connection comes within ten minutes, it goes back to"
        " the settings it had. You can close this window.",
    },
}


def to_language(accepted):
    """Language of the Accept-Language of a browser: Dutch when it comes first, else English."""
    return "nl" if accepted.strip().lower().startswith("nl") else "en"


def to_form(language, networks, known, problems):
    """The form; ``known`` are values to begin with, ``problems`` sentences about the last ones."""
    words = WORDS[language]
    page = [HEAD % (language, words["title"])]
    if problems:
        page.append("<div class=wrong role=alert><strong>%s</strong><ul lang=en>" % words["wrong"])
        page += ["<li>%s" % escape(said) for said in problems]
        page.append("</ul></div>")
    page.append("<form method=post action=/>")
    page += to_network(words, networks)
    page += to_place(words, known)
    page.append("<p>%s<p><button>%s</button></form></main>" % (words["keep"], words["save"]))
    return "".join(page)


def to_network(words, networks):
    """The part of the form about Wi-Fi."""
    yield "<fieldset><legend>%s</legend>" % words["network"]
    yield "<label>%s<select name=ssid><option value=''>%s" % (words["ssid"], words["none"])
    for name in networks:
        yield "<option>%s" % escape(name)
    yield "</select></label>"
    yield to_input("other", words["other"], "", "maxlength=32 autocapitalize=none")
    yield to_input("password", words["password"], "", "type=password maxlength=64")
    yield "</fieldset>"


def to_place(words, known):
    """The part of the form about the server."""
    yield "<fieldset><legend>%s</legend>" % words["place"]
    label = "%s <small>(%s)</small>" % (words["node"], words["node_hint"])
    yield to_input("node", label, known.get("node", ""), "maxlength=63 autocapitalize=none")
    yield to_input("host", words["host"], known.get("host", ""), "inputmode=url")
    yield to_input("user", words["user"], known.get("user", ""), "autocapitalize=none")
    yield to_input("secret", words["secret"], "", "type=password")
    checked = " checked" if known.get("plain") else ""
    yield "<label><input type=checkbox name=plain%s>%s</label>" % (checked, words["plain"])
    yield "</fieldset>"


def to_input(name, label, value, more):
    """One labelled field."""
    return "<label>%s<input name=%s value='%s' %s></label>" % (label, name, escape(value), more)


def to_done(language):
    """The page after which the node starts anew."""
    words = WORDS[language]
    return (HEAD % (language, words["done"])) + "<p>%s</main>" % words["after"]


def escape(text):
    """Text inside HTML: also the name of a network is somebody else's."""
    for letter, code in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("'", "&#39;"),
        ('"', "&#34;"),
    ):
        text = text.replace(letter, code)
    return text
