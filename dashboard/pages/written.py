"""Parts of pages as text: what Dash would make in the browser, written by the server."""

from html import escape
from typing import Any

NAMES = {"className": "class", "tabIndex": "tabindex", "htmlFor": "for"}
EMPTY = {"input", "br", "hr", "img"}  # have no end


def write(part: Any) -> str:
    """HTML of a component of ``dash.html``, of a text, or of several."""
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(map(write, part))
    if isinstance(part, str | int | float):
        return escape(str(part), quote=False)
    name = part._type.lower()
    values = dict(part.to_plotly_json()["props"])
    children = write(values.pop("children", None))
    attributes = "".join(_write_attribute(key, value) for key, value in values.items())
    return f"<{name}{attributes}>" + ("" if name in EMPTY else f"{children}</{name}>")


def _write_attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = NAMES.get(name, name)
    if value is True:
        return f" {name}"
    if isinstance(value, dict):
        value = ";".join(f"{key}:{each}" for key, each in value.items())
    return f' {name}="{escape(str(value))}"'
