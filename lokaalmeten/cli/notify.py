"""`meten notify`: who is told when a node is silent, its battery low, or a limit passed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.logs import start_logging
from lokaalmeten.settings import read_settings

from .saying import example, out
from .stopping import until_told

notify = typer.Typer(
    help="Tell of silent nodes, low batteries and passed limits.", no_args_is_help=True
)

RECENT = timedelta(days=7)
MOST = 20  # notices that are listed


@notify.command("watch", epilog=example("meten notify watch", "meten notify watch --once"))
def notify_watch(
    once: Annotated[bool, typer.Option(help="One look, and end.")] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Store nothing, tell nobody, print what would go out to whom.")
    ] = False,
) -> None:
    """Look at all nodes every five minutes and tell who has to know, until stopped."""
    found = read_settings()
    found.need_dsn()
    from .notify_rounds import rehearse, watch

    if dry_run:
        rehearse(found, out)
        return
    start_logging(found.log, found.log_level)
    with until_told() as stop:
        watch(found, stop, once=once)


@notify.command(
    "add",
    epilog=example(
        "meten notify add --email beheer@example.org",
        "meten notify add --webhook https://example.org/nodes --project street --language en",
        "meten notify add --email lucht@example.org --about limit --zone de-bilt",
    ),
)
def notify_add(
    email: Annotated[str, typer.Option(help="An address of mail.")] = "",
    webhook: Annotated[str, typer.Option(help="An address of the web, https.")] = "",
    about: Annotated[str, typer.Option(help="Of silent, battery, limit; commas between.")] = (
        "silent,battery"
    ),
    project: Annotated[str | None, typer.Option(help="Only nodes of this project.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only nodes that stand in this zone.")] = None,
    language: Annotated[str, typer.Option(help="nl or en.")] = "nl",
) -> None:
    """Tell somebody of fixed nodes; once more changes what and the language.

    Owners are told of their own nodes when they agreed to it: meten node consent NAME --give mail.
    """
    dsn = read_settings().need_dsn()
    from lokaalmeten.notices.mail import check_mailbox
    from lokaalmeten.notices.troubles import KINDS
    from lokaalmeten.notices.webhook import check_url
    from lokaalmeten.notices.words import LANGUAGES
    from storage.pool import connect
    from storage.troubles import subscribe

    kinds = [kind.strip() for kind in about.split(",") if kind.strip()]
    if bool(email) + bool(webhook) != 1:
        raise SettingsError("name one of --email and --webhook")
    if not kinds or set(kinds) - set(KINDS):
        raise SettingsError(f"--about is of {', '.join(KINDS)}, not {about!r}")
    if language not in LANGUAGES:
        raise SettingsError(f"--language is one of {', '.join(LANGUAGES)}, not {language!r}")
    channel, target = ("email", check_mailbox(email)) if email else ("webhook", check_url(webhook))
    with connect(dsn) as connection:
        number = subscribe(connection, channel, target, language, kinds, project=project, zone=zone)
    out.print(f"subscription {number}: {', '.join(kinds)} over {channel}", highlight=False)


@notify.command("list", epilog=example("meten notify list"))
def notify_list() -> None:
    """List who is told beside owners, what is wrong now, and what went out in the last week."""
    dsn = read_settings().need_dsn()
    from storage.pool import connect
    from storage.troubles import read_lasting, read_notices, read_subscriptions

    from .post import to_receiver

    with connect(dsn, reading=True) as connection:
        who, lasting = read_subscriptions(connection), read_lasting(connection)
        went = read_notices(connection, datetime.now(UTC) - RECENT, MOST)
    table = Table("number", "channel", "to", "about", "of", "language", box=None)
    for each in who:
        of = " in ".join(filter(None, (each.project, each.zone))) or "all"
        row = (str(each.number), each.channel, to_receiver(each), ", ".join(each.kinds), of)
        table.add_row(*row, each.language)
    out.print(table if who else "nobody is told beside owners; see: meten notify add --help")
    for trouble in lasting:
        since = f"{trouble.since.astimezone(UTC):%d %b %H:%M}"
        what = f"{trouble.node}: {trouble.kind} {trouble.about}".rstrip()
        out.print(f"{what} since {since}", soft_wrap=True, highlight=False, markup=False)
    for each in went:
        to = "its owner" if each.subscription is None else f"subscription {each.subscription}"
        why = f": {each.failure}" if each.failure else ""
        out.print(
            f"{each.at.astimezone(UTC):%d %b %H:%M} {each.kind} {each.what}, {each.count} of nodes,"
            f" to {to}: {each.state} after {each.tries} tries{why}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )


@notify.command("remove", epilog=example("meten notify remove 3"))
def notify_remove(
    number: Annotated[int, typer.Argument(help="Number of the subscription.")],
) -> None:
    """Tell somebody no more; the address and what waits for it are forgotten."""
    dsn = read_settings().need_dsn()
    from storage.pool import connect
    from storage.troubles import unsubscribe

    with connect(dsn) as connection:
        unsubscribe(connection, number)
    out.print(f"subscription {number} is removed", highlight=False)
