"""`meten owner` and `meten project`: who and what is behind the nodes."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import read_settings

from .saying import example, out

owner = typer.Typer(
    help="Register who has nodes, hand over all of them, or remove them.", no_args_is_help=True
)
project = typer.Typer(help="Nodes that were set out together.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name: a-z, 0-9 and -.")]
Dutch = Annotated[str | None, typer.Option("--label-nl", help="Name for people, Dutch.")]
English = Annotated[str | None, typer.Option("--label-en", help="Name for people, English.")]
About = Annotated[str | None, typer.Option(help="What it is about.")]
Url = Annotated[str | None, typer.Option(help="Where more is to be read.")]
KeepRaw = Annotated[
    int | None, typer.Option("--keep-raw", min=0, help="Keep observations so many days; 0: ever.")
]
KeepRejected = Annotated[
    int | None,
    typer.Option("--keep-rejected", min=0, help="Keep refused messages so many days; 0: default."),
]
KeepDelivery = Annotated[
    int | None,
    typer.Option("--keep-delivery", min=0, help="Know which pages of old boots came; 0: default."),
]
KeepForecast = Annotated[
    int | None, typer.Option("--keep-forecast", min=0, help="Keep forecasts so many days; 0: ever.")
]


@owner.command("add", epilog=example('meten owner add library --label "The library"'))
def owner_add(
    name: Name,
    label: Annotated[str, typer.Option(help="Name for people; never public.")] = "",
    email: Annotated[str, typer.Option(help="Where the owner is reached; never public.")] = "",
    language: Annotated[str | None, typer.Option(help="Of mail to the owner: nl or en.")] = None,
    forget: Annotated[
        bool, typer.Option("--forget-email", help="Forget where the owner is reached.")
    ] = False,
) -> None:
    """Register an owner of nodes, or bring label, address and language up to date."""
    dsn = read_settings().need_dsn()
    from lokaalmeten.notices.mail import check_mailbox
    from lokaalmeten.notices.words import LANGUAGES
    from storage.people import add_owner, forget_email
    from storage.pool import connect

    if language not in (None, *LANGUAGES):
        raise SettingsError(f"--language is one of {', '.join(LANGUAGES)}, not {language!r}")
    if email and forget:
        raise SettingsError("give an address with --email, or forget it with --forget-email")
    if email:
        check_mailbox(email)
    with connect(dsn) as connection:
        if forget:
            forget_email(connection, name)
        add_owner(connection, name, label=label, email=email, language=language)
    out.print(f"owner {name}: meten node add NODE --owner {name}", highlight=False)


@owner.command("list", epilog=example("meten owner list"))
def owner_list() -> None:
    """List the owners and how many nodes each has."""
    dsn = read_settings().need_dsn()
    from .tables import show_owners

    show_owners(dsn, out)


@owner.command("export", epilog=example("meten owner export library library.zip"))
def owner_export(
    name: Name,
    file: Annotated[Path, typer.Argument(help="New file, ending in .zip.")],
) -> None:
    """Write all that is known of an owner to a ZIP for that person, precise places included."""
    dsn = read_settings().need_dsn()
    from .owner_export import run_owner_export

    run_owner_export(dsn, name, file, out)


@owner.command(
    "remove", epilog=example("meten owner remove library", "meten owner remove me --yes")
)
def owner_remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove an owner and all nodes of it, with everything they measured; for good."""
    dsn = read_settings().need_dsn()
    from .removals import run_removal

    run_removal(dsn, out, owner=name, yes=yes)


@project.command("add", epilog=example('meten project add street --label-en "Our street"'))
def project_add(
    name: Name,
    label_nl: Dutch = None,
    label_en: English = None,
    description: About = None,
    url: Url = None,
    keep_raw: KeepRaw = None,
    keep_rejected: KeepRejected = None,
    keep_delivery: KeepDelivery = None,
    keep_forecast: KeepForecast = None,
) -> None:
    """Register a project; all of it is public."""
    dsn = read_settings().need_dsn()
    from storage.people import add_project
    from storage.pool import connect

    kept = to_days(keep_raw, keep_rejected, keep_delivery, keep_forecast)
    labels = {"label_nl": label_nl, "label_en": label_en, "description": description, "url": url}
    with connect(dsn) as connection:
        add_project(connection, name, **labels, **kept)
    out.print(f"project {name}: meten node add NODE --project {name}", highlight=False)


@project.command("set", epilog=example("meten project set street --keep-raw 730"))
def project_set(
    name: Name,
    label_nl: Dutch = None,
    label_en: English = None,
    description: About = None,
    url: Url = None,
    keep_raw: KeepRaw = None,
    keep_rejected: KeepRejected = None,
    keep_delivery: KeepDelivery = None,
    keep_forecast: KeepForecast = None,
) -> None:
    """Change what is given of a project; `meten db retain` does what it says about keeping."""
    dsn = read_settings().need_dsn()
    from storage.people import set_project
    from storage.pool import connect

    kept = to_days(keep_raw, keep_rejected, keep_delivery, keep_forecast)
    labels = {"label_nl": label_nl, "label_en": label_en, "description": description, "url": url}
    with connect(dsn) as connection:
        set_project(connection, name, **labels, **kept)
    out.print(f"project {name} is changed", highlight=False)


def to_days(
    raw: int | None, rejected: int | None, delivery: int | None, forecast: int | None
) -> dict[str, Any]:
    """Days to keep each class of data, as ``set_project`` names them."""
    return {
        "keep_raw_days": raw,
        "keep_rejected_days": rejected,
        "keep_delivery_days": delivery,
        "keep_forecast_days": forecast,
    }


@project.command("list", epilog=example("meten project list"))
def project_list() -> None:
    """List the projects, how many nodes each has, and how long their data are kept."""
    dsn = read_settings().need_dsn()
    from .tables import show_projects

    show_projects(dsn, out)


@project.command("remove", epilog=example("meten project remove street"))
def project_remove(name: Name) -> None:
    """Remove a project; its nodes and what they measured stay."""
    dsn = read_settings().need_dsn()
    from storage.people import remove_project
    from storage.pool import connect

    with connect(dsn) as connection:
        remove_project(connection, name)
    out.print(f"project {name} is removed; its nodes are in none now", highlight=False)
