"""Licences of all that is installed: known, allowed, and those of the GPL never imported."""

import ast
from importlib.metadata import distributions

import pytest

from deploy.release.archive import check_licences
from deploy.release.licences import RUN, SAID, is_allowed, read_licence
from lokaalmeten.errors import ServiceError
from tests.deploy.test_deploy import ROOT

OURS = (
    "lokaalmeten",
    "ingest",
    "storage",
    "dashboard",
    "predict",
    "deploy",
    "firmware",
    "hardware",
)


def find_imports(path):
    """First names of all that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def is_gpl(metadata):
    said = [*(metadata.get_all("License-Expression") or []), *(metadata.get_all("License") or [])]
    said = " ".join(said[:1])
    classes = " ".join(metadata.get_all("Classifier") or [])
    return ("GPL" in said and "LGPL" not in said) or "GNU General Public License" in classes


def test_programs_under_the_gpl_are_those_that_are_only_run():
    found = {one.metadata["Name"].lower() for one in distributions() if is_gpl(one.metadata)}
    assert set(RUN) <= found
    imported = {name for part in (*OURS, "tests") for path in (ROOT / part).rglob("*.py")
                if "vendor" not in path.parts for name in find_imports(path)}  # fmt: skip
    assert "numpy" in imported
    assert not imported & found


def test_what_metadata_do_not_tell_is_said_and_nothing_else():
    for name, licence in SAID.items():
        assert is_allowed(licence), name
    assert read_licence("numpy").startswith("BSD-3-Clause")
    assert read_licence("waitress") == "ZPL-2.1"
    assert read_licence("no-such-package") == ""


@pytest.mark.parametrize("licence", ["AGPL-3.0-only", "MIT AND SSPL-1.0", "Proprietary"])
def test_a_licence_that_is_not_allowed_stops_a_release(licence):
    component = {"name": "thing", "version": "1", "licenses": [{"expression": licence}]}
    with pytest.raises(ServiceError, match="thing"):
        check_licences([component])
    check_licences([component | {"name": "esptool", "licenses": [{"expression": RUN["esptool"]}]}])
