"""`meten config`: what the settings are, and every wrong one at once."""

import typer

from .saying import example, out

config = typer.Typer(help="Look at the settings (LOKAALMETEN_*).", no_args_is_help=True)


@config.command(
    "check", epilog=example("meten config check", "LOKAALMETEN_PORT=many meten config check")
)
def config_check() -> None:
    """Show all settings and where they come from, and explain every wrong one.

    Passwords are not shown. Ends with 0 when all can be used, with 2 when one cannot.
    """
    from lokaalmeten.settings import read_given, read_names

    from .config_check import find_faults, find_strangers
    from .config_table import to_fault_lines, to_table

    given = read_given()
    faults = [*find_faults(given), *find_strangers(read_names())]
    out.print(to_table(given, faults))
    for line in to_fault_lines(faults):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2 if faults else 0)
