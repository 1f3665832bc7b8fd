"""What other tools for the same bikes get wrong, from the file to the database."""

import numpy as np
import pytest

from storage.pool import connect
from tests.services.bikes import bike_row, ride_rows, write_table
from tests.services.meten import meten


def import_rows(dsn, path, rows):
    done = meten("import", "snuffelfiets", write_table(path, rows), dsn=dsn)
    assert done.returncode == 0, done.stderr


def ask(dsn, query):
    with connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_units_are_converted_where_a_mask_without_a_condition_converts_none(
    postgres_database, tmp_path
):
    row = bike_row(temperature="185", pressure="1011", pm2_5="1325", version_major="2")
    import_rows(postgres_database, tmp_path / "r.csv", [row])
    (found,) = ask(postgres_database, "SELECT temperature, pressure, pm25 FROM private.value")
    assert found == (18.5, 101_100, 13.25)


def test_voltage_is_three_and_hundredths_not_ten_times_too_high(postgres_database, tmp_path):
    import_rows(postgres_database, tmp_path / "r.csv", [bike_row(voltage="113")])
    ((volts,),) = ask(postgres_database, "SELECT battery FROM private.value")
    assert volts == pytest.approx(4.13)


def test_a_compound_error_code_spoils_what_each_of_its_bits_spoils(postgres_database, tmp_path):
    """2080 is 2048, particles not read, and 32, no fix: compared for equality it is neither."""
    import_rows(postgres_database, tmp_path / "r.csv", [bike_row(error_code="2080")])
    ((flag, cell, bits),) = ask(
        postgres_database,
        "SELECT flag_of(v.flags, 1), coalesce(o.cell, 0), o.bits"
        " FROM private.value v JOIN private.observation o USING (node_id, time)",
    )
    assert (flag, cell, bits) == (3, 0, 2080)


def test_zero_zero_positions_do_not_eat_a_ride(postgres_database, tmp_path):
    """A jump of 5,800 km there and back made 2,316 rides too long to be one."""
    rows = list(ride_rows(200))
    for index in (0, 1, 70, 71, 130, 199):
        moment = rows[index].split(",")[2]
        rows[index] = bike_row(recording_timestamp=moment, latitude="0.0", longitude="0")
    import_rows(postgres_database, tmp_path / "r.csv", rows)
    said = meten(
        "rides", "--since", "2024-11-11", "--until", "2024-11-11", dsn=postgres_database
    ).stdout
    metres = 50 * (198 - 2)
    assert f"1 rides of 1 nodes, {1960 / 3600:.1f} hours, {metres / 1000:.1f} km" in said


def test_a_far_first_position_does_not_eat_a_ride(postgres_database, tmp_path):
    rows = list(ride_rows(200))
    for index in np.arange(3):
        moment = rows[index].split(",")[2]
        rows[index] = bike_row(recording_timestamp=moment, latitude="53.2", longitude="6.5")
    import_rows(postgres_database, tmp_path / "r.csv", rows)
    said = meten(
        "rides", "--since", "2024-11-11", "--until", "2024-11-11", dsn=postgres_database
    ).stdout
    assert "1 rides of 1 nodes" in said
    assert f"{50 * (199 - 3) / 1000:.1f} km" in said
