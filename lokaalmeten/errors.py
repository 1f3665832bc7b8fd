"""The few errors of the platform: each says what, where, and what to do about it."""


class LokaalmetenError(Exception):
    """Something a person can mend; shown as one sentence, exit code 2, never as a traceback."""


class SettingsError(LokaalmetenError):
    """A setting is missing, malformed or contradicts another."""


class StorageError(LokaalmetenError):
    """The database cannot be reached or refuses; the message names it without its password."""


class BrokerError(LokaalmetenError):
    """The MQTT broker cannot be reached or refuses."""


class FormatError(LokaalmetenError):
    """A file is not what it was said to be; the message names file, line and what was found."""


class CertificateError(LokaalmetenError):
    """A certificate or its key cannot be made or used; the message names the file, no secret."""


class ServiceError(LokaalmetenError):
    """A program that we start (database, broker, browser) cannot run here."""


class ClusterError(LokaalmetenError):
    """A Dask cluster cannot be reached, or cannot do the work."""


class NoticeError(LokaalmetenError):
    """A notice did not reach its channel; the message holds no address and no secret."""


class UnsureError(NoticeError):
    """Nobody knows whether a notice went out: the link broke while it was handed over."""
