"""Fields of the forms, checked: what cannot be is said in the language of the reader.

A form that cannot be saved comes back with a sentence; nothing of it was saved then.
"""

from collections.abc import Mapping
from typing import NoReturn

from lokaalmeten.errors import FormatError, LokaalmetenError, StorageError
from lokaalmeten.notices.mail import check_mailbox
from storage.licences import CC_BY, check_consent
from storage.licences import LONGEST as LONGEST_PARTY
from storage.mine import LONGEST_LABEL
from storage.registry import KINDS, NAME

from ..words import Words

Form = Mapping[str, str]
PLACE_DIGITS = 7  # of a degree that are kept
LARGEST_M = 50_000  # radius of a zone
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without its brackets


class FormError(LokaalmetenError):
    """A field cannot be what it is; the message is for who filled it in."""


def read_name(words: Words, form: Form, key: str = "name") -> str:
    """A name as nodes and zones have."""
    name = form.get(key, "").strip().lower()
    if not NAME.fullmatch(name):
        raise FormError(words("mine.wrong.name", value=name[:40]))
    return name


def read_kind(words: Words, form: Form) -> str:
    """Kind of a node."""
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise FormError(words("mine.wrong.kind"))
    return kind


def read_label(words: Words, form: Form) -> str:
    """Name for people; it may be empty."""
    label = form.get("label", "").strip()
    if len(label) > LONGEST_LABEL or (label and not label.isprintable()):
        raise FormError(words("mine.wrong.label", most=LONGEST_LABEL))
    return label


def read_place(words: Words, form: Form) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, with a dot or a comma; None when both are empty."""
    texts = [form.get(key, "").strip().replace(",", ".") for key in ("lat", "lon")]
    if not any(texts):
        return None
    try:
        lat, lon = (float(text) for text in texts)
    except ValueError:
        raise FormError(words("mine.wrong.place")) from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # also of NaN
        raise FormError(words("mine.wrong.place"))
    return round(lat, PLACE_DIGITS), round(lon, PLACE_DIGITS)


def need_place(words: Words, form: Form) -> tuple[float, float]:
    """A place that has to be given."""
    place = read_place(words, form)
    if place is None:
        raise FormError(words("mine.wrong.place"))
    return place


def read_email(words: Words, form: Form) -> str:
    """An address of mail."""
    text = form.get("email", "").strip()
    try:
        return check_mailbox(text) if len(text) <= LONGEST_EMAIL else refuse_email(words, text)
    except FormatError:
        return refuse_email(words, text)


def refuse_email(words: Words, text: str) -> NoReturn:
    """Say that a text is no address."""
    raise FormError(words("mine.wrong.email", value=text[:40]))


def read_radius(words: Words, form: Form) -> float:
    """Radius of a zone in whole metres."""
    text = form.get("radius", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 0 < int(text) <= LARGEST_M):
        raise FormError(words("mine.wrong.radius", most=words.number(LARGEST_M)))
    return float(text)


def read_licence(words: Words, form: Form) -> tuple[str, str, str]:
    """Licence, who is named, and whether that is a person or a body."""
    license_, party = form.get("license", ""), form.get("party", "").strip()
    role = form.get("role", "individual")
    try:
        check_consent(license_, party, role)
    except StorageError:
        if license_ == CC_BY and not party:
            raise FormError(words("mine.wrong.party")) from None
        raise FormError(words("mine.wrong.licence", most=LONGEST_PARTY)) from None
    return license_, party, role
