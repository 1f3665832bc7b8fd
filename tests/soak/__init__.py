"""The whole chain for hours while everything fails in turn: `make soak`, MINUTES=120.

a stage: database, broker and ingest on a disk of their own   (stage.py, disk.py)
a fleet that measures, and keeps what is not known to be committed   (fleet.py, nodes.py)
faults, each kind again and again, until the time is over     (faults.py)
peace, until the fleet keeps nothing any more
count what was sent, stored, kept aside and doubled           (count.py)
"""
