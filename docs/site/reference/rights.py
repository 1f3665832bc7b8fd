"""Roles: those of the database with their rights, and those of keys."""

from storage.access import ROLES as OF_KEYS
from storage.roles import RIGHTS, ROLES

from ..markdown import code, to_table

ABOUT = """\
# Roles and rights

Why they are as they are, and what is private: [rights](../rights.md).
"""


def describe_rights() -> str:
    """Both kinds of roles, and what the database is told."""
    rows = [(code(name), about) for name, about in ROLES.items()]
    keys = "\n".join(f"- {code(role)}" for role in OF_KEYS)
    sql = RIGHTS.read_text(encoding="utf-8").rstrip()
    parts = [
        ABOUT,
        f"## Roles of the database\n\n{to_table(('role', 'for'), rows)}",
        "## Roles of keys\n\nWhat each [opens](../rights.md#what-a-key-opens):\n\n" + keys,
        f"## What the database is told\n\nAfter every migration:\n\n```sql\n{sql}\n```",
    ]
    return "\n\n".join(parts) + "\n"
