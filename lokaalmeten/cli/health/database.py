"""The database: whether it is there, of this version, on time and safe to reach."""

from datetime import UTC, datetime

from lokaalmeten.errors import StorageError
from storage.checkup import Checkup, Heard, Server, Use, look_at

from ..database import to_size, to_version
from ..status import to_duration
from .disk import judge_space, read_space
from .finding import PATIENCE_S, Finding, absent, unknown, well, wrong

PART = "database"
CLOCK_S = 2  # by which clocks may differ
BEHIND_S = 600  # that rollups may lie behind: usually it is five seconds
OLD_S = 3600  # of the newest sample of fixed nodes: a page comes every minute
LATER = ("rollups", "samples", "silent nodes")  # what only tables of this version can tell


def check_database(dsn: str) -> list[Finding]:
    """Look at a database and judge all of it."""
    if not dsn:
        return [absent(PART, "connection", "name one in LOKAALMETEN_DSN")]
    try:
        found = look_at(dsn, PATIENCE_S)
    except StorageError as error:
        todo = "mend what the sentence names; see docs/database.md, When it cannot"
        return [wrong(PART, "connection", str(error), todo)]
    return [*judge_server(found.server), *check_disk(found.server), *judge_rest(found)]


def check_replica(dsn: str) -> list[Finding]:
    """Look whether the database for what only reads answers and is of this version."""
    if not dsn:
        return [absent("replica", "connection", "for readers of their own: LOKAALMETEN_READ_DSN")]
    try:
        server = look_at(dsn, PATIENCE_S).server
    except StorageError as error:
        return [wrong("replica", "connection", str(error), "start it, or correct READ_DSN")]
    said = f"{server.name} answers"
    return [well("replica", "connection", said), judge_version(server, "replica")]


def judge_server(server: Server) -> list[Finding]:
    """Judge what any server tells."""
    said = f"{server.name} answers; the database has {to_size(server.size)}"
    first = well(PART, "connection", said)
    return [first, judge_version(server), judge_clock(server), judge_line(server)]


def judge_version(server: Server, part: str = PART) -> Finding:
    """Judge the migrations."""
    version = server.version
    if version.current:
        return well(part, "migrations", to_version(version))
    if version.unknown:
        said = f"newer than this program ({version.unknown[-1]})"
        return wrong(part, "migrations", said, "install the newer version")
    many = "" if len(version.pending) == 1 else "s"
    said = f"it lacks {len(version.pending)} migration{many}"
    return wrong(part, "migrations", said, "run: meten db migrate")


def judge_clock(server: Server) -> Finding:
    """Judge its clock beside ours; the way there and back is in doubt."""
    ahead = server.clock_s
    off = f"{to_duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this machine"
    if abs(ahead) - server.unsure_s <= CLOCK_S:
        return well(PART, "clock", "as here" if abs(ahead) <= server.unsure_s else off)
    return wrong(PART, "clock", off, "have both set their clocks by NTP (timedatectl)")


def judge_line(server: Server) -> Finding:
    """Judge whether others on the way can read along."""
    if server.is_encrypted:
        return well(PART, "line", "TLS")
    if server.is_local:
        return well(PART, "line", "within this machine, without TLS")
    todo = "turn TLS on at the server, and add ?sslmode=require to LOKAALMETEN_DSN"
    return wrong(PART, "line", "to another host without TLS: passwords and data can be read", todo)


def check_disk(server: Server) -> list[Finding]:
    """Look at the disk of its data, which can be known only of a server on this machine."""
    space = read_space(server.folder) if server.is_local and server.folder else None
    if space is None:  # no error: few users of a database may know
        return []
    return [judge_space(PART, "disk of its data", space)]


def judge_rest(found: Checkup) -> list[Finding]:
    """Judge what its tables tell, where they could be read."""
    if found.use is None:
        why = found.trouble or "its tables are not those of this version"
        todo = "use the user of meten db migrate" if found.trouble else "see migrations"
        return [unknown(PART, what, why, todo) for what in LATER]
    return judge_use(found.use, datetime.now(UTC))


def judge_use(use: Use, now: datetime) -> list[Finding]:
    """Judge rollups and nodes."""
    if not use.heard:
        none = absent("nodes", "samples", "register one: meten node add --help")
        return [judge_rollups(use), none]
    return [judge_rollups(use), *(judge_age(one, now) for one in use.heard), judge_silent(use)]


def judge_rollups(use: Use) -> Finding:
    """Judge how far the sums are behind."""
    if use.waiting.since is None:
        return well(PART, "rollups", "up to date")
    waits = f"{use.waiting.hours:,} hours of nodes wait, the oldest for"
    said = f"{waits} {to_duration(use.waiting_s)}"
    if use.waiting_s <= BEHIND_S:
        return well(PART, "rollups", said)
    return wrong(PART, "rollups", said, "start meten ingest, or run: meten db roll-up")


def judge_age(heard: Heard, now: datetime) -> Finding:
    """Judge the newest sample of a kind; bikes may stand in a shed for weeks."""
    what = f"newest of {heard.kind}"
    if heard.newest is None:
        return unheard(heard, what)
    age = max((now - heard.newest).total_seconds(), 0)
    said = f"{to_duration(age)} ago"
    if heard.moving or age <= OLD_S:
        return well("nodes", what, said)
    return wrong("nodes", what, said, "look at ingest and broker, then: meten node list")


def unheard(heard: Heard, what: str) -> Finding:
    """Judge a kind of which there is no sample at all."""
    many = "1 node" if heard.nodes == 1 else f"{heard.nodes:,} nodes"
    said = f"no sample yet of {many}"
    if heard.moving:
        return well("nodes", what, said)
    return wrong("nodes", what, said, "see whether they log in: meten node show NAME")


def judge_silent(use: Use) -> Finding:
    """Judge fixed nodes that were heard once, and not for a day."""
    silent, fixed = (
        sum(getattr(one, key) for one in use.heard if not one.moving) for key in ("silent", "nodes")
    )
    never = sum(one.never for one in use.heard)
    also = f"; {never:,} never heard" if never else ""
    said = f"{silent:,} of {fixed:,} fixed nodes for a day{also}"
    if not silent:
        return well("nodes", "silent", said)
    return wrong("nodes", "silent", said, "which and since when: meten node list")
