"""Somebody in the middle: ends a desk's TLS with a certificate of theirs, and passes all on."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


@contextlib.contextmanager
def middle(certificate: tuple[Path, Path], port: int, *, onward_tls: bool) -> Iterator[int]:
    """Listen on a port of 127.0.0.1 for one connection and pass it on to `port`.

    With `onward_tls` the way on to the server is encrypted too, so that the server offers channel
    binding; without, it offers none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with socket.create_server(("127.0.0.1", 0)) as door:
        worker = threading.Thread(
            target=_serve, args=(door, context, port, onward_tls), daemon=True
        )
        worker.start()
        yield int(door.getsockname()[1])
        worker.join(10)
        assert not worker.is_alive()


def _serve(door: socket.socket, context: ssl.SSLContext, port: int, onward_tls: bool) -> None:
    desk, _ = door.accept()
    assert desk.recv(8) == _SSL_REQUEST
    desk.sendall(b"S")
    with contextlib.suppress(OSError), context.wrap_socket(desk, server_side=True) as inside:
        server = socket.create_connection(("127.0.0.1", port))
        if onward_tls:
            server.sendall(_SSL_REQUEST)
            assert server.recv(1) == b"S"
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.check_hostname = False
            trusting.verify_mode = ssl.CERT_NONE
            server = trusting.wrap_socket(server)
        with server:
            back = threading.Thread(target=_pump, args=(server, inside), daemon=True)
            back.start()
            _pump(inside, server)
            back.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
