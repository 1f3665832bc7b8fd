"""The reference: pages that are made from the code, so that none can be out of date.

Each module makes the Markdown of one page; the order here is that of the navigation.
"""

from pathlib import Path

from .api import describe_api
from .commands import describe_commands
from .flags import describe_flags
from .glossary import write_glossary
from .metrics import describe_metrics
from .page import describe_page
from .quantities import describe_quantities
from .rights import describe_rights
from .settings import describe_settings


def make_reference(root: Path) -> dict[str, str]:
    """Markdown of every page of the reference by its place in the site; ``root`` has the README."""
    return {
        "reference/settings.md": describe_settings((root / "README.md").read_text()),
        "reference/commands.md": describe_commands(),
        "reference/quantities.md": describe_quantities(),
        "reference/flags.md": describe_flags(),
        "reference/api.md": describe_api(),
        "reference/page.md": describe_page(),
        "reference/metrics.md": describe_metrics(),
        "reference/rights.md": describe_rights(),
        "reference/glossary.md": write_glossary("en", "glossary"),
        "reference/woordenboek.md": write_glossary("nl", "woordenboek"),
    }
