"""`meten node logs`, `selftest`, `config` and `pull`: a node on a USB cable."""

import json
from pathlib import Path
from typing import Annotated

import typer

from .saying import example, out

Port = Annotated[str, typer.Option(help="Serial port; auto is the only board on USB.")]


def add_cable(node: typer.Typer) -> None:
    """Add the commands to those of `meten node`."""
    node.command("logs", epilog=example("meten node logs"))(node_logs)
    node.command("selftest", epilog=example("meten node selftest --port /dev/ttyACM0"))(
        node_selftest
    )
    node.command(
        "config", epilog=example("meten node config", "meten node config interval_s=300 update=off")
    )(node_config)
    node.command("pull", epilog=example("meten node pull", "meten node pull --to pages"))(node_pull)


def choose(port: str) -> str:
    """Return the port that is meant."""
    from .flashing.ports import check_port, choose_port, read_ports

    device = choose_port(port, read_ports())
    check_port(device)
    return device


def node_logs(port: Port = "auto") -> None:
    """Show what a node on a cable says, until stopped; it is not disturbed."""
    from .flashing.cable import show_logs
    from .stopping import until_told

    with until_told() as stop:
        show_logs(choose(port), stop, out)


def node_selftest(port: Port = "auto") -> None:
    """Restart a node on a cable and show its self-test, which begins when it reached its broker.

    One that is in use elsewhere: meten node tell NODE selftest.
    """
    from .flashing.cable import run_selftest

    run_selftest(choose(port), out)


def node_config(
    change: Annotated[list[str] | None, typer.Argument(help="KEY=VALUE to change.")] = None,
    port: Port = "auto",
) -> None:
    """Show the configuration of a node on a cable without passwords, or change it and restart."""
    from .flashing.cable import change_config, hide, read_config
    from .node_commands import read_arguments

    if change:
        change_config(choose(port), read_arguments("", change))
        out.print("the node starts anew by it")
    else:
        out.print_json(json.dumps(hide(read_config(choose(port)))))


def node_pull(
    port: Port = "auto",
    to: Annotated[
        Path | None, typer.Option(help="Folder for a file of each page, and send nothing.")
    ] = None,
    broker: Annotated[
        str, typer.Option(help="mqtt[s]://host:port instead of the broker that the node knows.")
    ] = "",
) -> None:
    """Send what waits on a node on a cable by this computer's network; then it starts anew.

    The node forgets what the ingest has committed, and nothing else.
    """
    from .flashing.pulling import pull

    pull(choose(port), out, folder=to, broker=broker)
