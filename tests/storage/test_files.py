import gzip

import pytest

from storage.files import whole


def fail_halfway(path):
    with whole(path) as file:
        file.write(b"half")
        raise ZeroDivisionError


def test_a_file_that_could_not_be_finished_leaves_the_one_before(tmp_path):
    path = tmp_path / "observations.csv.gz"
    with whole(path) as file:
        file.write(b"whole")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(path)
    assert gzip.decompress(path.read_bytes()) == b"whole"
    assert list(tmp_path.iterdir()) == [path]
