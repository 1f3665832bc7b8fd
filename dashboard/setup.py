"""What an installation chooses of its dashboard; the defaults are those of one without settings."""

from dataclasses import dataclass, field

from lokaalmeten.node_health import Rules

from .access.oidc.login import Login
from .mine.adding import Broker
from .publisher import UNNAMED, Publisher


@dataclass(frozen=True)
class Setup:
    """Who it is of, what it shows, and how much it gives one address."""

    publisher: Publisher = UNNAMED  # answers for what is told
    rate: int = 0  # requests a minute of one address to the APIs; 0 is no limit
    releases: str = ""  # where releases of data lie: folder or s3://...
    showcase: str = ""  # folder with stories in Markdown
    basemap: str = ""  # below the map: one of map.basemap.NAMES
    theme: str = ""  # file of CSS
    firmware: str = ""  # folder with what a browser puts on a board
    broker: Broker = field(default_factory=Broker)  # that owners who add a node are told of
    login: Login | None = None  # accounts elsewhere that are let in
    rules: Rules = field(default_factory=Rules)  # from when on a node is not well


USUAL = Setup()
