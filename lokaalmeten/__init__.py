"""Shared words of the platform.

A node carries sensors. A reading becomes a sample when it has time and place; sixty samples
make a page; pages handled together are a batch. A quantity is what is measured. A flag says
how good a value is. A ride is one journey of a moving node; a cell is an H3 hexagon.

Nothing is imported here: a node loads ``quantities`` and ``wire`` and nothing else.
"""
