"""What is one's own: nodes, rides and settings of who is signed in.

1. where the pages are and who may see them (routes.py, addresses.py); all of it is never cached
2. the list (overview.py) and one node: what it says of itself (telling.py), why it is on no map
   (causes.py, of what facts.py reads), what it measured lately (node.py, drawing.py)
3. own rides, whole (rides.py), coloured by what was measured (tracks.py, drawing.py), as files
   (files.py)
4. what is changed by forms (settings.py, forms.py, changing.py), and another node (adding.py)
"""
