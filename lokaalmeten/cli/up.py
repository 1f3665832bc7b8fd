"""`meten up`: a whole installation on one machine, by one command."""

import os
from pathlib import Path
from typing import Annotated

import typer

from .saying import example, out
from .stopping import until_told

UP_EXAMPLE = example("meten up", "meten up --env /etc/lokaalmeten/env --name meet.example.nl")


def up(
    env: Annotated[
        list[Path] | None,
        typer.Option(help="File with settings, NAME=value a line; may be repeated."),
    ] = None,
    name: Annotated[
        str,
        typer.Option(help="Name of this machine to nodes: has its own broker let them in, by TLS."),
    ] = "",
    node_port: Annotated[int, typer.Option(help="Port of its own broker for nodes.")] = 8883,
) -> None:
    """Start everything and keep it running until stopped: a server without containers or systemd.

    Settings come from the environment and from files, which it wins from. Without LOKAALMETEN_DSN
    it brings a PostgreSQL of its own, without LOKAALMETEN_BROKER a Mosquitto, both kept in
    LOKAALMETEN_DATA. Each part gets a user of its own with the least rights. What dies comes back;
    what does not start five times in a row ends the command with exit code 2.
    """
    from lokaalmeten.settings import read_file

    from .whole import Own, run_up

    environment = dict(os.environ)
    for file in env or []:
        environment = read_file(file) | environment
    with until_told() as stop:
        run_up(environment, Own(name, node_port), stop, out)
