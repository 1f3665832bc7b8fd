import json
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from firmware.update import release as on_node
from firmware.update.p256 import verify
from firmware.version import VERSION
from lokaalmeten.cli import releases
from tests.services.meten import meten
from tests.services.node import REPOSITORY


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "release.key"
    releases.make_key(path)
    return path


def test_a_key_is_readable_by_its_owner_only_and_is_never_said(tmp_path):
    path = tmp_path / "release.key"
    done = meten("node", "key", path)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    public = done.stdout.split()[-1]
    assert public == releases.to_public(releases.read_key(path))
    secret = releases.read_key(path).private_numbers()
    assert f"{secret.private_value:x}" not in done.stdout
    assert "PRIVATE" not in done.stdout + done.stderr


def test_a_key_is_never_written_over(key):
    before = key.read_bytes()
    done = meten("node", "key", key)
    assert done.returncode == 2
    assert "File exists" in done.stderr
    assert key.read_bytes() == before


def test_a_release_is_one_that_a_node_accepts(key, tmp_path):
    path = tmp_path / "r"
    done = meten("node", "release", "--key", key, "--out", path, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    made = path.read_bytes()
    length = on_node.read_length(made[:8])
    content, signature = made[8 : 8 + length], made[8 + length : 72 + length]
    (public,) = on_node.read_keys(releases.to_public(releases.read_key(key)).encode())
    assert verify(public, on_node.digest(made[:8], content), signature)
    manifest = on_node.read_manifest(content)
    assert manifest["version"] == VERSION
    assert len(made) == 72 + length + sum(file["bytes"] for file in manifest["files"])
    paths = {file["path"] for file in manifest["files"]}
    assert {"firmware/main.py", "firmware/update/p256.py", "lokaalmeten/wire.py"} <= paths
    assert not [path for path in paths if "root" in path or "simulated" in path]
    assert f"version {VERSION}" in done.stdout


def test_a_release_has_room_on_a_node():
    """A board of 8 MB has about 5 MB for two of these and the outbox."""
    software = releases.read_software(REPOSITORY)
    made = releases.make_release(software, ec.generate_private_key(ec.SECP256R1()))
    assert len(made) < 400_000
    assert len(software) < on_node.MOST_FILES
    assert len(json.dumps(list(software))) < on_node.MOST_MANIFEST


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_refused(key, mode):
    key.chmod(mode)
    with pytest.raises(releases.ReleaseError, match=f"others can read .* .mode {mode:o}."):
        releases.read_key(key)


@pytest.mark.parametrize(
    "other", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_key_of_another_kind_is_refused(key, other):
    key.write_bytes(
        other.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(releases.ReleaseError, match="another kind"):
        releases.read_key(key)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_and_not_said(key, content):
    key.write_bytes(content)
    with pytest.raises(releases.ReleaseError, match="holds no private key"):
        releases.read_key(key)


def test_a_key_that_is_not_there(tmp_path):
    done = meten("node", "release", "--key", tmp_path / "no.key", cwd=REPOSITORY)
    assert done.returncode == 2
    assert "cannot be read: No such file" in done.stderr


def test_a_folder_without_software_is_named(key, tmp_path):
    done = meten("node", "release", "--key", key, "--from", tmp_path)
    assert done.returncode == 2
    assert "has no node software" in done.stderr
