"""From a board file to everything a builder needs.

board.py     reads a board file and refuses what cannot be wired
bom.py       its bill of materials
power.py     what it draws, and how long a cell lasts
harness.py   its cables, for WireViz
case.py      sizes and places of its parts, for OpenSCAD
carrier/     schematic and board of the carrier, for KiCad
pictures.py  drawings of solids, for the guides
make.py      all of it, by programs that are handed in
"""
