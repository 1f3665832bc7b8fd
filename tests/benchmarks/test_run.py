"""The runner of the benchmarks, not their numbers: those depend on the machine."""

import importlib
import json

import pytest

from tests.benchmarks import run

NAMES = sorted(path.stem.removeprefix("bench_") for path in run.HERE.glob("bench_*.py"))


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "RESULTS", tmp_path / ".bench")
    return run.RESULTS


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_has_the_agreed_form(name):
    module = importlib.import_module(f"tests.benchmarks.bench_{name}")
    assert callable(module.measure)
    assert (module.__doc__ or "").strip()


def test_small_run_writes_flat_numbers_under_names_that_its_docstring_explains(results, capsys):
    assert run.main(["wire", "SCALE=0.002"], environment_scale="7") == 0
    numbers = json.loads((results / "wire.json").read_text())
    assert numbers.pop("scale") == 0.002
    assert all(type(number) is float and number > 0 for number in numbers.values())
    about = importlib.import_module("tests.benchmarks.bench_wire").__doc__ or ""
    assert all(f"``{key}``" in about for key in numbers)
    printed = capsys.readouterr().out
    assert all(key in printed for key in numbers)


@pytest.mark.parametrize("words", [[], ["nothing"], ["wire", "wire"]])
def test_a_name_that_is_none_is_answered_with_the_names_that_are(words, results, capsys):
    assert run.main(words, environment_scale=None) == 2
    assert "wire" in capsys.readouterr().err
    assert not results.exists()


@pytest.mark.parametrize("scale", ["0", "-1", "ten", "nan", "inf", ""])
def test_a_scale_that_is_no_size_is_refused(scale, capsys):
    assert run.main(["wire", f"SCALE={scale}"], environment_scale=None) == 2
    assert "SCALE must be a number above 0" in capsys.readouterr().err
