"""The page: what it takes, a button for each board, and what comes next."""

from collections.abc import Sequence
from html import escape

from ..pages.shell import page
from ..words import Words
from .folder import Offer

FILES = "/firmware"
SCRIPT = "vendor/esp-web-tools/install-button.js"
STYLE = '<link rel="stylesheet" href="/assets/flash.css">'
STEPS = ("cable", "button", "port", "wifi", "password", "light")


def write_flash(words: Words, offers: Sequence[Offer], script: str) -> str:
    """Whole document; ``script`` is the address of the button's."""
    offered = write_offers(words, offers) if offers else write_none(words)
    content = (
        f'<p class="lead">{escape(words("flash.lead"))}</p>{offered}'
        f"<h2>{escape(words('flash.steps'))}</h2>{write_steps(words)}"
        f"<h2>{escape(words('flash.other'))}</h2><p>{escape(words('flash.other.text'))}</p>"
        "<pre><code>meten flash --board f1 --node box-7 --wifi library --broker "
        "mqtts://meet.example.nl</code></pre>"
    )
    other = Words("en" if words.language == "nl" else "nl")("flash.path")
    tail = f'<script type="module" src="{script}"></script>' if offers else ""
    title = words("flash.title")
    return page(words, words("flash.path"), title, content, head=STYLE, tail=tail, other=other)


def write_none(words: Words) -> str:
    """What is said where the operator put no software."""
    return f'<p class="notice-plain">{escape(words("flash.none"))}</p>'


def write_offers(words: Words, offers: Sequence[Offer]) -> str:
    """List of the boards, each with its button; in its place, why this browser cannot."""
    items = "".join(write_offer(words, offer) for offer in offers)
    script = f'<noscript><p class="notice-plain">{escape(words("flash.noscript"))}</p></noscript>'
    return f'{script}<ul class="flash-boards">{items}</ul>'


def write_offer(words: Words, offer: Offer) -> str:
    """One board."""
    name = escape(words(f"flash.board.{offer.board}"))
    label = escape(words("flash.install", board=offer.board.upper()))
    version = escape(words("flash.version", version=offer.version))
    return (
        f'<li><h2>{name}</h2><p class="small">{version}</p>'
        f'<esp-web-install-button manifest="{FILES}/{offer.board}.json">'
        f'<button class="action" slot="activate" type="button">{label}</button>'
        f'<p class="notice-plain" slot="unsupported">{escape(words("flash.unsupported"))}</p>'
        f'<p class="notice-plain" slot="not-allowed">{escape(words("flash.insecure"))}</p>'
        "</esp-web-install-button></li>"
    )


def write_steps(words: Words) -> str:
    """What comes next, with the way to a name and a password."""
    items = "".join(f"<li>{escape(words(f'flash.step.{step}'))}</li>" for step in STEPS)
    own = f"/{words.language}/{words('mine.path')}"
    return f'<ol>{items}</ol><p><a href="{own}">{escape(words("mine.title"))}</a></p>'
