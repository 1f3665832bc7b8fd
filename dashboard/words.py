"""The two languages of the pages: words, numbers, dates and units as people there write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, Quantity
from lokaalmeten.weather import OFFICIAL, OfficialQuantity

from .texts import LANGUAGES, MONTHS, TEXTS

ZONE = ZoneInfo("Europe/Amsterdam")  # times on the pages; the API speaks UTC
NO_BREAK = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"

# UCUM code -> sign for people and decimals that a low-cost sensor deserves
UNITS = {
    "ug/m3": ("µg/m³", 1),
    "Cel": ("°C", 1),
    "%": ("%", 0),
    "Pa": ("Pa", 0),
    "kOhm": ("kΩ", 0),
    "{tick}": ("", 0),
    "[ppm]": ("ppm", 0),
    "dB(A)": ("dB(A)", 1),
    "1": ("", 1),
    "V": ("V", 2),
}

_FLAG_TEXTS = {flag: f"flag.{flag.name.lower()}" for flag in Flag}


def find_quantity(key: str) -> Quantity | OfficialQuantity:
    """Quantity of a key, of nodes or of official stations alone."""
    return BY_KEY[key] if key in BY_KEY else OFFICIAL[key]


def find_unit(key: str) -> str:
    """Unit of a quantity, UCUM."""
    return find_quantity(key).unit


def unit_sign(key: str) -> str:
    """Sign of the unit of a quantity, empty for a bare count."""
    return UNITS[find_unit(key)][0]


def decimals(key: str) -> int:
    """Decimals that are shown of a quantity."""
    return UNITS[find_unit(key)][1]


class Words:
    """Everything that a page says, in one language (a key of LANGUAGES)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **facts: object) -> str:
        """Text of TEXTS with the facts filled in."""
        return TEXTS[key][self._column].format(**facts)

    def number(self, value: float | None, digits: int = 0) -> str:
        """Number with the thousands and decimals of the language; a dash when there is none.

        >>> Words("nl").number(1234.56, 1)
        '1.234,6'
        """
        if value is None or value != value:  # noqa: PLR0124 - NaN
            return DASH
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "nl" else text

    def value(self, key: str, value: float | None) -> str:
        """Value of a quantity with its unit: 12,3 µg/m³ in Dutch."""
        number = self.number(value, decimals(key))
        sign = unit_sign(key)
        return f"{number}{NO_BREAK}{sign}" if sign and number != DASH else number

    def quantity(self, key: str) -> str:
        """Name of a quantity."""
        return getattr(find_quantity(key), self.language)

    def quantity_unit(self, key: str) -> str:
        """Name of a quantity with its unit in brackets."""
        sign = unit_sign(key)
        return f"{self.quantity(key)} ({sign})" if sign else self.quantity(key)

    def flag(self, flag: int) -> str:
        """Quality flag in words."""
        return self(_FLAG_TEXTS[Flag(flag)])

    def time(self, moment: datetime) -> str:
        """Moment in Dutch time, to the minute.

        >>> Words("nl").time(datetime(2026, 5, 4, 18, 0, tzinfo=UTC))
        '4 mei 2026, 20:00'
        """
        local = moment.astimezone(ZONE)
        return f"{self.day(local)}, {local:%H:%M}"

    def day(self, day: date) -> str:
        """Date with its year.

        >>> Words("nl").day(date(2026, 5, 4))
        '4 mei 2026'
        """
        return f"{day.day} {self.month(day.month)} {day.year}"

    def month(self, number: int) -> str:
        """Name of a month, from 1."""
        return MONTHS[self.language][number - 1]

    def short_month(self, number: int) -> str:
        """Name of a month in three letters.

        >>> Words("nl").short_month(3), Words("en").short_month(3)
        ('mrt', 'Mar')
        """
        name = self.month(number)
        return "mrt" if name == "maart" else name[:3]

    def span(self, start: datetime, stop: datetime) -> str:
        """Period between two moments, the day once when it is one day."""
        first, last = start.astimezone(ZONE), stop.astimezone(ZONE)
        if first.date() == last.date():
            return f"{self.time(start)} {DASH} {last:%H:%M}"
        return f"{self.time(start)} {DASH} {self.time(stop)}"

    def duration(self, seconds: float) -> str:
        """Hours and minutes.

        >>> Words("en").duration(5400)
        '1 h 30 min'
        """
        minutes = round(seconds / 60)
        hours, minutes = divmod(minutes, 60)
        hour = self("unit.hour")
        return f"{hours} {hour} {minutes} min" if hours else f"{minutes} min"

    def distance(self, metres: float) -> str:
        """Kilometres with one decimal."""
        return f"{self.number(metres / 1000, 1)}{NO_BREAK}km"

    def ago(self, moment: datetime, now: datetime | None = None) -> str:
        """How long ago, in the largest whole unit."""
        seconds = max(0, ((now or datetime.now(UTC)) - moment).total_seconds())
        for key, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if (count := int(seconds // size)) >= 1:
                return self(f"ago.{key}" if count == 1 else f"ago.{key}s", count=count)
        return self("ago.now")
