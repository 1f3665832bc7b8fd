"""Monthly releases of what is public: whole, numbered, described, and never written over.

`publishing.py` is how one comes about, `listing.py` is what feeds and catalogues read.
"""
