"""Pages of articles and stories: a list, and one of them."""

from collections.abc import Sequence
from html import escape

from ..pages.shell import page
from ..texts import LANGUAGES
from ..words import Words
from .articles import ARTICLES, Article, list_articles
from .showcase import Story

STYLE = '<link rel="stylesheet" href="/assets/knowledge.css">'


def to_path(words: Words, *parts: str) -> str:
    """Path below the language."""
    return "/".join([words("knowledge.path"), *parts])


def write_list(words: Words, stories: Sequence[Story]) -> str:
    """Whole document with all articles, and the showcase."""
    items = "".join(
        write_item(words, article, to_path(words, article.name))
        for article in list_articles(words.language)
    )
    content = f'<ul class="articles">{items}</ul><h2>{escape(words("knowledge.stories"))}</h2>'
    content += write_stories(words, stories)
    return frame(words, words("knowledge.title"), content, ())


def write_stories(words: Words, stories: Sequence[Story]) -> str:
    """The showcase, or how to add to it."""
    if not stories:
        return f"<p>{escape(words('knowledge.stories.none'))}</p>"
    place = words("knowledge.path.stories")
    items = "".join(
        write_item(words, each.article, to_path(words, place, each.article.name), each.language)
        for each in stories
    )
    return f'<ul class="articles">{items}</ul>'


def write_item(words: Words, article: Article, path: str, language: str = "") -> str:
    """One of a list, with its summary."""
    spoken = mark(words, language)
    return (
        f'<li{spoken}><a href="/{words.language}/{path}">{escape(article.title)}</a>'
        f"<p>{escape(article.summary)}</p></li>"
    )


def write_article(words: Words, article: Article) -> str:
    """Whole document of an article."""
    column = LANGUAGES.index(words.language)
    (other,) = (names[1 - column] for names in ARTICLES if names[column] == article.name)
    return frame(words, article.title, f"<article>{article.body}</article>", (other,))


def write_story(words: Words, story: Story) -> str:
    """Whole document of a story."""
    place = Words(next(each for each in LANGUAGES if each != words.language))
    other = (place("knowledge.path.stories"), story.article.name)
    body = f"<article{mark(words, story.language)}>{story.article.body}</article>"
    return frame(words, story.article.title, body, other)


def frame(words: Words, title: str, content: str, other: Sequence[str]) -> str:
    """Whole document; ``other`` is what follows the path in the other language."""
    spoken = next(Words(each) for each in LANGUAGES if each != words.language)
    path = words("knowledge.path")
    return page(words, path, title, content, head=STYLE, other=to_path(spoken, *other))


def mark(words: Words, language: str) -> str:
    """The language of a part that is not that of the page."""
    return f' lang="{language}"' if language and language != words.language else ""
