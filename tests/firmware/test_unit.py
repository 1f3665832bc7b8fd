"""A node with fake sensors on the real MicroPython, from nothing but what a board carries."""

import shutil
from pathlib import Path

import pytest

from lokaalmeten import wire

REPOSITORY = Path(__file__).parents[2]
SIMULATED = REPOSITORY / "firmware/simulated"
UNIT = Path(__file__).parent / "fake_unit.py"


def read_manifest():
    """(target, source) of every file that the manifest puts on a board."""
    found = []

    def package(name, files, base_path):
        folder = REPOSITORY / "firmware" / base_path / name
        found.extend((f"{name}/{file}", folder / file) for file in files)

    def module(name, base_path):
        found.append((name, REPOSITORY / "firmware" / base_path / name))

    given = {"include": lambda path: None, "package": package, "module": module}
    exec((REPOSITORY / "firmware/manifest.py").read_text(), given)
    return found


@pytest.fixture
def board_files(tmp_path):
    """Folder with what the manifest names, and nothing else."""
    for target, source in read_manifest():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, tmp_path / target)
    return tmp_path


@pytest.mark.parametrize("epoch", [1970, 2000])
def test_node_with_fake_sensors_makes_pages_that_the_server_accepts(
    micropython, board_files, epoch
):
    lines = micropython.run(UNIT, epoch, 150, path=[SIMULATED, board_files]).splitlines()
    pages = [bytes.fromhex(line) for line in lines]
    assert [wire.refuse_page(page) for page in pages] == [None, None, None]
    read = [wire.read_page(page) for page in pages]
    assert [(schema, sequence, len(rows)) for schema, _, sequence, _, _, rows in read] == [
        (1, 0, 60),
        (1, 1, 60),
        (1, 2, 30),
    ]
    times = [time + row[0] for _, _, _, time, _, rows in read for row in rows]
    assert times == [1795435200 + 60 * beat for beat in range(1, 151)]


def test_epoch_of_the_board_makes_no_difference(micropython, board_files):
    one, other = (
        micropython.run(UNIT, epoch, 70, path=[SIMULATED, board_files]) for epoch in (1970, 2000)
    )
    assert one == other


def test_manifest_names_every_module_of_the_firmware_and_the_three_shared_files():
    targets = {target for target, _ in read_manifest()}
    ours = {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("firmware/**/*.py")}
    ours = {name for name in ours if not name.startswith("firmware/simulated/")}
    shared = {f"lokaalmeten/{name}.py" for name in ("__init__", "wire")}
    not_modules = {"firmware/manifest.py", "firmware/root/main.py", "firmware/root/boot.py"}
    assert targets == (ours - not_modules) | shared | {"boot.py", "main.py"}
