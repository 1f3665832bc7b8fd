"""Boards as data and what is made of them; programs of this repository, never part of the wheel."""
