"""Places: a node, a neighbourhood or a hexagon, each with its history, and side by side."""
