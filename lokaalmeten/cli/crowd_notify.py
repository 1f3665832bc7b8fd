"""`meten crowd notify`: who is told of the alerts of a place."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import read_settings

from .saying import example, out

notify = typer.Typer(help="Who is told of the alerts of a place.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the place.")]
COLOURS = {"yellow": 1, "orange": 2, "red": 3}
RECENT = timedelta(days=7)
MOST = 20  # notices that are listed


@notify.command(
    "add",
    epilog=example(
        "meten crowd notify add boulevard --email stewards@example.org --level orange",
        "meten crowd notify add boulevard --webhook https://example.org/alerts --language en",
        "meten crowd notify add boulevard --mqtt --level yellow",
    ),
)
def notify_add(
    name: Name,
    email: Annotated[str, typer.Option(help="An address of mail.")] = "",
    webhook: Annotated[str, typer.Option(help="An address of the web, https.")] = "",
    mqtt: Annotated[bool, typer.Option(help="A retained topic for each zone.")] = False,
    level: Annotated[str, typer.Option(help="The least: yellow, orange or red.")] = "orange",
    language: Annotated[str, typer.Option(help="nl or en.")] = "nl",
) -> None:
    """Tell somebody of alerts; once more changes level and language."""
    dsn = read_settings().need_dsn()
    from lokaalmeten.notices.mail import check_mailbox
    from lokaalmeten.notices.webhook import check_url
    from lokaalmeten.notices.words import LANGUAGES
    from storage.notices import subscribe
    from storage.pool import connect

    if bool(email) + bool(webhook) + mqtt != 1:
        raise SettingsError("name one of --email, --webhook and --mqtt")
    if level not in COLOURS:
        raise SettingsError(f"--level is one of {', '.join(COLOURS)}, not {level!r}")
    if language not in LANGUAGES:
        raise SettingsError(f"--language is one of {', '.join(LANGUAGES)}, not {language!r}")
    channel = "email" if email else "webhook" if webhook else "mqtt"
    target = check_mailbox(email) if email else check_url(webhook) if webhook else ""
    with connect(dsn) as connection:
        number = subscribe(connection, name, channel, target, COLOURS[level], language)
    out.print(f"subscription {number}: {name} from {level} on over {channel}", highlight=False)


@notify.command("list", epilog=example("meten crowd notify list boulevard"))
def notify_list(name: Name) -> None:
    """List who is told, and what went out in the last week."""
    dsn = read_settings().need_dsn()
    from storage.crowd import read_place
    from storage.notices import read_notices, read_subscriptions
    from storage.pool import connect

    from .post import to_receiver

    now = datetime.now(UTC)
    with connect(dsn, reading=True) as connection:
        read_place(connection, name)  # says so when there is none
        who = read_subscriptions(connection, name)
        went = read_notices(connection, name, now - RECENT, now)
    colours = {level: colour for colour, level in COLOURS.items()}
    table = Table("number", "channel", "to", "from", "language", box=None)
    for each in who:
        row = (str(each.number), each.channel, to_receiver(each), colours[each.level])
        table.add_row(*row, each.language)
    out.print(table if who else f"nobody is told of {name}; see: meten crowd notify add --help")
    for each in went[:MOST]:
        why = f": {each.failure}" if each.failure else ""
        out.print(
            f"{each.time.astimezone(UTC):%d %b %H:%M} {each.gauge} {each.what} to subscription"
            f" {each.subscription}: {each.state} after {each.tries} tries{why}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )


@notify.command("remove", epilog=example("meten crowd notify remove boulevard 3"))
def notify_remove(
    name: Name, number: Annotated[int, typer.Argument(help="Number of the subscription.")]
) -> None:
    """Tell somebody no more; what waits for them is dropped."""
    dsn = read_settings().need_dsn()
    from storage.notices import unsubscribe
    from storage.pool import connect

    with connect(dsn) as connection:
        unsubscribe(connection, name, number)
    out.print(f"subscription {number} of {name} is removed", highlight=False)
