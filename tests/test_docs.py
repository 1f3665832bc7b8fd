"""What the documents say exists; what exists is said."""

import re
import subprocess
from pathlib import Path

import pytest

from lokaalmeten.settings import Settings
from lokaalmeten.wire import SCHEMAS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", ".tools", ".cache", ".data", ".docs", "node_modules"} & set(path.parts)
)
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#|mailto:|/)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_names_every_setting_and_no_other():
    said = set(re.findall(r"LOKAALMETEN_([A-Z_]+)", README))
    assert said == {name.upper() for name in Settings.model_fields}


def test_the_readme_names_every_folder_of_the_house():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    folders = {path.split("/")[0] for path in tracked if "/" in path and not path.startswith(".")}
    assert folders - set(re.findall(r"`(\w+)/`", README)) == set()


def test_the_picture_of_the_readme_is_small():
    assert (ROOT / "docs/map.png").stat().st_size < 300_000


def test_every_decision_is_listed_and_half_a_page():
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text()
    for path in folder.glob("0*.md"):
        assert path.name in index
        assert len(path.read_text().split()) < 350, path


def test_the_decision_on_the_page_gives_the_true_sizes():
    from lokaalmeten.wire import RECORD_BYTES

    text = (ROOT / "docs/decisions/0002-the-page.md").read_text()
    sizes = {name: RECORD_BYTES[schema] for schema, (name, _, _) in SCHEMAS.items()}
    assert f"{sizes['box']} bytes a sample for a box" in text
    assert f"{sizes['bike']} for a bike" in text
    assert f"{sizes['counter']} for a counter" in text


def test_no_file_names_this_machine_or_is_unfinished():
    unfinished, machine = ["TO" + "DO", "FIX" + "ME", "XX" + "X"], ["wo" + "rk", "ro" + "ot"]
    marks = "|".join(unfinished + [f"[^a-z]/{folder}/" for folder in machine])
    found = subprocess.run(
        ["git", "grep", "-nIE", marks, "--", ".", ":!uv.lock", ":!LICENSE"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
