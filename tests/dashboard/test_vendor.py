import json
import shutil

import pytest

from dashboard import vendor
from lokaalmeten.errors import ServiceError


def test_the_second_call_finds_everything_in_place(vendored, monkeypatch):
    monkeypatch.setattr(vendor.subprocess, "run", None)  # no npm may run
    assert vendor.vendor() is False
    assert set(vendor.FILES.values()) <= {p.name for p in vendor.TARGET.iterdir()}


@pytest.mark.parametrize("damage", ["file", "mark", "other"])
def test_a_damaged_copy_is_fetched_again(vendored, tmp_path, monkeypatch, damage):
    copy = tmp_path / "vendor"
    shutil.copytree(vendor.TARGET, copy)
    if damage == "file":
        (copy / "h3-js.mjs").unlink()
    elif damage == "mark":
        (copy / vendor.MARK).unlink()
    else:
        (copy / vendor.MARK).write_text("the checksum of another lock")
    modules = tmp_path / "node_modules"
    for source, name in vendor.FILES.items():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(vendor.TARGET / name, modules / source)
    for source, name in vendor.FOLDERS.items():
        shutil.copytree(vendor.TARGET / name, modules / source)
    monkeypatch.setattr(vendor, "fetch", lambda _folder: modules)
    assert vendor.vendor(copy) is True
    assert vendor.vendor(copy) is False
    assert (copy / "h3-js.mjs").read_bytes() == (vendor.TARGET / "h3-js.mjs").read_bytes()


def test_without_npm_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor, "_npms", list)
    with pytest.raises(ServiceError, match=r"no npm on PATH.*Install Node.js 20") as caught:
        vendor.vendor(tmp_path / "vendor")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "vendor").exists()


def test_an_npm_that_fails_is_quoted(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm warn old' >&2\necho 'npm error code E404' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(vendor, "_npms", lambda: [[str(npm)]])
    with pytest.raises(ServiceError, match="npm error code E404"):
        vendor.vendor(tmp_path / "vendor")


def test_the_lock_pins_every_package_and_names_no_registry():
    lock = json.loads((vendor.HERE / "package-lock.json").read_text())
    wanted = json.loads((vendor.HERE / "package.json").read_text())["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
