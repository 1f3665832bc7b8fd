import time

import pytest

from ingest.importing import find_source, import_file
from lokaalmeten.errors import FormatError
from tests.services.bikes import bike_row, ride_rows, write_table

NOW = int(time.time())
SNUFFELFIETS = find_source("snuffelfiets")


def test_an_account_without_a_database_adds_up(tmp_path):
    rows = [*ride_rows(20), "1,2", bike_row(latitude="x")]
    report = import_file(SNUFFELFIETS, write_table(tmp_path / "r.csv", rows), None, NOW)
    assert report.account.read == 22
    assert report.account.stored == 20
    assert report.account.rejected == {"2 of 21 fields": 1, "latitude is not a number": 1}
    assert [bad.line for bad in report.bad] == [22, 23]


def test_bytes_that_are_no_text_are_found_before_anything_is_kept(tmp_path):
    path = write_table(tmp_path / "r.csv", ride_rows(5))
    path.write_bytes(path.read_bytes() + b"\xb5\n")
    with pytest.raises(FormatError, match="byte 0xB5 on line 7"):
        import_file(SNUFFELFIETS, path, None, NOW)


def test_a_header_alone_is_no_import(tmp_path):
    with pytest.raises(FormatError, match="holds a header but no rows"):
        import_file(SNUFFELFIETS, write_table(tmp_path / "r.csv", []), None, NOW)


def test_the_real_file_is_accounted_for_to_the_row(shared_data):
    path = shared_data / "snuffelfiets/utrecht_2024-11-11_12.csv"
    report = import_file(SNUFFELFIETS, path, None, NOW)
    assert (report.account.read, report.account.rejected) == (5704, {})
