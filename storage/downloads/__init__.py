"""Downloads: the public samples that somebody selected, in the form they ask for.

1. which nodes stood where and since when (selection.py), or which rides there were (rides.py)
2. what the columns of the answer are (table.py), and the same for programs (description.py)
3. the samples as blocks of columns, of one node in one place (reading.py) or of one ride (rides.py)
4. the blocks as bytes, in one of the formats (formats/)

Only schema public is read. Memory does not grow with the answer; no step is taken per row.
"""
