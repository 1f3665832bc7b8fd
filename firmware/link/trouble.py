"""Why there is no connection, in a sentence for the owner; loaded when there is none."""

import asyncio

# What mbedTLS says of a certificate (x509_crt.h, MBEDTLS_X509_CRT_ERROR_INFO_LIST), and in words
REASONS = (
    ("validity has expired", "the certificate of the broker has expired"),
    ("starts in the future", "the certificate of the broker is not valid yet: is the time right?"),
    ("Common Name", "the certificate belongs to another host than the broker in the configuration"),
    ("not correctly signed", "the certificate of the broker is not signed by the configured CA"),
)

# errno of a socket: Linux's and, where it differs, that of the ESP32's lwIP (sys/errno.h of newlib)
ERRORS = {
    104: "the connection was reset",
    111: "nobody listens at the broker's address",
    113: "the broker cannot be reached from this network",
    110: "the broker does not answer in time",
    116: "the broker does not answer in time",
    118: "the broker cannot be reached from this network",
    -2: "the name of the broker is not known here",
    -202: "the name of the broker is not known here",
}


def explain(error):
    """A sentence for the owner on why there is no connection."""
    text = str(error.args[-1]) if error.args else str(error)
    for sign, reason in REASONS:
        if sign in text:
            return reason
    if isinstance(error, asyncio.TimeoutError):
        return "the broker does not answer in time"
    if isinstance(error, OSError) and error.errno in ERRORS:
        return ERRORS[error.errno]
    return text or "no connection"
