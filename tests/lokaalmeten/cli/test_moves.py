"""`meten db save` and `meten db load` as a person meets them."""

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.everything import read_everything
from tests.services.meten import meten
from tests.services.samples import make_samples


def test_a_database_is_saved_and_loaded_into_one_of_the_other_kind(
    timescale_database, postgres_database, tmp_path
):
    folder = tmp_path / "saved"
    with connect(timescale_database) as connection:
        write(connection, [make_samples(add_node(connection, "box-1", "box").id, 300)])
    saved = meten("db", "save", folder, dsn=timescale_database)
    assert (saved.returncode, saved.stderr) == (0, "")
    amount, warning = saved.stdout.split("\n")[-3:-1]
    # a node, its samples, of its five hours what they add, and that these wait
    assert amount.startswith(f"saved {1 + 300 + 5 + 1} rows of ")
    assert "precise positions" in warning
    assert "is not empty" in refused(meten("db", "save", folder, dsn=timescale_database))

    loaded = meten("db", "load", folder, dsn=postgres_database)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert loaded.stdout.lstrip().startswith("loaded 307 rows of ")
    but = ("migration",)
    assert read_everything(timescale_database, but) == read_everything(postgres_database, but)
    assert "holds rows already" in refused(meten("db", "load", folder, dsn=postgres_database))


def test_a_folder_without_a_database_is_named(postgres_database, tmp_path):
    told = refused(meten("db", "load", tmp_path, dsn=postgres_database))
    assert str(tmp_path) in told
    assert "was it saved whole?" in told


def refused(done):
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr
