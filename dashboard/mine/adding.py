"""A node that an owner adds: the form, and its password, which is shown once.

The code holds what the form of the node's own portal asks for, as text to copy on the phone
(docs/node-life.md); it is no address, so no password ever stands in one.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import segno

from lokaalmeten.joining import to_configuration
from storage.registry import KINDS

from ..data.form import label as to_label
from ..words import Words
from .addresses import to_base, to_new, to_node
from .parts import to_action, to_document, to_facts, to_lead, to_said
from .settings import write_coordinates, write_form, write_input

PAPER, INK = "#ffffff", "#000000"  # a phone reads no other code, also in the dark
STEPS = ("portal", "network", "fields", "light", "page")


@dataclass(frozen=True)
class Broker:
    """Where nodes find the broker; without a host only its operator knows."""

    host: str = ""
    port: int = 8883
    tls: bool = True


def write_new(words: Words, form: Mapping[str, str], wrong: str = "") -> str:
    """Page with the form, filled in as it came."""
    kinds = "".join(
        f'<option value="{kind}"{" selected" if kind == form.get("kind") else ""}>'
        f"{escape(words(f'kind.{kind}'))}</option>"
        for kind in KINDS
    )
    name = write_input("name", form.get("name", ""), required="", maxlength="63")
    label = write_input("label", form.get("label", ""), maxlength="200")
    fields = [
        to_label(words("mine.new.name"), name, words("mine.new.name.hint")),
        to_label(words("mine.new.kind"), f'<select name="kind">{kinds}</select>'),
        to_label(words("mine.label"), label, words("mine.new.label.hint")),
        *write_coordinates(words, form.get("lat", ""), form.get("lon", "")),
    ]
    content = (
        to_said(wrong, urgent=True)
        + to_lead(words("mine.new.lead"))
        + write_form(words, to_new(words), "new", fields)
    )
    return to_new_document(words, words("mine.new.title"), content)


def write_made(words: Words, name: str, password: str, broker: Broker) -> str:
    """Page with the password and what comes next; it is shown once."""
    host = broker.host or words("mine.made.host.ask")
    address = f"{host}:{broker.port}" if broker.host else host
    rows = [
        (words("mine.made.node"), name),
        (words("mine.made.host"), address),
        (words("mine.made.user"), name),
        (words("mine.made.password"), password),
        (words("mine.made.tls"), words("mine.made.tls.yes" if broker.tls else "mine.made.tls.no")),
    ]
    text = to_configuration(name, password, broker.host, broker.port, tls=broker.tls)
    code = draw_code(text, words("mine.made.code"))
    flash = f"/{words.language}/{words('flash.path')}"
    steps = "".join(f"<li>{escape(words(f'mine.step.{step}', name=name))}</li>" for step in STEPS)
    content = (
        to_said(words("mine.made.once"), urgent=True)
        + f'<div class="mine-secret">{code}<div>{to_facts(rows)}'
        f'<p class="small">{escape(words("mine.made.code.text"))}</p></div></div>'
        f"<h2>{escape(words('mine.steps'))}</h2><ol>{steps}</ol>"
        + f'<p class="small">{escape(words("mine.made.broker"))}</p>'
        + f'<p><a href="{flash}">{escape(words("flash.title"))}</a></p>'
        + to_action(to_node(words, name), words("mine.made.go"))
        + f'<p><a href="{to_base(words)}">{escape(words("mine.back"))}</a></p>'
    )
    return to_new_document(words, words("mine.made.title", name=name), content)


def draw_code(text: str, label: str) -> str:
    """QR code as SVG, with the quiet zone around it that a phone needs."""
    file = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(file, kind="svg", border=4, dark=INK, light=PAPER, xmldecl=False, svgns=False,
              omitsize=True, svgclass="code", lineclass=None)  # fmt: skip
    svg = file.getvalue().decode().strip()
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)


def to_new_document(words: Words, title: str, content: str) -> str:
    """Whole document of this address in both languages."""
    other = Words("en" if words.language == "nl" else "nl")
    rest, foreign = (f"/-/{each('mine.path.new')}" for each in (words, other))
    return to_document(words, title, content, rest, foreign)
