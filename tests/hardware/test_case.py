"""Solids are closed, as large as the board file says, printable, and hold their parts."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import trimesh

from hardware.tools import case, make, steps
from hardware.tools.board import read_board
from hardware.tools.programs import Programs

FOLDER = Path(__file__).parents[2] / "hardware/case"
SOLIDS = sorted(path.name for path in FOLDER.glob("*.stl"))
STEEPEST = 0.72  # a surface that looks down more than this needs what lies under it: 45 degrees
LONGEST_BRIDGE = 14.5  # mm, that a printer spans in the air


def load(name) -> trimesh.Trimesh:
    return trimesh.load_mesh(FOLDER / name)


def variables():
    text = (FOLDER / "variables.scad").read_text()
    return {
        name: float(value) for name, value in re.findall(r"^(\w+) = ([\d.]+);", text, re.MULTILINE)
    }


def test_all_solids_are_there():
    builds = [f"{stem}-{solid}.stl" for stem in ("b1", "b2", "f1") for solid in ("body", "lid")]
    assert [*builds, "mount.stl"] == SOLIDS


@pytest.mark.parametrize("name", SOLIDS)
def test_solid_is_closed_and_of_one_piece(name):
    mesh = load(name)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.body_count == 1
    assert mesh.volume > 10_000


@pytest.mark.parametrize("name", SOLIDS)
def test_solid_prints_without_support(name):
    """What looks down lies on the bed, or is the roof of a hole that is narrow enough."""
    mesh = load(name)
    low = mesh.bounds[0][2]
    hangs = (mesh.face_normals[:, 2] < -STEEPEST) & (
        mesh.triangles[:, :, 2].min(axis=1) > low + 0.1
    )
    pairs = mesh.face_adjacency[hangs[mesh.face_adjacency].all(axis=1)]
    groups = trimesh.graph.connected_components(pairs, nodes=np.flatnonzero(hangs))
    for group in groups:
        corners = mesh.triangles[group].reshape(-1, 3)
        across = np.ptp(corners[:, :2], axis=0)
        assert across.min() <= LONGEST_BRIDGE, f"{name}: a roof of {across} mm at {corners[0]}"


def test_a_shelf_in_the_air_would_be_found():
    """The test before this can fail: a table has a top that hangs."""
    top = trimesh.creation.box((60, 60, 2), trimesh.transformations.translation_matrix((0, 0, 20)))
    leg = trimesh.creation.box((4, 4, 20), trimesh.transformations.translation_matrix((0, 0, 9)))
    table = trimesh.Trimesh(
        **_merged(np.concatenate([top.triangles, leg.triangles])), process=False
    )
    hangs = (table.face_normals[:, 2] < -STEEPEST) & (table.triangles[:, :, 2].min(axis=1) > 0)
    assert np.ptp(table.triangles[hangs].reshape(-1, 3), axis=0)[:2].min() > LONGEST_BRIDGE


def test_closed_unit_is_as_large_as_the_board_file_says(board):
    body, lid = load(f"{board.stem}-body.stl"), load(f"{board.stem}-lid.stl")
    size = np.ptp(np.stack([body.bounds, lid.bounds]).reshape(-1, 3), axis=0)
    size[2] = body.extents[2] + variables()["lid_thick"]
    np.testing.assert_allclose(size, board.case["outer"], atol=0.01)


def test_parts_lie_inside_and_beside_one_another(board):
    placed = [part for part in board.parts.values() if part.at and part.size]
    assert placed
    for part in placed:
        ends = np.add(part.at, part.size)
        assert min(part.at) >= 0, part.ref
        assert (ends <= board.case["inner"]).all(), f"{part.ref} ends at {ends}"
    for a, b in combinations(placed, 2):
        apart = (np.add(a.at, a.size) <= b.at) | (np.add(b.at, b.size) <= a.at)
        assert apart.any(), f"{a.ref} stands in {b.ref}"


def test_parts_leave_the_body_alone(board, openscad, tmp_path):
    """OpenSCAD cuts the parts with the body: nothing is left."""
    drawing = make.copy_drawings(board, tmp_path)
    said = openscad.run("-D", 'solid="clash"', "-o", tmp_path / "x.stl", drawing, fail=False)
    assert "top level object is empty" in said


def test_a_button_that_is_bought_has_a_hole(board):
    assert ("button" in {part.name for part in board.parts.values()}) == ("button" in board.case)


def test_lid_reaches_over_the_body(board):
    """Rain that runs down the lid falls beside the joint."""
    body, lid = load(f"{board.stem}-body.stl"), load(f"{board.stem}-lid.stl")
    inner = np.array(board.case["inner"][:2]) + 2 * variables()["wall"]
    assert (lid.extents[:2] > inner + 2 * variables()["gap"]).all()
    assert lid.extents[2] == pytest.approx(variables()["lid_thick"] + variables()["skirt"])
    assert body.bounds[0][1] == 0  # the bottom, in which the slots are


def rays_that_reach(board, mesh):
    """Count of straight lines from below through the slots that meet no wall on their way up."""
    rng = np.random.default_rng(1)
    var, width = variables(), board.case["inner"][0]
    sensor = next(part for part in board.parts.values() if part.name in case.BREATHES)
    count = 400
    start = np.stack(
        [
            rng.uniform(0, width, count) + var["wall"],
            np.full(count, -1.0),
            rng.uniform(6, 24, count),
        ],
        axis=1,
    )
    aim = np.stack(
        [
            rng.uniform(0, width, count) + var["wall"],
            np.full(count, sensor.at[1] + var["wall"]),
            rng.uniform(6, 24, count),
        ],
        axis=1,
    )
    triangles = mesh.triangles
    return sum(not _meets(triangles, a, b) for a, b in zip(start, aim, strict=True))


def _meets(triangles, start, end):
    """Whether a line meets any triangle (Moeller and Trumbore)."""
    along = end - start
    one, two = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    p = np.cross(along, two)
    determinant = (one * p).sum(axis=1)
    safe = np.where(np.abs(determinant) < 1e-12, np.inf, determinant)
    to = start - triangles[:, 0]
    u = (to * p).sum(axis=1) / safe
    q = np.cross(to, one)
    v, far = (q @ along) / safe, (two * q).sum(axis=1) / safe
    return bool(((u >= 0) & (v >= 0) & (u + v <= 1) & (far > 0) & (far < 1)).any())


def test_no_drop_flies_straight_from_the_slots_to_the_sensor(board):
    assert rays_that_reach(board, load(f"{board.stem}-body.stl")) == 0


def test_a_body_without_its_inner_wall_would_let_drops_in(openscad, tmp_path):
    """The test before this can fail: the inner wall is taken away, and lines reach the sensor."""
    board = read_board("f1")
    drawing = make.copy_drawings(board, tmp_path)
    programs = Programs(openscad, openscad, openscad, openscad)
    text = (tmp_path / "case.scad").read_text()
    bare = text.replace("cube([inner.x - 2 * opening, baffle_wall,", "cube([0.1, baffle_wall,")
    assert bare != text
    (tmp_path / "case.scad").write_text(bare)
    content = make.build_solid(drawing, "body", programs)
    triangles = case.read_binary_stl(content)
    assert rays_that_reach(board, trimesh.Trimesh(**_merged(triangles))) > 0


def _merged(triangles):
    return {
        "vertices": triangles.reshape(-1, 3),
        "faces": np.arange(triangles.size // 3).reshape(-1, 3),
    }


def test_pictures_know_the_walls_of_the_drawing():
    var = variables()
    assert (
        var["wall"],
        var["floor_thick"],
        var["lid_thick"],
    ) == (steps.WALL, steps.FLOOR, steps.LID_THICK)
    assert (var["tube"], var["ear"]) == (steps.TUBE, steps.EAR)


def test_triangles_are_sorted_whatever_order_they_come_in():
    triangles = case.read_binary_stl((FOLDER / "mount.stl").read_bytes())
    shuffled = np.random.default_rng(2).permutation(triangles)
    turned = np.roll(shuffled, 1, axis=1)
    assert case.to_stl(turned, "mount mount") == (FOLDER / "mount.stl").read_bytes()
