"""Make every artefact of a build: words and numbers by this code, the rest by programs.

bill of materials and power budget    of the board file alone
harness                               WireViz and Graphviz draw it
enclosure                             OpenSCAD builds it, its triangles are sorted
carrier                               KiCad checks and plots it (B2 only)
pictures                              of the solids, for the guides
"""

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from . import bom, case, harness, power, steps
from .board import Board, read_board
from .carrier import export
from .programs import Programs

HERE = Path(__file__).parents[1]
BUILDS = ("f1", "b1", "b2")
COLOURS_OF_A_PICTURE = 32


def make_all(folder: Path, programs: Programs, tell: Callable[[str], None] = print) -> None:
    """Write the artefacts of all builds below ``folder``; ``tell`` hears what is being made."""
    make_mount(folder, programs)
    for stem in BUILDS:
        board = read_board(stem)
        carrier = [make_carrier] if board.carrier else []
        for step in (make_papers, make_harness, make_case, *carrier, make_pictures):
            tell(f"{stem}: {step.__name__.removeprefix('make_')}")
            step(board, folder, programs)


def make_papers(board: Board, folder: Path, _programs: Programs | None = None) -> None:
    """Write the bill of materials and the power budget."""
    _write(folder / f"bom/{board.stem}.csv", bom.to_bom(board))
    _write(folder / f"power/{board.stem}.md", power.to_budget(board))


def make_harness(board: Board, folder: Path, programs: Programs) -> None:
    """Write the cables in YAML, and have them drawn as SVG and PNG."""
    source = folder / f"harness/{board.stem}.yml"
    _write(source, harness.to_harness(board))
    dot = programs.dot
    path = f"{dot.path.parent}{os.pathsep}{os.environ['PATH']}"
    wireviz = type(dot)(programs.wireviz.path, {**dot.env, "PATH": path})
    wireviz.run("-f", "ps", "-o", source.parent, source)
    picture = source.with_suffix(".png")
    picture.write_bytes(to_small_png(picture.read_bytes()))


def make_case(board: Board, folder: Path, programs: Programs) -> None:
    """Write the drawing of the enclosure and its solids."""
    drawing = copy_drawings(board, folder / "case")
    for solid in case.SOLIDS:
        content = build_solid(drawing, solid, programs)
        (folder / f"case/{board.stem}-{solid}.stl").write_bytes(content)


def make_carrier(board: Board, folder: Path, programs: Programs) -> None:
    """Write schematic and board of the carrier, have them checked, and export what a maker asks."""
    pcb = folder / "pcb"
    for name, text in export.to_files(board).items():
        _write(pcb / name, text)
    export.check_rules(board, pcb, programs.kicad)
    export.export_all(board, pcb, programs.kicad)
    picture = pcb / f"{board.stem}.png"
    picture.write_bytes(to_small_png(picture.read_bytes()))


def make_pictures(board: Board, folder: Path, _programs: Programs | None = None) -> None:
    """Draw the steps of the guide from the solids that are there."""
    target = folder / "guides/pictures"
    target.mkdir(parents=True, exist_ok=True)
    for name, content in steps.draw_steps(board, folder / "case").items():
        (target / f"{board.stem}-{name}.png").write_bytes(content)


def make_mount(folder: Path, programs: Programs) -> None:
    """Write the bike mount."""
    drawing = folder / "case/mount.scad"
    for name in ("variables.scad", "case.scad", "mount.scad"):
        _write(folder / "case" / name, (HERE / "case" / name).read_text())
    content = build_solid(drawing, "mount", programs)
    (folder / "case/mount.stl").write_bytes(content)


def copy_drawings(board: Board, folder: Path) -> Path:
    """Write what OpenSCAD reads of a build into ``folder``; return the drawing."""
    for name in ("variables.scad", "case.scad"):
        _write(folder / name, (HERE / "case" / name).read_text())
    _write(folder / f"{board.stem}-parts.scad", case.to_parts(board))
    _write(folder / f"{board.stem}.scad", case.to_drawing(board))
    return folder / f"{board.stem}.scad"


def build_solid(drawing: Path, solid: str, programs: Programs) -> bytes:
    """Return a solid of a drawing as a sorted binary STL."""
    made = drawing.with_suffix(".made.stl")
    programs.openscad.run("-D", f'solid="{solid}"', "-o", made, drawing)
    triangles = case.read_stl(made.read_text())
    made.unlink()
    return case.to_stl(np.asarray(triangles), f"{drawing.stem} {solid}")


def to_small_png(content: bytes) -> bytes:
    """Return a drawing with few colours as a smaller file."""
    small = io.BytesIO()
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.quantize(COLOURS_OF_A_PICTURE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
