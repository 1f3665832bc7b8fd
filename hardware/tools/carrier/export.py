"""The files of a carrier: written, checked by KiCad's rules, and exported for a maker of boards.

Dates are taken out of what KiCad writes: the same board is the same file.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from ..board import Board
from ..programs import Program, ProgramError
from .layout import to_footprint_file, to_layout
from .routes import find_routes
from .schematic import LIBRARY, find_carried, to_schematic, to_symbol_library

DATE = "2025-01-01T00:00:00+00:00"
DATES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([+-]\d\d:?\d\d)?")
PDF_DATE = re.compile(rb"D:\d{14}")
GERBERS = "F.Cu,B.Cu,F.Paste,F.SilkS,B.SilkS,F.Mask,B.Mask,Edge.Cuts"
RULES: dict[str, Any] = {
    "min_clearance": 0.2,
    "min_copper_edge_clearance": 0.3,
    "min_hole_clearance": 0.25,
    "min_hole_to_hole": 0.25,
    "min_through_hole_diameter": 0.3,
    "min_track_width": 0.2,
    "min_via_diameter": 0.6,
    "min_via_annular_width": 0.15,
}


def to_files(board: Board) -> dict[str, str]:
    """Return the texts of project, schematic, board and library by file name."""
    footprints = sorted({part.footprint for part in find_carried(board)})
    library = f"{LIBRARY}.pretty"
    return {
        f"{board.stem}.kicad_pro": _to_project(board),
        f"{board.stem}.kicad_sch": to_schematic(board),
        f"{board.stem}.kicad_pcb": to_layout(board, find_routes(board)),
        f"{LIBRARY}.kicad_sym": to_symbol_library(board),
        **{f"{library}/{name}.kicad_mod": to_footprint_file(name, board) for name in footprints},
        f"{library}/hole.kicad_mod": to_footprint_file("hole", board),
        "sym-lib-table": _to_table("sym_lib_table", f"{LIBRARY}.kicad_sym"),
        "fp-lib-table": _to_table("fp_lib_table", library),
    }


def check_rules(board: Board, folder: Path, kicad: Program) -> tuple[int, int]:
    """Return how many warnings the two sets of rules give; raise `ProgramError` for an error."""
    electrical = _check(kicad, folder, "sch", "erc", f"{board.stem}.kicad_sch")
    parity = ("--schematic-parity",)
    design = _check(kicad, folder, "pcb", "drc", f"{board.stem}.kicad_pcb", *parity)
    return len(electrical), len(design)


def read_violations(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a report of either kind holds."""
    found = [one for sheet in report.get("sheets", ()) for one in sheet["violations"]]
    for kind in ("violations", "unconnected_items", "schematic_parity"):
        found += report.get(kind, [])
    return found


def export_all(board: Board, folder: Path, kicad: Program) -> None:
    """Write netlist, Gerbers, drill, places of parts and pictures beside the board."""
    stem = board.stem
    schematic, layout = f"{stem}.kicad_sch", f"{stem}.kicad_pcb"
    gerbers = folder / "gerbers"
    shutil.rmtree(gerbers, ignore_errors=True)
    places = ("--format", "csv", "--units", "mm", "-o", f"{stem}-places.csv", layout)
    netlist = ("--format", "kicadxml", "-o", f"{stem}.net.xml", schematic)
    drill = ("-o", "gerbers/", "--excellon-separate-th", layout)
    look = ("-w", "1200", "--height", "900", "--background", "opaque", "-o", f"{stem}.png", layout)
    for arguments in (
        ("sch", "export", "netlist", *netlist),
        ("sch", "export", "pdf", "-o", f"{stem}-schematic.pdf", schematic),
        ("pcb", "export", "gerbers", "--layers", GERBERS, "-o", "gerbers/", layout),
        ("pcb", "export", "drill", *drill),
        ("pcb", "export", "pos", *places),
        ("pcb", "render", *look),
    ):
        kicad.run(*arguments, cwd=folder)
    for path in (folder / f"{stem}.net.xml", *gerbers.iterdir()):
        text = DATES.sub(DATE, path.read_text()).replace(f"{folder.resolve()}/", "")
        path.write_text(text)
    printed = folder / f"{stem}-schematic.pdf"
    printed.write_bytes(PDF_DATE.sub(b"D:20250101000000", printed.read_bytes()))
    (folder / f"{stem}.kicad_prl").unlink(missing_ok=True)


def _check(kicad: Program, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    report = folder / "report.json"
    kicad.run(*arguments[:2], "--format", "json", "-o", report.name, *arguments[2:], cwd=folder)
    found = read_violations(json.loads(report.read_text()))
    report.unlink()
    errors = [one for one in found if one["severity"] == "error"]
    if errors:
        said = "; ".join(
            f"{one['description']}: {', '.join(item['description'] for item in one['items'])}"
            for one in errors[:5]
        )
        raise ProgramError(f"{arguments[2]}: {len(errors)} errors of KiCad's rules: {said}")
    return found


def _to_project(board: Board) -> str:
    project = {
        "board": {"design_settings": {"rules": RULES}},
        "meta": {"filename": f"{board.stem}.kicad_pro", "version": 3},
        "net_settings": {
            "classes": [
                {
                    "name": "Default",
                    "clearance": 0.2,
                    "track_width": 0.25,
                    "via_diameter": 0.7,
                    "via_drill": 0.35,
                }
            ]
        },
    }
    return json.dumps(project, indent=2) + "\n"


def _to_table(kind: str, where: str) -> str:
    line = (
        f'(lib (name "{LIBRARY}")(type "KiCad")(uri "${{KIPRJMOD}}/{where}")(options "")(descr ""))'
    )
    return f"({kind}\n  (version 7)\n  {line}\n)\n"
