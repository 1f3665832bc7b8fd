"""What every command says something with."""

from typing import Annotated

import typer
from rich.console import Console

out = Console()

Cluster = Annotated[
    str | None,
    typer.Option(help="Work on this Dask scheduler, tcp://host:8786; without, in threads."),
]


def example(*lines: str) -> str:
    """Epilog of a help page; a blank line keeps each example on a line of its own."""
    return "Example:\n\n" + "\n\n".join(lines)
