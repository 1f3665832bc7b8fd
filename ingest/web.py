"""What the ingest answers over HTTP: the door of the devices, its metrics and its health.

POST /v1/push-sensor-data/   what airRohr devices send: `door.py`
GET  /metrics                for Prometheus
GET  /healthz                200 or 503, with one sentence
"""

from lokaalmeten.web import Application, to_router, to_routes

from .door import MOST, PATHS, Door
from .metrics import Metrics

THREADS = MOST + 8  # who waits at the door never keeps /healthz from answering


def to_application(metrics: Metrics, door: Door | None = None) -> Application:
    """WSGI application of all routes; without ``door`` nobody can post."""
    routes = to_routes(metrics.registry, metrics.read_health)
    if door is not None:
        routes |= dict.fromkeys(PATHS, ("POST", door))
    return to_router(routes)
