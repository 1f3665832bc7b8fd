"""Meetstad: a small invented Dutch town whose boxes, bikes and counters publish like real nodes.

    streets.py    the street plan and the shortest way through it
    city.py       where the nodes are, and what they are called
    field.py      the true air, weather, sound and crowds at any place and time
    rides.py      where a bike is while it rides
    sensors.py    what the sensors of a node make of the truth: noise and bias
    nodes.py      when a node takes a sample, and when it fails
    pages.py      samples as pages, a whole day at once
    publisher.py  pages to the broker: first the past, then live

Everything but the publisher is a pure function of the seed and the time: the same seed and
window give the same bytes, and a sample does not depend on the window it was asked for with.
"""
