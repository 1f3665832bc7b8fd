"""Real TLS over the loopback address: a server with one certificate, and who connects to it."""

import socket
import ssl
import threading
from contextlib import contextmanager

LOOPBACK = "127.0.0.1"


def trusting(ca, pair=None):
    """Context of a client that trusts one CA, as strictly as Python 3.13 does by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(ca)
    if pair is not None:
        context.load_cert_chain(*pair)
    return context


def serving(pair, clients=None):
    """Context of a server with a certificate and key, which may ask clients for theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    if clients is not None:
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextmanager
def server(context):
    """A server that tells each client who it is; yields its port."""

    def serve():
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            try:
                with line, context.wrap_socket(line, server_side=True) as secure:
                    subject = dict(
                        one[0] for one in (secure.getpeercert() or {}).get("subject", ())
                    )
                    secure.sendall(subject.get("commonName", "nobody").encode())
            except OSError:  # the client refuses us, or has no certificate
                continue

    with socket.create_server((LOOPBACK, 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def greet(port, context, host):
    """What the server called the client; raises ssl.SSLError when one refuses the other."""
    with (
        socket.create_connection((LOOPBACK, port), 10) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        return secure.recv(100).decode()


def read_shown(port, context, host):
    """Certificate that a server shows, DER."""
    with (
        socket.create_connection((LOOPBACK, port), 10) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        return secure.getpeercert(binary_form=True)
