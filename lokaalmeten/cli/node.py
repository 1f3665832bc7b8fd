"""`meten node`: what measures."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

node = typer.Typer(help="Register nodes, list and remove them.", no_args_is_help=True)


@node.command(
    "add",
    epilog=example(
        "meten node add box-7 --lat 52.0907 --lon 5.1214",
        "meten node add box-7 --owner library --project street --sensor sps30:pm1,pm25",
    ),
)
def node_add(
    name: Annotated[str, typer.Argument(help="Name in the topic: a-z, 0-9 and -.")],
    kind: Annotated[str, typer.Option(help="box, bike or counter.")] = "box",
    lat: Annotated[float | None, typer.Option(help="Latitude of a fixed node, degrees.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude of a fixed node, degrees.")] = None,
    label: Annotated[str, typer.Option(help="Name for people.")] = "",
    owner: Annotated[str | None, typer.Option(help="Whose it is; see meten owner.")] = None,
    project: Annotated[str | None, typer.Option(help="Which it is in; see meten project.")] = None,
    sensor: Annotated[
        list[str] | None,
        typer.Option(help="MODEL or MODEL:QUANTITY,... that is in it now; may be repeated."),
    ] = None,
) -> None:
    """Register a node, or change what is given; pages of unknown nodes are kept aside."""
    dsn = read_settings().need_dsn()
    from .nodes import add_to_registry

    place = {"lat": lat, "lon": lon, "label": label}
    added = add_to_registry(dsn, name, kind, place, owner, project, sensor or [])
    out.print(f"node {added.name} ({added.kind}) may publish on lm/1/{added.name}/page")


@node.command("remove", epilog=example("meten node remove box-7", "meten node remove box-7 --yes"))
def node_remove(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a node with everything it measured, for good; says what goes, and asks.

    Switch it off first: what an unknown node sends is kept aside.
    """
    dsn = read_settings().need_dsn()
    from .removals import run_removal

    run_removal(dsn, out, node=name, yes=yes)


@node.command(
    "sim",
    epilog=example("meten node sim box-7", "meten node sim box-7 --interval 5 --flash b7.img"),
)
def node_sim(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    interval: Annotated[int, typer.Option(min=1, max=3600, help="Seconds between samples.")] = 5,
    flash: Annotated[
        Path | None, typer.Option(help="File that is its flash; it is kept. Else in the data.")
    ] = None,
    micropython: Annotated[
        Path | None, typer.Option(help="MicroPython's unix port, when it is not in the PATH.")
    ] = None,
    ca: Annotated[Path | None, typer.Option(help="CA of a broker with TLS, PEM.")] = None,
) -> None:
    """Run the firmware here, with simulated sensors, against the broker, until stopped."""
    found = read_settings()
    from lokaalmeten.settings import to_address

    from .commands import until_told
    from .simulated import run_node

    address = to_address(found.broker.get_secret_value())
    file = flash or found.data / f"nodes/{name}.img"
    with until_told() as stop:
        run_node(
            name, address, stop, out, flash=file, interval_s=interval, program=micropython, ca=ca
        )


@node.command("list", epilog=example("meten node list"))
def node_list() -> None:
    """List the registered nodes and when each was last heard."""
    dsn = read_settings().need_read_dsn()
    from .tables import show_nodes

    show_nodes(dsn, out)
