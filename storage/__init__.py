"""PostgreSQL and TimescaleDB, and nothing else.

``migrate`` brings a database up to date, ``pool`` connects, ``registry`` knows the nodes,
``writer`` stores a batch in one transaction, ``reader`` answers one question per function from
the schema ``public``, ``rollups`` keeps sums per hour and day, from which that is fast. ``people``,
``stations`` and ``calibrations`` know what is behind the nodes and beside them, ``zones`` what they
lie in. ``removal`` forgets a node, ``retention`` what is too old. ``export`` writes what is public
as files, ``save`` and ``load`` move a whole database. ``edition`` alone knows which server it is.
"""
