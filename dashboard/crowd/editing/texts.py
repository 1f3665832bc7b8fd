"""What the page of a plan says; keys that begin with edit.js. are said by the browser."""

# key: (Dutch, English)
EDITING_TEXTS = {
    "edit.title": ("{place}: plattegrond", "{place}: plan"),
    "edit.title.new": ("Een nieuwe plek", "A new place"),
    "edit.lead.look": (
        "Waar mensen zijn, waar ze lopen en wat hen telt.",
        "Where people are, where they walk and what counts them.",
    ),
    "edit.lead.change": (
        "Teken zones en doorgangen op de kaart, of vul hun hoeken in. Niets verandert tot u "
        "opslaat; daarna rekent de bewaking met het nieuwe plan.",
        "Draw zones and passages on the map, or fill in their corners. Nothing changes until you "
        "save; from then on the watch works with the new plan.",
    ),
    "edit.lead.new": (
        "Teken zones, doorgangen en tellers van een plek die er nog niet is.",
        "Draw zones, passages and counters of a place that is not there yet.",
    ),
    "edit.sign_in": ("Meld u aan om te wijzigen", "Sign in to change it"),
    "edit.noscript": (
        "De kaart en het wijzigen vragen JavaScript.",
        "The map and changes take JavaScript.",
    ),
    "edit.caption.zones": (
        "Ruimte, hoeveel mensen er passen, en drempels in mensen per m²",
        "Room, how many people fit, and limits in people per m²",
    ),
    "edit.caption.passages": (
        "Van waar naar waar, vrije breedte, en drempels in mensen per m en minuut",
        "From where to where, effective width, and limits in people per m and minute",
    ),
    "edit.caption.counters": (
        "Waar elke teller staat, welke kant hij telt en welk deel hij ziet",
        "Where each counter is, which way it counts and which part it sees",
    ),
    # map
    "edit.js.map": ("Kaart van de plattegrond", "Map of the plan"),
    "edit.js.zoom_in": ("Inzoomen", "Zoom in"),
    "edit.js.zoom_out": ("Uitzoomen", "Zoom out"),
    "edit.js.whole": ("Toon alles", "Show all"),
    "edit.js.draw_zone": ("Zone tekenen", "Draw a zone"),
    "edit.js.draw_passage": ("Doorgang tekenen", "Draw a passage"),
    "edit.js.hint.zone": (
        "Klik de hoeken van de zone; klik op de eerste hoek om haar te sluiten.",
        "Click the corners of the zone; click the first corner to close it.",
    ),
    "edit.js.hint.passage": (
        "Klik waar de doorgang begint en waar hij eindigt; vooruit is van begin naar eind.",
        "Click where the passage begins and where it ends; forward is from start to end.",
    ),
    "edit.js.close": ("Zone sluiten", "Close the zone"),
    "edit.js.undo": ("Laatste hoek weg", "Undo last corner"),
    "edit.js.cancel": ("Niet tekenen", "Do not draw"),
    "edit.js.middle": ("Midden van de kaart", "Middle of the map"),
    "edit.js.lat": ("Breedte (°)", "Latitude (°)"),
    "edit.js.lon": ("Lengte (°)", "Longitude (°)"),
    "edit.js.go": ("Ga daarheen", "Go there"),
    "edit.js.broken": (
        "De kaart kan hier niet getoond worden ({reason}). De velden hieronder werken wel.",
        "The map cannot be shown here ({reason}). The fields below do work.",
    ),
    # the place
    "edit.js.place": ("De plek", "The place"),
    "edit.js.title": ("Naam voor mensen", "Name for people"),
    "edit.js.name": ("Naam in adressen", "Name in addresses"),
    "edit.js.name.hint": ("a-z, 0-9 en -", "a-z, 0-9 and -"),
    "edit.js.interval": ("Tellingen per zoveel minuten", "Minutes that counts are added up to"),
    "edit.js.empty": ("Leeg om (uur, 0-23)", "Empty at (hour, 0-23)"),
    "edit.js.open": ("Openbaar", "Public"),
    "edit.js.open.hint": (
        "Iedereen mag zien hoe vol het is. Anders is er alleen deze pagina, voor wie hier mag "
        "wijzigen.",
        "Everybody may see how full it is. Otherwise there is only this page, for those who may "
        "change it.",
    ),
    # zones, passages, counters
    "edit.js.zones": ("Zones", "Zones"),
    "edit.js.passages": ("Doorgangen", "Passages"),
    "edit.js.counters": ("Tellers", "Counters"),
    "edit.js.add_zone": ("Zone toevoegen", "Add a zone"),
    "edit.js.add_passage": ("Doorgang toevoegen", "Add a passage"),
    "edit.js.add_counter": ("Teller toevoegen", "Add a counter"),
    "edit.js.id": ("Kenmerk", "Identifier"),
    "edit.js.label": ("Naam", "Name"),
    "edit.js.capacity": ("Plaats voor mensen", "Room for people"),
    "edit.js.area": ("Ruimte om te staan (m²)", "Room to stand (m²)"),
    "edit.js.area.drawn": ("leeg: {area} m², zoals getekend", "empty: {area} m², as drawn"),
    "edit.js.width": ("Vrije breedte (m)", "Effective width (m)"),
    "edit.js.from": ("Van", "From"),
    "edit.js.to": ("Naar", "To"),
    "edit.js.outside": ("buiten", "outside"),
    "edit.js.limits.zone": (
        "Drempels, mensen per m² (leeg: 1, 2 en 3,5)",
        "Limits, people per m² (empty: 1, 2 and 3.5)",
    ),
    "edit.js.limits.passage": (
        "Drempels, mensen per m en minuut (leeg: 33, 50 en 66)",
        "Limits, people per m and minute (empty: 33, 50 and 66)",
    ),
    "edit.js.yellow": ("Geel", "Yellow"),
    "edit.js.orange": ("Oranje", "Orange"),
    "edit.js.red": ("Rood", "Red"),
    "edit.js.passage": ("In doorgang", "In passage"),
    "edit.js.direction": ("Telt", "Counts"),
    "edit.js.forward": ("vooruit", "forward"),
    "edit.js.backward": ("terug", "backward"),
    "edit.js.share": ("Ziet van de mensen (%)", "Sees of the people (%)"),
    "edit.js.node": ("Meetpunt (leeg: het kenmerk)", "Node (empty: the identifier)"),
    "edit.js.corners": ("Hoeken van {name}", "Corners of {name}"),
    "edit.js.corner": ("Hoek", "Corner"),
    "edit.js.add_corner": ("Hoek toevoegen", "Add a corner"),
    "edit.js.remove_corner": ("Hoek {number} weg", "Remove corner {number}"),
    "edit.js.remove": ("Verwijderen", "Remove"),
    "edit.js.removed": ("{name} is weg uit het plan.", "{name} is out of the plan."),
    "edit.js.several": (
        "Deze zone heeft meer delen of gaten: haar vorm verandert u met een bestand.",
        "This zone has several parts or holes: its shape is changed by a file.",
    ),
    # saving and files
    "edit.js.save": ("Opslaan", "Save"),
    "edit.js.saving": ("Bezig met opslaan …", "Saving …"),
    "edit.js.saved": ("Opgeslagen als versie {version}.", "Saved as version {version}."),
    "edit.js.changed": (
        "Er zijn wijzigingen die nog niet zijn opgeslagen.",
        "There are changes that are not saved.",
    ),
    "edit.js.files": ("Als bestand", "As a file"),
    "edit.js.download": ("Plan als GeoJSON ophalen", "Download the plan as GeoJSON"),
    "edit.js.upload": ("Plan uit een GeoJSON-bestand", "Plan from a GeoJSON file"),
    "edit.js.uploaded": (
        "{count} onderdelen uit {file} staan hieronder; sla op om ze te gebruiken.",
        "{count} parts of {file} are below; save to use them.",
    ),
    "edit.js.no_plan": ("{file} is geen plan: {reason}", "{file} is no plan: {reason}"),
    "edit.js.wrong": ("Zo kan het plan niet:", "The plan cannot be like this:"),
    "edit.js.wrong.zone": (
        "{name}: een zone heeft drie hoeken of meer.",
        "{name}: a zone has three corners or more.",
    ),
    "edit.js.wrong.crosses": (
        "{name}: de omtrek kruist zichzelf.",
        "{name}: its outline crosses itself.",
    ),
    "edit.js.wrong.capacity": (
        "{name}: plaats voor mensen is een getal boven 0, of leeg.",
        "{name}: room for people is a number above 0, or empty.",
    ),
    "edit.js.wrong.width": (
        "{name}: vul een vrije breedte in boven 0, tot 200 m.",
        "{name}: fill in an effective width above 0, up to 200 m.",
    ),
    "edit.js.wrong.limits": (
        "{name}: drempels zijn drie getallen die oplopen, of alle drie leeg.",
        "{name}: limits are three numbers that rise, or all three empty.",
    ),
    "edit.js.wrong.link": (
        "{name}: verbonden met iets dat er niet is.",
        "{name}: connected to something that is not there.",
    ),
    "edit.js.wrong.same": (
        "{name}: begin en eind zijn dezelfde zone.",
        "{name}: it leads from a zone to itself.",
    ),
    "edit.js.wrong.id": (
        "{name}: een kenmerk heeft 1 tot 60 tekens.",
        "{name}: an identifier has 1 to 60 characters.",
    ),
    "edit.js.wrong.twice": (
        "{name}: twee onderdelen hebben dit kenmerk.",
        "{name}: two parts have this identifier.",
    ),
    "edit.js.wrong.none": (
        "Er is nog geen doorgang: dan valt er niets te tellen.",
        "There is no passage yet: nothing can be counted.",
    ),
    "edit.js.wrong.share": (
        "{name}: welk deel hij ziet, is boven 0 tot 100%.",
        "{name}: the part that it sees is above 0 up to 100%.",
    ),
    "edit.js.wrong.name": (
        "De naam in adressen bestaat uit a-z, 0-9 en -, met voorop geen -.",
        "The name in addresses is a-z, 0-9 and -, first no -.",
    ),
    "edit.js.refused": (
        "De server slaat dit niet op: {reason}",
        "The server does not save this: {reason}",
    ),
    "edit.js.forbidden": (
        "U bent hier niet (meer) voor aangemeld, of dit ligt buiten uw gebied. Meld u aan in een "
        "ander tabblad en sla dan opnieuw op; uw wijzigingen blijven hier staan.",
        "You are not signed in for this (any more), or it lies outside your area. Sign in in "
        "another tab, then save again; your changes stay here.",
    ),
    "edit.js.overtaken": (
        "Intussen heeft iemand anders dit plan opgeslagen. Haal uw plan op als bestand als u het "
        "wilt houden, en laad dan het nieuwste.",
        "Somebody else saved this plan in between. Download yours if you want to keep it, then "
        "load the newest.",
    ),
    "edit.js.taken": (
        "Er is al een plek met deze naam. Kies een andere.",
        "There is a place of this name already. Choose another.",
    ),
    "edit.js.reload": ("Nieuwste plan laden", "Load the newest plan"),
    "edit.js.dead": (
        "De server antwoordt niet; uw wijzigingen staan nog hier.",
        "The server does not answer; your changes are still here.",
    ),
}  # fmt: skip
