"""The air domain on the core: concentrations ahead, and what they mean for people.

network.py        rows of many places and quantities in, forecasts and the index out
forecast.py       the story of one quantity: learn a network, say what may come
values.py         what air can hold
weather.py        weather that is known ahead, as numbers to learn from
weather_files.py  files of KNMI and Open-Meteo
weather_rows.py   their rows, on a table of hours
draws.py          draws in which hours, places and quantities move together
days.py           the chance that a day exceeds its limits
index.py          the Dutch air quality index of hours ahead
field.py          the air between sensors in one hour, and how sure that is
variogram.py      how unlike two places are, by their distance
between.py        the map of the latest hour, of a network of any size
cells.py          a map of one hour in H3 cells
"""
