"""Whether a broker lets somebody in, asked with a session that leaves no trace."""

import uuid

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .connection import check_answer, introduce, read_version


def knock(address: Address, patience_s: float) -> int:
    """Log in and leave; return the protocol level that was spoken: 5, or 4 for MQTT 3.1.1.

    Raises BrokerError when nobody answers in ``patience_s`` seconds, or when we are not let in.
    """
    # a name of its own: with that of an ingest it would be put out
    name = f"doctor-{uuid.uuid4().hex[:12]}"
    version = read_version(address, name, patience_s)
    if version < 5:  # its version was told before the password was looked at
        try:
            check_answer(address, introduce(address, name, version, patience_s))
        except ConnectionError as error:
            raise BrokerError(f"{address} does not answer as an MQTT broker ({error})") from error
    return version
