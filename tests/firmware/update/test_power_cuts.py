"""A board that loses its power anywhere in an update runs one whole release or the other."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lokaalmeten.cli.releases import make_release, to_public

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def make_software(version):
    """Small enough for many updates: some files change, one goes, one comes, one is empty."""
    software = {f"firmware/part{index}.py": b"# part %d\n" % index * 60 for index in range(4)}
    software["firmware/main.py"] = b"# main of " + version.encode() * 200
    software["firmware/version.py"] = b'VERSION = "%s"\n' % version.encode()
    software[f"firmware/link/only{version[0]}.py"] = b"x = 1\n" * 500
    software["lokaalmeten/__init__.py"] = b""
    return software


@pytest.fixture(scope="module")
def lives(micropython, tmp_path_factory):
    """What became of a board for each place of the cut: (what ran, how it ended)."""
    folder = tmp_path_factory.mktemp("cuts")
    key = ec.generate_private_key(ec.SECP256R1())
    for number in (1, 2):
        release = make_release(make_software(f"{number}.0.0"), key)
        (folder / f"release{number}").write_bytes(release)
    (folder / "release.pub").write_text(to_public(key) + "\n")
    files = [folder / name for name in ("release1", "release2", "release.pub")]
    path = [ROOT, HERE.parent, ROOT / "firmware/root"]
    lines = micropython.run(
        HERE / "power_cuts.py", *files, 1, path=path, heap="64M", seconds=150
    ).splitlines()
    # what the collector says of files that were open when the power went is not of the boards
    return [line.split() for line in lines if line.startswith(("uncut", "cut"))]


def test_an_update_without_a_cut_runs_the_old_then_the_new(lives):
    _, _, ran, end = lives[0]
    assert (ran, end) == ("12", "updated")


def test_no_cut_at_any_operation_of_update_start_and_confirmation_bricks_a_board(lives):
    cuts = lives[1:]
    assert len(cuts) == int(lives[0][1])
    assert len(cuts) >= 60
    assert {end for *_, end in cuts} == {"updated"}
    # each life was cut once, and no release ran that is older than one that was confirmed
    assert all(ran.count("0") == 1 for _, _, ran, _ in cuts)


def test_cuts_fall_before_and_after_the_new_release_runs(lives):
    """Guards the test above: it must cut the update, the start and the confirmation."""
    ran = {ran for _, _, ran, _ in lives[1:]}
    assert {"012", "102"} <= ran
