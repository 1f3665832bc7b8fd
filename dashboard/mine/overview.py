"""The list: own nodes and how they are, rides, zones; or what this is and how to get in."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from storage.mine import MyNode, MyRide, MyZone
from storage.sessions import Signed

from ..pages.pieces import Html, to_list, to_notice, to_table
from ..words import DASH, Words
from .addresses import to_base, to_health, to_new, to_node, to_ride, to_sign_in
from .causes import SILENT
from .parts import to_action, to_document, to_lead, to_link, to_said
from .settings import write_zones

RIDES = 50  # of the list


def write_stranger(words: Words) -> str:
    """For who is not signed in."""
    points = to_list(words(f"mine.what.{each}") for each in ("nodes", "rides", "zones", "add"))
    content = (
        to_lead(words("mine.stranger"))
        + points
        + to_action(to_sign_in(words, to_base(words)), words("mine.enter"))
        + f"<h2>{escape(words('mine.key'))}</h2><p>{escape(words('mine.key.text'))}</p>"
    )
    return to_document(words, words("mine.title"), content)


def write_overview(
    words: Words,
    who: Signed,
    nodes: Sequence[MyNode],
    rides: Sequence[MyRide],
    zones: Sequence[MyZone],
    now: datetime,
    said: str = "",
    wrong: str = "",
) -> str:
    """For who is signed in."""
    is_owner = who.role == "owner"
    lead = words("access.signed", label=who.label, role=words(f"access.role.{who.role}"))
    parts = [to_said(said), to_said(wrong, urgent=True), to_lead(lead)]
    parts.append(write_nodes(words, nodes, now, is_owner=is_owner))
    if nodes:
        parts.append(f"<p>{to_link(to_health(words), words('health.link')).text}</p>")
    if is_owner:
        parts += [to_action(to_new(words), words("mine.new.title")), write_rides(words, rides)]
        parts.append(write_zones(words, zones))
    return to_document(words, words("mine.title"), "".join(parts))


def write_nodes(words: Words, nodes: Sequence[MyNode], now: datetime, *, is_owner: bool) -> str:
    """Nodes with how they are."""
    title = f"<h2>{escape(words('mine.nodes'))}</h2>"
    if not nodes:
        key = "mine.nodes.none" if is_owner else "mine.nodes.none.reach"
        return title + to_notice(words(key), [words(f"{key}.text")])
    head = (words("node.name"), words("node.kind"), words("mine.state"), words("node.last"))
    rows = [
        (
            Html(to_link(to_node(words, node.name), node.title).text),
            words(f"kind.{node.kind}"),
            to_state(words, node, now),
            DASH if node.last is None else f"{words.time(node.last)} ({words.ago(node.last, now)})",
        )
        for node in nodes
    ]
    return title + to_table(head, rows, words("mine.nodes.caption"))


def to_state(words: Words, node: MyNode, now: datetime) -> str:
    """How a node is, in a word or two.

    A bike sleeps between rides, so its silence says nothing.
    """
    if not node.open:
        return words("mine.is.closed")
    if node.last is None and node.heard is None:
        return words("mine.is.hidden" if node.moving and not node.own else "mine.is.never")
    if node.moving:
        return words("mine.is.online" if node.online else "mine.is.resting")
    if node.last is None:
        return words("mine.is.words")
    if node.last < now - SILENT:
        return words("mine.is.silent")
    return words("mine.is.well" if node.placed else "mine.is.nowhere")


def write_rides(words: Words, rides: Sequence[MyRide]) -> str:
    """Own rides, whole."""
    title = f"<h2>{escape(words('mine.rides'))}</h2><p>{escape(words('mine.rides.text'))}</p>"
    if not rides:
        return title + to_notice(words("mine.rides.none"), [words("mine.rides.none.text")])
    head = (
        words("ride.hour"),
        words("node.name"),
        words("ride.duration"),
        words("mine.ride.public"),
    )
    rows = [
        (
            to_link(to_ride(words, ride.ride), words.time(ride.start)),
            ride.node,
            words.duration((ride.stop - ride.start).total_seconds()),
            to_public(words, ride),
        )
        for ride in rides[:RIDES]
    ]
    more = (
        f'<p class="small">{escape(words("rides.more", count=RIDES))}</p>'
        if len(rides) > RIDES
        else ""
    )
    return title + to_table(head, rows, words("rides.caption"), numbers=(2,)) + more


def to_public(words: Words, ride: MyRide) -> str | Html:
    """What the public sees of a ride."""
    if ride.public_name is not None:
        return to_link(f"/{words.language}/ride/{ride.public_name}", words("mine.ride.part"))
    if ride.public_start is not None:
        return words("mine.ride.alone")
    return words("mine.ride.waits" if ride.due is not None else "mine.ride.cut")
