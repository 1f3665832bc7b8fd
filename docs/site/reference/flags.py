"""Quality flags, and the checks of which each is the verdict."""

from dashboard.words import Words
from lokaalmeten.quality import Flag

from ..markdown import code, to_table

ABOUT = """\
# Quality flags

Each value has one flag, by the numbers of QARTOD (IOOS). Nothing is deleted for its flag: a mean,
a map and a report take the values that are good, and say how many they are. What gives them is
told in [checks](../checks.md).
"""


def describe_flags() -> str:
    """A table of all flags in both languages."""
    dutch, english = Words("nl"), Words("en")
    rows = [
        (int(flag), code(flag.name.lower()), english.flag(flag), dutch.flag(flag)) for flag in Flag
    ]
    return f"{ABOUT}\n{to_table(('flag', 'name', 'English', 'Dutch'), rows)}\n"
