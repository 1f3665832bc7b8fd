"""The page: the form, what it will give, the same for programs, and the other ways in."""

from collections.abc import Sequence
from html import escape

from ..pages.shell import page
from ..words import Words
from .choice import Choice
from .form import FORMS, Offer, write_form
from .preview import Preview
from .recipes import list_recipes

PATH = "data"
STYLE = '<link rel="stylesheet" href="/assets/data.css">'
SCRIPT = '<script type="module" src="/assets/data/box.js"></script>'
WAYS = (  # address, text of what it is
    ("/v1", "data.way.api"),
    ("/sta/v1.1", "data.way.sensorthings"),
    ("/v1/features", "data.way.features"),
    ("/v1/ngsi-ld/air-quality-observed", "data.way.ngsi"),
    ("/v1/catalog", "data.way.catalogue"),
    ("/v1/feed", "data.way.feed"),
)


def to_page(
    words: Words,
    choice: Choice | None,
    offer: Offer,
    found: Preview | None,
    site: str,
    wrong: str = "",
) -> str:
    """Whole document; ``wrong`` is what cannot be chosen so, and then nothing is shown."""
    said = f'<p class="notice-plain urgent" role="alert">{escape(wrong)}</p>' if wrong else ""
    shown = "" if found is None or choice is None else write_found(words, choice, found, site)
    form = write_form(words, choice or Choice(), offer, f"/{words.language}/{PATH}")
    lead = f'<p class="lead">{escape(words("data.lead"))}</p>'
    ways = write_ways(words)
    return page(
        words, PATH, words("data.title"), lead + said + form + shown + ways, head=STYLE, tail=SCRIPT
    )


def write_found(words: Words, choice: Choice, found: Preview, site: str) -> str:
    """What the choice gives."""
    package = found.download.package
    amount = write_amount(words, choice, found)
    licences = ", ".join(each["title"] for each in package["licenses"])
    link = escape(choice.to_address())
    name = escape(found.download.name)
    about = escape(choice.to_address(part="/datapackage.json"))
    file = (
        f'<p><a class="action" href="{link}" download>{escape(words("data.download"))}:'
        f" {escape(FORMS[choice.format])}</a></p>"
        f'<p class="small">{name} · {escape(licences)} · '
        f'<a href="{about}">{escape(words("data.columns"))}</a></p>'
    )
    cite = f'<p class="cite">{escape(package["citation"])}</p>'
    return (
        f"<h2>{escape(words('data.found'))}</h2><p>{escape(amount)}</p>{write_rows(words, found)}"
        f"{file}<h2>{escape(words('data.cite'))}</h2>{cite}{write_recipes(words, choice, site)}"
    )


def write_amount(words: Words, choice: Choice, found: Preview) -> str:
    """How much it is."""
    pieces = found.download.pieces
    count = len(pieces if choice.rides else {piece.node for piece in pieces})
    facts = {"count": words.number(count), "rows": words.number(found.expected)}
    if choice.rides:
        return words("data.amount.rides", **facts)
    return words("data.amount.nodes", **facts)


def write_rows(words: Words, found: Preview) -> str:
    """The first rows as a table; without any a sentence."""
    if not found.rows:
        said = words("data.none" if found.is_whole else "data.none.first")
        return f'<p class="notice-plain">{escape(said)}</p>'
    caption = words("data.rows", count=words.number(len(found.rows)))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in found.head)
    return (
        '<div class="table data-rows" role="region" tabindex="0"'
        f' aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(map(write_row, found.rows))}</tbody></table></div>"
    )


def write_row(row: Sequence[str]) -> str:
    """One row."""
    return f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>"


def write_recipes(words: Words, choice: Choice, site: str) -> str:
    """Programs, each folded."""
    items = "".join(
        f'<details class="folded"><summary>{escape(each.title)}</summary>'
        f'{write_hint(words, each.title)}<pre tabindex="0"><code>{escape(each.text)}</code></pre>'
        "</details>"
        for each in list_recipes(choice, site)
    )
    return f"<h2>{escape(words('data.programs'))}</h2>{items}"


def write_hint(words: Words, title: str) -> str:
    """Where to click in a program with menus."""
    return f"<p>{escape(words('data.excel'))}</p>" if title == "Excel" else ""


def write_ways(words: Words) -> str:
    """The other ways in."""
    items = "".join(
        f'<li><a href="{path}">{escape(path)}</a> {escape(words(key))}</li>' for path, key in WAYS
    )
    return f"<h2>{escape(words('data.ways'))}</h2><ul>{items}</ul>"
