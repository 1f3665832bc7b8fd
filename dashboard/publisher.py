"""Who answers for this installation: named in the API, the catalogue and the feeds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Publisher:
    """An organisation and how to reach it.

    Without settings it has no other page than this server and no mail address: ``url`` empty stands
    for the address at which the server was asked, and an empty ``email`` is named nowhere. What a
    government measures of the environment is of high value by law (EU 2023/138): it says so.
    """

    name: str = "Lokaal meten"
    url: str = ""
    email: str = ""
    is_government: bool = False


UNNAMED = Publisher()
