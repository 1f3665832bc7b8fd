"""What people are told of nodes, word for word, and that no text fails."""

from itertools import product
from string import Formatter

import pytest

from lokaalmeten.notices.letters import REPEATED
from lokaalmeten.notices.node_texts import TEXTS
from lokaalmeten.notices.node_words import to_text
from lokaalmeten.notices.troubles import KINDS
from lokaalmeten.notices.words import LANGUAGES

NODE = {"node": "box-7", "label": "Bibliotheek", "since": "2026-11-26T13:05:00+00:00", "over": None}
FACTS = {
    "silent": {},
    "battery": {"millivolt": 3640.0},
    "limit": {
        "norm": "WHO 2021",
        "quantity": "pm25",
        "period": "day",
        "value": 15.0,
        "allowed": 3,
        "above": 4,
        "mean": 9.8,
        "year": 2026,
    },
}
SITE = "https://meten.example.org"


def said(kind="silent", what="begun", count=1, **more):
    nodes = [NODE | FACTS[kind] for _ in range(min(count, 50))]
    facts = {"kind": kind, "what": what, "digest": count > 1, "count": count}
    return facts | {"since": NODE["since"], "nodes": nodes} | more


def test_a_silent_node_in_dutch_to_its_owner():
    subject, text = to_text(said(owner=True), "nl", SITE)
    assert subject == "box-7 (Bibliotheek) is stil sinds 26 nov 14:05"
    assert text.splitlines() == [
        "Er komen geen metingen meer van box-7 (Bibliotheek). De laatste is van 26 nov 14:05.",
        "",
        "Kijk of hij stroom heeft en wat het lampje zegt: twee flitsen en een pauze is geen"
        " netwerk, drie flitsen is een sensor die stuk is. Helpt uit- en aanzetten niet, kijk dan"
        " of de wifi een ander wachtwoord kreeg.",
        "",
        "Kijk: https://meten.example.org/nl/mijn/box-7",
        "",
        "U krijgt dit omdat u ermee instemde mail over deze node te krijgen. Niet meer? Trek dat"
        " in op de pagina van de node, of vraag het aan wie het platform beheert.",
    ]


def test_many_silent_nodes_in_english_point_at_what_they_share():
    subject, text = to_text(said(count=25), "en", "")
    assert subject == "25 nodes have fallen silent"
    lines = text.splitlines()
    assert lines[1] == "- box-7 (Bibliotheek), since 26 Nov 14:05"
    assert lines[21] == "- and 5 more"
    assert "the broker, the ingest and the network" in lines[-1]


def test_a_passed_limit_says_how_often_and_how_often_it_may_be():
    subject, text = to_text(said("limit"), "nl", "")
    assert subject == "WHO 2021: te veel PM2.5 bij box-7 (Bibliotheek)"
    assert text.startswith(
        "box-7 (Bibliotheek): in 2026 4 dagen boven 15 µg/m³ PM2.5, 3 mag (WHO 2021).\n"
    )


@pytest.mark.parametrize(
    ("kind", "what", "count", "language"),
    list(product(KINDS, ("begun", "over", "again"), (1, 7), LANGUAGES)),
)
def test_every_letter_has_a_text(kind, what, count, language):
    if what == "again" and kind not in REPEATED:
        return
    subject, text = to_text(said(kind, what, count), language, SITE)
    assert subject
    assert "{" not in subject + text
    many = ".many" * (count > 1)
    has_advice = f"{kind}.{what}{many}.do" in TEXTS
    assert has_advice == (what == "begun")


def test_a_name_makes_no_header():
    subject, _ = to_text(said(nodes=[NODE | {"label": "A\r\nBcc: b@example.org"}]), "en", "")
    assert not {"\r", "\n"} & set(subject)


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_both_languages_say_the_same_values(key):
    fields = [{field for _, field, _, _ in Formatter().parse(text)} - {None} for text in TEXTS[key]]
    assert len(TEXTS[key]) == len(LANGUAGES)
    assert fields[0] == fields[1]
