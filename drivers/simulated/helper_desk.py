"""A simulated helper's desk: counts rings, and answers when told to."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from typing import Any


class HelperDesk:
    """A TCP port that hears rings; `await_rings` blocks until so many were heard."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._heard: list[dict[str, Any]] = []
        self._callers: list[socket.socket] = []
        self._hung_up = 0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, name="helper-desk", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address that a terminal rings."""
        return f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def rings(self) -> list[dict[str, Any]]:
        """Return the rings that were heard so far, each as its JSON object."""
        with self._changed:
            return list(self._heard)

    def await_rings(self, count: int, seconds: float) -> bool:
        """Wait until `count` rings were heard; False when they did not come within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._heard) >= count, seconds)

    def await_hung_up(self, count: int, seconds: float) -> bool:
        """Wait until `count` callers hung up; False when they did not within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._hung_up >= count, seconds)

    def answer(self, words: bytes = b"coming\n") -> None:
        """Send `words` to everybody who rings now."""
        with self._changed:
            for caller in self._callers:
                caller.sendall(words)

    def close(self) -> None:
        """Close the port and every connection."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()  # or one who was just let in would hold on
        self._listener.close()
        with self._changed:
            callers, self._callers = self._callers, []
        for caller in callers:
            with suppress(OSError):  # hung up meanwhile
                caller.shutdown(socket.SHUT_RDWR)
            caller.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self._callers.append(caller)
            threading.Thread(target=self._listen, args=(caller,), daemon=True).start()

    def _listen(self, caller: socket.socket) -> None:
        with caller.makefile("rb") as lines:
            try:
                for line in lines:
                    with self._changed:
                        self._heard.append(json.loads(line))
                        self._changed.notify_all()
            except OSError:
                pass
        with self._changed:
            self._hung_up += 1
            self._changed.notify_all()
            if caller in self._callers:
                self._callers.remove(caller)
                caller.close()
