"""`meten rejected`: what was kept aside, and why."""

from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

rejected = typer.Typer(help="What was kept aside, and why.", no_args_is_help=True)


@rejected.command("list", epilog=example("meten rejected list --reason crc"))
def rejected_list(
    reason: Annotated[str | None, typer.Option(help="Only what was refused for this.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the latest.")] = 50,
) -> None:
    """List the messages that were kept aside, the latest first."""
    dsn = read_settings().need_dsn()
    from .rejects import show_list

    show_list(dsn, reason, limit, out)


@rejected.command("show", epilog=example("meten rejected show 17"))
def rejected_show(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Show one message: where it came from, why it was refused, its bytes."""
    dsn = read_settings().need_dsn()
    from .rejects import show_one

    show_one(dsn, number, out)


@rejected.command(
    "replay", epilog=example("meten rejected replay", 'meten rejected replay --reason "no time"')
)
def rejected_replay(
    reason: Annotated[str | None, typer.Option(help="Only what was refused for this.")] = None,
    node: Annotated[str | None, typer.Option(help="Only what this node sent.")] = None,
) -> None:
    """Try again what was kept aside; what can be used now is stored and leaves the list.

    Pages that wait for their time are moved when their boot has an anchor.
    """
    dsn = read_settings().need_dsn()
    from .rejects import replay

    replay(dsn, reason, node, out)
