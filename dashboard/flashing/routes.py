"""Where the page and its files are found."""

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

from ..problems import NotFoundError
from ..texts import LANGUAGES
from ..words import Words
from .folder import Firmware
from .page import FILES, SCRIPT, write_flash

ASK = {"Cache-Control": "no-cache"}  # a new release is there at once


def add_flashing(app: FastAPI, firmware: Firmware) -> None:
    """Put the page on the application, in each language, and what is flashed."""
    for language in LANGUAGES:
        _add_language(app, firmware, Words(language))

    @app.get(f"{FILES}/{{name}}", include_in_schema=False)
    def file(name: str) -> Response:
        path = firmware.find(name)
        if path is None:
            raise NotFoundError(f"There is nothing at {FILES}/{name}.")
        return FileResponse(path, headers=ASK)


def _add_language(app: FastAPI, firmware: Firmware, words: Words) -> None:
    @app.get(f"/{words.language}/{words('flash.path')}", include_in_schema=False)
    def flash() -> Response:
        # the bare address: parts of the script name one another so, and are loaded once
        return HTMLResponse(write_flash(words, firmware.list(), f"/assets/{SCRIPT}"))
