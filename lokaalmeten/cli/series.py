"""`meten db series`: one node over time, as CSV."""

from collections.abc import Sequence
from datetime import datetime

import typer

from lokaalmeten.errors import SettingsError
from storage.periods import AMSTERDAM
from storage.pool import connect
from storage.reader import check_nodes, series


def write_series(
    dsn: str,
    node: str,
    quantities: Sequence[str],
    start: datetime,
    stop: datetime,
    width_s: int | None,
) -> None:
    """Write to standard output; moments without a zone are by the clock of Europe/Amsterdam.

    Raises SettingsError for a period that ends before it begins or a width below 0.
    """
    if start >= stop:
        raise SettingsError(f"the period is empty: --from {start} is not before --to {stop}")
    if width_s is not None and width_s < 0:
        raise SettingsError(f"--width is a number of seconds from 0 on, not {width_s}")
    first, after = (moment.replace(tzinfo=AMSTERDAM) for moment in (start, stop))
    with connect(dsn) as connection:
        check_nodes(connection, [node])
        found = series(connection, node, quantities, first, after, width_s)
    text = found.to_csv(
        index=False, date_format="%Y-%m-%dT%H:%M:%SZ", float_format="%.10g", lineterminator="\n"
    )
    typer.echo(text, nl=False)
