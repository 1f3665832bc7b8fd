"""Crowd safety for people: how full places are, how full they will be, and how good that was said.

view.py        what is known of a place at one moment, as arrays, and what must not be believed
urgency.py     what asks for attention first: order, time to a limit, expected peak
marks.py       levels as word and shape; plan.py and fans.py draw the place and what is expected
overview.py    a place at a glance; zone.py one zone or passage; places.py the list of places
hindsight.py   forecasts and alerts against what came; evaluation.py says so on a page
planning.py    what comes in the days ahead, by ahead.py
report.py      one page of paper; routes.py where all of these are found
"""
