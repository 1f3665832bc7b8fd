"""What the server writes of components that Dash would make in the browser."""

from dash import html

from dashboard.pages.parts import table
from dashboard.pages.written import write


def test_a_component_is_written_with_its_names_and_everything_escaped():
    part = html.P(
        ["a < b & c ", html.A("x", href='/nl/?a="1"&b=2', tabIndex=0), html.Br(), 3, None],
        className="lead",
        style={"color": "red", "margin": 0},
        hidden=True,
        title=None,
    )
    assert write(part) == (
        '<p class="lead" hidden style="color:red;margin:0">a &lt; b &amp; c '
        '<a href="/nl/?a=&quot;1&quot;&amp;b=2" tabindex="0">x</a><br>3</p>'
    )


def test_parts_of_pages_can_be_written():
    told = write([table(("cel", "n"), [("8a", "1")], "Getallen", (1,)), None, False or ""])
    assert told.startswith('<div class="table" role="region" tabindex="0" aria-label="Getallen">')
    assert '<td class="number">1</td>' in told
    assert '<th class="number" scope="col">n</th>' in told
