"""The texts around articles and stories."""

# key: (Dutch, English)
KNOWLEDGE_TEXTS = {
    "knowledge.accessible": ("Toegankelijkheid", "Accessibility"),
    "knowledge.accessible.path": ("toegankelijkheid", "accessibility"),
    "menu.knowledge": ("Kennis", "Knowledge"),
    "knowledge.path": ("kennis", "knowledge"),
    "knowledge.path.stories": ("etalage", "showcase"),
    "knowledge.title": ("Kennis", "Knowledge"),
    "knowledge.stories": ("Etalage: wat mensen met metingen deden", "Showcase: what people did"),
    "knowledge.stories.none": (
        "Hier staat nog niets. Wie deze site beheert, zet er een verhaal neer als bestand in "
        "Markdown.",
        "Nothing is here yet. Who runs this site adds a story as a file in Markdown.",
    ),
    "knowledge.table": ("Tabel {number}", "Table {number}"),
    "knowledge.norm": ("Norm", "Norm"),
    "knowledge.quantity": ("Grootheid", "Quantity"),
    "knowledge.mean": ("Gemiddelde over", "Mean of"),
    "knowledge.mean.hour": ("een uur", "an hour"),
    "knowledge.mean.day": ("een dag", "a day"),
    "knowledge.mean.year": ("een jaar", "a year"),
    "knowledge.limit": ("Grens", "Limit"),
    "knowledge.allowed": ("Mag per jaar", "Allowed a year"),
    "knowledge.unit": ("Eenheid", "Unit"),
    "knowledge.span": ("Wat een sensor kan geven", "What a sensor can report"),
}
