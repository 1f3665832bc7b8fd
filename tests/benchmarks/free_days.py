"""Public holidays of the cities whose counts are forecast: Melbourne and Washington, DC."""

from datetime import date

MELBOURNE = """
2012 01-01 01-02 01-26 03-12 04-06 04-07 04-09 04-25 06-11 11-06 12-25 12-26
2013 01-01 01-28 03-11 03-29 03-30 04-01 04-25 06-10 11-05 12-25 12-26
2014 01-01 01-27 03-10 04-18 04-19 04-21 04-25 06-09 11-04 12-25 12-26
"""
UNITED_STATES = """
2011 01-01 01-17 02-21 05-30 07-04 09-05 10-10 11-11 11-24 12-25 12-26
2012 01-01 01-02 01-16 02-20 05-28 07-04 09-03 10-08 11-11 11-12 11-22 12-25
2013 01-01 01-21 02-18 05-27 07-04 09-02 10-14 11-11 11-28 12-25
2014 01-01 01-20 02-17 05-26 07-04 09-01 10-13 11-11 11-27 12-25
"""


def read_days(text: str) -> list[date]:
    """Days of lines with a year and its days."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [date.fromisoformat(f"{year}-{day}") for year, *days in lines for day in days]
