"""What is committed is what `make hardware` makes; pictures are compared by their size."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hardware.tools import case, make, pictures
from hardware.tools.board import read_board

HARDWARE = Path(__file__).parents[2] / "hardware"
MADE = ("bom", "power", "harness", "case", "pcb", "guides/pictures")
LIMIT = 6_000_000  # bytes of all that is committed
BUILDS = pytest.mark.parametrize("stem", ["f1", "b1", "b2"])


def text_of(folder, *names):
    return {name: (folder / name).read_text() for name in names}


def same_picture(made, committed):
    """As large in points, and about as large a file: fonts and compression differ a little."""
    sizes = [Image.open(io.BytesIO(one)).size for one in (made, committed)]
    return sizes[0] == sizes[1] and 0.7 < len(made) / len(committed) < 1.4


@BUILDS
def test_papers_are_those_of_the_board_file(stem, tmp_path):
    make.make_papers(read_board(stem), tmp_path)
    names = (f"bom/{stem}.csv", f"power/{stem}.md")
    assert text_of(tmp_path, *names) == text_of(HARDWARE, *names)


@BUILDS
def test_harness_is_that_of_the_board_file(stem, makers, tmp_path):
    make.make_harness(read_board(stem), tmp_path, makers)
    assert text_of(tmp_path, f"harness/{stem}.yml") == text_of(HARDWARE, f"harness/{stem}.yml")
    drawn = [(folder / f"harness/{stem}.svg").read_text() for folder in (tmp_path, HARDWARE)]
    words = [re.findall(r">([^<>]+)<", picture) for picture in drawn]
    assert sorted(words[0]) == sorted(words[1])  # fonts move words by a fraction
    pngs = [(folder / f"harness/{stem}.png").read_bytes() for folder in (tmp_path, HARDWARE)]
    assert 0.7 < len(pngs[0]) / len(pngs[1]) < 1.4


@BUILDS
def test_solids_are_those_of_the_drawings(stem, makers, tmp_path):
    make.make_case(read_board(stem), tmp_path, makers)
    names = [f"case/{stem}{end}" for end in (".scad", "-parts.scad")]
    assert text_of(tmp_path, *names) == text_of(HARDWARE, *names)
    for solid in case.SOLIDS:
        assert_same_solid(tmp_path, f"case/{stem}-{solid}.stl")


def test_bike_mount_is_that_of_the_drawing(makers, tmp_path):
    make.make_mount(tmp_path, makers)
    assert_same_solid(tmp_path, "case/mount.stl")


def assert_same_solid(folder, name):
    made, committed = (
        case.read_binary_stl((where / name).read_bytes()) for where in (folder, HARDWARE)
    )
    assert made.shape == committed.shape
    np.testing.assert_allclose(made, committed, atol=0.002)


def test_carrier_is_that_of_the_board_file(makers, tmp_path):
    make.make_carrier(read_board("b2"), tmp_path, makers)
    made = {path.relative_to(tmp_path) for path in (tmp_path / "pcb").rglob("*") if path.is_file()}
    committed = {
        path.relative_to(HARDWARE) for path in (HARDWARE / "pcb").rglob("*") if path.is_file()
    }
    assert made == committed
    for path in sorted(made):
        if path.suffix == ".png":
            assert same_picture((tmp_path / path).read_bytes(), (HARDWARE / path).read_bytes())
        elif path.suffix == ".pdf":
            sizes = [(folder / path).stat().st_size for folder in (tmp_path, HARDWARE)]
            assert 0.8 < sizes[0] / sizes[1] < 1.25
        else:
            assert (tmp_path / path).read_text() == (HARDWARE / path).read_text(), path


@BUILDS
def test_a_picture_of_a_guide_is_drawn_from_the_committed_solids(stem):
    from hardware.tools import steps

    board = read_board(stem)
    body = case.read_binary_stl((HARDWARE / f"case/{stem}-body.stl").read_bytes())
    placed = [steps.to_solid(part) for part in board.parts.values() if part.at and part.size]
    made = pictures.draw([pictures.Solid(body, pictures.BODY), *placed])
    assert same_picture(made, (HARDWARE / f"guides/pictures/{stem}-3-parts.png").read_bytes())


def test_every_picture_shows_something():
    paths = sorted((HARDWARE / "guides/pictures").glob("*.png"))
    assert len(paths) == 5 + 6 + 6
    for path in paths:
        grey = np.asarray(Image.open(path).convert("L"))
        assert 0.1 < (grey < 250).mean() < 0.9, path.name


def test_a_box_is_seen_with_its_three_sides():
    picture = Image.open(io.BytesIO(pictures.draw([cube()])))
    assert picture.size == (pictures.WIDTH, pictures.HEIGHT)
    shades = np.unique(np.asarray(picture.convert("L"))[::4, ::4], return_counts=True)
    large = [count for count in shades[1] if count > 300]
    assert len(large) == 1 + 3  # paper, and three sides in three lights


def cube():
    return pictures.Solid(pictures.to_box((0, 0, 0), (10, 10, 10)), pictures.BODY)


def test_what_is_committed_is_small():
    files = [
        path for path in HARDWARE.rglob("*") if path.is_file() and "__pycache__" not in str(path)
    ]
    assert sum(path.stat().st_size for path in files) < LIMIT
