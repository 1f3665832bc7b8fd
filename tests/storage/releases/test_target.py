"""Places for releases: what is sent is read back, and refusals are sentences."""

import hashlib

import pytest

from lokaalmeten.errors import FormatError
from storage.releases.listing import list_releases
from storage.releases.manifest import Manifest, read_manifest, read_manifests, write_manifest
from storage.releases.target import Target


@pytest.fixture(params=["folder", "memory"])
def target(request, tmp_path):
    if request.param == "folder":
        return Target(str(tmp_path / "new" / "folder"))
    return Target(f"memory://{tmp_path.name}/releases")


def test_what_is_sent_is_there_and_listed(target, tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    assert target.names() == []
    target.send(tmp_path / "a", "2025-10.1/deep/below/a")
    target.write("index.json", b"{}")
    assert target.names() == ["2025-10.1", "index.json"]
    assert target.find("2025-10.1") == ["2025-10.1/deep/below/a"]
    assert target.read("2025-10.1/deep/below/a") == b"content"
    target.check("2025-10.1/deep/below/a", 7, hashlib.sha256(b"content").hexdigest())
    for size, content in ((8, b"content"), (7, b"Content")):
        with pytest.raises(FormatError, match="is not what was sent: 7 bytes of"):
            target.check("2025-10.1/deep/below/a", size, hashlib.sha256(content).hexdigest())
    target.fetch("2025-10.1/deep/below/a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"content"
    target.remove("2025-10.1/deep/below/a")
    assert not target.has("2025-10.1/deep/below/a")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nowhere://bucket", "nowhere"),
        ("gs://bucket/releases", "pip install gcsfs"),
    ],
)
def test_what_cannot_be_reached_says_what_to_do(url, said):
    with pytest.raises(FormatError, match=said):
        Target(url)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    target = Target(str(tmp_path / "file"))
    with pytest.raises(FormatError, match=r"file cannot be used: "):
        target.write("index.json", b"{}")


def make_manifest(version):
    return Manifest(
        version=version,
        month=version[:7],
        made_at="2025-11-01T00:00:00Z",
        title="A month",
        publisher="Somebody",
        address="",
        citation="",
        licenses=["CC0-1.0"],
        changes=["First"],
        files=[],
        terms={},
    )


def test_manifests_come_back_in_the_order_of_months_and_numbers(target):
    for version in ("2025-10.10", "2025-10.2", "2025-09.1"):
        write_manifest(target, make_manifest(version))
    target.write("2025-11.1/datapackage.json", b"{}")  # not visible
    target.write("other/release.json", b"{}")
    assert [each.version for each in read_manifests(target)] == [
        "2025-09.1",
        "2025-10.2",
        "2025-10.10",
    ]
    assert read_manifest(target, "2025-10.2") == make_manifest("2025-10.2")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff"])
def test_a_damaged_manifest_or_list_is_named(tmp_path, content):
    target = Target(str(tmp_path))
    target.write("2025-10.1/release.json", content)
    target.write("index.json", content)
    with pytest.raises(FormatError, match=r"2025-10.1/release.json is damaged"):
        read_manifests(target)
    with pytest.raises(FormatError, match=r"index.json is damaged"):
        list_releases(str(tmp_path))


def test_a_manifest_of_a_newer_version_is_left_alone(tmp_path):
    target = Target(str(tmp_path))
    target.write("2025-10.1/release.json", b'{"format": 2}')
    with pytest.raises(FormatError, match="a newer version"):
        read_manifests(target)
