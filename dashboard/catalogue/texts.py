"""What the feed says, Dutch and English side by side."""

# key: (Dutch, English)
FEED_TEXTS = {
    "feed.title": ("{name}: berichten", "{name}: notices"),
    "feed.subtitle": (
        "Uitgaven van de metingen, en wat er op openbare plekken gebeurt.",
        "Releases of the measurements, and what happens at public places.",
    ),
    "feed.raised": ("{place}, {gauge}: {level}", "{place}, {gauge}: {level}"),
    "feed.raised.why": (
        "Het is er {level}, of wordt dat naar verwachting: een waarschuwing sinds {time}.",
        "It is {level} there, or is expected to be: an alert since {time}.",
    ),
    "feed.lowered": ("{place}, {gauge}: terug naar {level}", "{place}, {gauge}: back to {level}"),
    "feed.lowered.why": (
        "De waarschuwing is verlaagd om {time}.",
        "The alert was lowered at {time}.",
    ),
    "feed.escalated": (
        "{place}, {gauge}: nog steeds {level}",
        "{place}, {gauge}: still {level}",
    ),
    "feed.escalated.why": (
        "Om {time} had niemand van de organisatie de waarschuwing gezien.",
        "At {time} none of the organisers had seen the alert.",
    ),
    "feed.measure": ("{place}, {gauge}: maatregel", "{place}, {gauge}: measure taken"),
}
