"""`meten doctor`: whether a running installation is well, and what to do where it is not."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

if TYPE_CHECKING:
    from rich.table import Table

    from .health.finding import Finding

DOCTOR_EXAMPLE = example("meten doctor", "meten doctor --broker /var/lib/lokaalmeten/broker --json")
STYLES = {"wrong": "bold yellow", "not known": "yellow", "not set up": "dim"}


def doctor(
    broker: Annotated[
        Path | None,
        typer.Option(help="Also look at the files of this broker.", readable=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object.")] = False,
) -> None:
    """Look at database, broker, services and disks, and say what is wrong and what to do.

    Ends with 0 when all is well, with 1 when something is wrong, with 2 when it could not look.
    """
    settings = read_settings()
    from .health.checks import run_checks, to_checks
    from .health.finding import to_exit

    findings = run_checks(to_checks(settings, broker))
    if as_json:
        out.print_json(json.dumps(to_object(findings)))
    else:
        out.print(to_table(findings))
        out.print(to_sum(findings), highlight=False)
    raise typer.Exit(to_exit(findings))


def to_table(findings: "list[Finding]") -> "Table":
    """One line a thing; the state is a word, its colour is only beside it."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("part", "what", "state", "found, and what to do", box=None, padding=(0, 2, 0, 0))
    for column in table.columns[:3]:
        column.no_wrap = True
    table.columns[-1].overflow = "fold"  # a name that is too long is not cut off
    for one in findings:
        told = "\n".join(f"-> {text}" if text == one.todo else text for text in to_lines(one))
        row = (one.part, escape(one.what), one.state, escape(told))
        table.add_row(*row, style=STYLES.get(one.state, ""))
    return table


def to_lines(finding: "Finding") -> list[str]:
    """What was found, then what to do, as far as there is any."""
    return [text for text in (finding.said, finding.todo) if text]


def to_sum(findings: "list[Finding]") -> str:
    """How many are how, what is worst first."""
    counts = [
        (sum(one.state == state for one in findings), state)
        for state in ("wrong", "not known", "well", "not set up")
    ]
    return ", ".join(f"{count} {state}" for count, state in counts if count)


def to_object(findings: "list[Finding]") -> dict[str, object]:
    """The same for programs; ``well`` is the exit code 0."""
    from .health.finding import to_exit

    return {"well": to_exit(findings) == 0, "checks": [asdict(one) for one in findings]}
