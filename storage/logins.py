"""How nodes log in to the broker: a password that is shown once, and the file Mosquitto reads.

Mosquitto keeps a password as ``$7$rounds$salt$hash``: PBKDF2 of HMAC-SHA-512, salt and 64 bytes of
hash in base64 (mosquitto_passwd(1), and src/password_mosq.c of Mosquitto 2).
"""

import secrets
from base64 import b64encode
from hashlib import pbkdf2_hmac
from typing import Any

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, say_failures

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is taken for another one
LENGTH = 20  # 32^20 is 100 bits
# As mosquitto_passwd: a password of 100 random bits needs no slower one, and the broker does this
# at each connection.
ROUNDS = 101
SALT_BYTES, HASH_BYTES = 12, 64

_READ = """
SELECT n.name::text, b.login FROM private.broker_login b JOIN private.node n ON n.id = b.node_id
ORDER BY n.name
"""

_WRITE = """
INSERT INTO private.broker_login (node_id, login) SELECT id, %s FROM private.node WHERE name = %s
ON CONFLICT (node_id) DO UPDATE SET login = EXCLUDED.login, made_at = now()
RETURNING node_id
"""

_REVOKE = """
DELETE FROM private.broker_login b USING private.node n WHERE n.id = b.node_id AND n.name = %s
RETURNING n.id
"""

_STATE = "SELECT count(*), max(made_at) FROM private.broker_login"


def make_password() -> str:
    """A password that can be typed on a phone."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def to_login(password: str, salt: bytes) -> str:
    """What Mosquitto keeps of a password; ``salt`` is SALT_BYTES random bytes."""
    made = pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS, HASH_BYTES)
    return f"$7${ROUNDS}${b64encode(salt).decode()}${b64encode(made).decode()}"


def give_login(connection: Connection, node: str) -> str:
    """Give a node a new password, which takes the place of an older one; the password.

    Raises StorageError when no node has this name.
    """
    password = make_password()
    login = to_login(password, secrets.token_bytes(SALT_BYTES))
    with say_failures(connection), connection.transaction():
        found = connection.execute(_WRITE, [login, node]).fetchone()
        if found is None:
            raise StorageError(f"there is no node {node}; see: meten node list")
        note(connection, "login of a node made", node=found[0])
    return password


def revoke_login(connection: Connection, node: str) -> None:
    """Take a node's password away; StorageError when it has none."""
    with say_failures(connection), connection.transaction():
        found = connection.execute(_REVOKE, [node]).fetchone()
        if found is None:
            raise StorageError(f"node {node} has no password at the broker; see: meten node list")
        note(connection, "login of a node revoked", node=found[0])


def read_state(connection: Connection) -> tuple[Any, ...]:
    """What changes whenever the logins do: cheap to ask every second."""
    with say_failures(connection):
        return connection.execute(_STATE).fetchone() or ()


def read_logins(connection: Connection) -> dict[str, str]:
    """Hash of each node that has a login, by its name."""
    with say_failures(connection):
        return dict(connection.execute(_READ).fetchall())
