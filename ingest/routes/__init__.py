"""What was measured along a route.

1. a file of positions becomes a route (route.py)
2. each sample is joined with the nearest leg of the route, and gets its place along it (joining.py)
3. neighbouring samples of a ride tell which way it went (joining.py)
4. samples of one place become a mean with an honest standard error (averages.py)

A *leg* is the straight line between two positions of the file; a *segment* is SEGMENT_M along the
route. Positions are degrees (WGS84), distances metres.
"""
