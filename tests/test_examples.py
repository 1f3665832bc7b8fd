"""The examples in docstrings run and give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("lokaalmeten", "ingest", "storage", "dashboard", "predict", "docs")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for part in PARTS
    for path in (ROOT / part).rglob("*.py")
    if ">>>" in path.read_text()
)


@pytest.mark.parametrize("name", MODULES)
def test_an_example_gives_what_it_says(name):
    module = importlib.import_module(name)
    names = {"np": importlib.import_module("numpy"), **vars(module)}
    done = doctest.testmod(module, extraglobs=names)
    assert done.attempted > 0
    assert done.failed == 0
