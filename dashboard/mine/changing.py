"""What the forms change: each says what was done, and what became of it.

A field that cannot be is a FormError, and then nothing was changed.
"""

from typing import Any

from storage import agreements, mine, sessions
from storage.registry import NAME

from ..problems import QueryError
from ..words import Words
from .forms import (
    Form,
    FormError,
    need_place,
    read_email,
    read_kind,
    read_label,
    read_licence,
    read_name,
    read_place,
    read_radius,
)


def change_zone(connection: Any, words: Words, token: str | None, form: Form) -> tuple[str, str]:
    """Draw or forget a zone; what was done and what became of it."""
    name = read_name(words, form)
    if form.get("do") == "erase":
        return "erase", mine.erase_zone(connection, token, name)
    check_action(form, "zone")
    place, radius = need_place(words, form), read_radius(words, form)
    return "zone", mine.draw_zone(connection, token, name, [place], radius)


def change_node(
    connection: Any, words: Words, token: str | None, name: str, form: Form
) -> tuple[str, str]:
    """Change one thing of a node; what it was and what became of it."""
    do = form.get("do", "")
    check_action(form, "label", "place", "licence", "agree")
    found = mine.read_nodes(connection, token, name) if NAME.fullmatch(name) else []
    if not found:  # before anything of the form is looked at
        signed = sessions.read_session(connection, token) is not None
        return do, "not own" if signed else "signed out"
    if do == "agree":
        return do, agree(connection, words, token, name, form)
    if do == "label":
        return do, mine.change_node(connection, token, name, label=read_label(words, form))
    if found[0].moving:
        raise FormError(words("mine.wrong.moving"))
    if do == "place":
        return do, mine.change_node(connection, token, name, place=need_place(words, form))
    return do, mine.say_licence(connection, token, name, *read_licence(words, form))


def agree(connection: Any, words: Words, token: str | None, name: str, form: Form) -> str:
    """Agree to a purpose or withdraw it; what became of it."""
    purpose, given = form.get("purpose", ""), form.get("given") == "1"
    check_purpose(purpose, form.get("given", ""))
    email = read_email(words, form) if purpose == "mail" and given else None
    said = {"given": given, "email": email, "language": words.language}
    return agreements.say_my_agreement(connection, token, name, purpose, **said)


def check_purpose(purpose: str, given: str) -> None:
    """Refuse what no form of ours asks for."""
    if purpose not in agreements.PURPOSES or given not in ("0", "1"):
        raise QueryError("The form does not say what is agreed to.")


def add_node(
    connection: Any, words: Words, token: str | None, form: Form, login: str
) -> tuple[str, str]:
    """Register a node; its name and what became of it."""
    name, kind, label = read_name(words, form), read_kind(words, form), read_label(words, form)
    place = read_place(words, form)
    if place is not None and kind == "bike":
        raise FormError(words("mine.wrong.moving"))
    return name, mine.add_node(connection, token, name, kind, label, place, login)


def check_action(form: Form, *known: str) -> None:
    """Refuse what no form of ours asks for."""
    if form.get("do") not in known:
        raise QueryError("The form does not say what to do.")
