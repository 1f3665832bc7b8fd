"""A TCP proxy: the network between two programs, which can be cut or fall silent."""

import ctypes
import socket
import struct
import threading
from contextlib import suppress

SO_ATTACH_FILTER = 26  # socket(7); Python has no name for it
DROP_ALL = (0x06, 0, 0, 0)  # one instruction of a socket filter: BPF_RET, keep 0 bytes


class Proxy(threading.Thread):
    """Passes bytes on between clients and ``target`` (anything with a host and a port)."""

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target = (target.host, target.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self.listener.getsockname()
        self.pairs = []
        self.silent = []
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            self.pairs.append((client, server))
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    def pass_on(self, source, target):
        try:
            while data := source.recv(1500):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """End every connection."""
        for pair in self.pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self.pairs.clear()

    def silence(self):
        """Let every connection fall silent: no byte passes, nothing is confirmed, none is closed.

        As behind a router that was switched off. New connections pass as before.
        """
        for pair in self.pairs:
            for end in pair:
                drop_packets(end)
        self.silent += self.pairs
        self.pairs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.pairs += self.silent
        self.cut()


def drop_packets(end):
    """Have the kernel drop what comes in on a connection before TCP sees it, so that even
    the confirmations of bytes and of keepalives stay out."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", *DROP_ALL))
    program = struct.pack("HP", 1, ctypes.addressof(instruction))
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
