"""Colours of a municipality: a file of CSS that sets variables of style.css anew.

The server reads it once, at the start, so that a wrong name is said then and not on every page.
"""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response

from lokaalmeten.errors import SettingsError

ROUTE = "/theme.css"  # every page loads it last
LARGEST_B = 100_000
KEPT = {"Cache-Control": "max-age=300"}


def add_theme(app: FastAPI, file: str) -> None:
    """Serve the file, or nothing for none.

    Raises:
        SettingsError: it cannot be read.

    """
    content = read_theme(file) if file else b""

    @app.get(ROUTE, include_in_schema=False)
    async def theme() -> Response:
        return Response(content, media_type="text/css", headers=KEPT)


def read_theme(file: str) -> bytes:
    """CSS in a file.

    Raises:
        SettingsError: there is none, or it is none.

    """
    try:
        content = Path(file).read_bytes()
        content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"LOKAALMETEN_THEME is {file!r}, which is no CSS: {error}.") from error
    if len(content) > LARGEST_B:
        raise SettingsError(f"LOKAALMETEN_THEME: {file} has more than {LARGEST_B:,} bytes.")
    return content
