"""What the crowd pages say, Dutch and English side by side."""

# key: (Dutch, English)
CROWD_TEXTS = {
    # addresses and frame
    "menu.crowd": ("Drukte", "Crowds"),
    "crowd.path": ("drukte", "crowd"),
    "crowd.path.evaluation": ("evaluatie", "evaluation"),
    "crowd.path.report": ("rapport", "report"),
    "crowd.path.plan": ("plan", "plan"),
    "crowd.path.planning": ("plannen", "planning"),
    "crowd.parts": ("Over {place}", "About {place}"),
    "crowd.part.now": ("Nu", "Now"),
    "crowd.part.evaluation": ("Hoe goed was het?", "How good was it?"),
    "crowd.part.report": ("Afdrukken", "Print"),
    "crowd.part.plan": ("Plattegrond", "Plan"),
    "crowd.part.planning": ("Vooruitkijken", "Plan ahead"),
    "crowd.part.kiosk": ("Op groot scherm", "Large screen"),
    "crowd.title": ("Drukte", "Crowds"),
    "crowd.none": ("Nog geen openbare plekken", "No public places yet"),
    "crowd.none.why": (
        "Een plek staat hier als de gemeente haar openbaar heeft gemaakt.",
        "A place is listed here once its municipality made it public.",
    ),
    "crowd.lead": (
        "Hoe vol het is op plekken waar mensen samenkomen, uit tellingen van mensen alleen.",
        "How full it is where people gather, from counts of people alone.",
    ),
    "crowd.places": ("Plekken", "Places"),
    "crowd.place": ("Plek", "Place"),
    "crowd.counted": ("Geteld tot", "Counted up to"),
    "crowd.highest": ("Hoogste niveau", "Highest level"),
    "crowd.numbers": ("Zones en doorgangen", "Zones and passages"),
    # levels
    "crowd.legend": ("Niveaus", "Levels"),
    "crowd.level.calm": ("rustig", "calm"),
    "crowd.level.busy": ("druk", "busy"),
    "crowd.level.crowded": ("erg druk", "very busy"),
    "crowd.level.full": ("te druk", "too busy"),
    "crowd.level.unknown": ("onbekend", "unknown"),
    # how it is
    "crowd.as_of": ("Geteld tot {time} ({ago}).", "Counted up to {time} ({ago})."),
    "crowd.never": (
        "Van deze plek is nog niets geteld. Hoe vol het is, is onbekend.",
        "Nothing was counted at this place so far. How full it is, is unknown.",
    ),
    "crowd.stale.title": ("Geen telling sinds {time}", "No count since {time}"),
    "crowd.stale": (
        "Niemand werkt deze plek bij. Hoe vol het nu is, is onbekend; kijk ter plaatse.",
        "Nobody updates this place. How full it is now is unknown; look on site.",
    ),
    "crowd.fault.title": (
        "{number} van {all} tellers zijn niet te vertrouwen",
        "{number} of {all} counters cannot be believed",
    ),
    "crowd.fault.here": (
        "Niet alle tellers hier zijn te vertrouwen",
        "Not all counters here can be believed",
    ),
    "crowd.fault.silent": (
        "{counter}: geen telling sinds {time}",
        "{counter}: no count since {time}",
    ),
    "crowd.fault.stuck": (
        "{counter}: staat stil, gezien om {time}; wat hij zegt telt niet mee",
        "{counter}: stuck, seen at {time}; what it says is left out",
    ),
    "crowd.fault.wrong": (
        "{counter}: telde minder dan niemand of zette zijn klok terug, gezien om {time}; wat niet"
        " kan telt niet mee",
        "{counter}: counted fewer than nobody or set its clock back, seen at {time}; what cannot be"
        " is left out",
    ),
    "crowd.fault.long": ("langer dan {hours} uur", "more than {hours} hours"),
    "crowd.fault.touches": ("raakt {gauges}", "concerns {gauges}"),
    "crowd.summary.0": ("Nergens druk voor zover geteld.", "Nowhere busy as far as counted."),
    "crowd.plan": ("Plattegrond", "Plan"),
    "crowd.plan.label": (
        "Plattegrond van {place}; dezelfde niveaus staan in de lijst",
        "Plan of {place}; the list has the same levels",
    ),
    "crowd.list": ("Wat nu aandacht vraagt", "What asks for attention now"),
    "crowd.list.caption": (
        "Zones en doorgangen, de dringendste eerst; kans op overschrijden binnen {ahead}",
        "Zones and passages, the most urgent first; chance of passing within {ahead}",
    ),
    "crowd.gauge": ("Zone of doorgang", "Zone or passage"),
    "crowd.zone": ("zone", "zone"),
    "crowd.passage": ("doorgang", "passage"),
    "crowd.level": ("Nu", "Now"),
    "crowd.value": ("Gemeten", "Measured"),
    "crowd.people": ("Mensen", "People"),
    "crowd.unit.zone": ("per m²", "per m²"),
    "crowd.unit.passage": ("per m en min", "per m and min"),
    "crowd.no_count": ("geen telling sinds {time}", "no count since {time}"),
    "crowd.last_known": (
        "geen telling sinds {time}, toen {level}",
        "no count since {time}, {level} then",
    ),
    "crowd.long_unknown": (
        "geen telling in de laatste {hours} uur",
        "no count in the last {hours} hours",
    ),
    "crowd.partly": ("een teller valt uit: minder zeker", "a counter fails: less certain"),
    "crowd.calm_doubted": (
        "een teller valt uit: hoe vol het is, is niet te zeggen",
        "a counter fails: how full it is cannot be said",
    ),
    # what comes
    "crowd.comes.soon": (
        "waarschijnlijk {level} binnen {time} (kans {chance})",
        "likely {level} within {time} (chance {chance})",
    ),
    "crowd.comes.chance": (
        "kans op {level} binnen {time}: {chance}",
        "chance of {level} within {time}: {chance}",
    ),
    "crowd.comes.unknown": ("geen verwachting", "nothing expected"),
    "crowd.comes.top": ("hoogste niveau bereikt", "at the highest level"),
    "crowd.fans": ("De komende uren", "The coming hours"),
    "crowd.fans.past": ("Tot de laatste telling", "Up to the last count"),
    "crowd.fans.text": (
        "Lijn: geteld. Stippellijn: midden van wat verwacht wordt. In de donkere band ligt naar "
        "verwachting 80 van de 100 keer wat komt, in de lichte {outer}. Dwarslijnen: drempels.",
        "Line: counted. Dashes: middle of what is expected. The dark band is expected to hold what "
        "comes 80 of 100 times, the light one {outer}. Lines across: limits.",
    ),
    "crowd.fans.more": (
        "De {shown} dringendste van {all} staan hier; elke zone heeft haar eigen pagina.",
        "The {shown} most urgent of {all} are shown; each zone has its own page.",
    ),
    "crowd.fan.label": (
        "Grafiek van {gauge}: nu {value}; wat verwacht wordt, staat ook in de tabel",
        "Chart of {gauge}: {value} now; what is expected is in the table too",
    ),
    "crowd.minutes": ("{count} min", "{count} min"),
    "crowd.hours": ("{count} uur", "{count} h"),
    # alerts
    "crowd.alerts": ("Waarschuwingen", "Alerts"),
    "crowd.alerts.open": ("Open", "Open"),
    "crowd.alerts.seen": ("Gezien door de organisatie", "Seen by the organisers"),
    "crowd.alerts.over": ("Voorbij, laatste 24 uur", "Over, last 24 hours"),
    "crowd.alerts.none": ("Geen.", "There are none."),
    "crowd.alerts.stale": (
        "Stand van {time}; sindsdien niet bijgewerkt.",
        "As of {time}; not updated since.",
    ),
    "crowd.alert": ("sinds {time}; {sure}", "since {time}; {sure}"),
    "crowd.alert.passed": ("de drempel is gepasseerd", "the limit is passed"),
    "crowd.alert.sure": (
        "kans {chance} dat de drempel binnen {ahead} wordt gepasseerd",
        "chance of {chance} that the limit is passed within {ahead}",
    ),
    "crowd.alert.unsure": ("nu niet te zeggen hoe zeker", "how certain cannot be said now"),
    "crowd.alert.escalated": ("niemand reageerde op tijd", "nobody reacted in time"),
    "crowd.alert.lowered": ("{time}: terug naar {level}", "{time}: back to {level}"),
    "crowd.measures": ("Genomen maatregelen", "Measures taken"),
    "crowd.measures.none": ("In de laatste 24 uur geen.", "No measure in the last 24 hours."),
    "crowd.measures.whole": ("hele plek", "whole place"),
    # one zone or passage
    "crowd.zone.kind.zone": ("Zone van {area} m²", "Zone of {area} m²"),
    "crowd.zone.capacity": (", plaats voor {capacity} mensen", ", room for {capacity} people"),
    "crowd.zone.kind.passage": (
        "Doorgang met {width} m vrije breedte",
        "Passage of {width} m effective width",
    ),
    "crowd.zone.of": (" op {place}.", " at {place}."),
    "crowd.zone.expected": ("Wat verwacht wordt", "What is expected"),
    "crowd.zone.expected.caption": (
        "{unit}; midden en banden van 80% en {outer}%",
        "{unit}; middle and bands of 80% and {outer}%",
    ),
    "crowd.zone.none": (
        "Geen verwachting: daarvoor zijn twee dagen tellingen nodig, en een teller die telt.",
        "Nothing expected: that takes two days of counts first, and a counter that works.",
    ),
    "crowd.ahead": ("Over", "In"),
    "crowd.middle": ("Midden", "Middle"),
    "crowd.band": ("{level}%", "{level}%"),
    "crowd.chances": ("Kans per drempel", "Chance of each limit"),
    "crowd.chances.caption": (
        "Kans dat een drempel op enig moment tot dan wordt gepasseerd",
        "Chance that a limit is passed at any time until then",
    ),
    "crowd.limit": ("Drempel", "Limit"),
    "crowd.limit.from": ("Vanaf", "From"),
    "crowd.level.then": ("Niveau", "Level"),
    "crowd.until": ("Tijd tot drempel", "Time to limit"),
    "crowd.until.now": ("nu gepasseerd", "passed now"),
    "crowd.until.none": ("niet verwacht", "not expected"),
    "crowd.within": ("binnen {time}", "within {time}"),
    "crowd.peak": ("Verwachte piek", "Expected peak"),
    "crowd.peak.text": ("{value} over {time}", "{value} in {time}"),
    "crowd.history.table": ("Het verloop als tabel", "Its course as a table"),
    "crowd.history.caption": (
        "{gauge}, {unit}, per uur het laatst",
        "{gauge}, {unit}, last of each hour",
    ),
    "crowd.counters": ("Tellers", "Counters"),
    "crowd.counters.caption": (
        "Wat hier telt, en of het te vertrouwen is",
        "What counts here, and whether it can be believed",
    ),
    "crowd.counter": ("Teller", "Counter"),
    "crowd.counter.passage": ("In doorgang", "In passage"),
    "crowd.counter.trust": ("Vertrouwen", "Trust"),
    "crowd.counter.well": ("telt", "counts"),
    "crowd.counter.silent": ("geen telling sinds {time}", "no count since {time}"),
    "crowd.counter.stuck": ("staat stil, gezien om {time}", "stuck, seen at {time}"),
    "crowd.counter.wrong": (
        "telt wat niet kan, gezien om {time}",
        "counts what cannot be, seen at {time}",
    ),
    # evaluation
    "crowd.eval.title": ("{place}: hoe goed was het?", "{place}: how good was it?"),
    "crowd.eval.lead": (
        "Elke verwachting en elke waarschuwing van {period}, naast wat daarna werd geteld.",
        "Every expectation and every alert of {period}, beside what was counted afterwards.",
    ),
    "crowd.eval.from": ("Van", "From"),
    "crowd.eval.to": ("Tot en met", "Up to and including"),
    "crowd.eval.show": ("Toon", "Show"),
    "crowd.eval.bad": (
        "Dit is geen periode: begin en eind zijn dagen (2026-05-01), het begin eerst, samen ten "
        "hoogste {days} dagen. Hieronder staan de laatste {usual} dagen.",
        "That is no period: start and end are days (2026-05-01), the start first, together at most "
        "{days} days. Below are the last {usual} days.",
    ),
    "crowd.eval.none": (
        "In deze periode is niets verwacht dat met tellingen te vergelijken is. Verwachtingen "
        "blijven 30 dagen bewaard.",
        "Nothing was expected in this period that can be compared with counts. Expectations are "
        "kept for 30 days.",
    ),
    "crowd.eval.errors": ("Fout per tijd vooruit", "Error by time ahead"),
    "crowd.eval.errors.zone": (
        "Zones, mensen per m²; in de banden hoort 80% en {outer}% te liggen",
        "Zones, people per m²; the bands should hold 80% and {outer}%",
    ),
    "crowd.eval.errors.passage": (
        "Doorgangen, mensen per m en minuut; in de banden hoort 80% en {outer}% te liggen",
        "Passages, people per m and minute; the bands should hold 80% and {outer}%",
    ),
    "crowd.eval.number": ("Vergeleken", "Compared"),
    "crowd.eval.error": ("Fout", "Error"),
    "crowd.eval.naive": ("Fout als het zo bleef", "Error if it stayed so"),
    "crowd.eval.inside": ("In band {level}%", "In {level}% band"),
    "crowd.eval.alerts": ("Waarschuwingen", "Alerts"),
    "crowd.eval.alerts.caption": (
        "Per niveau: hoe vaak het zover kwam, en wat daarvan gezegd was",
        "By level: how often it came, and what had been said of it",
    ),
    "crowd.eval.came": ("Kwam voor", "Came"),
    "crowd.eval.hits": ("Op tijd gezegd", "Said in time"),
    "crowd.eval.missed": ("Gemist of te laat", "Missed or too late"),
    "crowd.eval.false": ("Voor niets", "For nothing"),
    "crowd.eval.lead_time": ("Vooraf, helft", "Ahead, half"),
    "crowd.eval.known": (
        "Van alle zones, doorgangen en momenten was {known}% bekend.",
        "Of all zones, passages and moments {known}% was known.",
    ),
    "crowd.eval.meaning": ("Wat deze getallen zeggen", "What these numbers mean"),
    "crowd.eval.meaning.error": (
        "Fout: hoever het midden er gemiddeld naast zat. Als het zo bleef: de fout van wie "
        "zegt dat het blijft zoals het was.",
        "Error: how far the middle was off on average. If it stayed so: the error of "
        "saying that it stays as it was.",
    ),
    "crowd.eval.meaning.inside": (
        "In band: hoe vaak het gebeurde binnen de band lag. Minder dan gezegd: te zeker; meer: te "
        "voorzichtig.",
        "In band: how often what came lay inside. Less than said: too certain; more: too careful.",
    ),
    "crowd.eval.meaning.alerts": (
        "Op tijd gezegd: de waarschuwing stond open toen de drempel werd gepasseerd. "
        "Onderbrekingen tot {gap} tellen als één keer. Voor niets: tot {reach} na het einde "
        "kwam er niets.",
        "Said in time: the alert was open when the limit was passed. Breaks of up to {gap} count "
        "as one time. For nothing: nothing came until {reach} after its end.",
    ),
    # planning
    "crowd.plan.title": ("{place}: vooruitkijken", "{place}: plan ahead"),
    "crowd.plan.days": ("De komende dagen", "The coming days"),
    "crowd.plan.days.none": (
        "Nog geen verwachting voor de komende dagen.",
        "Nothing is expected of the coming days so far.",
    ),
    "crowd.plan.days.lead": (
        "Gemaakt {time}, uit {days} dagen met tellingen, de kalender en de geplande evenementen.",
        "Made {time}, from {days} days with counts, the calendar and the planned events.",
    ),
    "crowd.plan.days.caption": (
        "Drukste uur van elke dag: mensen in alle zones, met de band van 80%, en de hoogste "
        "drempel die in een uur wordt gepasseerd",
        "Busiest hour of each day: people in all zones, with the 80% band, and the highest limit "
        "that an hour passes",
    ),
    "crowd.plan.old": ("Dit is van {time}", "This is of {time}"),
    "crowd.plan.old.text": (
        "Sindsdien is er niets nieuws verwacht; wat later is geteld of gepland, telt niet mee.",
        "Nothing new was expected since then; what was counted or planned later is not in it.",
    ),
    "crowd.plan.day": ("Dag", "Day"),
    "crowd.plan.events": ("Evenementen", "Events"),
    "crowd.plan.hour": ("Drukste uur", "Busiest hour"),
    "crowd.plan.people": ("Mensen", "People"),
    "crowd.plan.risk": ("Hoogste kans", "Highest chance"),
    "crowd.plan.risk.none": ("geen drempel boven 5%", "no limit above 5%"),
    "crowd.plan.basis": ("Uit", "From"),
    "crowd.plan.core": ("voorspelling", "forecast"),
    "crowd.plan.weather": ("voorspelling met het weer", "forecast with the weather"),
    "crowd.plan.like": ("soortgelijke dagen", "like days"),
    "crowd.plan.planned": ("Gepland", "Planned"),
    "crowd.plan.planned.none": ("Er is geen evenement gepland.", "No event is planned."),
    "crowd.plan.planned.caption": (
        "Evenementen die komen of bezig zijn",
        "Events that come or take place",
    ),
    "crowd.plan.event": ("Evenement", "Event"),
    "crowd.plan.kind": ("Soort", "Kind"),
    "crowd.plan.when": ("Wanneer", "When"),
    "crowd.plan.attendance": ("Verwachte bezoekers", "Expected visitors"),
    "crowd.plan.before": ("Eerdere evenementen", "Earlier events"),
    "crowd.plan.before.none": ("Nog geen.", "There are no earlier events."),
    "crowd.plan.before.caption": (
        "Van dezelfde soort eerst; het hoogste niveau waarvoor toen werd gewaarschuwd",
        "Of the same kind first; the highest level that was warned of then",
    ),
    "crowd.plan.went": ("Hoogste waarschuwing", "Highest alert"),
    "crowd.plan.no_alert": ("geen waarschuwing", "no alert"),
    "crowd.weekday.0": ("ma", "Mon"),
    "crowd.weekday.1": ("di", "Tue"),
    "crowd.weekday.2": ("wo", "Wed"),
    "crowd.weekday.3": ("do", "Thu"),
    "crowd.weekday.4": ("vr", "Fri"),
    "crowd.weekday.5": ("za", "Sat"),
    "crowd.weekday.6": ("zo", "Sun"),
    # report
    "crowd.report.title": ("Situatie {place}", "Situation {place}"),
    "crowd.report.lead": ("Stand van {time}; gemaakt {made}.", "As of {time}; made {made}."),
    "crowd.report.foot": (
        "Uit tellingen van mensen alleen. Verwachtingen hebben een onzekerheid die erbij staat.",
        "From counts of people alone. What is expected is told with its uncertainty.",
    ),
    "crowd.report.pdf": ("Als PDF", "As PDF"),
    "crowd.report.facts.unknown": ("onbekend", "unknown"),
    "crowd.report.facts.highest": ("Hoogste niveau", "Highest level"),
    "crowd.report.facts.alerts": ("Waarschuwingen", "Alerts"),
    "crowd.report.facts.counters": ("Tellers te vertrouwen", "Counters to believe"),
    "crowd.report.facts.people": ("Mensen in zones", "People in zones"),
    "crowd.report.partly": ("{people} in {known} van {all}", "{people} in {known} of {all}"),
    "crowd.report.top": ("Wat aandacht vraagt", "What asks for attention"),
    "crowd.report.top.caption": (
        "Nu, en het midden met de band van 80% van wat verwacht wordt",
        "Now, and the middle with the 80% band of what is expected",
    ),
    "crowd.report.rest": ("En {count} andere.", "And {count} others."),
    "crowd.report.alert": ("Sinds", "Since"),
    "crowd.report.sure": ("Hoe zeker", "How certain"),
    "crowd.report.state": ("Stand", "State"),
    "crowd.report.open": ("open", "open"),
    "crowd.report.seen": ("gezien", "seen"),
    "crowd.report.trust": ("Hoe betrouwbaar", "How trustworthy"),
    "crowd.report.trust.well": ("Alle {all} tellers tellen.", "All {all} counters count."),
    # kiosk and a page that is left open
    "crowd.page.old": (
        "Deze pagina is van {time}. Laad haar opnieuw voor de stand van nu.",
        "This page is of {time}. Load it again for how it is now.",
    ),
    "crowd.page.dead": (
        "Geen antwoord van de server sinds {time}. Wat hieronder staat, is niet van nu.",
        "No answer from the server since {time}. What is below is not of now.",
    ),
    "crowd.page.reload": ("Opnieuw laden", "Load again"),
    "crowd.noscript": (
        "Zonder JavaScript ververst dit scherm niet.",
        "Without JavaScript this screen does not refresh.",
    ),
}  # fmt: skip
