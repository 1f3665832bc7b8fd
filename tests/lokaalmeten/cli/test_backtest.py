"""`meten forecast backtest`, as a person meets it."""

import numpy as np
import pytest

from tests.predict.conftest import make_city
from tests.services.meten import meten


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    file = tmp_path_factory.mktemp("data") / "counts.csv"
    table = make_city(150, 2)
    times = np.datetime64("2025-01-01T00") + np.arange(len(table))
    rows = [
        f"{name},{time},{value:g}"
        for name, column in zip("ab", table.T, strict=True)
        for time, value in zip(times, column, strict=True)
    ]
    file.write_text("\n".join(["unique_id,ds,y", *rows]))
    return file


def test_a_file_gives_a_table_of_the_core_beside_the_baselines_and_a_page(counts, tmp_path):
    page = tmp_path / "page.html"
    done = meten("forecast", "backtest", counts, "--origins", 2, "--holidays", "nl", "--page", page)
    assert done.returncode == 0, done.stderr
    assert "core" in done.stdout
    assert page.read_text().count("<figure") == 2


def test_blocks_on_threads_give_the_same_table(counts):
    pytest.importorskip("dask", reason="the extra scale is not installed")
    plain, blocks = (
        meten("forecast", "backtest", counts, "--origins", 2, *more)
        for more in ([], ["--cluster", "threads"])
    )
    assert blocks.returncode == 0, blocks.stderr
    assert blocks.stdout == plain.stdout


def test_whether_trees_help_is_told_with_the_reason(counts):
    pytest.importorskip("lightgbm", reason="the extra boost is not installed")
    done = meten("forecast", "backtest", counts, "--origins", 1, "--trees")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "1-24 h: trees change the loss by" in told
    assert "25-72 h: trees change the loss by" in told


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--zone", "Europe/Utrecht"], "'Europe/Utrecht' is no zone such as Europe/Amsterdam"),
        (["--holidays", "missing.txt"], "missing.txt cannot be read as a list of days"),
        (["--origins", 5000], "hours are too few for 5000 origins"),
        (["--origins", 2, "--cluster", "tcp://127.0.0.1:8138"], "no Dask scheduler answers"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(counts, options, sentence):
    done = meten("forecast", "backtest", counts, *options)
    assert done.returncode == 2, done.stderr
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = meten("forecast", "backtest", tmp_path / "no.csv")
    assert done.returncode == 2
    assert "no.csv cannot be read" in done.stderr
