"""The server of the vault's socket: who may ask, how many at once, and for how long.

One thread waits for questions on all connections, so that an idle one costs nothing; a pool of
threads answers. When more questions wait than the policy allows, the next connection that asks is
closed: its caller tells its terminal to come back later.
"""

from __future__ import annotations

import logging
import selectors
import socket
import struct
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from central.vault.codec import decode, encode
from central.vault.protocol import (
    AnswerOutcome,
    CallerRole,
    Deadline,
    MessageWrong,
    VaultOperation,
    receive_message,
    send_message,
    signature_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.policy import VaultPolicy
    from central.vault_port import VaultPort

LOG = logging.getLogger(__name__)
_CREDENTIALS = struct.Struct("3i")  # struct ucred of SO_PEERCRED: process, user, group
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, StopIteration)


@dataclass(frozen=True)
class PeerGuard:
    """The accounts of the machine that may connect, by their numeric ids."""

    roles: Mapping[int, frozenset[CallerRole]]

    def roles_of(self, connection: socket.socket) -> frozenset[CallerRole]:
        """Return the roles of the process at the other end, as the kernel names its account."""
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _process, user, _group = _CREDENTIALS.unpack(found)
        return self.roles.get(user, frozenset())


@dataclass(frozen=True)
class _Caller:
    connection: socket.socket
    roles: frozenset[CallerRole]


class VaultServer:
    """Answers questions to `vault` on the socket `listener` from `serve` until `stop`."""

    def __init__(
        self, listener: socket.socket, vault: VaultPort, guard: PeerGuard, policy: VaultPolicy
    ) -> None:
        self._listener, self._vault = listener, vault
        self._guard, self._policy = guard, policy
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)
        self._answered: deque[_Caller] = deque()
        self._open: set[socket.socket] = set()
        self._lock, self._busy, self._over = Lock(), 0, False
        self._pool = ThreadPoolExecutor(policy.workers, "vault")

    def stop(self) -> None:
        """Let `serve` return after the questions in hand; safe in a signal handler, at any time.

        A signal and the end of the parent process may both ask for it: the second may come when
        everything is closed already.
        """
        self._over = True
        self._wake()

    def serve(self) -> None:
        """Answer until `stop` is called; then close every connection and the listener."""
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        try:
            while not self._over:
                for key, _events in self._selector.select():
                    self._handle(key)
        finally:
            self._close()

    def _handle(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._listener:
            self._accept()
        elif key.fileobj is self._wake_read:
            self._wake_read.recv(4096)
            while self._answered:
                self._await(self._answered.popleft())
        else:
            caller: _Caller = key.data
            self._selector.unregister(caller.connection)
            self._begin(caller)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        roles = self._guard.roles_of(connection)
        if not roles or len(self._open) >= self._policy.connections:
            LOG.warning("a connection was closed: %s", "too many" if roles else "not for them")
            connection.close()
            return
        self._open.add(connection)
        self._await(_Caller(connection, roles))

    def _await(self, caller: _Caller) -> None:
        self._selector.register(caller.connection, selectors.EVENT_READ, caller)

    def _begin(self, caller: _Caller) -> None:
        with self._lock:
            full = self._busy >= self._policy.waiting
            self._busy += not full
        if full:
            self._drop(caller)
        else:
            self._pool.submit(self._answer, caller)

    def _answer(self, caller: _Caller) -> None:
        try:
            stays = self._exchange(caller)
        except (OSError, MessageWrong) as error:
            LOG.warning("a connection was closed: %s", type(error).__name__)
            stays = False
        with self._lock:
            self._busy -= 1
        if stays:
            self._answered.append(caller)
            self._wake()
        else:
            self._drop(caller)

    def _exchange(self, caller: _Caller) -> bool:
        """Answer one question; return whether the connection stays open."""
        deadline = Deadline(self._policy.deadline_seconds)
        message = receive_message(caller.connection, deadline)
        if message is None:
            return False
        header, attachments = message
        answered: list[bytes] = []
        try:
            operation = VaultOperation(header["operation"])
            said = signature_of(operation).parameters
            arguments = {
                name: decode(hint, header["arguments"][name], attachments)
                for name, hint in said.items()
            }
        except _MALFORMED as error:
            raise MessageWrong("the question is none") from error
        answer = self._answer_of(operation, arguments, caller.roles, answered)
        send_message(caller.connection, answer, answered, deadline)
        return True

    def _answer_of(
        self,
        operation: VaultOperation,
        arguments: Mapping[str, Any],
        roles: frozenset[CallerRole],
        attachments: list[bytes],
    ) -> Mapping[str, Any]:
        if not operation.is_allowed(roles):
            LOG.warning("%s: not for this caller", operation.value)
            return {"outcome": AnswerOutcome.FORBIDDEN.value}
        try:
            found = getattr(self._vault, operation.value)(**arguments)
            said = encode(signature_of(operation).returns, found, attachments)
        except Exception as error:  # noqa: BLE001 - the others go on
            # Not the message: it may hold what an application says.
            LOG.error("%s: %s", operation.value, type(error).__name__)  # noqa: TRY400
            attachments.clear()
            return {"outcome": AnswerOutcome.FAILED.value}
        return {"outcome": AnswerOutcome.ANSWERED.value, "result": said}

    def _wake(self) -> None:
        # A socket, not a pipe: what is closed has no number that another file could have by now.
        # Full means that a wake-up is waiting already.
        with suppress(OSError):
            self._wake_write.send(b"\0")

    def _drop(self, caller: _Caller) -> None:
        self._open.discard(caller.connection)
        caller.connection.close()

    def _close(self) -> None:
        self._pool.shutdown()
        for connection in (*self._open, self._listener, self._wake_read, self._wake_write):
            connection.close()
        self._selector.close()
