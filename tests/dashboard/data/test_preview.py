"""The first rows of a choice, read without reading all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.data.preview import LONGEST, ROWS, read_preview
from dashboard.words import Words
from lokaalmeten.quality import Flag
from storage.downloads.answer import prepare
from storage.downloads.selection import Selection
from storage.pool import connect
from tests.dashboard import city

NL = Words("nl")
SPAN = (city.LAST - timedelta(days=7), city.LAST + timedelta(days=1))


@pytest.fixture
def connection(built_city):
    with connect(built_city.dsn) as opened:
        yield opened


def prepare_it(connection, **chosen):
    selection = Selection(*SPAN, keys=("pm25",), nodes=(city.STEADY,), **chosen)
    return prepare(connection, selection, "csv")


def test_a_short_choice_is_looked_into_whole(connection):
    found = read_preview(connection, NL, prepare_it(connection))
    assert len(found.rows) == ROWS
    assert found.is_whole


def test_many_pieces_in_which_nothing_fits_are_not_all_read(connection):
    download = prepare_it(connection, flags=frozenset({Flag.NOT_EVALUATED}))
    (piece,) = download.pieces
    many = replace(download, pieces=[piece] * 10_000)
    found = read_preview(connection, NL, many)
    assert (found.rows, found.is_whole) == ([], False)


def test_of_a_long_stay_the_first_days_are_read(connection):
    download = prepare_it(connection, flags=frozenset({Flag.NOT_EVALUATED}))
    (piece,) = download.pieces
    stays = replace(piece, start=piece.stop - LONGEST * 3)
    assert not read_preview(connection, NL, replace(download, pieces=[stays])).is_whole
