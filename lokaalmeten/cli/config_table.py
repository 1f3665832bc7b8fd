"""`meten config check` as a table, and what is wrong in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from lokaalmeten.settings import Settings

from .config_check import Fault, hide_login, is_secret, to_name


def to_table(given: Mapping[str, str], faults: Sequence[Fault]) -> Table:
    """One line a setting: name, value, whether it comes from the environment, and whether well."""
    bad = {fault.name for fault in faults}
    table = Table("setting", "value", "from", "", box=None, padding=(0, 2, 0, 0))
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for name in Settings.model_fields:
        wrong = to_name(name) in bad
        origin = "environment" if name in given else "default"
        style = "bold yellow" if wrong else "" if name in given else "dim"
        row = (to_name(name), escape(to_value(name, given)), origin, "wrong" if wrong else "")
        table.add_row(*row, style=style)
    return table


def to_value(name: str, given: Mapping[str, str]) -> str:
    """What a setting is, for people: a secret as ***, an address without its password."""
    value = given.get(name, "") if name in given else to_default(name)
    if not value:
        return ""
    if is_secret(name) and name in given:
        return "***"
    return hide_login(value)


def to_default(name: str) -> str:
    """What a setting is when nobody says it, as text."""
    value = Settings.model_fields[name].default
    if is_secret(name):
        return value.get_secret_value()
    if isinstance(value, bool | int | Path):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def to_fault_lines(faults: Sequence[Fault]) -> Iterator[str]:
    """What is wrong, a line each, or that nothing is."""
    if not faults:
        yield "all settings can be used"
    for fault in faults:
        if not fault.example:  # it is more than a value that must be another
            yield f"{fault.name}: {fault.must}"
            continue
        holds = f"{fault.name} holds {fault.found}, and must be {fault.must}"
        yield f"{holds}, for example {fault.example}"
