"""Settings: what each is for by the README, what it must be and its default by the code."""

import re

from pydantic import SecretStr

from lokaalmeten.cli.config_check import MUST
from lokaalmeten.settings import PREFIX, Settings

from ..markdown import code

ROW = re.compile(rf"^\| (`{PREFIX}.+?) \| (.+?) \|.*\|$", re.MULTILINE)
NAME = re.compile(rf"`{PREFIX}(\w+)`")
ABOUT = """\
# Settings

Read once from the environment, as names that begin with `LOKAALMETEN_`. `meten config check`
explains every wrong one at once. A secret is never shown in logs or messages.
"""


def describe_settings(readme: str) -> str:
    """A section for each setting; ``readme`` has the table that says what each is for."""
    meanings = read_meanings(readme)
    sections = [describe(name, meanings[name]) for name in Settings.model_fields]
    return "\n".join([ABOUT, *sections])


def read_meanings(readme: str) -> dict[str, str]:
    """What each setting is for, by its name as a field, links to pages without their target."""
    return {
        name.lower(): re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", meaning)
        for names, meaning in ROW.findall(readme)
        for name in NAME.findall(names)
    }


def describe(name: str, meaning: str) -> str:
    """What a setting is for, what it must be, an example and its default."""
    default = Settings.model_fields[name].default
    secret = isinstance(default, SecretStr)
    plain = default.get_secret_value() if secret else default
    must, example = MUST[name]
    rows = [
        ("must be", must),
        ("example", code(f"{PREFIX}{name.upper()}={example}" if example else "")),
        ("default", code(str(plain).lower() if isinstance(plain, bool) else plain) or "nothing"),
        ("secret", "yes" if secret else "no"),
    ]
    listed = "\n".join(f"- {what}: {said}" for what, said in rows if said)
    return f"## `{PREFIX}{name.upper()}`\n\n{capital(meaning)}.\n\n{listed}\n"


def capital(text: str) -> str:
    """The same with a capital, where it begins with a letter."""
    return text[:1].upper() + text[1:]
