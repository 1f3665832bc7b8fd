"""A report as PDF on A4, tagged for screen readers, set by Typst with the fonts it brings along.

Text goes to Typst as strings, never as markup: whatever a node is called, it is only shown. No
package is fetched and no font of the machine is looked for: a report is the same everywhere.
"""

from datetime import datetime
from functools import singledispatch

import typst

from .document import TONES, Cell, Document, Facts, Heading, Paragraph, Picture, Table, to_cell

FEW = 6  # columns that are as wide as their texts
UNBROKEN = 14  # rows that are kept on one page
STANDARD = "ua-1"  # PDF/UA-1, ISO 14289-1: readable for everybody

SET_UP = """
#set document(title: {title}, author: "lokaalmeten")
#set text(lang: {language}, size: 10pt, fill: rgb("#22303c"), font: "Libertinus Serif")
#set par(leading: 0.6em, spacing: 0.9em)
#set page("a4", margin: (x: 19mm, top: 18mm, bottom: 20mm), footer: context [
  #set text(8pt, fill: rgb("#4a5a68"))
  #{foot} #h(1fr) #counter(page).display("1 / 1", both: true)
])
#show heading.where(level: 1): it => text(20pt, fill: rgb("#14507a"), it)
#show heading.where(level: 2): it => block(above: 1.9em, below: 0.8em, text(14pt, it))
#show heading.where(level: 3): it => block(above: 1.4em, below: 0.7em, text(11pt, it))
#show figure: set block(breakable: true, above: 1.2em, below: 1.4em)
#show figure.caption: it => block(sticky: true, width: 100%,
  align(left, text(8.5pt, fill: rgb("#4a5a68"), it.body)))
#show figure.where(kind: table): set figure.caption(position: top)
#show table: set text(8.5pt)
#show "µg/m³": box
#show table: set par(justify: false)
#set table(stroke: (x, y) => (top: 0.4pt + rgb("#d3dbe2")), inset: (x: 4pt, y: 3.2pt),
  fill: (x, y) => if y == 0 { rgb("#f5f7f9") })
"""


def to_pdf(document: Document, made: datetime) -> bytes:
    """Set a document; ``made`` is the moment that the file says it was made.

    A text with signs that the fonts lack is set without them, and then no standard is claimed.
    """
    source = to_typst(document).encode()
    try:
        return compile_source(source, made, [STANDARD])
    except typst.TypstError:
        return compile_source(source, made, [])


def compile_source(source: bytes, made: datetime, standards: list[str]) -> bytes:
    """Bytes of a PDF that keeps to ``standards``. Raises TypstError where it cannot."""
    return typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=standards,  # pyright: ignore[reportArgumentType]
        timestamp=made.replace(microsecond=0),  # Typst knows none
    )


def to_typst(document: Document) -> str:
    """Write a document in the language of Typst."""
    texts = {name: quote(getattr(document, name)) for name in ("title", "language", "foot")}
    set_up = SET_UP
    for name, text in texts.items():
        set_up = set_up.replace(f"{{{name}}}", text, 1)
    head = [Heading(document.title, 1), Paragraph(document.lead)]
    return set_up + "\n".join(write(block) for block in (*head, *document.blocks))


def quote(text: str) -> str:
    """A string of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@singledispatch
def write(block: object) -> str:
    """Write one block."""
    raise TypeError(f"no block of a report: {block!r}")


@write.register
def _(block: Heading) -> str:
    return f"#heading(level: {block.level}, {quote(block.text)})"


@write.register
def _(block: Paragraph) -> str:
    text = f"text({quote(block.text)})"
    if not block.note:
        return f"#par({text})"
    look = 'fill: rgb("#fff6e5"), stroke: (left: 2.5pt + rgb("#9a4a00")), inset: 8pt, width: 100%'
    return f"#block({look}, par({text}))"


@write.register
def _(block: Facts) -> str:
    cells = ", ".join(
        f'block(fill: rgb("#f5f7f9"), inset: 7pt, radius: 3pt, width: 100%, height: 100%,'
        f' text(8.5pt, fill: rgb("#4a5a68"), {quote(name)}) + linebreak()'
        f' + text(13pt, weight: "bold", {quote(value)}))'
        for name, value in block.facts
    )
    rows = -(-len(block.facts) // 4)
    heights = ", ".join(["44pt"] * rows)
    return f"#grid(columns: (1fr,) * 4, rows: ({heights},), gutter: 6pt, {cells})"


@write.register
def _(block: Table) -> str:
    head = ", ".join(f'text(weight: "bold", {quote(text)})' for text in block.header)
    cells = ",\n".join(write_cell(cell) for row in block.rows for cell in row)
    places = "".join(f"{place}, " for place in (0, *block.texts))
    kept = "" if len(block.rows) > UNBROKEN else ", breakable: false"
    table = (
        f"table(columns: {to_columns(len(block.header))},"
        f" align: (x, y) => if x in ({places}) {{ left + top }} else {{ right + top }},"
        f" table.header({head}),\n{cells})"
    )
    figure = f"figure(align(left, {table}), caption: {quote(block.caption)}, kind: table,"
    return f"#block(width: 100%{kept}, {figure} supplement: none, numbering: none))"


def to_columns(count: int) -> str:
    """Widths of the columns of a table: as they need while they are few, else of equal share."""
    if count <= FEW:
        return f"(auto,) * {count}"
    return f"(2.4fr, {'1fr, ' * (count - 1)})"


def write_cell(given: Cell | str) -> str:
    """A cell of a table."""
    cell = to_cell(given)
    colour = f'fill: rgb("{TONES[cell.tone]}"), ' if cell.tone else ""
    return f"text({colour}{quote(cell.text)})"


@write.register
def _(block: Picture) -> str:
    image = f'image(bytes({quote(block.svg)}), format: "svg", width: 100%, alt: {quote(block.alt)})'
    caption = f"caption: {quote(block.caption)}"
    return (
        f"#block(breakable: false, figure({image}, {caption}, supplement: none, numbering: none))"
    )
