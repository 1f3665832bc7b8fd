"""The air domain on the core: concentrations ahead, and what they mean for people.

forecast.py       the story: learn a network, say what may come
"""
