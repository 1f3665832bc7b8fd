"""`meten privacy`: what the public may see of rides, and what owners keep to themselves."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

privacy = typer.Typer(help="What the public may see of rides.", no_args_is_help=True)
zone = typer.Typer(help="Places that owners keep to themselves.", no_args_is_help=True)
privacy.add_typer(zone, name="zone")

Owner = Annotated[str, typer.Argument(help="Whose it is; see meten owner list.")]
Name = Annotated[str, typer.Argument(help="Name of the zone: a-z, 0-9 and -.")]


@privacy.command("show", epilog=example("meten privacy show"))
def privacy_show() -> None:
    """Say when rides become public here, and how many nodes must have passed a cell."""
    dsn = read_settings().need_dsn()
    from .zoning import show_publication

    show_publication(dsn, out)


@privacy.command("set", epilog=example("meten privacy set --delay 48 --fewest 5"))
def privacy_set(
    delay: Annotated[
        float | None,
        typer.Option(min=0, max=8784, help="Hours from the end of a ride."),
    ] = None,
    fewest: Annotated[
        int | None, typer.Option(min=1, help="Moving nodes that must have passed a cell.")
    ] = None,
) -> None:
    """Change when and where rides of this database are public; what is public stays so."""
    dsn = read_settings().need_dsn()
    from .zoning import change_publication

    change_publication(dsn, None if delay is None else round(delay * 3600), fewest, out)


@privacy.command("settle", epilog=example("meten privacy settle"))
def privacy_settle() -> None:
    """Cut all rides anew; needed only after a restore of old data. Safe to repeat."""
    dsn = read_settings().need_dsn()
    from .zoning import settle_all

    settle_all(dsn, out)


@zone.command(
    "add",
    epilog=example(
        "meten privacy zone add ann home --lat 52.0907 --lon 5.1214 --radius 300",
        "meten privacy zone add ann school --outline school.geojson",
    ),
)
def zone_add(
    owner: Owner,
    name: Name,
    lat: Annotated[float | None, typer.Option(help="Latitude of the centre, degrees.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude of the centre, degrees.")] = None,
    radius: Annotated[float, typer.Option(help="How far it reaches, metres.")] = 0,
    outline: Annotated[
        Path | None, typer.Option(help="GeoJSON polygon instead of a centre, degrees (WGS84).")
    ] = None,
) -> None:
    """Draw a zone in which nothing of the owner's rides is ever public, or draw it anew.

    All rides of the owner are hidden at once, and shown again when they are cut by it.
    """
    dsn = read_settings().need_dsn()
    from .zoning import draw

    draw(dsn, owner, name, (lat, lon), radius, outline, out)


@zone.command("list", epilog=example("meten privacy zone list", "meten privacy zone list ann"))
def zone_list(
    owner: Annotated[str | None, typer.Argument(help="Only of this owner.")] = None,
) -> None:
    """List the zones and about how large each is; where they are only the database knows."""
    dsn = read_settings().need_dsn()
    from .zoning import show_zones

    show_zones(dsn, owner, out)


@zone.command("remove", epilog=example("meten privacy zone remove ann school"))
def zone_remove(owner: Owner, name: Name) -> None:
    """Forget a zone; the rides of its owner are cut anew without it."""
    dsn = read_settings().need_dsn()
    from .zoning import erase

    erase(dsn, owner, name, out)
