"""The page to sign in on: a form, or who is signed in and which plans that opens."""

import json
from collections.abc import Sequence
from html import escape

from storage.sessions import Plan, Signed

from ..crowd.addresses import NEW, to_address
from ..mine.addresses import to_base
from ..pages.shell import page
from ..texts import LANGUAGES
from ..words import Words

STYLE = "".join(f'<link rel="stylesheet" href="/assets/{name}.css">' for name in ("crowd", "plan"))


def to_page(
    words: Words, who: Signed | None, plans: Sequence[Plan], to: str, wrong: str = ""
) -> str:
    """Whole document; ``to`` is where one goes on to, ``wrong`` what went wrong before."""
    other = next(Words(language) for language in LANGUAGES if language != words.language)
    content = show_form(words, to, wrong) if who is None else show_signed(words, who, plans)
    path = words("access.path")
    title = words("access.title" if who is None else "access.title.in")
    return page(words, path, title, content, head=STYLE, other=other("access.path"))


def show_form(words: Words, to: str, wrong: str) -> str:
    """Form that takes a key."""
    said = f'<p class="notice-plain urgent" role="alert">{escape(wrong)}</p>' if wrong else ""
    return (
        f'<p class="lead">{escape(words("access.lead"))}</p>{said}'
        f'<form method="post" action="/{words.language}/{words("access.path")}" class="entry">'
        f'<input type="hidden" name="to" value="{escape(to)}">'
        f'<label>{escape(words("access.key"))}<input type="password" name="key" required'
        f' autocomplete="current-password" spellcheck="false" autocapitalize="off"></label>'
        f"<button>{escape(words('access.enter'))}</button></form>"
        f'<p class="small">{escape(words("access.privacy"))}</p>'
    )


def show_signed(words: Words, who: Signed, plans: Sequence[Plan]) -> str:
    """Who is signed in, the plans that this opens, and the way out."""
    role = words(f"access.role.{who.role}")
    lead = words("access.signed", label=who.label, role=role)
    if who.area:
        lead += f" {words('access.area', area=who.area)}"
    out = f"/{words.language}/{words('access.path')}/{words('access.path.out')}"
    leave = f'<form method="post" action="{out}"><button>{escape(words("access.leave"))}</button>'
    body = show_plans(words, plans) if who.changes_plans else ""
    mine = f'<p><a class="action" href="{to_base(words)}">{escape(words("access.mine"))}</a></p>'
    return f'<p class="lead">{escape(lead)}</p>{mine}{body}<div class="entry">{leave}</form></div>'


def show_plans(words: Words, plans: Sequence[Plan]) -> str:
    """Links to the plans that may be changed, and to a new one."""
    items = "".join(
        f'<li><a href="{escape(to_address(words, plan.name, "plan"))}">{escape(find_title(plan))}'
        f"</a>{'' if plan.open else ' ' + escape(words('access.closed'))}</li>"
        for plan in plans
    )
    new = escape(to_address(words, NEW, "plan"))
    return (
        f"<h2>{escape(words('access.plans'))}</h2><ul>{items}"
        f'<li><a href="{new}">{escape(words("access.new"))}</a></li></ul>'
    )


def find_title(plan: Plan) -> str:
    """Name for people of a place."""
    return str(json.loads(plan.plan).get("name") or plan.name)
