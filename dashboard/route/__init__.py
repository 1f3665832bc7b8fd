"""The cleanest way between two hexagons, through hexagons in which somebody rode and measured.

1. read what was asked out of the address (asked.py)
2. read the hexagons around it (cells.py)
3. find the cleanest and the shortest way (finding.py)
4. draw and tell them (picture.py, page.py)
"""
