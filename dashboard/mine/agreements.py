"""What an owner agrees to for one node: each purpose with what it means, and a button."""

from collections.abc import Sequence
from html import escape

from storage.agreements import Agreed

from ..data.form import label as to_label
from ..words import Words
from .settings import write_input


def write_agreements(words: Words, target: str, agreed: Sequence[Agreed], email: str) -> str:
    """Each purpose that a node has."""
    forms = "".join(write_agreement(words, target, each, email) for each in agreed)
    title, text = words("mine.agree"), words("mine.agree.text")
    return f'<h2 id="agree">{escape(title)}</h2><p>{escape(text)}</p>{forms}'


def write_agreement(words: Words, target: str, each: Agreed, email: str) -> str:
    """One purpose: what it is, how it stands since when, and the button that changes it."""
    key, after = f"mine.agree.{each.purpose}", not each.given
    fields = [to_hidden("do", "agree"), to_hidden("purpose", each.purpose)]
    fields.append(to_hidden("given", str(int(after))))
    if each.purpose == "mail":
        more = {"type": "email", "maxlength": "254"} | ({"required": ""} if after else {})
        if after:
            field = write_input("email", email, **more)
            fields.append(to_label(words("mine.agree.email"), field))
        elif email:
            said = words("mine.agree.email.known", email=email)
            fields.append(f'<p class="wide">{escape(said)}</p>')
    button = words(f"{key}.give" if after else f"{key}.withdraw")
    return (
        f'<form method="post" action="{escape(target)}" class="mine-form">'
        f"<h3>{escape(words(key))}</h3>"
        f'<p class="wide">{escape(words(f"{key}.text"))}</p>'
        f'<p class="wide"><strong>{escape(to_state(words, each))}</strong></p>'
        f"{''.join(fields)}<button>{escape(button)}</button></form>"
    )


def to_state(words: Words, each: Agreed) -> str:
    """Whether it holds, since when, and whether anybody said so."""
    if each.at is None or each.how == "before":
        return words(f"mine.agree.unasked.{'yes' if each.given else 'no'}")
    key = "yes" if each.given else "no"
    return words(f"mine.agree.{key}", time=words.time(each.at))


def to_hidden(name: str, value: str) -> str:
    """A field that nobody sees."""
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'
