"""A report as one page of HTML that needs nothing else: no script, no font, no request."""

from collections.abc import Sequence
from functools import singledispatch
from html import escape

from .document import TONES, Cell, Document, Facts, Heading, Paragraph, Picture, Table, to_cell

FEW = 6  # columns that are as wide as their texts
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

STYLE = """
:root { --ink: #22303c; --soft: #4a5a68; --line: #d3dbe2; --ground: #f5f7f9; --accent: #14507a; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main, footer { max-width: 50rem; margin: 0 auto; padding: 0 1rem; }
main { padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; color: var(--accent); }
h2 { margin: 2.2rem 0 0.5rem; padding-top: 0.6rem; border-top: 2px solid var(--accent); font-size: 1.35rem; }
h3 { margin: 1.6rem 0 0.4rem; font-size: 1.1rem; }
p { margin: 0.6rem 0; }
.lead { color: var(--soft); font-size: 1.05rem; }
.note { padding: 0.7rem 1rem; background: #fff6e5; border-left: 4px solid #9a4a00; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
dl div { padding: 0.7rem 0.8rem; background: var(--ground); border: 1px solid var(--line); border-radius: 6px; }
dt { font-size: 0.875rem; color: var(--soft); }
dd { margin: 0; font-size: 1.3rem; font-weight: 600; overflow-wrap: anywhere; }
figure { margin: 1.2rem 0; }
caption { max-width: calc(100vw - 2rem); }
figcaption, caption { padding: 0.4rem 0; text-align: left; font-size: 0.875rem; color: var(--soft); }
.wide { overflow-x: auto; }
.few table { width: auto; }
.few th, .few td { padding-right: 0.9rem; }
.wide:focus-visible { outline: 3px solid #9a4a00; outline-offset: 2px; }
.wide svg { display: block; width: 100%; min-width: 26rem; max-width: 46rem; height: auto; }
table { border-collapse: collapse; width: 100%; margin: 0.6rem 0; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.5rem; border-top: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; }
thead th { vertical-align: bottom; background: var(--ground); }
th:first-child { text-align: left; overflow-wrap: break-word; min-width: 6.5rem; }
td { white-space: nowrap; }
td.text { white-space: normal; min-width: 7rem; }
th.text, td.text { text-align: left; }
tbody th { font-weight: 400; }
footer { margin-top: 2.5rem; padding-bottom: 2rem; font-size: 0.875rem; color: var(--soft); }
@page { size: A4; margin: 18mm 16mm; }
@media print {
  body { font-size: 10pt; }
  main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .wide { overflow: visible; }
  .wide svg { min-width: 0; }
  h2, h3 { break-after: avoid; }
  figure, dl div, tr, .note { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""  # noqa: E501 - one rule a line

TONE_STYLE = "".join(f".{tone} {{ color: {colour}; }}\n" for tone, colour in TONES.items() if tone)


def to_html(document: Document) -> str:
    """Write a document as a whole page."""
    blocks = "\n".join(map(write, document.blocks))
    title, foot = escape(document.title), escape(document.foot)
    return f"""<!DOCTYPE html>
<html lang="{document.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}{TONE_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="lead">{escape(document.lead)}</p>
{blocks}
</main>
<footer>{foot}</footer>
</body>
</html>
"""


@singledispatch
def write(block: object) -> str:
    """Write one block."""
    raise TypeError(f"no block of a report: {block!r}")


@write.register
def _(block: Heading) -> str:
    return f"<h{block.level}>{escape(block.text)}</h{block.level}>"


@write.register
def _(block: Paragraph) -> str:
    kind = ' class="note"' if block.note else ""
    return f"<p{kind}>{escape(block.text)}</p>"


@write.register
def _(block: Facts) -> str:
    rows = (f"<div><dt>{escape(n)}</dt><dd>{escape(v)}</dd></div>" for n, v in block.facts)
    return f"<dl>{''.join(rows)}</dl>"


@write.register
def _(block: Table) -> str:
    head = "".join(
        f'<th scope="col"{to_class(text=place in block.texts)}>{escape(said)}</th>'
        for place, said in enumerate(block.header)
    )
    body = "\n".join(write_row(row, block.texts) for row in block.rows)
    kind = "wide few" if len(block.header) <= FEW else "wide"
    said = escape(block.caption)
    # what scrolls can be reached with the keyboard, and says what it is
    return (
        f'<div class="{kind}" tabindex="0" role="region" aria-label="{said}"><table>'
        f"<caption>{said}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def write_row(row: Sequence[Cell | str], texts: Sequence[int]) -> str:
    """One row of a table; its first cell names it."""
    first, *rest = map(to_cell, row)
    cells = [f'<th scope="row"{to_class(first.tone)}>{escape(first.text)}</th>']
    cells += [
        f"<td{to_class(cell.tone, text=place in texts)}>{escape(cell.text)}</td>"
        for place, cell in enumerate(rest, 1)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def to_class(tone: str = "", *, text: bool = False) -> str:
    """Attribute of a tone, and of what is no number."""
    names = " ".join(filter(None, (tone, "text" if text else "")))
    return f' class="{names}"' if names else ""


@write.register
def _(block: Picture) -> str:
    named = f'<svg role="img" aria-label="{escape(block.alt)}"'
    svg = block.svg.replace("<svg", named, 1)
    said = escape(block.caption)
    return (
        f'<figure><div class="wide" tabindex="0" role="region" aria-label="{said}">{svg}</div>'
        f"<figcaption>{said}</figcaption></figure>"
    )
