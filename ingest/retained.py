"""The latest state of something at the broker, kept there for whoever comes later."""

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .link import connect, open_client

PATIENCE_S = 10.0


def publish_state(address: Address, client_id: str, topic: str, payload: bytes) -> None:
    """Publish a retained message at QoS 1; BrokerError unless the broker has taken it."""
    client = open_client(address, client_id)
    connect(client, address)
    client.loop_start()
    try:
        message = client.publish(topic, payload, qos=1, retain=True)
        message.wait_for_publish(PATIENCE_S)
        if not message.is_published():
            raise BrokerError(f"the broker at {address} took no message within {PATIENCE_S:g} s")
    except (RuntimeError, ValueError) as error:  # paho's, of a client that is not connected
        raise BrokerError(f"the broker at {address}: {error}") from error
    finally:
        client.disconnect()
        client.loop_stop()
