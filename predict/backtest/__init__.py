"""How good a forecast would have been: rolling origins over a year that is past.

dataset.py    a file of hourly values as tables, one a kind
rolling.py    the story: for each origin, what each model said and what came
baselines.py  what every model must beat
outside.py    forecast libraries beside, started in an environment of their own
others.py     the program that is started there
metrics.py    numbers for how close quantiles were
page.py       one page with a table and two pictures
"""
