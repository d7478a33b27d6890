"""A name server on a free port, which says whatever a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

EVERYTHING = "*"


@dataclass
class NameServer:
    """Knows IPv4 addresses by name; `*` is for any name. `code`: what it says of the others."""

    knows: Mapping[str, tuple[str, ...]]
    code: int = 3
    mute: bool = False
    other_number: bool = False
    heard: list[str] = field(default_factory=list)
    port: int = 0

    def reply(self, asked: bytes) -> bytes:
        labels, at = [], 12
        while asked[at]:
            labels.append(asked[at + 1 : at + 1 + asked[at]].decode())
            at += 1 + asked[at]
        name, kind = ".".join(labels), asked[at + 1 : at + 3]
        self.heard.append(name)
        found = self.knows.get(name, self.knows.get(EVERYTHING, ()))
        four = [one for one in found if ":" not in one] if kind == b"\0\x01" else []
        six = [one for one in found if ":" in one] if kind == b"\0\x1c" else []
        records = [b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04" + socket.inet_aton(one) for one in four]
        records += [
            b"\xc0\x0c\0\x1c\0\x01\0\0\0\x3c\0\x10" + socket.inet_pton(socket.AF_INET6, one)
            for one in six
        ]
        number = b"\0\0" if self.other_number else asked[:2]
        code = 0 if found else self.code
        count = len(records).to_bytes(2)
        head = number + bytes([0x81, 0x80 | code]) + b"\0\x01" + count + bytes(4)
        return head + asked[12 : at + 5] + b"".join(records)


@contextmanager
def answering(server: NameServer) -> Iterator[NameServer]:
    """Answer on a free port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        server.port = line.getsockname()[1]

        def answer() -> None:
            while True:
                asked, whose = line.recvfrom(4096)
                if not asked:
                    return
                said = server.reply(asked)
                if not server.mute:
                    line.sendto(said, whose)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield server
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.sendto(b"", ("127.0.0.1", server.port))
            thread.join(10)
