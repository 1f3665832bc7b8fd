"""Where articles, stories and their pictures are found."""

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

from ..problems import NotFoundError
from ..texts import LANGUAGES
from ..words import Words
from .articles import ARTICLES, read_article
from .page import write_article, write_list, write_story
from .showcase import PICTURE, Showcase

HOUR = {"Cache-Control": "public, max-age=3600"}


def add_knowledge(app: FastAPI, showcase: Showcase) -> None:
    """Put the pages on the application, in each language."""
    for language in LANGUAGES:
        _add_language(app, showcase, Words(language))


def _add_language(app: FastAPI, showcase: Showcase, words: Words) -> None:
    base = f"/{words.language}/{words('knowledge.path')}"
    names = {pair[LANGUAGES.index(words.language)] for pair in ARTICLES}

    @app.get(base, include_in_schema=False)
    def overview() -> Response:
        return HTMLResponse(write_list(words, showcase.list(words.language)))

    @app.get(f"{base}/{{name}}", include_in_schema=False)
    def article(name: str) -> Response:
        if name not in names:
            raise NotFoundError(f"There is no article {name}.")
        return HTMLResponse(write_article(words, read_article(words.language, name)))

    @app.get(f"{base}/{words('knowledge.path.stories')}/{{name}}", include_in_schema=False)
    def story(name: str) -> Response:
        if PICTURE.fullmatch(name) and (path := showcase.picture(name)):
            return FileResponse(path, headers=HOUR)
        found = showcase.find(name, words.language)
        if found is None:
            raise NotFoundError(f"There is no story {name}.")
        return HTMLResponse(write_story(words, found))
