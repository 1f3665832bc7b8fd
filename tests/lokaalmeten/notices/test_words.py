"""What people are told, word for word."""

import pytest

from lokaalmeten.notices.words import LANGUAGES, TEXTS, to_text

SAID = {
    "title": "Boulevard",
    "gauge": "zone/pier",
    "name": "Pier",
    "what": "raised",
    "level": 2,
    "reach": 2,
    "time": "2026-06-05T19:15:00+00:00",
    "value": 1.625,
    "service": "E",
    "people": 1625.0,
    "capacity": 2000.0,
    "limit": 2.0,
    "chance": 0.72,
    "within_s": 10_800,
    "time_to_s": 1800,
    "peak": [1.9, 2.3, 2.8],
    "until": "2026-06-05T21:15:00+00:00",
    "lasts": False,
}


def test_an_alert_in_dutch():
    assert to_text("boulevard", SAID, "nl", "https://meten.example.org") == (
        "Oranje: Boulevard, Pier",
        "Boulevard, Pier: oranje sinds 21:15.\n"
        "Nu: 1,62 mensen per m² (niveau E van Fruin).\n"
        "Er zijn ongeveer 1.625 mensen, 81 % van de 2.000 die er kunnen zijn.\n"
        "Kans op meer dan 2,00 binnen 3 uur: 72 %.\n"
        "Waarschijnlijk binnen 30 minuten.\n"
        "Verwachte top: 2,30 (acht van de tien keer tussen 1,90 en 2,80).\n"
        "Verwacht tot ongeveer 23:15.\n"
        "Kijk: https://meten.example.org/nl/crowd/boulevard\n"
        "Gezien? Meld het: meten crowd seen boulevard zone/pier\n",
    )


def test_an_alert_that_nobody_saw_in_english_where_little_is_known():
    nothing = dict.fromkeys(("value", "service", "people", "capacity", "chance"))
    nothing |= {"time_to_s": None, "peak": [None] * 3, "until": None}
    assert to_text("boulevard", SAID | nothing | {"what": "escalated"}, "en", "") == (
        "Nobody has looked at orange: Boulevard, Pier",
        "Boulevard, Pier: orange, and at 21:15 nobody had seen the alert.\n"
        "How full it is now is not known: nothing is counted.\n"
        "Seen it? Say so: meten crowd seen boulevard zone/pier\n",
    )


def test_the_end_of_an_alert_of_a_passage():
    said = SAID | {"what": "lowered", "level": 0, "gauge": "passage/gate", "name": "Gate"}
    said |= {"value": 21.0, "service": "A", "people": None, "chance": 0.04, "limit": 50.0}
    said |= {"time_to_s": None, "peak": [10.0, 20.0, 30.0], "until": None}
    subject, text = to_text("boulevard", said, "en", "")
    assert subject == "Back to green: Boulevard, Gate"
    assert text == (
        "Boulevard, Gate: from orange back to green at 21:15.\n"
        "Now: 21 people per metre and minute (Fruin level A).\n"
        "Chance of more than 50 within 3 hours: 4 %.\n"
        "Expected peak: 20 (eight of ten times between 10 and 30).\n"
    )


def test_a_name_makes_no_header():
    subject, _ = to_text("pier", SAID | {"title": "A\r\nBcc: b@example.org"}, "en", "")
    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_both_languages_say_the_same_values(key):
    from string import Formatter

    fields = [{field for _, field, _, _ in Formatter().parse(text)} for text in TEXTS[key]]
    assert len(TEXTS[key]) == len(LANGUAGES)
    assert fields[0] == fields[1]
