"""Forms for what an owner may change: name for people, place, licence, password, zones."""

from collections.abc import Iterable, Sequence
from html import escape

from storage.licences import LICENCES
from storage.mine import MyNode, MyZone

from ..data.form import label as to_label
from ..pages.pieces import Html, to_table
from ..words import Words
from .addresses import to_base, to_node


def write_settings(words: Words, node: MyNode) -> str:
    """Everything of one node."""
    target = to_node(words, node.name)
    forms = [write_label(words, node, target)]
    if not node.moving:
        forms += [write_place(words, node, target), write_licence(words, node, target)]
    forms.append(write_login(words, node, target))
    return f'<h2 id="settings">{escape(words("mine.settings"))}</h2>{"".join(forms)}'


def write_label(words: Words, node: MyNode, target: str) -> str:
    """Name for people."""
    field = write_input("label", node.label, maxlength="200")
    return write_form(words, target, "label", [to_label(words("mine.label"), field)])


def write_place(words: Words, node: MyNode, target: str) -> str:
    """Where a fixed node stands."""
    return write_form(
        words, target, "place", write_coordinates(words, to_degrees(node.lat), to_degrees(node.lon))
    )


def write_licence(words: Words, node: MyNode, target: str) -> str:
    """Under which licence it measures from now on, and who is named."""
    licences = "".join(
        f'<option value="{name}"{" selected" if name == node.license else ""}>'
        f"{escape(title)}</option>"
        for name, (title, _) in LICENCES.items()
    )
    roles = "".join(
        f'<option value="{role}"{" selected" if role == node.party_role else ""}>'
        f"{escape(words(f'mine.party.{role}'))}</option>"
        for role in ("individual", "institutional")
    )
    fields = [
        to_label(words("mine.licence"), f'<select name="license">{licences}</select>'),
        to_label(words("mine.party"), write_input("party", node.party, maxlength="200")),
        to_label(words("mine.party.is"), f'<select name="role">{roles}</select>'),
    ]
    return write_form(words, target, "licence", fields)


def write_login(words: Words, node: MyNode, target: str) -> str:
    """Another password for the broker."""
    state = words("mine.form.login.there" if node.has_login else "mine.form.login.none")
    return write_form(words, target, "login", [f'<p class="wide">{escape(state)}</p>'])


def write_zones(words: Words, zones: Sequence[MyZone]) -> str:
    """Own zones with a button to forget each, and a form for another one."""
    title = f'<h2 id="zones">{escape(words("mine.zones"))}</h2>'
    lead = f"<p>{escape(words('mine.zones.text'))}</p>"
    return title + lead + write_drawn(words, zones) + write_zone(words)


def write_drawn(words: Words, zones: Sequence[MyZone]) -> str:
    """The zones that are there."""
    if not zones:
        return f"<p>{escape(words('mine.zones.none'))}</p>"
    rows = [(zone.name, to_size(words, zone), to_eraser(words, zone)) for zone in zones]
    head = (words("mine.zone.name"), words("mine.zone.where"), words("mine.zone.do"))
    return to_table(head, rows, words("mine.zones"))


def to_size(words: Words, zone: MyZone) -> str:
    """Where a zone is, for its owner alone."""
    metres = words.number(zone.radius_m)
    if len(zone.ring) == 2:
        return words("mine.zone.circle", lat=zone.ring[0], lon=zone.ring[1], metres=metres)
    return words("mine.zone.outline", corners=len(zone.ring) // 2, metres=metres)


def to_eraser(words: Words, zone: MyZone) -> Html:
    """Button that forgets a zone."""
    said = escape(words("mine.zone.erase", name=zone.name))
    return Html(
        f'<form method="post" action="{to_base(words)}" class="mine-inline">'
        f'<input type="hidden" name="do" value="erase">'
        f'<input type="hidden" name="name" value="{escape(zone.name)}">'
        f"<button>{said}</button></form>"
    )


def write_zone(words: Words) -> str:
    """Form for a zone."""
    radius = write_input("radius", "200", inputmode="numeric", required="")
    fields = [
        to_label(words("mine.zone.name"), write_input("name", "", required="", maxlength="63")),
        *write_coordinates(words, "", "", required=True),
        to_label(words("mine.zone.radius"), radius),
    ]
    return write_form(words, to_base(words), "zone", fields)


def write_coordinates(words: Words, lat: str, lon: str, *, required: bool = False) -> list[str]:
    """Fields for a place, filled in."""
    need = {"required": ""} if required else {}
    return [
        to_label(
            words(f"mine.place.{key}"),
            write_input(key, value, inputmode="decimal", **need),
            words(f"mine.place.{key}.hint"),
        )
        for key, value in (("lat", lat), ("lon", lon))
    ]


def to_degrees(value: float | None) -> str:
    """Degrees as they were given; empty where there are none.

    >>> to_degrees(5.12)
    '5.12'
    """
    return "" if value is None else f"{value:.7f}".rstrip("0").rstrip(".")


def write_input(name: str, value: str, **more: str) -> str:
    """A field."""
    rest = "".join(f' {key}="{escape(said)}"' if said else f" {key}" for key, said in more.items())
    return f'<input name="{name}" value="{escape(value)}" autocomplete="off"{rest}>'


def write_form(words: Words, target: str, do: str, fields: Iterable[str]) -> str:
    """A form with its heading, what it does, its fields and its button."""
    return (
        f'<form method="post" action="{escape(target)}" class="mine-form">'
        f"<h3>{escape(words(f'mine.form.{do}'))}</h3>"
        f'<p class="wide">{escape(words(f"mine.form.{do}.text"))}</p>'
        f'<input type="hidden" name="do" value="{do}">{"".join(fields)}'
        f"<button>{escape(words(f'mine.form.{do}.button'))}</button></form>"
    )
