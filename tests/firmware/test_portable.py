"""What the node loads keeps to what the node has: read from the syntax tree, without running it.

On the chip a float has 32 bits: a Unix time in it moves in steps of 128 s and a latitude in steps
of 0.4 m. So no float may come up between sensor and page.
"""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SHARED = ["lokaalmeten/__init__.py", "lokaalmeten/wire.py"]
FILES = (str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("firmware/**/*.py"))
# what is simulated is never on a board
FILES = {name for name in FILES if not name.startswith("firmware/simulated/")}
NODE = sorted(FILES - {"firmware/manifest.py"})
AVAILABLE = {"array", "asyncio", "binascii", "collections", "gc", "hashlib", "json"}
AVAILABLE |= {"esp32", "io", "machine", "micropython", "network", "os", "random", "socket"}
AVAILABLE |= {"ssl", "struct", "sys", "time"}
OURS = {"firmware", "lokaalmeten.wire"}


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def floats_of(tree):
    """Lines that make a float: a literal, a true division, a negative power, ``float(...)``."""
    for node in ast.walk(tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        operator = getattr(node, "op", None)
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("float", "round")
        if literal or isinstance(operator, ast.Div) or called:
            yield getattr(node, "lineno", 0)


def read_tree(name):
    return ast.parse((REPOSITORY / name).read_text())


@pytest.mark.parametrize("name", SHARED + NODE)
def test_module_imports_only_what_the_node_has(name):
    allowed = AVAILABLE | OURS
    for module in imports_of(read_tree(name)):
        assert module in allowed or module.split(".")[0] == "firmware", module


@pytest.mark.parametrize("name", SHARED)
def test_shared_module_needs_nothing_but_two_builtin_modules(name):
    allowed = {"struct", "binascii"}
    assert set(imports_of(read_tree(name))) <= allowed


@pytest.mark.parametrize("name", SHARED + NODE)
def test_module_makes_no_float(name):
    assert list(floats_of(read_tree(name))) == []


@pytest.mark.parametrize("code", ["x = 0.5", "x = 1 / 2", "x /= 2", "float(1)", "x = 1e3", "2j"])
def test_floats_are_seen(code):
    assert list(floats_of(ast.parse(code))) == [1]
