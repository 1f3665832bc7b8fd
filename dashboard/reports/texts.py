"""The texts of the reports, Dutch and English side by side."""

# key: (Dutch, English)
REPORT_TEXTS = {
    # both
    "report.foot": (
        "Gemaakt op {made} met lokaalmeten uit openbare gegevens.",
        "Made on {made} with lokaalmeten from public data.",
    ),
    "report.method": ("Hoe dit is berekend", "How this was worked out"),
    "report.month": ("Maand", "Month"),
    "report.week": ("Week", "Week"),
    "report.day": ("Dag", "Day"),
    "report.total": ("Totaal", "Total"),
    "report.mean": ("Gemiddeld {sign}", "Mean {sign}"),
    "report.share": ("Aandeel", "Share"),
    "report.missing": ("niet gemeten", "not measured"),
    "report.thin": ("te weinig gemeten", "too little measured"),
    "report.clock": (
        "Dagen, weken en maanden zijn die van de Nederlandse klok. Alleen waarden met het oordeel "
        "“goed” tellen mee. Wat ontbreekt, is nergens als 0 geteld.",
        "Days, weeks and months are those of the Dutch clock. Only values judged “good” count. "
        "What is missing is nowhere counted as 0.",
    ),
    "report.raw": (
        "Alle waarden zijn ruw: automatisch gecontroleerd, niet gecorrigeerd.",
        "All values are raw: checked by computer, not corrected.",
    ),
    # quarter
    "quarter.title": (
        "Fietsmetingen in het {number}e kwartaal van {year}",
        "Measured by bike in quarter {number} of {year}",
    ),
    "quarter.whole": ("{number}e kwartaal van {year}", "quarter {number} of {year}"),
    "quarter.lead": (
        "{first} tot en met {last}: fijnstof (PM2,5), gemeten door fietsers.",
        "{first} to {last}: particulate matter (PM2.5), measured by cyclists.",
    ),
    "quarter.running": (
        "Dit kwartaal is nog niet voorbij: dit rapport gaat tot {last}.",
        "This quarter is not over yet: this report goes up to {last}.",
    ),
    "quarter.short": ("In het kort", "In short"),
    "quarter.note": (
        "Sensoren op fietsen geven een indicatie, geen officiële meting. Een gemiddelde zegt iets "
        "over de tijden en wegen waarop is gefietst, niet over alle uren of de hele stad.",
        "Sensors on bikes give an indication, not an official measurement. A mean says something "
        "about the times and roads that were ridden, not about all hours or the whole town.",
    ),
    "quarter.riders": ("Fietsers", "Cyclists"),
    "quarter.riders.few": ("minder dan {fewest}", "fewer than {fewest}"),
    "quarter.riders.unknown": ("niet openbaar", "not public"),
    "quarter.rides": ("Ritten", "Rides"),
    "quarter.hours": ("Uren", "Hours"),
    "quarter.kilometres": ("Kilometers", "Kilometres"),
    "quarter.mean": ("PM2,5 gemiddeld", "Mean PM2.5"),
    "quarter.per_ride": ("Gemiddelde rit", "Mean ride"),
    "quarter.longest": ("Langste rit", "Longest ride"),
    "quarter.values": ("Goede metingen", "Good measurements"),
    "quarter.public": (
        "Geteld is het openbare deel van elke rit. Begin en einde zijn weggelaten om te "
        "beschermen waar mensen wonen, dus in werkelijkheid is meer gefietst.",
        "Only the public part of each ride is counted. Its start and end are left out to protect "
        "where people live, so more was ridden than stands here.",
    ),
    "quarter.weeks": ("Week na week", "Week by week"),
    "quarter.weeks.kilometres": ("Gefietste kilometers per week", "Kilometres ridden per week"),
    "quarter.weeks.kilometres.alt": (
        "Staven met de kilometers per week; de meeste ({most} km) in week {week}. De getallen "
        "staan in de tabel.",
        "Columns with the kilometres per week; most ({most} km) in week {week}. The table has the "
        "numbers.",
    ),
    "quarter.weeks.mean": (
        "Gemiddelde PM2,5 van de goede metingen per week; een streepje is een week zonder.",
        "Mean PM2.5 of the good measurements per week; a dash is a week without any.",
    ),
    "quarter.weeks.mean.alt": (
        "Staven met het gemiddelde PM2,5 per week, tussen {low} en {high} µg/m³. De getallen "
        "staan in de tabel.",
        "Columns with the mean PM2.5 per week, between {low} and {high} µg/m³. The table has the "
        "numbers.",
    ),
    "quarter.weeks.table": (
        "Ritten per week (ISO-weken; de eerste en laatste kunnen korter zijn)",
        "Rides per week (ISO weeks; the first and last may be shorter)",
    ),
    "quarter.months.table": ("Ritten per maand", "Rides per month"),
    "quarter.spread": ("Hoe vaak hoeveel fijnstof", "How often how much"),
    "quarter.spread.picture": (
        "Aandeel van de goede metingen in elke klasse van PM2,5 (µg/m³)",
        "Share of the good measurements in each class of PM2.5 (µg/m³)",
    ),
    "quarter.spread.alt": (
        "Histogram van PM2,5: de grootste klasse, {name} µg/m³, heeft {share}% van de metingen.",
        "Histogram of PM2.5: the largest class, {name} µg/m³, has {share}% of the measurements.",
    ),
    "quarter.spread.axis": ("% van de metingen", "% of measurements"),
    "quarter.spread.table": ("Goede metingen per klasse van PM2,5", "Good measurements per class"),
    "quarter.class": ("PM2,5 (µg/m³)", "PM2.5 (µg/m³)"),
    "quarter.flags.table": (
        "Oordeel over alle metingen van PM2,5: alleen “goed” telt mee",
        "What was thought of all measurements of PM2.5: only “good” counts",
    ),
    "quarter.flag": ("Oordeel", "Judged"),
    "quarter.maps": ("Waar", "Where"),
    "quarter.map": (
        "Gemiddelde PM2,5 (µg/m³) per zeshoek van ongeveer {width}, {period}",
        "Mean PM2.5 (µg/m³) per hexagon of about {width}, {period}",
    ),
    "quarter.map.alt": (
        "Kaart van {cells} zeshoeken met het gemiddelde PM2,5, van {low} tot {high} µg/m³.",
        "Map of {cells} hexagons with the mean PM2.5, from {low} to {high} µg/m³.",
    ),
    "quarter.map.none": (
        "{period}: geen zeshoek heeft genoeg ritten voor een kaart.",
        "{period}: no hexagon has enough rides for a map.",
    ),
    "quarter.map.kept": (
        "Zeshoeken met minder dan {fewest} ritten staan niet op de kaart: waar weinig mensen "
        "rijden, is één van hen te volgen. Over het hele kwartaal zijn er {left_out} zo "
        "weggelaten.",
        "Hexagons with fewer than {fewest} rides are not on the map: where few people ride, one of "
        "them can be followed. Over the whole quarter {left_out} were left out.",
    ),
    "quarter.map.highest": (
        "De tien hoogste zeshoeken van het kwartaal",
        "The ten highest hexagons of the quarter",
    ),
    "quarter.map.careful": (
        "Een zeshoek met weinig ritten kan hoog of laag zijn door één dag. Vergelijk plekken "
        "alleen waar op veel dagen is gefietst.",
        "A hexagon with few rides may be high or low because of one day. Compare places only where "
        "people rode on many days.",
    ),
    "quarter.weather": ("Weer", "Weather"),
    "quarter.weather.none": (
        "Er is geen officieel weerstation met metingen van dit kwartaal in de database; over het "
        "weer zegt dit rapport daarom niets.",
        "The database has no official weather station with measurements of this quarter, so this "
        "report says nothing about the weather.",
    ),
    "quarter.weather.table": (
        "Weer per week op station {station}; een streepje: minder dan driekwart van de uren",
        "Weather per week at station {station}; a dash: less than three quarters of the hours",
    ),
    "quarter.weather.careful": (
        "Het weer bepaalt mede hoeveel fijnstof er is: wind verdunt, regen wast uit. Een week met "
        "lage waarden is daarom niet vanzelf een week met minder uitstoot.",
        "Weather is part of how much particulate matter there is: wind dilutes, rain washes out. A "
        "week of low values is therefore not by itself a week of less emission.",
    ),
    "weather.temperature": ("Temperatuur (°C)", "Temperature (°C)"),
    "weather.humidity": ("Vochtigheid (%)", "Humidity (%)"),
    "weather.wind_speed": ("Wind (m/s)", "Wind (m/s)"),
    "weather.rain": ("Neerslag (mm)", "Rain (mm)"),
    "quarter.method": (
        "Een rit telt in het uur waarin zijn openbare deel begint. Plaatsen zijn afgerond op "
        "zeshoeken (H3). Welke fiets waar reed, is niet openbaar; dit rapport weet het ook niet.",
        "A ride counts in the hour in which its public part starts. Places are rounded to hexagons "
        "(H3). Which bike rode where is not public; this report does not know it either.",
    ),
    "quarter.method.riders": (
        "Het aantal fietsers is het aantal fietsen met ten minste één rit, geteld over het hele "
        "kwartaal. Onder de {fewest} wordt het niet genoemd.",
        "The number of cyclists is that of bikes with at least one ride, counted over the whole "
        "quarter. Below {fewest} it is not told.",
    ),
    # year
    "year.title": ("Luchtkwaliteit in {year}", "Air quality in {year}"),
    "year.title.zones": ("Luchtkwaliteit in {year}: {zones}", "Air quality in {year}: {zones}"),
    "year.title.corrected": (" (gecorrigeerd)", " (corrected)"),
    "year.corrected": (
        "Alle waarden zijn gecorrigeerd: met een kalibratie die op achtergehouden tijd hielp, per "
        "meetpunt of groep. Meetpunten zonder zo'n kalibratie staan niet in dit rapport. De ruwe "
        "waarden blijven bewaard en staan in het rapport zonder correctie.",
        "All values are corrected: by a calibration that helped on time held out, of a node or of "
        "a group. Nodes without such a calibration are not in this report. The raw values are kept "
        "and are in the report without correction.",
    ),
    "year.lead": (
        "Fijnstof en stikstofdioxide op {nodes} vaste meetpunten, gemeten van {first} tot en met "
        "{last}.",
        "Particulate matter and nitrogen dioxide at {nodes} fixed nodes, measured from {first} to "
        "{last}.",
    ),
    "year.note": (
        "Dit zijn indicatieve sensoren, geen officiële stations. Het rapport vergelijkt met normen "
        "en advieswaarden, maar toetst niet: of een wettelijke norm is gehaald, zeggen alleen "
        "officiële metingen en berekeningen.",
        "These are indicative sensors, not official stations. This report compares with limits and "
        "guidelines but is no test of them: whether a legal limit was kept is said only by "
        "official measurements and calculations.",
    ),
    "year.little": (
        "Er is weinig gemeten: gemiddeld telt {days} van de {of} dagen per meetpunt. Over het "
        "hele jaar valt daarom nog niets te zeggen; lees gemiddelden als een eerste indruk.",
        "Little was measured: on average {days} of the {of} days count per node. Nothing can be "
        "said of the whole year yet; read means as a first impression.",
    ),
    "year.nodes": ("Meetpunten", "Nodes"),
    "year.enough": ("Met genoeg dagen", "With enough days"),
    "year.enough.of": ("{count} van {of}", "{count} of {of}"),
    "year.highest": ("Hoogste dag, {quantity}", "Highest day, {quantity}"),
    "year.good": ("Uren met LKI goed", "Hours with LKI good"),
    "year.mean": ("{quantity} gemiddeld", "Mean {quantity}"),
    "year.none": (
        "{quantity} is in {year} door geen vast meetpunt gemeten.",
        "In {year} no fixed node measured {quantity}.",
    ),
    "year.none.corrected": (
        "Van {quantity} zijn in {year} van geen vast meetpunt gecorrigeerde waarden.",
        "In {year} no fixed node has corrected values of {quantity}.",
    ),
    "year.limits.table": (
        "{quantity} op {nodes} meetpunten naast advieswaarden en normen",
        "{quantity} at {nodes} nodes beside guidelines and limits",
    ),
    "year.limit": ("Norm", "Limit"),
    "year.period": ("Gemiddelde over", "Mean over"),
    "year.value": ("Waarde (µg/m³)", "Value (µg/m³)"),
    "year.allowed": ("Mag erboven", "May be above"),
    "period.name.hour": ("uur", "hour"),
    "period.name.day": ("dag", "day"),
    "period.name.year": ("jaar", "year"),
    "year.allowed.hour": ("{count} uur", "{count} hours"),
    "year.allowed.day": ("{count} dagen", "{count} days"),
    "verdict.above": ("boven", "above"),
    "verdict.within": ("eronder", "within"),
    "verdict.unknown": ("onbekend", "unknown"),
    "year.means": (
        "Gemiddelde {quantity} per meetpunt, in de volgorde van de tabel eronder; lege staven: te "
        "weinig dagen voor een jaargemiddelde",
        "Mean {quantity} per node, in the order of the table below; hollow columns: too few days "
        "for a mean of the year",
    ),
    "year.means.alt": (
        "Staven met het gemiddelde {quantity} van {nodes} meetpunten, van {low} tot {high} µg/m³; "
        "{thin} ervan hebben te weinig dagen. De getallen staan in de tabel.",
        "Columns with the mean {quantity} of {nodes} nodes, from {low} to {high} µg/m³; {thin} of "
        "them have too few days. The table has the numbers.",
    ),
    "year.days": (
        "{quantity} per dag: mediaan van de meetpunten, in de klassen van de LKI",
        "{quantity} per day: median of the nodes, in the classes of the LKI",
    ),
    "year.days.alt": (
        "Dagwaarden van {quantity}: {days} dagen tellen, {pale} dagen zijn te kort gemeten, "
        "{missing} dagen zijn niet gemeten. De hoogste mediaan is {high} µg/m³.",
        "Daily values of {quantity}: {days} days count, {pale} days were measured for too short, "
        "{missing} days were not measured. The highest median is {high} µg/m³.",
    ),
    "year.months.table": ("{quantity} per maand", "{quantity} per month"),
    "year.months.counts": ("Dagen die tellen", "Days that count"),
    "year.months.highest": ("Hoogste dag", "Highest day"),
    "year.months.above": ("Dagen boven WHO", "Days above WHO"),
    "year.worst.table": (
        "{quantity}: de tien dagen met de hoogste mediaan",
        "{quantity}: the ten days with the highest median",
    ),
    "year.worst.none": (
        "{quantity}: geen dag telt, dus er zijn geen hoogste dagen te noemen.",
        "{quantity}: no day counts, so no highest days can be told.",
    ),
    "year.worst.median": ("Mediaan {sign}", "Median {sign}"),
    "year.worst.highest": ("Hoogste {sign}", "Highest {sign}"),
    "year.worst.node": ("Meetpunt", "Node"),
    "year.worst.nodes": ("Aantal", "Number"),
    "year.map": (
        "{quantity} per zeshoek van ongeveer {width} met meetpunten (µg/m³)",
        "{quantity} per hexagon of about {width} with nodes (µg/m³)",
    ),
    "year.map.thin": ("klein: te weinig gemeten", "small: too little measured"),
    "year.map.alt": (
        "Kaart van {cells} zeshoeken met meetpunten; gemiddelden van {low} tot {high} µg/m³.",
        "Map of {cells} hexagons with nodes; means from {low} to {high} µg/m³.",
    ),
    "year.nodes.table": (
        "{quantity} per meetpunt; “4 van 3 !”: 4 dagen boven de waarde, 3 zijn toegestaan; "
        "“?”: te weinig gemeten",
        "{quantity} per node; “4 of 3 !”: 4 days above the value, 3 are allowed; “?”: too little "
        "measured",
    ),
    "year.node": ("Meetpunt", "Node"),
    "year.cell": ("{above} van {allowed}", "{above} of {allowed}"),
    "year.zones.table": (
        "{quantity} per gebied, van de daggemiddelden van al zijn meetpunten samen",
        "{quantity} per zone, of the daily means of all its nodes together",
    ),
    "year.zones.none": (
        "Er zijn geen gebieden geregistreerd, of er staat geen meetpunt in; zie: meten zone add.",
        "No zone is registered, or no node stands in one; see: meten zone add.",
    ),
    "year.zone": ("Gebied", "Zone"),
    "year.lki": ("Luchtkwaliteitsindex (LKI)", "Air quality index (LKI)"),
    "year.lki.text": (
        "De Nederlandse LKI gaat van 1 tot 11, per uur. Hier is hij bepaald uit {parts}. De "
        "officiële index weegt ook {absent} mee en kan daardoor hoger zijn. Hij is gemaakt voor "
        "officiële stations; hier is hij een schaal, geen oordeel.",
        "The Dutch LKI goes from 1 to 11, per hour. Here it is made of {parts}. The official index "
        "also weighs {absent} and may be higher for it. It is made for official stations; here it "
        "is a scale, not a verdict.",
    ),
    "year.lki.ozone": ("ozon", "ozone"),
    "year.lki.none": (
        "Geen uur heeft genoeg waarden voor een index.",
        "No hour has enough values for an index.",
    ),
    "year.lki.picture": (
        "Uren van alle meetpunten samen per klasse van de LKI, als deel van alle uren van de maand",
        "Hours of all nodes together per class of the LKI, as a share of all hours of the month",
    ),
    "year.lki.alt": (
        "Gestapelde staven per maand. Van alle gemeten uren was {good}% goed; {missing}% van alle "
        "uren is niet gemeten. De getallen staan in de tabel.",
        "Stacked columns per month. Of all measured hours {good}% were good; {missing}% of all "
        "hours were not measured. The table has the numbers.",
    ),
    "year.lki.table": (
        "Uren per klasse van de LKI, als deel van de gemeten uren",
        "Hours per class of the LKI, as a share of the hours measured",
    ),
    "year.lki.hours": ("Uren", "Hours"),
    "year.lki.range": ("{name} ({low}-{high})", "{name} ({low}-{high})"),
    "year.capture": ("Hoeveel is gemeten", "How much was measured"),
    "year.capture.text": (
        "Deel van de dagen van elke maand die tellen. Een jaargemiddelde is pas iets waard als "
        "90% van de dagen telt (85% voor de normen van 2030).",
        "Share of the days of each month that count. A mean of a year is worth something only "
        "when 90% of the days count (85% for the limits of 2030).",
    ),
    "year.capture.table": (
        "{quantity}: dagen die tellen (%) per meetpunt en maand",
        "{quantity}: days that count (%) per node and month",
    ),
    "year.whole": ("Jaar", "Year"),
    "year.method.hour": (
        "Een uur telt met driekwart van de waarden die het volste uur van die dag heeft, een dag "
        "met 18 zulke uren; het jaargemiddelde is dat van de dagen die tellen. “Boven” is zeker "
        "ook als een deel van het jaar ontbreekt, “eronder” alleen met genoeg dagen.",
        "An hour counts with three quarters of the values that the fullest hour of its day has, a "
        "day with 18 such hours; the mean of the year is that of the days that count. “Above” is "
        "certain even when a part of the year is missing, “within” only with enough days.",
    ),
    "year.method.zone": (
        "Van een gebied is de dagwaarde het gemiddelde van alle goede waarden van zijn meetpunten; "
        "een dag telt als ten minste één meetpunt 18 uren heeft.",
        "Of a zone the value of a day is the mean of all good values of its nodes; a day counts "
        "when at least one node has 18 hours.",
    ),
    "year.method.lki": (
        "De totale LKI is de hoogste van de stoffen die in dat uur gemeten zijn. Dat gelijke "
        "indices samen één hoger tellen, is alleen toegepast als alle vier de stoffen bekend zijn.",
        "The total LKI is the highest of the substances measured in that hour. That equal indices "
        "count as one more is applied only when all four substances are known.",
    ),
    "year.sources": ("Waar de waarden staan", "Where the values are written"),
    "year.source": ("Bron", "Source"),
    "year.counts_from": ("Telt vanaf", "Counts from"),
}
