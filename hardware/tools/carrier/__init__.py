"""Schematic and board of a carrier, for KiCad 9.

sexpr.py        the language of KiCad's files
symbols.py      which pins drive and which are driven
footprints.py   pads of the parts
schematic.py    every part with the nets of its pins
copper.py       pads, tracks and vias as shapes on a grid
routes.py       finds tracks
plane.py        fills the ground plane round them
layout.py       the board
"""
