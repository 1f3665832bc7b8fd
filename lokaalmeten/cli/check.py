"""`meten check`: stored values are looked at again."""

from datetime import datetime
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import Cluster, example, out

check = typer.Typer(help="Look at stored values again.", no_args_is_help=True)


@check.command(
    "review",
    epilog=example(
        "meten check review --since 2026-11-01", "meten check review --node box-7 --node box-8"
    ),
)
def check_review(
    since: Annotated[
        datetime | None, typer.Option(help="First day, UTC; its week is done whole.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(help="Day after the last, UTC.")] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only flags of this fixed node; may be repeated.")
    ] = None,
    cluster: Cluster = None,
) -> None:
    """Flag hours that stand still, jump out, or are unlike those of the neighbours.

    Values stay as they are. Twice is as good as once; without a period everything is looked at.
    Threads do it, or the workers of a cluster, each with LOKAALMETEN_DSN of its own.
    """
    dsn = read_settings().need_dsn()
    from .checks import run_review

    run_review(dsn, since, until, node or [], out, cluster)
