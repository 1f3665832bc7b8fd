"""The register of processing names what the database holds, and the true defaults of keeping."""

import re
from pathlib import Path

import pytest

from lokaalmeten.forecasts import RESCORED_DAYS
from storage.owner_export import EXPORTED, LEFT_OUT
from storage.retention import DEFAULT_DAYS, KEPT_BOOTS
from storage.sessions import SESSION_S

FOLDER = Path(__file__).parents[2] / "docs/privacy"
REGISTER = (FOLDER / "register.md").read_text()
PERSONAL, OTHERS = REGISTER.split("Tables without personal data:")
TABLES = """
SELECT c.relname::text FROM pg_class c
WHERE relnamespace = 'private'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""
# Of a person, by its name: whose it is, how they are reached, what opens something, who did it.
OF_PERSONS = """
SELECT DISTINCT table_name::text FROM information_schema.columns
WHERE table_schema = 'private' AND column_name IN (
    'owner_id', 'node_id', 'owner', 'node', 'key_id', 'email', 'target', 'subscription_id',
    'actor', 'hardware', 'serial', 'login', 'hash', 'secret', 'payload', 'note'
)
"""


def read_row(table):
    """The line of the register about a table."""
    (row,) = [line for line in PERSONAL.split("\n") if re.match(rf"\| .*`{table}`.* \|", line)]
    return row


def test_every_table_is_named_once(connection):
    tables = {table for (table,) in connection.execute(TABLES)}
    personal = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PERSONAL, re.M)))
    others = re.findall(r"`([a-z_]+)`", OTHERS.split("\n\n")[0])
    assert sorted(personal + others) == sorted(tables)


def test_every_table_with_something_of_a_person_is_among_the_personal_ones(connection):
    found = {table for (table,) in connection.execute(OF_PERSONS)}
    tables = found & {table for (table,) in connection.execute(TABLES)}
    assert {"owner", "node", "ride", "consent", "access_key", "session", "event"} < tables
    for table in tables | set(EXPORTED) | set(LEFT_OUT):
        assert read_row(table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("rejected", f"{DEFAULT_DAYS['rejected']} days"),
        ("delivery", f"{DEFAULT_DAYS['delivery']} days, never the latest {KEPT_BOOTS} boots"),
        ("forecast", f"forecasts {DEFAULT_DAYS['forecast']} days"),
        ("forecast_score", f"single hours {RESCORED_DAYS + 2} days"),
        ("session", f"{SESSION_S // 3600} hours"),
        ("observation", "for ever, unless a project says"),
        ("event", f"{DEFAULT_DAYS['event']:,} days"),
    ],
)
def test_it_gives_the_true_defaults(table, said):
    assert said in read_row(table)
    assert DEFAULT_DAYS["raw"] is None


@pytest.mark.parametrize("name", ["register.md", "dpia.md"])
def test_every_test_that_is_named_is_there(name):
    named = set(re.findall(r"`(tests/[\w/.]+)`", (FOLDER / name).read_text()))
    assert len(named) > 5
    assert [path for path in sorted(named) if not (FOLDER.parents[1] / path).exists()] == []
