"""The page to sign in on: a form, or who is signed in and which plans that opens.

Where accounts elsewhere are let in, ``account`` is what these are called.
"""

import json
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from storage.sessions import Plan, Signed

from ..crowd.addresses import NEW, to_address
from ..mine.addresses import to_base as to_mine
from ..pages.shell import page
from ..texts import LANGUAGES
from ..words import Words

STYLE = "".join(f'<link rel="stylesheet" href="/assets/{name}.css">' for name in ("crowd", "plan"))


def to_page(
    words: Words,
    who: Signed | None,
    plans: Sequence[Plan],
    to: str,
    wrong: str = "",
    account: str = "",
) -> str:
    """Whole document; ``to`` is where one goes on to, ``wrong`` what went wrong before."""
    if who is not None:
        return to_document(words, words("access.title.in"), show_signed(words, who, plans))
    said = f'<p class="notice-plain urgent" role="alert">{escape(wrong)}</p>' if wrong else ""
    lead = f'<p class="lead">{escape(words("access.lead"))}</p>{said}'
    way = show_way(words, to, account) if account else ""
    return to_document(words, words("access.title"), lead + way + show_form(words, to))


def to_onward(words: Words, who: Signed, to: str) -> str:
    """Page of who just came back from elsewhere: it goes on by itself, or by its link."""
    onward = f'<meta http-equiv="refresh" content="0; url={escape(to)}">'
    content = (
        f'<p class="lead">{escape(to_lead(words, who))}</p>'
        f'<p><a class="action" href="{escape(to)}">{escape(words("access.onward"))}</a></p>'
    )
    return to_document(words, words("access.title.in"), content, onward)


def to_document(words: Words, title: str, content: str, head: str = "") -> str:
    """Whole document around what is said."""
    other = next(Words(language) for language in LANGUAGES if language != words.language)
    path = words("access.path")
    return page(words, path, title, content, head=STYLE + head, other=other("access.path"))


def to_base(words: Words) -> str:
    """Address of the page."""
    return f"/{words.language}/{words('access.path')}"


def show_way(words: Words, to: str, account: str) -> str:
    """Link to where accounts elsewhere sign in."""
    target = f"{to_base(words)}/{words('access.path.account')}"
    if to:
        target += f"?to={quote(to)}"
    said = words("access.account.enter", name=account)
    return (
        f'<p><a class="action" href="{escape(target)}">{escape(said)}</a></p>'
        f"<h2>{escape(words('access.account.or'))}</h2>"
    )


def show_form(words: Words, to: str) -> str:
    """Form that takes a key."""
    return (
        f'<form method="post" action="{to_base(words)}" class="entry">'
        f'<input type="hidden" name="to" value="{escape(to)}">'
        f'<label>{escape(words("access.key"))}<input type="password" name="key" required'
        f' autocomplete="current-password" spellcheck="false" autocapitalize="off"></label>'
        f"<button>{escape(words('access.enter'))}</button></form>"
        f'<p class="small">{escape(words("access.privacy"))}</p>'
    )


def show_signed(words: Words, who: Signed, plans: Sequence[Plan]) -> str:
    """Who is signed in, the plans that this opens, and the way out."""
    out = f"{to_base(words)}/{words('access.path.out')}"
    leave = f'<form method="post" action="{out}"><button>{escape(words("access.leave"))}</button>'
    body = show_plans(words, plans) if who.changes_plans else ""
    mine = f'<p><a class="action" href="{to_mine(words)}">{escape(words("access.mine"))}</a></p>'
    lead = f'<p class="lead">{escape(to_lead(words, who))}</p>'
    return f'{lead}{mine}{body}<div class="entry">{leave}</form></div>'


def to_lead(words: Words, who: Signed) -> str:
    """Who is signed in, as what, and where."""
    lead = words("access.signed", label=who.label, role=words(f"access.role.{who.role}"))
    return f"{lead} {words('access.area', area=who.area)}" if who.area else lead


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
