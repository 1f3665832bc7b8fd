"""`meten report quarter` and `year`: two files, or one sentence."""

from datetime import date

import pytest

from storage.pool import connect
from tests.services.measured import LABELS, add_town
from tests.services.meten import meten


@pytest.fixture(scope="module")
def town(postgres_databases):
    """DSN of a small virtual town."""
    from storage.migrate import migrate

    with postgres_databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            add_town(connection, date(2025, 10, 6), 24, rides=8)
        yield dsn


def test_a_quarter_is_two_files(town, tmp_path):
    folder = tmp_path / "a" / "b"
    words = ("--year", 2025, "--quarter", 4, "--folder", folder)
    done = meten("report", "quarter", *words, dsn=town)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["kwartaal-2025-4.html", "kwartaal-2025-4.pdf"]
    assert all(str(folder / name) in done.stdout for name in names)
    assert "4e kwartaal van 2025" in (folder / names[0]).read_text()
    assert (folder / names[1]).read_bytes().startswith(b"%PDF-")


def test_a_year_is_two_files_in_the_language_asked_for(town, tmp_path):
    words = ("--year", 2025, "--zone", "west", "--language", "en", "--folder", tmp_path)
    done = meten("report", "year", *words, dsn=town)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["year-2025-west.html", "year-2025-west.pdf"]
    page = (tmp_path / names[0]).read_text()
    assert '<html lang="en">' in page
    assert "Air quality in 2025: Westwijk" in page
    everything = meten("report", "year", "--year", 2025, "--folder", tmp_path, dsn=town)
    assert everything.returncode == 0
    assert all(label in (tmp_path / "jaar-2025.html").read_text() for label in LABELS[:2])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("quarter", "--year", "2025", "--quarter", "1"), "no public ride starts in quarter 1"),
        (("quarter", "--year", "9000", "--quarter", "1"), "9000-01-01 is still to come"),
        (("quarter", "--year", "12", "--quarter", "1"), "there is no year 12"),
        (("quarter", "--year", "2025", "--quarter", "4", "--language", "fr"), "no language 'fr'"),
        (("year", "--year", "2020"), "in 2020 no fixed node has good values"),
        (("year", "--year", "2025", "--zone", "noord"), "there is no zone called 'noord'"),
        (("year", "--year", "2025", "--folder", "/dev/null"), "cannot be written"),
    ],
)
def test_wrong_use_is_one_sentence(town, tmp_path, words, sentence):
    done = meten("report", *words, dsn=town, cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["quarter", "year", "exceedances"])
def test_the_help_has_an_example(name):
    done = meten("report", name, "--help")
    assert done.returncode == 0
    assert f"meten report {name} --year 2026" in done.stdout
