"""Commands of `meten`: what each does, what it takes, and an example, as `--help` says them."""

from collections.abc import Iterator
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from lokaalmeten.cli.commands import app

from ..markdown import code, to_table

ABOUT = """\
# Commands

Every command of `meten`, as `meten COMMAND --help` explains it. A command ends with 0 when it did
its work and with 2 when something can be mended by who runs it, which it then says in one
sentence.
"""


Command = TyperCommand | TyperGroup
Parameter = TyperArgument | TyperOption


def describe_commands() -> str:
    """A section for each command, those of a group below their group."""
    return "\n".join([ABOUT, *(describe(path, each) for path, each in list_commands())])


def list_commands() -> list[tuple[str, Command]]:
    """Every group and command with the words that call it, a group before what is in it."""
    return list(walk(get_command(app)))


def walk(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Command]]:
    """The same below one group, what is no group first."""
    inside = sorted(group.commands.items(), key=lambda each: isinstance(each[1], TyperGroup))
    for name, command in inside:
        words = (*path, name)
        yield " ".join(words), command
        if isinstance(command, TyperGroup):
            yield from walk(command, words)


def describe(path: str, command: Command) -> str:
    """What a command does; of one that is no group also what it takes, and an example."""
    about, *more = (" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    if isinstance(command, TyperGroup):
        return f"## meten {path}\n\n{about}\n"
    title = f"{'###' if ' ' in path else '##'} meten {path}"
    parts = [title, about, *more, to_usage(path, command), to_takes(command), to_example(command)]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_usage(path: str, command: TyperCommand) -> str:
    """How the command is called."""
    taken = list_taken(command)
    arguments = [to_name(each) for each in taken if isinstance(each, TyperArgument)]
    options = ["[OPTIONS]"] if len(arguments) < len(taken) else []
    return f"```sh\n{' '.join(['meten', path, *options, *arguments])}\n```"


def to_takes(command: TyperCommand) -> str:
    """Arguments and options in a table; empty without any."""
    rows = [
        (code(to_name(each)), each.help or "", code(to_default(each)))
        for each in list_taken(command)
    ]
    return to_table(("takes", "meaning", "default"), rows) if rows else ""


def list_taken(command: TyperCommand) -> list[Parameter]:
    """Arguments and options that are shown."""
    return [
        each
        for each in command.params
        if isinstance(each, TyperArgument | TyperOption) and each.name != "help" and not each.hidden
    ]


def to_name(parameter: Parameter) -> str:
    """Name as it is typed: options with their other names, arguments in capitals."""
    if isinstance(parameter, TyperOption):
        return " / ".join([*parameter.opts, *parameter.secondary_opts])
    name = f"{(parameter.name or '').upper()}{'...' if parameter.nargs == -1 else ''}"
    return name if parameter.required else f"[{name}]"


def to_default(parameter: Parameter) -> str:
    """Default as a text: of what has none, and of what is off, nothing."""
    value = parameter.default
    plain = not callable(value) and value not in (None, "", False, [], ())
    return str(getattr(value, "value", value)) if plain else ""


def to_example(command: TyperCommand) -> str:
    """Examples of the help, as one block of code."""
    _, *lines = (command.epilog or "").split("\n\n")
    return "```sh\n" + "\n".join(lines) + "\n```" if lines else ""
