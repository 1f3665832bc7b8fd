"""`meten ingest`: the parts of the ingest, put together."""

import threading
import time
from contextlib import ExitStack

from ingest.batch import Limits
from ingest.calibration.correcting import Corrections
from ingest.door import Door
from ingest.intake import Intake
from ingest.metrics import Metrics
from ingest.mqtt import to_shared
from ingest.payloads import FILTERS
from ingest.receiver import Receiver
from ingest.rolling import Rolling
from ingest.rounds import Rounds
from ingest.service import run
from ingest.web import THREADS, to_application
from ingest.words import TOPICS, Words
from lokaalmeten.memory import keep_freed_memory
from lokaalmeten.settings import Settings, to_address
from lokaalmeten.web import Web
from storage.store import Store

MARGIN = 3  # batches beside those being written: one waits, one is gathered, one is on its way


def run_ingest(settings: Settings, stop: threading.Event) -> None:
    """Take messages from the broker and over HTTP and keep them, until ``stop`` is set."""
    dsn = settings.need_dsn()
    keep_freed_memory()
    limits = Limits(messages=settings.batch_pages, age_s=settings.batch_ms / 1000)
    metrics = Metrics()
    with ExitStack() as stack:
        store, roller, looker, listener, *keepers = (
            stack.enter_context(Store(dsn)) for _ in range(4 + settings.writers)
        )
        store.check_known()
        receiver = open_receiver(settings, limits)
        door = Door(receiver.wake)
        intake = Intake(receiver, door)
        if settings.ingest_port:
            application = to_application(metrics, door)
            address = (settings.ingest_host, settings.ingest_port)
            stack.enter_context(Web(application, *address, threads=THREADS))
        stack.callback(intake.close)  # turns away who waits, so that the web server can close
        metrics.watch(intake)
        stack.callback(Rolling(roller).close)
        stack.callback(Rounds(looker, metrics).close)
        stack.callback(Words(open_words(settings), listener).close)
        correct = Corrections(store, time.monotonic).apply
        run(intake, store, keepers, stop, limits=limits, metrics=metrics, correct=correct)


def open_receiver(settings: Settings, limits: Limits) -> Receiver:
    """Open the session at the broker, alone or as one of a group; raises BrokerError."""
    address = to_address(settings.broker.get_secret_value())
    topics = to_shared(FILTERS, settings.share) if settings.share else FILTERS
    window = (settings.writers + MARGIN) * limits.messages
    return Receiver(address, settings.client, topics, window=window)


def open_words(settings: Settings) -> Receiver:
    """Open a session of its own for what nodes say of themselves; raises BrokerError."""
    address = to_address(settings.broker.get_secret_value())
    return Receiver(address, f"{settings.client}-words", TOPICS)
