"""The ssl module that MicroPython's boards have frozen in and its unix port has not."""

# ruff: noqa: F401 - the rest of the module is as it is
import tls
from tls import CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER


class SSLContext:
    """As on the board."""

    def __init__(self, protocol):
        self._context = tls.SSLContext(protocol)

    @property
    def verify_mode(self):
        """What is asked of the other end."""
        return self._context.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._context.verify_mode = mode

    def load_verify_locations(self, cafile=None, cadata=None):
        """Whom to trust."""
        self._context.load_verify_locations(cadata)

    def wrap_socket(self, sock, **settings):
        """TLS over a socket."""
        return self._context.wrap_socket(sock, **settings)
