"""Crowd safety: from what is counted to how full it is, will be, and when to warn.

place.py      zones, passages and counters: the model of a place
plan.py       that model read from GeoJSON, and refused with a reason
flow.py       counts of people to flow through passages
occupancy.py  flow to people in zones, with the drift of counters taken out
levels.py     density and flow to levels of service, and to a municipality's own signals
trust.py      counters that are silent or stuck
warning.py    chances to alerts: when to raise, hold and lower
scenario.py   what if: a passage closed, an arrival delayed, people added
"""
