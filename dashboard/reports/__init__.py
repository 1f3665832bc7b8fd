"""Reports: what a quarter or a year of measuring says, as a page and as a file to print.

``quarter.py`` and ``year.py`` tell how each is made; both end in one ``Document``, of which
``html.py`` and ``pdf.py`` make the same report twice.
"""
