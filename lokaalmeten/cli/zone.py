"""`meten zone`: areas of which days are added up."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

zone = typer.Typer(help="Register municipalities and other areas.", no_args_is_help=True)


@zone.command(
    "add",
    epilog=example(
        "meten zone add gemeenten.geojson --name-from statcode --label-from statnaam",
        'meten zone add park.geojson --name park --label "The park" --kind park',
    ),
)
def zone_add(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON in degrees (WGS84): a collection, a feature, a shape.")
    ],
    kind: Annotated[str, typer.Option(help="What they are: one word of a-z.")] = "municipality",
    name_from: Annotated[
        str | None, typer.Option(help="Property that names each, as letters, digits and -.")
    ] = None,
    label_from: Annotated[
        str | None, typer.Option(help="Property with its name for people; else that of its name.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of a single one: a-z, 0-9 and -.")] = None,
    label: Annotated[str | None, typer.Option(help="Name for people of a single one.")] = None,
) -> None:
    """Register zones, or bring them up to date; `meten db roll-up` adds up their days.

    A node lies in a zone when the middle of its public cell does, some 170 m around it. Of several
    zones those that cannot be are left out and named, with exit code 1.
    """
    dsn = read_settings().need_dsn()
    from .zones import Naming, run_add

    naming = Naming(name_from, label_from, name, label)
    raise typer.Exit(0 if run_add(dsn, file, kind, naming, out) else 1)


@zone.command("list", epilog=example("meten zone list"))
def zone_list() -> None:
    """List the zones and how many nodes stand in each."""
    dsn = read_settings().need_read_dsn()
    from .tables import show_zones

    show_zones(dsn, out)


@zone.command("remove", epilog=example("meten zone remove park"))
def zone_remove(name: Annotated[str, typer.Argument(help="Name of the zone.")]) -> None:
    """Remove a zone and its days; its nodes and what they measured stay."""
    dsn = read_settings().need_dsn()
    from storage.pool import connect
    from storage.zones import remove_zone

    with connect(dsn) as connection:
        remove_zone(connection, name)
    out.print(f"zone {name} is removed; its nodes stay", highlight=False)
