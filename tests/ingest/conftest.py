"""Each broker that the receiver has to do with."""

import pytest


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker(request):
    return request.getfixturevalue(request.param)
