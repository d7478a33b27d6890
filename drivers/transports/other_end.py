"""Detection of a hung-up or unplugged other end, by asking the kernel and never the device."""

from __future__ import annotations

import select
import socket

# A box whose network cable was pulled says nothing. The kernel asks after a second of silence,
# each second, and gives up when two questions stay without an answer.
_KEEPALIVE = {socket.TCP_KEEPIDLE: 1, socket.TCP_KEEPINTVL: 1, socket.TCP_KEEPCNT: 2}


def is_there(descriptor: int) -> bool:
    """Tell at once whether the other end of an open file or socket is still there.

    No byte is sent or taken. False for a closed descriptor (-1).
    """
    if descriptor < 0:
        return False
    asked = select.poll()
    asked.register(descriptor, select.POLLRDHUP)  # errors and hang-ups are told of in any case
    return not asked.poll(0)


def watch(line: socket.socket) -> None:
    """Set TCP keepalive: the kernel notices within some seconds that the other end is gone."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        line.setsockopt(socket.IPPROTO_TCP, option, value)
