"""Updates: fetched in the background, signed, tried, and taken back when they do not do well.

release.py   what a release is: its bytes, its signature, whether this node takes it
p256.py      ECDSA over P-256, verification only
download.py  a part of a file over HTTP
slots.py     two folders of software, of which one runs; trial and way back
installer.py how a release is installed; loaded when there is one
updater.py   the story
"""
