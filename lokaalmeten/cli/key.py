"""`meten key`: who may change something on the pages."""

from datetime import timedelta
from typing import Annotated

import typer

from lokaalmeten.errors import FormatError
from lokaalmeten.settings import read_settings

from .saying import example, out

key = typer.Typer(
    help="Keys with which people may change something, and people who sign in with an account.",
    no_args_is_help=True,
)

Role = Annotated[
    str,
    typer.Option(
        help="operator or municipality: changes crowd places, sees how nodes are; owner: sees and"
        " changes the own nodes; project: sees how its nodes are."
    ),
]
Label = Annotated[str, typer.Option("--for", help="Who has it; never public.")]
Area = Annotated[
    str | None, typer.Option(help="Zone in which it may change something; everywhere without.")
]
Owner = Annotated[
    str | None, typer.Option(help="Of role owner: whose nodes and rides; see meten owner list.")
]
Project = Annotated[
    str | None, typer.Option(help="Of role project: which nodes; see meten project list.")
]
Expires = Annotated[str, typer.Option(help="How long it opens anything: 365d.")]


@key.command(
    "add",
    epilog=example(
        'meten key add --role municipality --for "Crowd team" --area gm0344 --expires 365d',
        'meten key add --role owner --owner ann --for "Ann, by mail"',
    ),
)
def key_add(
    role: Role,
    label: Label,
    area: Area = None,
    owner: Owner = None,
    project: Project = None,
    expires: Expires = "365d",
) -> None:
    """Make a key and show it, once: it is kept as a hash, nobody can look it up again."""
    dsn = read_settings().need_dsn()
    lasts = read_days(expires)
    check_reach(role, owner, project)
    from storage.access import add_key
    from storage.pool import connect

    with connect(dsn) as connection:
        made = add_key(connection, role, label, lasts, area and area.lower(), owner, project)
    out.print(made, highlight=False, soft_wrap=True, markup=False)
    out.print("This is the only time that it is shown. Sign in with it on the page /en/sign-in.")


@key.command(
    "link",
    epilog=example(
        "meten key link kim@utrecht.nl --role municipality --for Kim --area gm0344",
        "meten key link --subject 7c1f0a --role operator --for Kim",
    ),
)
def key_link(
    account: Annotated[
        str,
        typer.Argument(
            help="E-mail address of the account, or what the page /en/sign-in calls it."
        ),
    ],
    role: Role,
    label: Label,
    area: Area = None,
    owner: Owner = None,
    project: Project = None,
    expires: Expires = "365d",
    subject: Annotated[
        bool, typer.Option("--subject", help="It is no address, though there is an @ in it.")
    ] = False,
) -> None:
    """Let somebody in who signs in with an account (LOKAALMETEN_OIDC_ISSUER), with a role."""
    dsn = read_settings().need_dsn()
    lasts = read_days(expires)
    check_reach(role, owner, project)
    from storage.access import link_person
    from storage.pool import connect

    reach = (area and area.lower(), owner, project)
    with connect(dsn) as connection:
        made = link_person(connection, account, role, label, lasts, *reach, by_subject=subject)
    out.print(
        f"{account} may sign in as {role}; take it back with: meten key revoke {made}",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


def check_reach(role: str, owner: str | None, project: str | None) -> None:
    """Refuse an owner or project without its role, and the other way round."""
    for kind, named in (("owner", owner), ("project", project)):
        if (role == kind) != (named is not None):
            raise typer.BadParameter(f"--role {kind} and --{kind} NAME belong together")


def read_days(text: str) -> timedelta:
    """Days of a text like 365d; FormatError for anything else.

    >>> read_days("30d").days
    30
    """
    number = text.removesuffix("d")
    if not (text.endswith("d") and number.isascii() and number.isdigit() and len(number) <= 5):
        raise FormatError(f"--expires is a number of days such as 365d, not {text!r}")
    return timedelta(days=int(number))


@key.command("list", epilog=example("meten key list"))
def key_list() -> None:
    """List keys and linked people: whose, for what, until when, and when each was last used."""
    dsn = read_settings().need_dsn()
    from .keys import show_keys

    show_keys(dsn, out)


@key.command(
    "revoke", epilog=example("meten key revoke k3v9x1ab", "meten key revoke kim@utrecht.nl")
)
def key_revoke(
    prefix: Annotated[
        str,
        typer.Argument(help="The part after lm_, as `meten key list` has it, or a linked account."),
    ],
) -> None:
    """Take a key back at once; who is signed in with it is signed out."""
    dsn = read_settings().need_dsn()
    from storage.access import revoke_key
    from storage.pool import connect

    with connect(dsn) as connection:
        revoke_key(connection, prefix)
    out.print("the key is revoked, and who was signed in with it is signed out")
