"""What a node says of itself, and when it fell over, for its owner."""

from collections.abc import Iterator
from html import escape

from lokaalmeten.words import to_log

from ..pages.pieces import to_folded, to_table
from ..words import DASH, Words
from .facts import Facts
from .parts import to_facts
from .said import cut, read_count, read_number, read_parts, read_text

FALLS_V = 0.05  # a day, from which a battery is said to fall


def write_words(words: Words, facts: Facts) -> str:
    """What a node says of itself; nothing said is said as well."""
    title = f"<h2>{escape(words('mine.said'))}</h2>"
    rows = list(list_words(words, facts))
    if not rows:
        return title + f"<p>{escape(words('mine.said.none'))}</p>"
    test = read_parts(facts.node.said, "selftest")
    tested = ""
    if test:
        table = to_table(
            (words("mine.test.part"), words("mine.test.found")), test.items(), words("mine.test")
        )
        tested = to_folded(words("mine.test"), table)
    when = words("mine.said.at", ago=words.ago(facts.node.said_at or facts.now, facts.now))
    return f'{title}<p class="small">{escape(when)}</p>{to_facts(rows)}{tested}'


def list_words(words: Words, facts: Facts) -> Iterator[tuple[str, str]]:
    """What people look for first."""
    said = facts.node.said
    if version := read_text(said, "version"):
        yield words("mine.said.version"), version
    battery = read_number(said, "battery_mv")
    if battery is not None:
        volts = f"{words.number(battery / 1000, 2)} V"
        yield words("mine.said.battery"), f"{volts}{write_trend(words, facts)}"
    if sensors := read_parts(said, "sensors"):
        yield words("mine.said.sensors"), "; ".join(f"{k}: {v}" for k, v in sensors.items())
    kept, dropped = (read_count(said, "outbox", part) for part in ("kept", "dropped"))
    if kept is not None:
        facts_of = {"kept": words.number(kept), "dropped": words.number(dropped or 0)}
        yield words("mine.said.outbox"), words("mine.said.outbox.text", **facts_of)
    uptime = read_number(said, "uptime_s")
    if uptime is not None:
        boot = read_number(said, "boot")
        why = read_text(said, "reset")
        parts = [words.duration(uptime)]
        parts += [words("mine.said.boot", boot=f"{boot:.0f}")] if boot is not None else []
        parts += [words("mine.said.reset", why=why)] if why else []
        yield words("mine.said.uptime"), ", ".join(parts)
    memory = read_number(said, "free_heap")
    if memory is not None:
        yield words("mine.said.memory"), f"{words.number(memory / 1024)} KiB"
    if source := read_text(said, "time_source"):
        yield words("mine.said.clock"), source
    if update := read_parts(said, "update"):
        yield words("mine.said.update"), "; ".join(f"{k}: {v}" for k, v in update.items() if v)
    if test := read_parts(said, "selftest"):
        failed = [name for name, found in test.items() if found.upper().startswith("FAIL")]
        key = "mine.test.failed" if failed else "mine.test.passed"
        yield words("mine.test"), words(key, names=", ".join(failed), count=words.number(len(test)))


def write_trend(words: Words, facts: Facts) -> str:
    """Which way the battery goes, from the first to the last day with a voltage."""
    days = [day for day in facts.days if day.battery is not None]
    if len(days) < 2:
        return ""
    (first, last), span = (days[0], days[-1]), (days[-1].day - days[0].day).days
    change = (last.battery or 0) - (first.battery or 0)
    steady = abs(change) < FALLS_V * span
    key = "steady" if steady else "falls" if change < 0 else "rises"
    return f", {words(f'mine.trend.{key}', change=words.number(abs(change), 2), days=span)}"


def write_logs(words: Words, facts: Facts) -> str:
    """Why it fell over lately."""
    title = f"<h2>{escape(words('mine.logs'))}</h2>"
    if not facts.logs:
        return title + f"<p>{escape(words('mine.logs.none'))}</p>"
    items = "".join(
        to_folded(f"{words.time(at)} {DASH} {to_last_line(said)}",
                  f'<pre tabindex="0"><code>{escape(to_log(said))}</code></pre>')
        for at, said in facts.logs
    )  # fmt: skip
    return title + items


def to_last_line(said: str) -> str:
    """Last line of an entry, which names the error."""
    lines = to_log(said).splitlines()
    return cut(lines[-1]) if lines else ""
