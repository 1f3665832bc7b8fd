"""What the pages say of forecasts and of how good they were, Dutch and English side by side."""

# key: (Dutch, English)
FORECAST_TEXTS = {
    # the air between sensors
    "air_map.title": ("De lucht tussen de meetpunten", "The air between nodes"),
    "air_map.link": (
        "Hoe is de lucht waar geen meetpunt staat?",
        "What is the air like where there is no node?",
    ),
    "air_map.lead": (
        "Een schatting van het laatste uur, ook waar niemand meet: uit meetpunten in de buurt, en "
        "hoeveel buren doorgaans op elkaar lijken.",
        "An estimate of the latest hour, also where nobody measures: from nodes nearby, and how "
        "much neighbours are usually alike.",
    ),
    "air_map.summary": (
        "{quantity}, uur vanaf {hour}: uit {sensors} {of}; van de {cells} zeshoeken zijn er "
        "{estimated} geschat.",
        "{quantity}, the hour from {hour}: from {sensors} {of}; of the {cells} hexagons "
        "{estimated} are estimated.",
    ),
    "air_map.of.raw": (
        "meetpunten met ruwe, gecontroleerde waarden",
        "nodes with raw, checked values",
    ),
    "air_map.of.corrected": (
        "gecorrigeerde meetpunten en officiële stations",
        "corrected nodes and official stations",
    ),
    "air_map.outline": (
        "Met rand: daar staat een meetpunt in. Zonder rand: geschat, tot 2,5 kilometer ervandaan.",
        "With an outline: there is a node in it. Without: estimated, up to 2.5 kilometres away.",
    ),
    "air_map.range": (
        "{low} tot {high} in 80 van 100 gevallen",
        "{low} to {high} in 80 of 100 cases",
    ),
    "air_map.measured": ("sensoren in deze zeshoek: {count}", "sensors in this hexagon: {count}"),
    "air_map.estimated": ("geschat uit meetpunten in de buurt", "estimated from nodes nearby"),
    "air_map.good": ("Hoe goed is deze kaart?", "How good is this map?"),
    "air_map.quality": (
        "Elk meetpunt is over de laatste 24 uur ook uit alleen de andere geschat. Die schatting "
        "zat er gemiddeld {error} naast; wie steeds het gemiddelde van de andere noemt {mean}. "
        "Binnen de genoemde grenzen van 80% lag {inside}% van de metingen.",
        "Over the last 24 hours each node was also estimated from the others alone. That was off "
        "by {error} on average; always telling the mean of the others, by {mean}. Of the "
        "measurements {inside}% lay within the bounds of 80%.",
    ),
    "air_map.mostly_mean": (
        "Van de verschillen tussen meetpunten is {share}% niet aan de buren af te lezen: de kaart "
        "is hier vooral een gemiddelde.",
        "Of the differences between nodes {share}% cannot be told from neighbours: this map is "
        "mostly a mean.",
    ),
    "air_map.not": (
        "Het is een schatting van wat een sensor daar zou aangeven. Vlak langs een drukke weg kan "
        "de lucht anders zijn dan een zeshoek laat zien.",
        "It is an estimate of what a sensor there would say. Close to a busy road the air may be "
        "unlike what a hexagon shows.",
    ),
    "air_map.low": ("Onder 80%", "Low end of 80%"),
    "air_map.high": ("Boven 80%", "High end of 80%"),
    "air_map.sensors": ("Sensoren", "Sensors"),
    "air_map.none": ("Nog geen kaart", "No map yet"),
    "air_map.none.why": (
        "Een schatting vraagt ten minste vijf meetpunten met metingen van het laatste uur.",
        "An estimate takes at least five nodes with measurements of the latest hour.",
    ),
    # of one place
    "forecast.text": (
        "Gemaakt op {time}, voor de 72 uur daarna, uit {of}. In de gekleurde band ligt naar "
        "verwachting 80 van de 100 uren.",
        "Made {time}, for the 72 hours after, from {of}. The coloured band is expected to hold 80 "
        "of 100 hours.",
    ),
    "forecast.of.raw": ("ruwe waarden", "raw values"),
    "forecast.of.corrected": ("gecorrigeerde waarden", "corrected values"),
    "forecast.rests": (
        "Ze rust op {history} gemeten uren; van de laatste 72 uur was {known}% bekend.",
        "It rests on {history} measured hours; {known}% of the last 72 hours was known.",
    ),
    "forecast.gaps": (
        "Door de gaten daarin is de band breder.",
        "The gaps among these make the band wider.",
    ),
    "forecast.old": (
        "Let op: sinds {time} is er niets nieuws gemeten.",
        "Note: nothing new was measured since {time}.",
    ),
    "forecast.none": (
        "Nog geen voorspelling: daarvoor zijn eerst enkele dagen met metingen nodig.",
        "No forecast yet: that first needs some days of measurements.",
    ),
    "forecast.none.silent": (
        "Geen voorspelling: van de laatste 72 uur is niets bekend. Zodra er weer gemeten wordt, "
        "komt ze terug.",
        "No forecast: nothing is known of the last 72 hours. It returns as soon as measurements "
        "do.",
    ),
    "forecast.none.young": (
        "Nog geen voorspelling: dit meetpunt heeft {history} uur gemeten, en daarvoor zijn er ten "
        "minste {least} nodig.",
        "No forecast yet: this node has measured for {history} hours, and at least {least} are "
        "needed.",
    ),
    "forecast.earlier": (
        "Eerdere voorspellingen van dit meetpunt: van {hours} uren in de laatste {weeks} weken lag "
        "{inside}% in de band van 80%; een dag vooruit zat het midden er gemiddeld {missed} naast.",
        "Earlier forecasts of this node: of {hours} hours in the last {weeks} weeks {inside}% lay "
        "in the 80% band; a day ahead the middle was off by {missed} on average.",
    ),
    "forecast.earlier.none": (
        "Hoe goed eerdere voorspellingen van dit meetpunt waren, is nog niet te zeggen.",
        "How good earlier forecasts of this node were cannot be said yet.",
    ),
    "forecast.earlier.link": (
        "Hoe goed waren alle voorspellingen?",
        "How good were all forecasts?",
    ),
    # of all
    "forecasts.title": ("Hoe goed waren de voorspellingen?", "How good were the forecasts?"),
    "forecasts.lead": (
        "Elk uur zeggen we voor elk meetpunt wat er in de volgende 72 uur te verwachten is, met "
        "een band waarbinnen de meting zou moeten vallen. Is een uur gemeten, dan leggen we alle "
        "eerdere voorspellingen van dat uur ernaast.",
        "Every hour we say for each node what to expect in the next 72 hours, with a band that "
        "should hold the measurement. Once an hour is measured, we put all earlier forecasts of "
        "that hour beside it.",
    ),
    "forecasts.none": ("Nog niets te vergelijken", "Nothing to compare yet"),
    "forecasts.none.why": (
        "Er is nog geen uur gemeten waarvoor eerder een voorspelling van {quantity} is gemaakt.",
        "No hour has been measured yet for which a forecast of {quantity} was made before.",
    ),
    "forecasts.short": ("In het kort", "In short"),
    "forecasts.inside.good": (
        "De band van 80% bevatte {inside} van de 100 gemeten uren: zoals het hoort.",
        "The 80% band held {inside} of 100 measured hours: as it should.",
    ),
    "forecasts.inside.narrow": (
        "De band van 80% bevatte maar {inside} van de 100 gemeten uren: hij was te smal, de "
        "voorspelling was te zeker van haar zaak.",
        "The 80% band held only {inside} of 100 measured hours: it was too narrow, the forecast "
        "was too sure of itself.",
    ),
    "forecasts.inside.wide": (
        "De band van 80% bevatte {inside} van de 100 gemeten uren: hij was te ruim, er had meer "
        "gezegd kunnen worden.",
        "The 80% band held {inside} of 100 measured hours: it was too wide, more could have been "
        "said.",
    ),
    "forecasts.better": (
        "Een dag vooruit (19 tot 24 uur) zat het midden er gemiddeld {missed} naast. Wie zegt dat "
        "het wordt zoals de vorige dag op dat uur, zat er {naive} naast: de voorspelling was "
        "{percent}% beter.",
        "A day ahead (19 to 24 hours) the middle was off by {missed} on average. To say that it "
        "will be as the day before at that hour was off by {naive}: the forecast was {percent}% "
        "better.",
    ),
    "forecasts.worse": (
        "Een dag vooruit (19 tot 24 uur) zat het midden er gemiddeld {missed} naast. Wie zegt dat "
        "het wordt zoals de vorige dag op dat uur, zat er {naive} naast: de voorspelling voegde "
        "toen niets toe.",
        "A day ahead (19 to 24 hours) the middle was off by {missed} on average. To say that it "
        "will be as the day before at that hour was off by {naive}: the forecast added nothing "
        "then.",
    ),
    "forecasts.span": (
        "Over {quantity} van {first} tot en met {last}, {count} vergelijkingen.",
        "Of {quantity} from {first} to {last}, {count} comparisons.",
    ),
    "forecasts.chart": (
        "Gemiddelde fout naar hoe ver vooruit",
        "Mean error by how far ahead",
    ),
    "forecasts.error": ("voorspelling", "forecast"),
    "forecasts.naive": ("zoals de vorige dag", "as the day before"),
    "forecasts.hours": ("uren vooruit", "hours ahead"),
    "forecasts.ahead": ("Hoe verder vooruit, hoe moeilijker", "The further ahead, the harder"),
    "forecasts.ahead.caption": (
        "{quantity} ({unit}), laatste {weeks} weken; goed is 50, 80 en 95",
        "{quantity} ({unit}), last {weeks} weeks; 50, 80 and 95 are right",
    ),
    "forecasts.weeks": ("Week na week", "Week by week"),
    "forecasts.weeks.caption": (
        "{quantity} ({unit}), alle uren vooruit samen; goed is 50, 80 en 95",
        "{quantity} ({unit}), all hours ahead together; 50, 80 and 95 are right",
    ),
    "forecasts.column.ahead": ("Uren vooruit", "Hours ahead"),
    "forecasts.column.week": ("Week van", "Week of"),
    "forecasts.column.error": ("Fout", "Error"),
    "forecasts.column.naive": ("Fout als vorige dag", "Error as day before"),
    "forecasts.column.loss": ("wQL", "wQL"),
    "forecasts.column.naive_loss": ("wQL als vorige dag", "wQL as day before"),
    "forecasts.column.inside": ("In band {level} (%)", "In {level} band (%)"),
    "forecasts.meaning": ("Wat deze getallen betekenen", "What these numbers mean"),
    "forecasts.meaning.error": (
        "Fout: hoe ver het midden van de voorspelling gemiddeld van de meting lag.",
        "Error: how far the middle of the forecast was from the measurement on average.",
    ),
    "forecasts.meaning.naive": (
        "Als vorige dag: de laatst bekende waarde van hetzelfde uur, zoals die bij het voorspellen "
        "bekend was. Een voorspelling moet beter zijn dan dit.",
        "As the day before: the last known value of the same hour, as it was known when the "
        "forecast was made. A forecast must be better than this.",
    ),
    "forecasts.meaning.inside": (
        "In band: het deel van de metingen dat in de band van 50, 80 of 95% lag. Minder dan dat "
        "getal is te zeker, meer is te voorzichtig.",
        "In band: the share of measurements that lay in the 50, 80 or 95% band. Less than that "
        "number is too sure, more is too careful.",
    ),
    "forecasts.meaning.loss": (
        "wQL (gewogen kwantielverlies): een maat die fout en breedte van de band samen neemt, als "
        "deel van wat er gemeten is; lager is beter. Zoals de vorige dag is één waarde zonder "
        "band, en daarvan is het de fout gedeeld door het gemetene.",
        "wQL (weighted quantile loss): a measure that takes error and width of the band together, "
        "as a part of what was measured; lower is better. As the day before is a single value "
        "without a band, of which it is the error over what was measured.",
    ),
    "forecasts.meaning.change": (
        "Verandert een meting binnen twee weken nog, doordat ze laat komt of wordt gecorrigeerd, "
        "dan wordt ze opnieuw vergeleken.",
        "When a measurement still changes within two weeks, because it comes late or is "
        "corrected, it is compared again.",
    ),
    "forecasts.now": ("De nieuwste voorspellingen", "The newest forecasts"),
    "forecasts.now.text": (
        "Gemaakt op {time} voor {places}. Klik op een meetpunt om ze te zien.",
        "Made {time} for {places}. Choose a node to see them.",
    ),
    "forecasts.places.node": ("meetpunten: {count}", "nodes: {count}"),
    "forecasts.places.station": ("officiële stations: {count}", "official stations: {count}"),
    "forecasts.places.zone": ("gebieden: {count}", "zones: {count}"),
    "forecasts.places.cell": ("zeshoeken: {count}", "hexagons: {count}"),
    "forecasts.refused": ("Zonder voorspelling", "Without a forecast"),
    "forecasts.why": ("Waarom", "Why"),
    "forecasts.why.silent": (
        "van de laatste 72 uur is niets bekend",
        "nothing is known of the last 72 hours",
    ),
    "forecasts.why.young": (
        "nog te kort gemeten ({history} uur)",
        "measured for too short a time ({history} hours)",
    ),
}
