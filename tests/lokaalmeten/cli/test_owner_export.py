"""`meten owner export` as people use it; no secret is in what it writes, nothing of others."""

import base64
import stat
from urllib.parse import quote
from zipfile import ZipFile

import pytest

from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.roles import ROLES, make_roles
from tests.services.everything import LABEL, fill_everything
from tests.services.meten import meten
from tests.services.owned import BIKE, BOX, add_owned, read_export

READER, INGEST, PUBLISHER, *_, ADMIN = ROLES
SECRETS = """
SELECT secret::text FROM private.owner UNION ALL SELECT key_hash FROM private.owner
UNION ALL SELECT secret::text FROM private.node
UNION ALL SELECT encode(hash, 'hex') FROM private.access_key
UNION ALL SELECT encode(hash, 'base64') FROM private.access_key
UNION ALL SELECT encode(hash, 'hex') FROM private.session
UNION ALL SELECT encode(hash, 'base64') FROM private.session
UNION ALL SELECT login FROM private.broker_login
"""
OF_OTHERS = """
SELECT o.lat || '' FROM private.observation o JOIN private.node n ON n.id = o.node_id
WHERE n.name = 'bike-bob' AND o.lat IS NOT NULL
UNION ALL SELECT public_id::text FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.name = 'bike-bob'
UNION ALL SELECT prefix FROM private.access_key k JOIN private.owner o ON o.id = k.owner_id
WHERE o.name <> 'ann'
UNION ALL SELECT unnest(ARRAY[email, subject]) FROM private.access_key
WHERE email = 'bob@account.example'
"""


@pytest.fixture
def town(postgres_database):
    """DSN of a database with everything in it; ann has a box and a bike, and so has bob."""
    fill_everything(postgres_database)
    with connect(postgres_database) as connection:
        for owner, names in (("ann", [BOX, BIKE]), ("bob", ["box-bob", "bike-bob"])):
            key = add_owned(connection, owner, names)
        assert key.startswith("lm_")
        connection.execute("UPDATE private.owner SET key_hash = 'scrypt$' || name")
    return postgres_database


def read_text(path):
    """All that is in a ZIP, one after the other."""
    with ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())


def test_an_owner_is_written_to_a_new_private_file_and_noted(town, tmp_path):
    path = tmp_path / "ann.zip"
    done = meten("owner", "export", "ann", path, dsn=town)
    assert done.returncode == 0, done.stderr
    assert f"{path}: 220 samples of 2 nodes" in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["ann.zip"]
    query = "SELECT what, owner, node, detail::text FROM private.event ORDER BY id DESC LIMIT 1"
    with connect(town) as connection:
        (number,) = connection.execute("SELECT id FROM private.owner WHERE name = 'ann'").fetchone()
        what, owner, node, detail = connection.execute(query).fetchone()
    assert (what, owner, node) == ("owner exported", number, None)
    assert "ann" not in detail


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ann", "there.zip"), "is there already: choose another name"),
        (("ann", "ann.tar"), "give it a name that ends in .zip"),
        (("ann", "no/ann.zip"), "cannot be written"),
        (("nobody", "ann.zip"), "there is no owner nobody; see: meten owner list"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_leaves_nothing(postgres_database, tmp_path, words, said):
    with connect(postgres_database) as connection:
        connection.execute("INSERT INTO private.owner (name) VALUES ('ann')")
    (tmp_path / "there.zip").write_text("mine")
    name, file = words
    refused = meten("owner", "export", name, tmp_path / file, dsn=postgres_database)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["there.zip"]


def test_no_secret_is_in_it(town, tmp_path):
    with connect(town) as connection:
        secrets = {secret for (secret,) in connection.execute(SECRETS) if secret}
        read_export(connection, "ann", tmp_path / "ann.zip")
    text = read_text(tmp_path / "ann.zip")
    assert len(secrets) > 20
    for secret in secrets:
        assert secret not in text
        assert secret.replace("-", "") not in text
        assert base64.b64encode(secret.encode()).decode() not in text


def test_nothing_of_others_is_in_it(town, tmp_path):
    with connect(town) as connection:
        marks = {mark for (mark,) in connection.execute(OF_OTHERS)}
        found = read_export(connection, "ann", tmp_path / "ann.zip")
    text = read_text(tmp_path / "ann.zip")
    for mark in ("bob", "library", "box-odd", "52.7654321", LABEL):
        assert mark not in text
    places = found[f"observations/{BIKE}.csv"]["lat"]
    assert len(marks) > 100
    assert marks & {place.replace(".", "") for place in places} == set()
    assert not any(mark in text for mark in marks if not mark.isdigit())


def test_a_message_that_was_refused_comes_with_its_bytes(town, tmp_path):
    with connect(town) as connection:
        found = read_export(connection, "ann", tmp_path / "ann.zip")
    kept = {found[file] for file in found["rejected.csv"]["file"]}
    assert {b"\1\0" + BOX.encode(), b"\1\0" + BIKE.encode()} < kept
    assert {f"of imei-{BOX}".encode(), f"of imei-{BIKE}".encode()} < kept


def test_what_another_had_done_with_a_node_is_theirs(town, tmp_path):
    with connect(town) as connection:
        connection.execute(
            "INSERT INTO private.event (what, node, owner) SELECT 'of the one before', n.id, o.id"
            " FROM private.node n, private.owner o WHERE n.name = %s AND o.name = 'bob'",
            [BOX],
        )
        log = read_export(connection, "ann", tmp_path / "ann.zip")["log.csv"]
    assert "of the one before" not in set(log["what"])
    assert {"privacy zone drawn", "key added", "said by the node"} < set(log["what"])
    assert "actor" not in log.columns


def test_the_readme_names_every_file_in_both_languages(town, tmp_path):
    with connect(town) as connection:
        found = read_export(connection, "ann", tmp_path / "ann.zip")
    dutch, english = found["README.txt"].decode().split("=" * 80)
    for name in found:
        said = name.replace(BOX, "NODE").replace(BIKE, "NODE")
        for text in (dutch, english) if name != "README.txt" else ():
            assert said in text or ("rejected/" in said and "rejected/" in text)


def test_the_administrator_may_and_no_other_role(town, tmp_path):
    with connect(town) as connection:
        make_roles(connection)
    for role in (READER, INGEST, PUBLISHER):
        with connect(f"{town}?options={quote(f'-c role={role}')}") as connection:
            with pytest.raises(StorageError):
                read_export(connection, "ann", tmp_path / "ann.zip")
            assert list(tmp_path.iterdir()) == []
    with connect(f"{town}?options={quote(f'-c role={ADMIN}')}") as connection:
        assert read_export(connection, "ann", tmp_path / "ann.zip")["owner.json"]["name"] == "ann"
