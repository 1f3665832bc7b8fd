"""`meten node`: what measures."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from lokaalmeten.settings import read_settings, to_address

from .node_cable import add_cable
from .saying import example, out

BOX_S = 5  # between two samples of a simulated box, so that something is seen

node = typer.Typer(
    help="Register nodes, list and remove them; look after their software.", no_args_is_help=True
)
add_cable(node)


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
    """Register a node, or change what is given; pages of unknown nodes are kept aside.

    A new node gets a password for the broker, which is shown once.
    """
    settings = read_settings()
    from .nodes import add_to_registry
    from .passwords import show

    place = {"lat": lat, "lon": lon, "label": label}
    added, password = add_to_registry(
        settings.need_dsn(), name, kind, place, owner, project, sensor or []
    )
    out.print(f"node {added.name} ({added.kind}) may publish on lm/1/{added.name}/page")
    if password:
        show(out, name, password)


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
    epilog=example(
        "meten node sim box-7",
        "meten node sim bike-7 --board b2 --hours-ago 2 --zone 52.0907,5.1214,300",
    ),
)
def node_sim(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    board: Annotated[
        Literal["f1", "b1", "b2"], typer.Option(help="f1 is a box; b1 and b2 are bikes.")
    ] = "f1",
    interval: Annotated[
        int | None,
        typer.Option(min=1, max=3600, help="Seconds between samples; else a box 5, a bike 1."),
    ] = None,
    hours_ago: Annotated[
        float, typer.Option(min=0, max=72, help="Begin so long ago, and live faster until now.")
    ] = 0,
    zone: Annotated[
        list[str] | None,
        typer.Option(help="LATITUDE,LONGITUDE,METRES of which a bike keeps nothing."),
    ] = None,
    flash: Annotated[
        Path | None, typer.Option(help="File that is its flash; it is kept. Else in the data.")
    ] = None,
    micropython: Annotated[
        Path | None, typer.Option(help="MicroPython's unix port, when it is not in the PATH.")
    ] = None,
    ca: Annotated[Path | None, typer.Option(help="CA of a broker with TLS, PEM.")] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Device that does not answer, as SEN55 or BME280.")
    ] = None,
) -> None:
    """Run the firmware here, with simulated sensors, against the broker, until stopped."""
    found = read_settings()
    from lokaalmeten.settings import to_address

    from .simulated import Unit, read_zone, run_node
    from .stopping import until_told

    address = to_address(found.broker.get_secret_value())
    unit = Unit(
        name, flash or found.data / f"nodes/{name}.img", board,
        interval or (BOX_S if board == "f1" else None), without or (),
        [read_zone(one) for one in zone or ()], hours_ago,
    )  # fmt: skip
    with until_told() as stop:
        run_node(unit, address, stop, out, program=micropython, ca=ca)


@node.command(
    "list",
    epilog=example("meten node list", "meten node list --health", "meten node list --state silent"),
)
def node_list(
    health: Annotated[
        bool, typer.Option("--health", help="What needs somebody first, with counts on top.")
    ] = False,
    state: Annotated[
        str | None,
        typer.Option(help="With health, only: silent, battery, never, resting or well."),
    ] = None,
) -> None:
    """List the registered nodes, when each was last heard and how it is."""
    settings = read_settings()
    if health or state is not None:
        dsn = settings.need_dsn()
        from lokaalmeten.node_health import to_rules

        from .node_healths import show_health

        hours = (settings.silent_hours, settings.silent_bike_hours)
        show_health(dsn, to_rules(*hours, settings.battery_low_mv), state, out)
        return
    dsn = settings.need_read_dsn()
    from .node_words import show_nodes

    show_nodes(dsn, out)


@node.command("show", epilog=example("meten node show box-7"))
def node_show(name: Annotated[str, typer.Argument(help="Name of the node.")]) -> None:
    """Show how a node says that it is: version, sensors, outbox, commands, crashes."""
    dsn = read_settings().need_dsn()
    from .node_words import show_node

    show_node(dsn, name, out)


@node.command(
    "consent",
    epilog=example(
        "meten node consent box-7",
        "meten node consent box-7 --withdraw publish",
        "meten node consent box-7 --give mail",
    ),
)
def node_consent(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    give: Annotated[str | None, typer.Option(help="Purpose that is agreed to.")] = None,
    withdraw: Annotated[str | None, typer.Option(help="Purpose that is withdrawn.")] = None,
) -> None:
    """Show what is agreed to for a node, note that a purpose is, or that it is no longer.

    Withdrawing publish (of a bike rides) takes all that it measured out of everything public.
    """
    dsn = read_settings().need_dsn()
    from .node_consent import say_consent, show_consent

    say_consent(dsn, name, give, withdraw)
    show_consent(dsn, name, out)


@node.command("tell", epilog=example("meten node tell box-7 locate seconds=30"))
def node_tell(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    do: Annotated[str, typer.Argument(help="configure, selftest, restart, locate or report.")],
    argument: Annotated[
        list[str] | None, typer.Argument(help="KEY=VALUE, as docs/protocol.md has them.")
    ] = None,
) -> None:
    """Give a node a command; what became of it is in `meten node show`."""
    settings = read_settings()
    from .node_commands import COMMANDS, publish, read_arguments, to_payload
    from .nodes import find_nodes

    if do not in COMMANDS:
        raise typer.BadParameter(f"{do!r} is none of {', '.join(COMMANDS)}")
    payload = to_payload(do, read_arguments(do, argument or []))
    nodes = find_nodes(settings.need_dsn(), name)
    publish(to_address(settings.broker.get_secret_value()), nodes, payload)
    out.print(f"{name} is told: {do}")


@node.command("login", epilog=example("meten node login box-7", "meten node login box-7 --revoke"))
def node_login(
    name: Annotated[str, typer.Argument(help="Name of the node.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take its password away.")] = False,
    code: Annotated[
        bool, typer.Option("--code", help="Show it as a QR code too, for the node's own form.")
    ] = False,
) -> None:
    """Give a node a new password for the broker, which is shown once, or take it away.

    The broker knows it as soon as meten broker follow does; see: meten broker setup.
    """
    settings = read_settings()
    from .passwords import give, revoke_of, show

    if revoke:
        revoke_of(settings.need_dsn(), name)
        out.print(f"{name} has no password any more")
        return
    password = give(settings.need_dsn(), name)
    show(out, name, password, to_address(settings.broker.get_secret_value()) if code else None)


@node.command("key", epilog=example("meten node key release.key"))
def node_key(
    file: Annotated[Path, typer.Argument(help="Where to write it; must not be there yet.")],
) -> None:
    """Make a key that signs releases; print what nodes need to know of it.

    Keep the file away from servers and repositories: whoever has it can change all your nodes.
    """
    from .releases import make_key

    public = make_key(file)
    out.print("the public key; it belongs into release.pub on each node:")
    out.print(public, soft_wrap=True, highlight=False)


@node.command("release", epilog=example("meten node release --key release.key"))
def node_release(
    key: Annotated[Path, typer.Option(help="Private key; see meten node key.")],
    file: Annotated[
        Path | None, typer.Option("--out", help="Where to write it; by default by its version.")
    ] = None,
    channel: Annotated[
        Literal["stable", "test"], typer.Option(help="test: only for nodes that ask for it.")
    ] = "stable",
    folder: Annotated[Path, typer.Option("--from", help="Checkout of the repository.")] = Path(),
) -> None:
    """Make a signed release of the node software, one file for any web server."""
    from .releases import make_release, read_key, read_software, read_version

    software = read_software(folder)
    made = make_release(software, read_key(key), channel)
    version = read_version(software)
    path = file or Path(f"lokaalmeten-{version}.release")
    path.write_bytes(made)
    out.print(f"{path}: version {version}, {len(software)} files, {len(made):,} bytes")


@node.command("image", epilog=example("meten node image firmware --key release.pub"))
def node_image(
    folder: Annotated[Path, typer.Argument(help="Where to write it; see LOKAALMETEN_FIRMWARE.")],
    firmware: Annotated[
        Path | None, typer.Option(help="MicroPython for the chip; else it is downloaded.")
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="What that file must be.")] = None,
    key: Annotated[
        Path | None, typer.Option(help="release.pub: whose releases boards take.")
    ] = None,
    micropython: Annotated[
        Path | None, typer.Option(help="MicroPython's unix port, when it is not in the PATH.")
    ] = None,
) -> None:
    """Write what browsers put on boards: interpreter, files of each board, and what goes where."""
    from .flashing.folder import write_folder
    from .flashing.interpreter import fetch_interpreter, read_interpreter
    from .simulated import find_micropython

    program, downloads = micropython or find_micropython(), read_settings().data / "interpreters"
    if firmware is not None:
        interpreter = read_interpreter(firmware, sha256)
    else:
        interpreter = fetch_interpreter(downloads, lambda _: None)
    for line in write_folder(folder, interpreter, key, program):
        out.print(line, soft_wrap=True)


@node.command(
    "update",
    epilog=example(
        "meten node update box-7 --release https://meet.example.nl/lokaalmeten-1.2.0.release",
        "meten node update --percent 10 --release https://meet.example.nl/l-1.2.0.release",
    ),
)
def node_update(
    release: Annotated[str, typer.Option(help="Address from which nodes fetch it.")],
    name: Annotated[str | None, typer.Argument(help="Name of one node; else all.")] = None,
    percent: Annotated[
        int | None, typer.Option(min=1, max=100, help="So many of all nodes, the same each time.")
    ] = None,
) -> None:
    """Have one node, or a part of all nodes, fetch a release; each decides whether it takes it."""
    if (name is None) == (percent is None):
        raise typer.BadParameter("give the name of one node, or --percent of all")
    settings = read_settings()
    from .node_commands import check_url, publish, to_payload
    from .nodes import find_nodes

    check_url(release)
    payload = to_payload("update", {"url": release, "percent": percent or 100})
    nodes = find_nodes(settings.need_dsn(), name)
    publish(to_address(settings.broker.get_secret_value()), nodes, payload, retain=True)
    who = name or f"{percent} % of {len(nodes)} nodes"
    out.print(f"{who} may fetch it; how far they are: meten node list")
