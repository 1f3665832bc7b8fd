"""Texts of notices about nodes, Dutch and English: subject, text, what to do; of one or of many."""

TEXTS: dict[str, tuple[str, str]] = {
    "silent.begun": ("{node} is stil sinds {since}", "{node} has been silent since {since}"),
    "silent.begun.text": (
        "Er komen geen metingen meer van {node}. De laatste is van {since}.",
        "No measurements come from {node} any more. The last one is of {since}.",
    ),
    "silent.begun.do": (
        "Kijk of hij stroom heeft en wat het lampje zegt: twee flitsen en een pauze is geen "
        "netwerk, drie flitsen is een sensor die stuk is. Helpt uit- en aanzetten niet, kijk dan "
        "of de wifi een ander wachtwoord kreeg.",
        "See whether it has power and what its light says: two flashes and a pause is no network, "
        "three flashes is a sensor that failed. If switching it off and on does not help, see "
        "whether the Wi-Fi got another password.",
    ),
    "silent.over": ("{node} meet weer", "{node} measures again"),
    "silent.over.text": (
        "{node} was stil sinds {since} en meet weer. Er is niets te doen.",
        "{node} was silent since {since} and measures again. There is nothing to do.",
    ),
    "silent.again": ("{node} is nog steeds stil", "{node} is still silent"),
    "silent.again.text": (
        "{node} is nog steeds stil. De laatste meting is van {since}.",
        "{node} is still silent. The last measurement is of {since}.",
    ),
    "silent.begun.many": ("{count} nodes zijn stil geworden", "{count} nodes have fallen silent"),
    "silent.begun.many.text": (
        "{count} nodes zijn stil geworden, de eerste om {since}.",
        "{count} nodes have fallen silent, the first at {since}.",
    ),
    "silent.begun.many.do": (
        "Zoveel tegelijk: dat ligt bijna altijd niet aan de nodes, maar aan wat zij delen. Wie het"
        " platform beheert kijkt eerst naar de broker, de ingest en het netwerk daar: meten "
        "doctor. Nodes bewaren wat zij meten en sturen het later alsnog.",
        "So many at once: it is hardly ever the nodes, but what they share. Who runs the platform "
        "looks at the broker, the ingest and the network there first: meten doctor. Nodes keep "
        "what they measure and send it later.",
    ),
    "silent.over.many": ("{count} nodes meten weer", "{count} nodes measure again"),
    "silent.over.many.text": (
        "{count} nodes die stil waren, meten weer. Er is niets te doen.",
        "{count} nodes that were silent measure again. There is nothing to do.",
    ),
    "silent.again.many": ("{count} nodes zijn nog steeds stil", "{count} nodes are still silent"),
    "silent.again.many.text": (
        "{count} nodes zijn nog steeds stil, de langste sinds {since}.",
        "{count} nodes are still silent, the longest since {since}.",
    ),
    "battery.begun": ("De batterij van {node} is bijna leeg", "The battery of {node} is low"),
    "battery.begun.text": (
        "{node} zei om {since} dat de batterij nog {volt} V heeft.",
        "{node} said at {since} that its battery has {volt} V left.",
    ),
    "battery.begun.do": (
        "Laad de batterij op of zet het zonnepaneel in de zon. Onder 3,7 V gaat de radio uit; "
        "gemeten wordt dan nog wel, tot 3,5 V.",
        "Charge the battery, or put the solar panel into the sun. Under 3.7 V the radio stays off;"
        " it still measures then, down to 3.5 V.",
    ),
    "battery.over": ("De batterij van {node} is opgeladen", "The battery of {node} is charged"),
    "battery.over.text": (
        "De batterij van {node} was bijna leeg en is opgeladen. Er is niets te doen.",
        "The battery of {node} was low and has been charged. There is nothing to do.",
    ),
    "battery.again": (
        "De batterij van {node} is nog steeds bijna leeg",
        "The battery of {node} is still low",
    ),
    "battery.again.text": (
        "De batterij van {node} is bijna leeg sinds {since}.",
        "The battery of {node} has been low since {since}.",
    ),
    "battery.begun.many": (
        "De batterij van {count} nodes is bijna leeg",
        "The battery of {count} nodes is low",
    ),
    "battery.begun.many.text": (
        "De batterij van {count} nodes is bijna leeg.",
        "The battery of {count} nodes is low.",
    ),
    "battery.begun.many.do": (
        "Laad de batterijen op. Is het winter, dan krijgen zonnepanelen te weinig zon: laat de "
        "nodes minder vaak meten.",
        "Charge the batteries. In winter solar panels get too little sun: let the nodes measure "
        "less often.",
    ),
    "battery.over.many": (
        "De batterij van {count} nodes is opgeladen",
        "The battery of {count} nodes is charged",
    ),
    "battery.over.many.text": (
        "De batterij van {count} nodes was bijna leeg en is opgeladen. Er is niets te doen.",
        "The battery of {count} nodes was low and has been charged. There is nothing to do.",
    ),
    "battery.again.many": (
        "De batterij van {count} nodes is nog steeds bijna leeg",
        "The battery of {count} nodes is still low",
    ),
    "battery.again.many.text": (
        "De batterij van {count} nodes is nog steeds bijna leeg.",
        "The battery of {count} nodes is still low.",
    ),
    "limit.begun": (
        "{norm}: te veel {quantity} bij {node}",
        "{norm}: too much {quantity} at {node}",
    ),
    "limit.begun.text": ("{node}: {passed}", "{node}: {passed}"),
    "limit.begun.do": (
        "Een sensor is geen meetstation: vergelijk met andere nodes en met officiële stations in "
        "de buurt voor u iets besluit.",
        "A sensor is no reference station: compare it with other nodes and official stations "
        "nearby before you decide anything.",
    ),
    "limit.over": (
        "{norm}: {quantity} bij {node} toch niet te hoog",
        "{norm}: {quantity} at {node} not too high after all",
    ),
    "limit.over.text": (
        "De waarden van {node} zijn bijgesteld. De grens voor {quantity} ({norm}) is er dit jaar "
        "niet meer overschreden.",
        "The values of {node} were corrected. The limit for {quantity} ({norm}) is not passed "
        "there this year any more.",
    ),
    "limit.begun.many": (
        "{count} keer een grenswaarde overschreden",
        "A limit was passed {count} times",
    ),
    "limit.begun.many.text": (
        "Bij nodes zijn {count} grenswaarden voor lucht overschreden:",
        "Limits of air quality were passed at nodes, {count} of them:",
    ),
    "limit.begun.many.do": (
        "Een sensor is geen meetstation: vergelijk met officiële stations in de buurt voor u iets "
        "besluit.",
        "A sensor is no reference station: compare with official stations nearby before you decide"
        " anything.",
    ),
    "limit.over.many": (
        "{count} grenswaarden toch niet overschreden",
        "{count} limits not passed after all",
    ),
    "limit.over.many.text": (
        "Waarden zijn bijgesteld. {count} grenswaarden zijn dit jaar niet meer overschreden:",
        "Values were corrected. {count} limits are not passed this year any more:",
    ),
    "passed.hour": (
        "in {year} {above} uur boven {value} {unit} {quantity}, {allowed} mag ({norm}).",
        "in {year} {above} hours above {value} {unit} of {quantity}, {allowed} may be ({norm}).",
    ),
    "passed.day": (
        "in {year} {above} dagen boven {value} {unit} {quantity}, {allowed} mag ({norm}).",
        "in {year} {above} days above {value} {unit} of {quantity}, {allowed} may be ({norm}).",
    ),
    "passed.year": (
        "gemiddeld {mean} {unit} {quantity} in {year}, {value} mag ({norm}).",
        "a mean of {mean} {unit} of {quantity} in {year}, {value} may be ({norm}).",
    ),
    "item": ("- {node}, sinds {since}", "- {node}, since {since}"),
    "item.passed": ("- {node}: {passed}", "- {node}: {passed}"),
    "more": ("- en nog {count}", "- and {count} more"),
    "link": ("Kijk: {link}", "See: {link}"),
    "owner": (
        "U krijgt dit omdat u ermee instemde mail over deze node te krijgen. Niet meer? Trek dat "
        "in op de pagina van de node, of vraag het aan wie het platform beheert.",
        "You get this because you agreed to mail about this node. No longer? Withdraw it on the "
        "page of the node, or ask who runs the platform.",
    ),
}
