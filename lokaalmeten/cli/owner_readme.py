"""README.txt of what an owner gets: what each file is, in Dutch and in English."""

from datetime import datetime
from textwrap import TextWrapper

from lokaalmeten.quantities import QUANTITIES
from storage.owner_export import LEFT_OUT

WRAPPED = TextWrapper(96, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
FILES = (  # file, Dutch, English
    (
        "owner.json",
        "wie u bent: naam, label, e-mail, taal; waarmee u instemde (agreements); licenties;"
        " sleutels, zonder wat geheim is",
        "who you are: name, label, e-mail, language; what you agreed to (agreements); licences;"
        " keys, without what is secret",
    ),
    (
        "nodes.csv",
        "uw nodes (kasten, fietsen): plek in graden (WGS84), nummer van het apparaat (hardware),"
        " vanaf wanneer metingen bewaard zijn (kept_from), of het publiek er iets van ziet (open),"
        " wanneer het wachtwoord voor de broker is gemaakt (login_made_at)",
        "your nodes (boxes, bikes): place in degrees (WGS84), the number of the device (hardware),"
        " from when samples are kept (kept_from), whether the public sees any of it (open), when"
        " the password for the broker was made (login_made_at)",
    ),
    (
        "placements.csv",
        "waar vaste nodes stonden en wanneer; leeg bij since of until: altijd",
        "where fixed nodes stood and when; empty since or until: always",
    ),
    ("sensors.csv", "sensoren in uw nodes, met serienummer", "sensors in your nodes, with serials"),
    (
        "privacy_zones.csv",
        "plekken die u verborgen houdt; corners: breedte en lengte van elke hoek, om en om; één"
        " hoek is het midden van een cirkel; radius_m: meter eromheen",
        "places that you keep hidden; corners: latitude and longitude of each, in turn; one corner"
        " is the centre of a circle; radius_m: metres around",
    ),
    (
        "rides.csv",
        "ritten, heel: begin en einde, het openbare deel (public_start, public_stop) en de openbare"
        " naam; due: wanneer er opnieuw naar gekeken wordt; samples en distance_m (meter): van het"
        " openbare deel, of van de hele rit als niets openbaar is",
        "rides, whole: start and stop, the public part (public_start, public_stop) and the public"
        " name; due: when it is looked at again; samples and distance_m (metres): of the public"
        " part, or of the whole ride when nothing is public",
    ),
    (
        "ride_cells.csv",
        "hexagonen (H3) waar openbare delen van ritten doorheen gaan, en hoeveel ritten",
        "hexagons (H3) that public parts of rides pass, and how many rides",
    ),
    (
        "observations/NODE.csv",
        "alle metingen van een node, met de precieze plek: zie Kolommen",
        "all samples of a node, with the precise place: see Columns",
    ),
    (
        "hours/NODE.csv",
        "uren van een node, opgeteld; van een rit per hexagon, alleen van het openbare deel."
        " Blijven als metingen niet meer bewaard worden",
        "hours of a node, added up; of a ride by hexagon, of its public part only. They stay when"
        " samples are kept no longer",
    ),
    (
        "days/NODE.csv",
        "dagen van een vaste node (klok van Amsterdam), opgeteld uit uren",
        "days of a fixed node (clock of Amsterdam), added up from hours",
    ),
    (
        "calibrations.csv",
        "hoe waarden van uw nodes verbeterd worden",
        "how values of your nodes are corrected",
    ),
    (
        "corrections.csv",
        "waar het getal in kolom correction voor staat",
        "what a number in column correction stands for",
    ),
    (
        "findings.csv",
        "uren die bij controle twijfelachtig of fout bleken; checks, een bit elk: 1 vlak, 2 nul,"
        " 4 piek, 8 bereik, 16 buren, 32 blijvend",
        "hours that a review found suspect or wrong; checks, one bit each: 1 flat, 2 zero, 4 spike,"
        " 8 range, 16 neighbours, 32 persistent",
    ),
    (
        "boots.csv",
        "keren dat een node opstartte en later zei hoe laat het was",
        "starts of a node that told its time afterwards",
    ),
    (
        "deliveries.csv",
        "welke pagina's van een node aankwamen (high: de hoogste, gaps: die ontbreken)",
        "which pages of a node came (high: the highest, gaps: those missing)",
    ),
    (
        "notices.csv",
        "wat er met uw nodes mis was (stil, batterij, grenswaarde) en wat u daarvan verteld is",
        "what was wrong with your nodes (silent, battery, limit) and what you were told of it",
    ),
    (
        "status.json",
        "wat elke node het laatst over zichzelf zei",
        "what each node said last of itself",
    ),
    (
        "log.csv",
        "wat er met u en uw nodes gedaan is, en wat nodes zeiden toen ze uitvielen; wie het deed"
        " staat er niet in, omdat dat een ander is",
        "what was done with you and your nodes, and what nodes said when they fell over; who did it"
        " is not told, as that is another person",
    ),
    (
        "rejected.csv, rejected/",
        "berichten die geweigerd zijn, met de reden; van elk de bytes in een bestand",
        "messages that were refused, with the reason; of each its bytes in a file",
    ),
)

DUTCH = """\
GEGEVENS VAN EIGENAAR {owner}, {now}

Alles wat de database over u en uw nodes weet, op één moment. Tijden zijn in UTC, getallen hebben
een punt, CSV is UTF-8 met komma's. Een lege cel betekent: er is niets.

LET OP: hierin staat waar u woont, rijdt en stopt. Bewaar het als een bankafschrift.

BESTANDEN
{files}

KOLOMMEN VAN METINGEN
  time: moment; lat, lon: graden (WGS84), van een node die beweegt; cell: hexagon (H3);
  accuracy_m, height_accuracy_m: nauwkeurigheid van de plek, meter; period_s: seconden waarover
  gemeten is; error_bits: foutbits van het apparaat. Van elke grootheid de waarde zoals gemeten, en
  _flag: good (goed), not evaluated (niet beoordeeld), suspect (twijfelachtig), fail (fout).
  _corrected: de verbeterde waarde. flags_before_review: de vlaggen voor een latere controle, een
  cijfer per grootheid, de eerste grootheid achteraan: 0 geen waarde, 1 good, 2 not evaluated,
  3 suspect, 4 fail; leeg: er is niets veranderd.
  In hours en days: samples: waarden; good: goede waarden; mean, low, high: daarvan gemiddelde,
  laagste en hoogste; expected: waarden die een uur hoort te hebben; hours: uren waarin minstens
  75 % daarvan goed is. mean is afgerond op 0,0001, low en high op 0,001.

GROOTHEDEN
{quantities}

LICENTIE
  Dit platform stelt geen voorwaarden aan dit bestand. Wat van uw metingen openbaar is, is dat onder
  de licentie in owner.json (consents), en CC0 als niets gezegd is. Ritten zijn altijd CC0.

WAT ER NIET IN ZIT
  Sleutels, wachtwoorden en hun hashes, en de geheimen waarmee ritten worden afgesneden: wie die
  heeft, kan zich voor u uitgeven of terugrekenen waar u woont. Wat een node mat toen die van een
  ander was, zit er wel in: de database weet alleen van wie een node nu is.
  Back-ups, losse bestanden en logboeken van servers staan buiten de database.
  Deze tabellen:
{left_out}
"""

ENGLISH = """\
DATA OF OWNER {owner}, {now}

All that the database knows of you and your nodes, at one moment. Times are in UTC, numbers have a
dot, CSV is UTF-8 with commas. An empty cell means: there is nothing.

MIND: this tells where you live, ride and stop. Keep it as you keep a bank statement.

FILES
{files}

COLUMNS OF SAMPLES
  time: moment; lat, lon: degrees (WGS84), of a node that moves; cell: hexagon (H3);
  accuracy_m, height_accuracy_m: accuracy of the place, metres; period_s: seconds over which was
  measured; error_bits: error bits of the device. Of each quantity the value as measured, and
  _flag: good, not evaluated, suspect, fail. _corrected: the corrected value. flags_before_review:
  the flags before a later review, a digit a quantity, the first quantity last: 0 no value, 1 good,
  2 not evaluated, 3 suspect, 4 fail; empty: nothing was changed.
  In hours and days: samples: values; good: good values; mean, low, high: of these the mean, lowest
  and highest; expected: values that an hour should have; hours: hours of which at least 75 % of
  those are good. mean is rounded to 0.0001, low and high to 0.001.

QUANTITIES
{quantities}

LICENCE
  This platform sets no terms for this file. What is public of your samples is so under the licence
  in owner.json (consents), and CC0 when none was said. Rides are always CC0.

WHAT IS NOT IN IT
  Keys, passwords and their hashes, and the secrets by which rides are cut: who has those can act as
  you, or find out where you live. What a node measured while it was somebody else's is in it: the
  database knows only whose a node is now.
  Backups, files and logs of servers are outside the database.
  These tables:
{left_out}
"""


def write_readme(owner: str, now: datetime) -> bytes:
    """The text for an owner by name, of what was read at a moment (UTC)."""
    texts = [
        template.format(
            owner=owner,
            now=f"{now:%Y-%m-%d %H:%M} UTC",
            files="\n".join(f"  {file[0]}\n{WRAPPED.fill(file[language])}" for file in FILES),
            quantities="\n".join(f"  {q.key}: {q[language]}, {q.unit}" for q in QUANTITIES),
            left_out="\n".join(
                f"  {table}: {reason[language - 1]}" for table, reason in LEFT_OUT.items()
            ),
        )
        for language, template in ((1, DUTCH), (2, ENGLISH))
    ]
    return f"\n{'=' * 80}\n\n".join(texts).encode()
